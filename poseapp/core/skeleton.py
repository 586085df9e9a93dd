"""Skeletons and angle definitions: data in `resources/skeletons/*.toml`, read here."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from poseapp.core.errors import BadInputError
from poseapp.core.locations import resources_folder

Side = Literal["left", "right", "middle"]
PLANES = ("sagittal", "frontal", "picture")
_SIDES: tuple[Side, ...] = ("left", "right", "middle")


@dataclass(frozen=True)
class AngleDefinition:
    """How one angle is computed and how it is to be read.

    Attributes:
        name: Such as `right_knee_flexion`.
        title: For people, such as "Knee flexion R".
        kind: "joint" or "segment".
        side: Side of the body.
        points: 2, 3 or 4 keypoint names (virtual ones allowed), in the order of the formulas.
        offset, scale: value = (theta + offset) * scale, degrees.
        period: The value is wrapped to [-period / 2, period / 2): 360, or 180 for an undirected line.
        zero, positive: In words: the posture at 0, and what a growing value means.
        unsigned: The value has no direction: its size alone counts, 0 to half the period.
        plane: Which mirror the angle knows: "sagittal", x is mirrored where the person faces left; "frontal", x is
            mirrored where the person is seen from behind; "picture", never.
    """

    name: str
    title: str
    kind: str
    side: Side
    points: tuple[str, ...]
    offset: float
    scale: float
    period: float
    zero: str
    positive: str
    unsigned: bool = False
    plane: str = "sagittal"


@dataclass(frozen=True)
class Skeleton:
    """Keypoints in heatmap order, and how they hang together.

    Attributes:
        name, title, source: Identity and origin of the scheme.
        keypoints: K names, lower case, side first.
        bones: Index pairs drawn as lines.
        mirror: (K,) index of each keypoint's counterpart on the other side (itself in the middle).
        sigmas: (K,) OKS constants.
        virtual: Name -> keypoint names whose midpoint it is, such as mid_hip.
        limbs: Groups of keypoint names that swap sides together: arm, leg.
        order: Keypoint indices in the order of editing and of RePose's update.
        links: Index pairs of EfficientPose's part affinity fields; the bones where the skeleton names none.
        own_angles: Definitions beside the shared ones: the user's, or a project's.
    """

    name: str
    title: str
    source: str
    keypoints: tuple[str, ...]
    bones: tuple[tuple[int, int], ...]
    mirror: tuple[int, ...]
    sigmas: tuple[float, ...]
    virtual: tuple[tuple[str, tuple[str, ...]], ...]
    limbs: tuple[tuple[str, tuple[str, ...]], ...]
    order: tuple[int, ...]
    links: tuple[tuple[int, int], ...] = field(compare=False)  # for training: no reason to refuse a network
    own_angles: tuple[AngleDefinition, ...] = ()

    @property
    def n_keypoints(self) -> int:
        """K."""
        return len(self.keypoints)

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """Side of each keypoint, from its name."""
        return tuple(side_of(name) for name in self.keypoints)

    def index(self, name: str) -> int:
        """Return the index of a keypoint. Raises ValueError when the skeleton has none of that name."""
        return self.keypoints.index(name)

    def has(self, name: str) -> bool:
        """Tell whether a keypoint or virtual point can be computed."""
        return name in self.keypoints or any(name == virtual for virtual, _ in self.virtual)

    def point(self, xy: npt.NDArray[Any], name: str) -> npt.NDArray[Any]:
        """Return (..., 2) px of a keypoint or virtual point from xy (..., K, 2); NaN where a part is missing.

        Raises:
            KeyError: The skeleton has no such point.
        """
        if name in self.keypoints:
            return xy[..., self.keypoints.index(name), :]
        parts = dict(self.virtual)[name]
        points: npt.NDArray[Any] = np.mean([self.point(xy, part) for part in parts], axis=0)
        return points

    @cached_property
    def angles(self) -> tuple[AngleDefinition, ...]:
        """The angle definitions that this skeleton's points allow, the shared ones first."""
        return tuple(a for a in (*load_angles(), *self.own_angles) if all(self.has(point) for point in a.points))

    def with_angles(self, own: tuple[AngleDefinition, ...]) -> Skeleton:
        """Return the same keypoints with other angles of one's own."""
        return self if own == self.own_angles else replace(self, own_angles=own)

    def extends(self, other: Skeleton) -> bool:
        """Tell whether the first keypoints are all those of another skeleton, in its order; of itself, too.

        What was said of the other's keypoints by number, by a network or by a person, then holds here.
        """
        return self.keypoints[: other.n_keypoints] == other.keypoints

    def to_json(self) -> str:
        """Return the skeleton as the text that travels in ONNX metadata and project files."""
        names = self.keypoints
        own = {"angles": [angle_to_data(angle) for angle in self.own_angles]} if self.own_angles else {}
        return json.dumps(
            {
                "name": self.name,
                "title": self.title,
                "source": self.source,
                "keypoints": [{"name": n, "sigma": s} for n, s in zip(names, self.sigmas, strict=True)],
                "bones": [[names[a], names[b]] for a, b in self.bones],
                "virtual": {name: list(parts) for name, parts in self.virtual},
                "limbs": {name: list(parts) for name, parts in self.limbs},
                "order": [names[i] for i in self.order],
                "links": [[names[a], names[b]] for a, b in self.links],
                **own,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Skeleton:
        """Read what `to_json` wrote. Raises BadInputError for anything else."""
        try:
            return _build(json.loads(text))
        except (ValueError, KeyError, TypeError) as error:
            raise BadInputError(f"the skeleton description cannot be read ({error})") from error


def side_of(name: str) -> Side:
    """Return the side that a name begins with; "middle" when it names none."""
    head = name.partition("_")[0]
    return next((side for side in _SIDES if side == head), "middle")


def counterpart(name: str) -> str:
    """Return the name on the other side of the body (the same name in the middle)."""
    head, _, rest = name.partition("_")
    return {"left": f"right_{rest}", "right": f"left_{rest}"}.get(head, name)


def _build(data: Mapping[str, Any]) -> Skeleton:
    names = tuple(str(point["name"]) for point in data["keypoints"])
    if len(set(names)) != len(names):
        raise ValueError("a keypoint is listed twice")
    index = {name: i for i, name in enumerate(names)}
    order = data.get("order", names)
    return Skeleton(
        name=str(data["name"]),
        title=str(data["title"]),
        source=str(data.get("source", "")),
        keypoints=names,
        bones=tuple((index[a], index[b]) for a, b in data["bones"]),
        mirror=tuple(index.get(counterpart(name), i) for name, i in index.items()),
        sigmas=tuple(float(point["sigma"]) for point in data["keypoints"]),
        virtual=tuple((k, tuple(v)) for k, v in data.get("virtual", {}).items()),
        limbs=tuple((k, tuple(v)) for k, v in data.get("limbs", {}).items()),
        order=tuple(index[name] for name in order),
        links=tuple((index[a], index[b]) for a, b in data.get("links", data["bones"])),
        own_angles=tuple(angle for entry in data.get("angles", ()) for angle in angles_from_data(entry)),
    )


@cache
def load_skeleton(name: str) -> Skeleton:
    """Return a shipped skeleton by name.

    Raises:
        BadInputError: There is none of that name, or its file cannot be read.
    """
    path = resources_folder() / "skeletons" / f"{name}.toml"
    return read_skeleton(path)


def read_skeleton(path: Path) -> Skeleton:
    """Read a skeleton file. Raises BadInputError where it is missing or malformed."""
    try:
        return _build(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise BadInputError("there is no such skeleton", where=path.name) from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadInputError(f"the skeleton file cannot be read ({error})", where=path.name) from error


@cache
def load_angles() -> tuple[AngleDefinition, ...]:
    """Return the shipped angle definitions, right before left, in the order of display.

    An entry of the file whose name starts with `{side}_` is made for both sides.
    """
    path = resources_folder() / "skeletons" / "angles.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["angle"]
    return tuple(angle for entry in entries for angle in angles_from_data(entry))


def angle_to_data(angle: AngleDefinition) -> dict[str, Any]:
    """Return one definition as an entry of a table of angles, for one side."""
    left_out = {"side"} | {f.name for f in fields(angle) if getattr(angle, f.name) == f.default}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in vars(angle).items() if name not in left_out}


def angles_from_data(entry: Mapping[str, Any]) -> list[AngleDefinition]:
    """Read one entry of a table of angles, for both sides where its name begins with `{side}_`.

    Raises:
        KeyError, ValueError, TypeError: Something is missing or is not what it should be.
    """
    two_sided = entry["name"].startswith("{side}")
    sides: tuple[Side, ...] = ("right", "left") if two_sided else (side_of(entry["name"]),)
    return [
        AngleDefinition(
            name=entry["name"].format(side=side),
            title=entry["title"] + ({"right": " R", "left": " L"}[side] if two_sided else ""),
            kind=entry["kind"],
            side=side,
            points=tuple(point.format(side=side) for point in entry["points"]),
            offset=float(_of_side(entry, "offset", side)),
            scale=float(_of_side(entry, "scale", side)),
            period=float(entry.get("period", 360.0)),
            zero=entry["zero"],
            positive=entry["positive"],
            unsigned=bool(entry.get("unsigned", False)),
            plane=_plane_of(entry),
        )
        for side in sides
    ]


def _of_side(entry: Mapping[str, Any], name: str, side: Side) -> float:
    """Return a number of an entry, the other way round on the left where the entry says `left_opposite`."""
    value = float(entry[name])
    return -value if side == "left" and entry.get("left_opposite", False) else value


def _plane_of(entry: Mapping[str, Any]) -> str:
    plane = str(entry.get("plane", "sagittal"))
    if plane not in PLANES:
        raise ValueError(f"{entry['name']} lies in no plane called {plane}")
    return plane
