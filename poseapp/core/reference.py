"""Angles of another system, with which those of a clip are compared."""

from __future__ import annotations

from dataclasses import dataclass

from poseapp.core.types import Float64, frozen_arrays


@dataclass(frozen=True, eq=False)
class ReferenceCurve:
    """One of our angles as a file has it.

    Attributes:
        angle: Our name.
        source: What of the file it was made of, such as "-knee_angle_r".
        columns: The names of the file in it.
        values: (N,) degrees by our definition, NaN = missing.
    """

    angle: str
    source: str
    columns: tuple[str, ...]
    values: Float64

    def __post_init__(self) -> None:
        frozen_arrays(self)


@dataclass(frozen=True, eq=False)
class Reference:
    """What a file holds.

    Attributes:
        title: Name of the file.
        time: (N,) s by its own clock, rising; N > 0.
        curves: Those that are angles of ours.
        unused: Names of the file that are none of ours.
        notes: What a reader must know, a sentence each.
    """

    title: str
    time: Float64
    curves: tuple[ReferenceCurve, ...]
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        frozen_arrays(self)

    def of(self, angle: str) -> ReferenceCurve | None:
        """Return the curve of an angle by our name, None where the file has none."""
        return next((curve for curve in self.curves if curve.angle == angle), None)
