"""How far angles go on each side, how sure that is, how alike the sides are, and what changed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from poseapp.core.analysis import Analysis, AngleSeries
from poseapp.core.circle import unwrap_degrees
from poseapp.core.movement import SYMMETRY_FORMULA, CycleSet, PersonMovement, symmetry_index
from poseapp.core.skeleton import Side, counterpart, side_of
from poseapp.kinematics.change import LEAST_SEM, judge_change
from poseapp.kinematics.events_gait import STRIKE
from poseapp.reports.content import Table


@dataclass(frozen=True)
class Range:
    """How far one angle goes in a stretch: degrees, each with one standard deviation; NaN where it was never seen.

    Attributes:
        low_frame, high_frame: Where; -1 where it was never seen.
    """

    low: float
    high: float
    low_sigma: float
    high_sigma: float
    low_frame: int = -1
    high_frame: int = -1

    @property
    def size(self) -> float:
        """Degrees from the lowest to the highest."""
        return self.high - self.low

    @property
    def sigma(self) -> float:
        """Standard deviation of the size, degrees: the errors of two frames that lie apart are independent."""
        return math.hypot(self.low_sigma, self.high_sigma)


NEVER = Range(math.nan, math.nan, math.nan, math.nan)


def measure_range(angles: AngleSeries, name: str, start: int, stop: int) -> Range:
    """Return how far an angle goes in the frames start .. stop; whole turns are followed, not wrapped.

    Raises:
        KeyError: There is no such angle.
    """
    column = angles.column(name)
    period = np.array([angles.definitions[column].period])
    values = unwrap_degrees(angles.values[start:stop, column : column + 1], period)[:, 0]
    if not np.isfinite(values).any():
        return NEVER
    low, high = int(np.nanargmin(values)), int(np.nanargmax(values))
    sigma = angles.sigma[start:stop, column]
    return Range(
        float(values[low]), float(values[high]), float(sigma[low]), float(sigma[high]), start + low, start + high
    )


def cycle_range(cycles: CycleSet, column: int) -> Range:
    """Return how far the mean cycle of an angle goes, with the standard deviation between cycles; without frames."""
    mean, sd = cycles.mean[:, column], cycles.sd[:, column]
    if not np.isfinite(mean).any():
        return NEVER
    low, high = int(np.nanargmin(mean)), int(np.nanargmax(mean))
    return Range(float(mean[low]), float(mean[high]), float(sd[low]), float(sd[high]))


def cycles_of(analysis: Analysis, person: int, full: str) -> CycleSet | None:
    """Return the cycles of an angle, cut at the event that cuts all of this person's; None for fewer than two."""
    if person >= len(analysis.movement):
        return None
    column = analysis.persons[person].angles.column(full)
    event = _cutting_event(analysis.movement[person])
    known = [cycles for cycles in analysis.movement[person].cycles if cycles.event == event and cycles.n[column] >= 2]
    return next(iter(known), None)


def _cutting_event(movement: PersonMovement) -> str:
    """Return heel strikes where there are any, as walks are cut, else the event that makes most cycles."""
    made = {cycles.event: float(cycles.n.max(initial=0)) for cycles in movement.cycles}
    many = {event: n for event, n in made.items() if n >= 2}
    return STRIKE if STRIKE in many else max(many, key=lambda event: many[event], default="")


def sides_of(angles: AngleSeries, name: str) -> dict[Side, str]:
    """Return the full names of an angle without a side by their side, right before left: none where it is unknown."""
    known = {definition.name for definition in angles.definitions}
    names = (f"right_{name}", f"left_{name}", name)
    return {side_of(full): full for full in names if full in known}


