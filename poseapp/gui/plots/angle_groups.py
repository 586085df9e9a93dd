"""What can be plotted, and what shares a plot: right and left of the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from poseapp.core.skeleton import AngleDefinition, Side, Skeleton, side_of

Kind = Literal["joint", "segment", "velocity", "keypoint"]
Quantity = Literal["angle", "velocity", "x", "y", "x_m", "y_m", "speed_m"]

_Direction = tuple[Quantity, str, str, str]  # what, its key and word, what 0 and what a growing value mean

DEFAULT_SHOWN = ("knee_flexion", "hip_flexion", "elbow_flexion", "trunk_segment")
UNITS: dict[Quantity, str] = {
    "angle": "°", "velocity": "°/s", "x": "px", "y": "px", "x_m": "m", "y_m": "m", "speed_m": "m/s",
}  # fmt: skip


@dataclass(frozen=True)
class Member:
    """One curve of a plot.

    Attributes:
        column: Of the angle series, or of the keypoints.
        keypoints: What it is made of, by index; () where the skeleton is not known.
        period: Degrees after which an angle is the same again; inf for what does not wrap.
    """

    side: Side
    title: str
    column: int
    keypoints: tuple[int, ...] = ()
    period: float = float("inf")


@dataclass(frozen=True)
class PlotGroup:
    """One plot: its curves, right before left.

    Attributes:
        name: Without the side, such as "knee_flexion", "velocity:knee_flexion", "x:knee". Kept in the settings: never
            rename.
        title: Without the side, such as "Knee flexion".
        zero, positive: In words: what 0 means, and what a growing value means.
    """

    name: str
    title: str
    kind: Kind
    quantity: Quantity
    members: tuple[Member, ...]
    zero: str
    positive: str

    @property
    def unit(self) -> str:
        """Of its values."""
        return UNITS[self.quantity]


OWN_ZERO = "0° = a posture that was taken as zero"


def range_words(period: float) -> str:
    """Return from where to where an angle of this period, degrees, can go."""
    if period > 360:  # one that is counted from 0 all the way round
        return "From 0° to 360°"
    return f"From −{period / 2:g}° to {period / 2:g}°"


def group_angles(definitions: Sequence[AngleDefinition], skeleton: Skeleton | None = None) -> tuple[PlotGroup, ...]:
    """Return the groups of angles that share a plot, joints before segments, in the order of their first member."""
    columns: dict[str, list[int]] = {}
    for column, definition in enumerate(definitions):
        columns.setdefault(definition.name.removeprefix(f"{definition.side}_"), []).append(column)
    groups = (_angle_group(name, found, definitions, skeleton) for name, found in columns.items())
    return tuple(sorted(groups, key=lambda group: group.kind != "joint"))


def group_plots(
    definitions: Sequence[AngleDefinition], skeleton: Skeleton | None = None, *, metric: bool = False
) -> tuple[PlotGroup, ...]:
    """Return everything that can be plotted: angles, their velocities, and where the skeleton is known, keypoints;
    those in metres, with their speed, where the recording has a scale."""
    angles = group_angles(definitions, skeleton)
    velocities = tuple(_velocity_of(group) for group in angles)
    return (
        angles
        + velocities
        + (() if skeleton is None else _group_keypoints(skeleton, _METRIC if metric else _DIRECTIONS))
    )


def _angle_group(
    name: str, columns: list[int], definitions: Sequence[AngleDefinition], skeleton: Skeleton | None
) -> PlotGroup:
    first = definitions[columns[0]]
    suffix = {"right": " R", "left": " L", "middle": ""}[first.side]
    members = tuple(
        Member(d.side, d.title, c, _keypoints_of(d, skeleton), d.period)
        for c, d in ((column, definitions[column]) for column in columns)
    )
    kind: Kind = "joint" if first.kind == "joint" else "segment"
    title = first.title.removesuffix(suffix) if suffix else first.title
    return PlotGroup(name, title, kind, "angle", members, f"0° = {first.zero}", first.positive)


def _velocity_of(group: PlotGroup) -> PlotGroup:
    members = tuple(Member(m.side, f"{m.title} velocity", m.column, m.keypoints) for m in group.members)
    title = f"{group.title} velocity"
    name = f"velocity:{group.name}"
    return PlotGroup(name, title, "velocity", "velocity", members, "0 °/s = no turning", group.positive)


def _group_keypoints(skeleton: Skeleton, directions: Sequence[_Direction]) -> tuple[PlotGroup, ...]:
    columns: dict[str, list[int]] = {}
    for column, name in enumerate(skeleton.keypoints):
        columns.setdefault(name.removeprefix(f"{side_of(name)}_"), []).append(column)
    groups = []
    for name, found in columns.items():
        ordered = sorted(found, key=lambda c: ("right", "left", "middle").index(skeleton.sides[c]))
        title = name.replace("_", " ").capitalize()
        for quantity, key, zero, positive in directions:
            members = tuple(
                Member(skeleton.sides[c], f"{_spoken(skeleton.keypoints[c])} {key}", c, (c,)) for c in ordered
            )
            groups.append(PlotGroup(f"{key}:{name}", f"{title} {key}", "keypoint", quantity, members, zero, positive))
    return tuple(groups)


_DIRECTIONS: tuple[_Direction, ...] = (
    ("x", "x", "0 px = left edge of the picture", "to the right in the picture"),
    ("y", "y", "0 px = upper edge of the picture", "downwards; the plot has up at the top, as the picture has"),
)


_METRIC: tuple[_Direction, ...] = (
    ("x_m", "x", "0 m = left edge of the picture, or the first corner of the rectangle", "to the right, level"),
    ("y_m", "y", "0 m = lower edge of the picture, or the first corner of the rectangle", "upwards, or away"),
    ("speed_m", "speed", "0 m/s = at rest", "faster, whatever the direction"),
)


def _spoken(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _keypoints_of(definition: AngleDefinition, skeleton: Skeleton | None) -> tuple[int, ...]:
    if skeleton is None:
        return ()
    virtual = dict(skeleton.virtual)
    names = (part for point in definition.points for part in virtual.get(point, (point,)))
    return tuple(sorted({skeleton.index(name) for name in names}))
