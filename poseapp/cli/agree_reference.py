"""`poseapp agree PROJECT REFERENCE.mot`: how well the angles of a project agree with those of a reference system."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from poseapp.cli.output import print_json, print_line, print_table, tell
from poseapp.core.errors import UsageError

if TYPE_CHECKING:
    from poseapp.jobs.reference_curves import ReferenceRow, ReferenceTable

SUFFIXES = (".mot", ".sto")
_NOT_HERE = ("marked", "keypoints", "csv")


def add_reference_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that hold where the second file is a motion file."""
    group = parser.add_argument_group("against a motion file (.mot, .sto) of a reference system")
    words = "added to the times of the file, whose 0 s is the clip's first frame otherwise; auto: where both fit best"
    group.add_argument("--offset", type=_seconds, default=0.0, metavar="SECONDS|auto", help=words)
    group.add_argument("--person", type=int, default=1, metavar="N", help="whose angles (default: 1)")


def _seconds(text: str) -> float | None:
    """Return seconds, None for auto."""
    return None if text == "auto" else float(text)


def is_reference(file: Path | None) -> bool:
    """Tell whether a file is a motion file, by its name."""
    return file is not None and file.suffix.lower() in SUFFIXES


def run_reference(options: argparse.Namespace) -> int:
    """Compare the angles of a project with a motion file, and say how well they agree."""
    from poseapp.jobs.reference_curves import compare_with_reference, plot_reference

    given = [name for name in _NOT_HERE if getattr(options, name, None)]
    if given:
        raise UsageError(f"--{given[0]} does not go with a motion file, which holds angles only", remedy="Leave it out")
    table = compare_with_reference(options.first, options.second, offset=options.offset, person=options.person - 1)
    if options.plot is not None:
        plot_reference(table, options.plot)
    for note in table.notes:
        tell(f"note: {note}")
    if options.json:
        print_json(_report(table, options.second))
    else:
        _print(table, options.second)
    return 0


def _report(table: ReferenceTable, file: Path) -> dict[str, object]:
    return {
        "reference": file.name,
        "offset": round(table.offset, 6),
        "person": table.person + 1,
        "frames": table.frames,
        "seconds": [round(table.start, 6), round(table.stop, 6)],
        "rows": [_row(row) for row in table.rows],
        "unused": list(table.unused),
        "notes": list(table.notes),
    }


def _row(row: ReferenceRow) -> dict[str, object]:
    found = row.found.agreement
    return {
        "name": row.name,
        "unit": "degrees",
        "reference": row.source,
        "n": found.n,
        "rmse": _rounded(row.found.rmse),
        "bias": _rounded(found.bias),
        "sd": _rounded(found.spread),
        "limits": [_rounded(found.low), _rounded(found.high)],
        "icc": _rounded(found.icc),
        "icc_interval": [_rounded(found.icc_low), _rounded(found.icc_high)],
        "correlation": _rounded(row.found.correlation),
    }


def _print(table: ReferenceTable, file: Path) -> None:
    when = f"{table.start:.2f} to {table.stop:.2f} s of the clip"
    print_line(f"{table.frames} frames, {when}, person {table.person + 1}; bias is measured minus {file.name}")
    print_line()
    head = ["degrees", "n", "RMSE", "bias", "SD", "limits", "ICC [95 %]", "r", "from"]
    rows = []
    for row in table.rows:
        found = row.found.agreement
        interval = f"{_shown(found.icc, 2)} [{_shown(found.icc_low, 2)}, {_shown(found.icc_high, 2)}]"
        numbers = [_shown(value) for value in (row.found.rmse, found.bias, found.spread)]
        limits = f"{_shown(found.low)} to {_shown(found.high)}"
        rows.append([row.title, str(found.n), *numbers, limits, interval, _shown(row.found.correlation, 3), row.source])
    print_table(head, rows)
    if table.unused:
        print_line()
        print_line(f"Not compared: {', '.join(table.unused)}")


def _rounded(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None


def _shown(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}" if math.isfinite(value) else "-"
