"""Writes what came of a comparison: the table as CSV, the table and its plots as pages or pictures."""

from __future__ import annotations

import csv
import importlib.util
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from poseapp.core.agreement import METHOD, AgreementRow, AgreementTable
from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError, UsageError
from poseapp.core.number_text import told

_PLOTS = (".pdf", ".svg", ".png")
_HEAD = (
    "person", "name", "unit", "n", "bias", "limit_low", "limit_high", "icc", "icc_low", "icc_high", "sem", "mdc",
    "largest_difference", "largest_difference_frame",
)  # fmt: skip


def write_agreement(table: AgreementTable, path: Path, *, first: str = "") -> None:
    """Write a comparison by the suffix: .csv the table; .pdf table and plots; .svg and .png the plots.

    No file name goes into it, nor who made it.

    Args:
        first: Name of the row whose plot comes first; the others follow, those that vary most first.

    Raises:
        UsageError: It cannot have this suffix.
        BadInputError: A library is missing, or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        _write_csv(table, path)
    elif suffix in _PLOTS:
        plot_agreement(table, path, first=first)
    else:
        raise UsageError(f"no table has the suffix {path.suffix!r}", remedy="Choose .csv or .pdf, .svg, .png")


def check_plot(path: Path) -> None:
    """Raise UsageError where no plot has the suffix of a file, BadInputError where Matplotlib is missing."""
    if path.suffix.lower() not in _PLOTS:
        raise UsageError(f"no plot has the suffix {path.suffix!r}", remedy="Choose .pdf, .svg or .png")
    if importlib.util.find_spec("matplotlib") is None:
        remedy = "Install it: pip install 'poseapp[report]'"
        raise BadInputError("plots need the package matplotlib", where=path.name, remedy=remedy)


def plot_agreement(table: AgreementTable, path: Path, *, first: str = "") -> None:
    """Write Bland-Altman plots of the angles, those that vary most first; a PDF has the table on its first page.

    Raises:
        UsageError: No plot has this suffix.
        BadInputError: Matplotlib is missing, or the file cannot be written.
    """
    check_plot(path)
    from poseapp.reports.agreement import AgreementPages, PairPlot, write_agreement, write_agreement_pages

    several = len({row.person for row in table.rows}) > 1
    plots = [
        PairPlot(_title(row, several), row.unit, row.first.copy(), row.second.copy(), a.bias, a.low, a.high)
        for row in _drawn(table, first)
        if (a := row.agreement)
    ]
    if path.suffix.lower() != ".pdf":
        write_agreement(path, plots)
        return
    which = ", only what was placed by hand" if table.marked else ""
    about = f"First: {table.first}. Second: {table.second}. {table.frames} frames{which}."
    angles, keypoints = (
        [_cells(row, _title(row, several)) for row in table.rows if row.unit == unit and row.agreement.n >= 3]
        for unit in ("degrees", "px")
    )
    write_agreement_pages(path, AgreementPages(about, METHOD, angles, keypoints, plots))


def _drawn(table: AgreementTable, first: str) -> list[AgreementRow]:
    rows = [row for row in table.rows if row.agreement.n >= 3 and (row.unit == "degrees" or row.name == first)]
    return sorted(rows, key=lambda row: (row.name != first, -float(np.std(row.first))))


def _title(row: AgreementRow, several: bool) -> str:
    return f"{row.title}, person {row.person + 1}" if several else row.title


def _cells(row: AgreementRow, title: str) -> Sequence[str]:
    a = row.agreement
    icc = f"{told(a.icc, 2)} [{told(a.icc_low, 2)}, {told(a.icc_high, 2)}]"
    limits = f"{told(a.low)} to {told(a.high)}"
    return title, str(a.n), told(a.bias), limits, icc, told(a.sem), told(a.mdc)


def _write_csv(table: AgreementTable, path: Path) -> None:
    with atomic_path(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_HEAD)
        for row in table.rows:
            writer.writerow(_values(row))


def _values(row: AgreementRow) -> list[object]:
    a = row.agreement
    last = ("", "") if row.worst < 0 else (_number(row.point(row.worst)[1]), int(row.frames[row.worst]))
    numbers = (a.bias, a.low, a.high, a.icc, a.icc_low, a.icc_high, a.sem, a.mdc)
    return [row.person + 1, row.name, row.unit, a.n, *(_number(value) for value in numbers), *last]


def _number(value: float) -> str:
    """Return a value that a table reads, "" for none."""
    return f"{value:.6g}" if math.isfinite(value) else ""
