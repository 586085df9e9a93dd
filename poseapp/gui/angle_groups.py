"""Which angles share a plot: right and left of the same joint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from poseapp.core.skeleton import AngleDefinition

DEFAULT_SHOWN = ("knee_flexion", "hip_flexion", "elbow_flexion", "trunk_segment")


@dataclass(frozen=True)
class AngleGroup:
    """One plot: `columns` of `definitions` in an `AngleSeries`, right before left.

    Attributes:
        name: Without the side, such as "knee_flexion".
        title: Without the side, such as "Knee flexion".
        kind: "joint" or "segment".
    """

    name: str
    title: str
    kind: str
    columns: tuple[int, ...]
    definitions: tuple[AngleDefinition, ...]

    @property
    def zero(self) -> str:
        """In words: the posture at 0°."""
        return self.definitions[0].zero

    @property
    def positive(self) -> str:
        """In words: what a growing value means."""
        return self.definitions[0].positive


def group_angles(definitions: Sequence[AngleDefinition]) -> tuple[AngleGroup, ...]:
    """Return the groups of angles that share a plot, in the order of their first member."""
    members: dict[str, list[int]] = {}
    for column, definition in enumerate(definitions):
        members.setdefault(_bare_name(definition), []).append(column)
    return tuple(
        AngleGroup(
            name=name,
            title=_bare_title(definitions[columns[0]]),
            kind=definitions[columns[0]].kind,
            columns=tuple(columns),
            definitions=tuple(definitions[c] for c in columns),
        )
        for name, columns in members.items()
    )


def _bare_name(definition: AngleDefinition) -> str:
    return definition.name.removeprefix(f"{definition.side}_")


def _bare_title(definition: AngleDefinition) -> str:
    suffix = {"right": " R", "left": " L", "middle": ""}[definition.side]
    return definition.title.removesuffix(suffix) if suffix else definition.title
