"""How far angles go on each side, how sure that is, how alike the sides are, and what changed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from poseapp.core.analysis import AngleSeries, PersonMeasures
from poseapp.core.circle import unwrap_degrees
from poseapp.core.movement import SYMMETRY_FORMULA, symmetry_index
from poseapp.core.skeleton import Side, counterpart, side_of
from poseapp.kinematics.change import LEAST_SEM, judge_change
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


def sides_of(angles: AngleSeries, name: str) -> dict[Side, str]:
    """Return the full names of an angle without a side by their side, right before left: none where it is unknown."""
    known = {definition.name for definition in angles.definitions}
    names = (f"right_{name}", f"left_{name}", name)
    return {side_of(full): full for full in names if full in known}


def range_table(
    person: PersonMeasures, names: Sequence[str], span: tuple[int, int], earlier: PersonMeasures | None
) -> Table:
    """Return the ranges of motion of angles (without their side), with what an earlier session had."""
    sided = any("right" in sides_of(person.angles, name) for name in names)
    columns = ("min", "max", "range") if earlier is None else ("max", "range", "change")
    letters = ("R ", "L ") if sided else ("",)
    head = ["", *(letter + column for letter in letters for column in columns)] + (["Asymmetry"] if sided else [])
    rows = []
    for name in names:
        sides = sides_of(person.angles, name)
        places = [sides.get("right", sides.get("middle")), sides.get("left")] if sided else [sides.get("middle")]
        found = [NEVER if full is None else measure_range(person.angles, full, *span) for full in places]
        row = [angle_title(person.angles, name)]
        for full, one in zip(places, found, strict=True):
            cells = {"min": with_sigma(one.low, one.low_sigma), "max": with_sigma(one.high, one.high_sigma)}
            cells |= {"range": with_sigma(one.size, one.sigma)}
            if earlier is not None:
                cells["change"] = _change(one, earlier.angles, full)
            row += [cells[column] for column in columns]
        if sided:
            row.append(_share(symmetry_index(found[0].size, found[1].size)))
        rows.append(tuple(row))
    note = "± one standard deviation, from the network's own uncertainty."
    note += f" Asymmetry of the ranges: {SYMMETRY_FORMULA}." if sided else ""
    if earlier is not None:
        note += " Change of the range; * beyond the minimal detectable change, 1.96 √2 × standard error,"
        note += f" of which at least {LEAST_SEM}° because camera, clothes and person stand anew."
    return Table("Range of motion (degrees)", tuple(head), tuple(rows), note)


def angle_title(angles: AngleSeries, name: str) -> str:
    """Return the title of an angle without its side."""
    full = next(iter(sides_of(angles, name).values()))
    title = angles.definitions[angles.column(full)].title
    return title.removesuffix(" R").removesuffix(" L") if counterpart(full) != full else title


def with_sigma(value: float, sigma: float) -> str:
    """Return "59 ± 4"; "–" where nothing is known."""
    if not math.isfinite(value):
        return "–"
    return f"{value:.0f} ± {sigma:.0f}".replace("-", "−") if math.isfinite(sigma) else f"{value:.0f}".replace("-", "−")


def _share(percent: float) -> str:
    return f"{percent:.0f} %".replace("-", "−") if math.isfinite(percent) else "–"


def _change(now: Range, earlier: AngleSeries, full: str | None) -> str:
    if full is None or full not in {definition.name for definition in earlier.definitions}:
        return "–"
    then = measure_range(earlier, full, 0, len(earlier.values))
    change = now.size - then.size
    if not math.isfinite(change):
        return "–"
    beyond = judge_change(change, now.sigma, then.sigma).verdict == "beyond"
    return f"{change:+.0f}{'*' if beyond else ''}".replace("-", "−")
