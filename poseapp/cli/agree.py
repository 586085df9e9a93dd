"""`poseapp agree`: how well two annotators, or two sessions, agree about one clip."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from poseapp.cli.agree_reference import add_reference_options, is_reference, run_reference
from poseapp.cli.output import print_json, print_line, print_table

if TYPE_CHECKING:
    from poseapp.jobs.agreement import AgreementRow, AgreementTable

NAME = "agree"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        NAME,
        help="compare two projects of one clip: ICC, SEM, MDC, Bland-Altman",
        description="How well two people, or two sessions of one person, agree about one clip. ICC(2,1): two-way "
        "random, absolute agreement, single values, with a 95 % interval. SEM: standard error of measurement. MDC: "
        "1.96 sqrt(2) SEM, a smaller change may be chance. Limits: bias -+ 1.96 standard deviations of the "
        "differences. Frames of one movement are not independent: intervals are narrower than they should be.",
    )
    parser.add_argument("first", type=Path, metavar="FIRST.poseapp")
    parser.add_argument("second", type=Path, metavar="SECOND.poseapp")
    parser.add_argument("--marked", action="store_true", help="only frames in which both hold a mark of the person")
    parser.add_argument("--keypoints", action="store_true", help="list the coordinates of keypoints, too")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="Bland-Altman plots as .pdf, .svg or .png")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    add_reference_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compare, and say how well they agree."""
    if is_reference(options.second):
        return run_reference(options)
    from poseapp.jobs.agreement import compare_projects, plot_agreement

    table = compare_projects(options.first, options.second, marked_only=options.marked)
    if options.plot is not None:
        plot_agreement(table, options.plot)
    if options.json:
        print_json({"frames": table.frames, "marked": table.marked, "rows": [_report(row) for row in table.rows]})
    else:
        _print(table, keypoints=options.keypoints)
    return 0


def _report(row: AgreementRow) -> dict[str, object]:
    found = row.agreement
    return {
        "name": row.name,
        "unit": row.unit,
        "person": row.person,
        "n": found.n,
        "icc": _rounded(found.icc),
        "icc_interval": [_rounded(found.icc_low), _rounded(found.icc_high)],
        "sem": _rounded(found.sem),
        "mdc": _rounded(found.mdc),
        "bias": _rounded(found.bias),
        "limits": [_rounded(found.low), _rounded(found.high)],
    }


def _print(table: AgreementTable, *, keypoints: bool) -> None:
    which = "frames that both marked" if table.marked else "frames"
    print_line(f"{table.frames} {which}; bias is second minus first")
    print_line()
    head = ["", "n", "ICC [95 %]", "SEM", "MDC", "bias", "limits"]
    rows = []
    for row in table.rows:
        found = row.agreement
        if found.n < 3 or (row.unit == "px" and not keypoints):
            continue
        who = f" (person {row.person + 1})" if row.person else ""
        interval = f"{_shown(found.icc, 2)} [{_shown(found.icc_low, 2)}, {_shown(found.icc_high, 2)}]"
        limits = f"{_shown(found.low)} to {_shown(found.high)}"
        numbers = [str(found.n), interval, *(_shown(value) for value in (found.sem, found.mdc, found.bias)), limits]
        rows.append([f"{row.title}{who}, {row.unit}", *numbers])
    print_table(head, rows)


def _rounded(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None


def _shown(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}" if math.isfinite(value) else "-"
