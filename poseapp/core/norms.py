"""What is usual: mean and standard deviation of angles over a cycle, from a table that somebody brings along."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import side_of
from poseapp.core.types import Float64, frozen_arrays

COLUMNS = ("angle", "percent", "mean", "sd")
_REMEDY = "Give a row for each angle and percent, under the heading angle,percent,mean,sd"
N_POINTS = 101


@dataclass(frozen=True)
class NormBand:
    """Mean and standard deviation (101,) degrees at 0 .. 100 % of a cycle."""

    mean: Float64
    sd: Float64

    def __post_init__(self) -> None:
        frozen_arrays(self)


@dataclass(frozen=True)
class Norms:
    """Bands by the name of an angle, such as "right_knee_flexion", or "knee_flexion" for both sides.

    Attributes:
        title: What they are called in a legend, such as "adults".
    """

    title: str
    bands: Mapping[str, NormBand]

    def of(self, angle: str) -> NormBand | None:
        """Return the band of an angle by its full name: that of its side, else that of both; None for none."""
        return self.bands.get(angle) or self.bands.get(angle.removeprefix(f"{side_of(angle)}_"))


def read_norms(lines: Iterable[str], title: str, known: Iterable[str]) -> Norms:
    """Read a table (CSV) with the columns angle, percent, mean, sd; what lies between rows is interpolated.

    Args:
        lines: Of the file. title: For a legend. known: Full names of the angles that there are.

    Raises:
        BadInputError: A column is missing, a number is none, an angle is unknown or has fewer than two rows.
    """
    reader = csv.DictReader(line for line in lines if not line.lstrip().startswith("#"))
    reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in COLUMNS if name not in reader.fieldnames]
    if missing:
        raise BadInputError(f"the table of normal values has no column {missing[0]!r}", where=title, remedy=_REMEDY)
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for number, row in enumerate(reader, start=2):
        try:
            percent, mean, sd = (float(row[name]) for name in COLUMNS[1:])
        except (TypeError, ValueError):
            raise BadInputError(f"line {number} is not numbers", where=title, remedy=_REMEDY) from None
        if not 0 <= percent <= 100 or not sd >= 0 or not np.isfinite([mean, sd]).all():
            raise BadInputError(f"line {number} cannot be: percent 0 to 100, sd not negative", where=title)
        rows.setdefault(str(row["angle"]).strip(), []).append((percent, mean, sd))
    full = set(known)
    names = full | {name.removeprefix(f"{side_of(name)}_") for name in full}
    unknown = sorted(set(rows) - names)
    if unknown:
        choices = ", ".join(sorted(names - full) or sorted(names))
        raise BadInputError(f"there is no angle {unknown[0]!r}", where=title, remedy=f"Choose of {choices}")
    return Norms(title, {name: _band(found, name, title) for name, found in rows.items()})


def _band(rows: list[tuple[float, float, float]], name: str, title: str) -> NormBand:
    ordered = np.array(sorted(rows))
    if len(ordered) < 2 or len(np.unique(ordered[:, 0])) < len(ordered):
        raise BadInputError(f"{name} needs two rows at least, each of another percent", where=title, remedy=_REMEDY)
    share = np.arange(N_POINTS, dtype=np.float64)
    inside = (share >= ordered[0, 0]) & (share <= ordered[-1, 0])
    mean, sd = (np.where(inside, np.interp(share, ordered[:, 0], ordered[:, i]), np.nan) for i in (1, 2))
    return NormBand(mean, sd)