def range_table(
    analysis: Analysis, person: int, names: Sequence[str], span: tuple[int, int], earlier: Analysis | None = None
) -> Table:
    """Return the ranges of motion of angles (without their side), with what an earlier session had.

    Of a whole clip with cycles they are those of the mean cycle: one wrong frame does not make them.
    """
    angles = analysis.persons[person].angles
    of = range_of(analysis, person, names, span)
    before = None if earlier is None else range_of(earlier, 0, names, (0, earlier.clip.n_frames), like=of)
    sided = any("right" in sides_of(angles, name) for name in names)
    columns = ("min", "max", "range") if earlier is None else ("max", "range", "change")
    letters = ("R ", "L ") if sided else ("",)
    head = ["", *(letter + column for letter in letters for column in columns)] + (["Asymmetry"] if sided else [])
    rows = []
    for name in names:
        sides = sides_of(angles, name)
        places = [sides.get("right", sides.get("middle")), sides.get("left")] if sided else [sides.get("middle")]
        found = [NEVER if full is None else of.measure(full) for full in places]
        row = [angle_title(angles, name)]
        for full, one in zip(places, found, strict=True):
            cells = {"min": with_sigma(one.low, one.low_sigma), "max": with_sigma(one.high, one.high_sigma)}
            cells |= {"range": with_sigma(one.size, one.sigma)}
            if before is not None:
                cells["change"] = _change(one, NEVER if full is None else before.measure(full))
            row += [cells[column] for column in columns]
        if sided:
            row.append(_share(symmetry_index(found[0].size, found[1].size)))
        rows.append(tuple(row))
    note = "± one standard deviation, "
    note += "between cycles." if of.cyclic else "from the network's own uncertainty."
    note += f" Asymmetry of the ranges: {SYMMETRY_FORMULA}." if sided else ""
    if earlier is not None:
        note += " Change of the range; * beyond the minimal detectable change, 1.96 √2 × standard error,"
        note += f" of which at least {LEAST_SEM}° because camera, clothes and person stand anew."
    title = "Range of motion in the mean cycle (degrees)" if of.cyclic else "Range of motion (degrees)"
    return Table(title, tuple(head), tuple(rows), note)


def angle_title(angles: AngleSeries, name: str) -> str:
    """Return the title of an angle without its side."""
    full = next(iter(sides_of(angles, name).values()))
    title = angles.definitions[angles.column(full)].title
    return title.removesuffix(" R").removesuffix(" L") if counterpart(full) != full else title


def with_sigma(value: float, sigma: float) -> str:
    """Return "59 ± 4"; "59" without a sigma, or of points that a person placed (0); "–" where nothing is known."""
    if not math.isfinite(value):
        return "–"
    return f"{value:.0f} ± {sigma:.0f}".replace("-", "−") if sigma > 0 else f"{value:.0f}".replace("-", "−")


def _share(percent: float) -> str:
    return f"{percent:.0f} %".replace("-", "−") if math.isfinite(percent) else "–"


def _change(now: Range, then: Range) -> str:
    change = now.size - then.size
    if not math.isfinite(change):
        return "–"
    beyond = judge_change(change, now.sigma, then.sigma).verdict == "beyond"
    return f"{change:+.0f}{'*' if beyond else ''}".replace("-", "−")


@dataclass(frozen=True)
class RangeOf:
    """Measures ranges of one person in one way: of the mean cycle, or of a stretch of frames."""

    analysis: Analysis
    person: int
    span: tuple[int, int]
    cyclic: bool

    def measure(self, full: str) -> Range:
        """Return the range of an angle; `NEVER` where it was never seen, or there is none of that name."""
        angles = self.analysis.persons[self.person].angles
        if full not in {definition.name for definition in angles.definitions}:
            return NEVER
        if not self.cyclic:
            return measure_range(angles, full, *self.span)
        cycles = cycles_of(self.analysis, self.person, full)
        return NEVER if cycles is None else cycle_range(cycles, angles.column(full))


def range_of(
    analysis: Analysis, person: int, names: Sequence[str], span: tuple[int, int], like: RangeOf | None = None
) -> RangeOf:
    """Return how ranges of these angles are measured: of the mean cycle in a whole clip with cycles of all of them.

    Args:
        like: Measure as this does, whatever there is.
    """
    angles = analysis.persons[person].angles
    full = [full for name in names for full in sides_of(angles, name).values()]
    whole = span == (0, analysis.clip.n_frames)
    cyclic = whole and bool(full) and all(cycles_of(analysis, person, name) is not None for name in full)
    return RangeOf(analysis, person, span, cyclic if like is None else like.cyclic)
