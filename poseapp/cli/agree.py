"""`poseapp agree`: how well two annotators, two sessions, or a person and a network, agree about one clip."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from poseapp.cli.agree_reference import add_reference_options, is_reference, run_reference
from poseapp.cli.output import print_json, print_line, print_table

if TYPE_CHECKING:
    from poseapp.core.agreement import AgreementRow, AgreementTable
    from poseapp.core.readings import PosesOf

NAME = "agree"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        NAME,
        help="compare two readings of one clip: ICC, SEM, MDC, Bland-Altman",
        description="How well two people, two sessions of one person, or a person and a network agree about one clip: "
        "the poses of two projects, or those of one project with a reading or a run that it holds. ICC(2,1): two-way "
        "random, absolute agreement, single values, with a 95 %% interval. SEM: standard error of measurement. MDC: "
        "1.96 sqrt(2) SEM, a smaller change may be chance. Limits: bias -+ 1.96 standard deviations of the "
        "differences. Frames of one movement are not independent: intervals are narrower than they should be.",
    )
    parser.add_argument("first", type=Path, metavar="FIRST.poseapp")
    other = parser.add_mutually_exclusive_group(required=True)
    other.add_argument("second", type=Path, nargs="?", metavar="SECOND.poseapp|REFERENCE.mot")
    other.add_argument("--with-reading", metavar="NAME", help="compare with a reading kept in the project")
    other.add_argument("--with-run", metavar="NUMBER|NAME", help="with a run of the project, or the last of a network")
    other.add_argument("--list", action="store_true", help="list the readings and runs of the project")
    other.add_argument("--keep", metavar="NAME", help="keep the poses of the project, as they are, as a reading")
    parser.add_argument("--marked", action="store_true", help="only what both placed by hand")
    parser.add_argument("--keypoints", action="store_true", help="list the coordinates of keypoints, too")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="Bland-Altman plots as .pdf, .svg or .png")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the whole table")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    add_reference_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compare, and say how well they agree; or keep or list what can be compared with."""
    if options.list:
        return _list(options.first, as_json=options.json)
    if options.keep is not None:
        return _keep(options.first, options.keep, as_json=options.json)
    if is_reference(options.second):
        return run_reference(options)
    from poseapp.core.readings import PosesOf
    from poseapp.jobs.agreement import compare
    from poseapp.jobs.agreement_files import plot_agreement, write_agreement

    table = compare(PosesOf(options.first), _second(options), marked_only=options.marked)
    if options.plot is not None:
        plot_agreement(table, options.plot)
    if options.csv is not None:
        write_agreement(table, options.csv.with_suffix(".csv"))
    if options.json:
        print_json(
            {
                "first": table.first,
                "second": table.second,
                "frames": table.frames,
                "marked": table.marked,
                "rows": [_report(row) for row in table.rows],
            }
        )
    else:
        _print(table, keypoints=options.keypoints)
    return 0


def _second(options: argparse.Namespace) -> PosesOf:
    from poseapp.core.readings import PosesOf
    from poseapp.jobs.readings import find_run

    if options.with_reading is not None:
        return PosesOf(options.first, reading=options.with_reading)
    if options.with_run is not None:
        return find_run(options.first, options.with_run)
    return PosesOf(options.second)


def _list(project: Path, *, as_json: bool) -> int:
    from poseapp.jobs.readings import held_in

    held = held_in(project)
    if as_json:
        print_json({"held": [{"title": h.title, "reading": h.poses.reading, "run": h.poses.run} for h in held]})
    elif not held:
        print_line("It holds no reading and no run.")
    else:
        print_table(
            ["", "compare with"],
            [[h.title, f'--with-reading "{h.poses.reading}"' if h.poses.reading else f"--with-run {h.poses.run}"]
             for h in held],
        )  # fmt: skip
    return 0


def _keep(project: Path, name: str, *, as_json: bool) -> int:
    from poseapp.jobs.readings import keep_reading

    made = keep_reading(project, name)
    if as_json:
        print_json({"reading": made.name})
    else:
        print_line(f"Kept as reading {made.name}.")
    return 0


def _report(row: AgreementRow) -> dict[str, object]:
    found = row.agreement
    there = row.worst >= 0
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
        "largest_difference": _rounded(row.point(row.worst)[1]) if there else None,
        "largest_difference_frame": int(row.frames[row.worst]) if there else None,
    }


def _print(table: AgreementTable, *, keypoints: bool) -> None:
    which = "frames, only what was placed by hand" if table.marked else "frames"
    print_line(f"{table.frames} {which}; bias is second minus first")
    print_line(f"First: {table.first}. Second: {table.second}.")
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
    if not math.isfinite(value):
        return "-"
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text
