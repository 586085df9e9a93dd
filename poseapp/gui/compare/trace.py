"""One angle of two clips as numbers: what both measure, curves since the moment at which they are laid together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from poseapp.core.analysis import PersonMeasures
from poseapp.core.skeleton import AngleDefinition, Side
from poseapp.gui.plots.decimation import Pyramid

Float64 = npt.NDArray[np.float64]
_DENSE = 2  # frames a column from which it shows their extremes


@dataclass(frozen=True)
class ComparedAngle:
    """An angle that can be compared: right and left of the same joint together.

    Attributes:
        name: Without the side, such as "knee_flexion". title: The same in words.
        sides: Those that are measured, right first.
    """

    name: str
    title: str
    sides: tuple[Side, ...]
    zero: str
    positive: str
    period: float


@dataclass(frozen=True)
class Trace:
    """A curve of one side in one clip, with frames at `pts` (T,) s of the clip's clock; `origin` s is time 0.

    Attributes:
        place: 0 = of the clip that leads, 1 = of the other. values: degrees. sigma: (T,) degrees.
    """

    place: int
    side: Side
    pts: Float64
    values: Pyramid
    sigma: Float64
    origin: float = 0.0

    def at(self, frame: int | None) -> tuple[float, float]:
        """Return value and sigma at a frame, NaN where there is none."""
        if frame is None or not 0 <= frame < len(self.pts):
            return math.nan, math.nan
        return float(self.values.values[frame]), float(self.sigma[frame])

    def span(self) -> tuple[float, float]:
        """Return the time of the first and the last frame, s since time 0."""
        return float(self.pts[0]) - self.origin, float(self.pts[-1]) - self.origin

    def points(self, first: float, last: float, columns: int) -> tuple[Float64, Float64, Float64]:
        """Return times since 0, values and sigmas (n,) for a view of first .. last s, at most a few a column.

        Where many frames share a column: its least and its greatest value, and no sigma (NaN).
        """
        first, last = first + self.origin, last + self.origin
        start = max(0, int(np.searchsorted(self.pts, first)) - 1)
        stop = min(len(self.pts), int(np.searchsorted(self.pts, last)) + 1)
        if stop - start <= _DENSE * columns:
            part = slice(start, stop)
            return self.pts[part] - self.origin, self.values.values[part].astype(float), self.sigma[part]
        sides = np.linspace(first, last, columns + 1)
        seen = self.values.columns(np.searchsorted(self.pts, sides).astype(np.intp))
        ends = np.stack([seen.low, seen.high], axis=1).astype(float)
        ends[1::2] = ends[1::2, ::-1]  # downwards in every second column, so that neighbours join at the near end
        time = np.repeat((sides[:-1] + sides[1:]) / 2 - self.origin, 2)
        return time, ends.ravel(), np.full(len(time), np.nan)


def compared_angles(measures: Sequence[PersonMeasures | None]) -> tuple[ComparedAngle, ...]:
    """Return the angles that every clip with angles measures, in the order of the first."""
    known = [m.angles.definitions for m in measures if m is not None]
    if not known:
        return ()
    shared = set.intersection(*({d.name for d in definitions} for definitions in known))
    members: dict[str, list[AngleDefinition]] = {}
    for definition in known[0]:
        if definition.name in shared:
            members.setdefault(definition.name.removeprefix(f"{definition.side}_"), []).append(definition)
    return tuple(_angle(name, definitions) for name, definitions in members.items())


def trace(place: int, side: Side, angle: ComparedAngle, measures: PersonMeasures | None, pts: Float64) -> Trace | None:
    """Return the curve of one side of an angle in a clip with frames at `pts`, None where it is not measured."""
    if measures is None:
        return None
    name = angle.name if side == "middle" else f"{side}_{angle.name}"
    series = measures.angles
    column = next((i for i, d in enumerate(series.definitions) if d.name == name), None)
    if column is None or len(series.values) != len(pts):
        return None
    return Trace(place, side, pts, Pyramid(series.values[:, column]), series.sigma[:, column])


def difference(
    first: tuple[float, float], second: tuple[float, float], *, period: float = math.inf
) -> tuple[float, float]:
    """Return the first value minus the second, within half a period of 0, and the sigma of that.

    The sigma is the root of the sum of squares, since the two are measured independently (GUM 5.1.2); NaN where a
    value or sigma is missing.
    """
    value = first[0] - second[0]
    if math.isfinite(period) and math.isfinite(value):
        value = math.remainder(value, period)
    return value, math.hypot(first[1], second[1])


def value_range(traces: Sequence[Trace], *, snap: float = 10.0, least: float = 20.0) -> tuple[float, float]:
    """Return round degrees that hold every curve, at least `least` apart; 0 .. 90 without any value."""
    known = [values[np.isfinite(values)] for values in (t.values.values for t in traces)]
    known = [values for values in known if len(values)]
    if not known:
        return 0.0, 90.0
    low, high = min(float(v.min()) for v in known), max(float(v.max()) for v in known)
    pad = max(0.06 * (high - low), (least - (high - low)) / 2, 2.0)
    return math.floor((low - pad) / snap) * snap, math.ceil((high + pad) / snap) * snap


def _angle(name: str, definitions: list[AngleDefinition]) -> ComparedAngle:
    first = definitions[0]
    suffix = {"right": " R", "left": " L", "middle": ""}[first.side]
    title = first.title.removesuffix(suffix) if suffix else first.title
    return ComparedAngle(
        name, title, tuple(d.side for d in definitions), first.zero, first.positive, float(first.period)
    )
