"""`poseapp bench propagation`: how many drags a wrong clip takes, with healing and without."""

from __future__ import annotations

import argparse
import math
from dataclasses import asdict
from typing import TYPE_CHECKING

from poseapp.cli.output import print_json, print_line, tell

if TYPE_CHECKING:
    from poseapp.jobs.bench_propagation import Comparison


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this suite can be told."""
    parser.add_argument("--scenario", action="append", help="only this one; may be given again")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="damage every scenario N times (default 3)")


def run(options: argparse.Namespace) -> int:
    """Correct the sample, print the table, and return the exit code."""
    from poseapp.jobs.bench_propagation import GOAL_PX, SCENARIOS, bench_propagation

    scenarios = tuple(options.scenario or SCENARIOS)
    if unknown := [name for name in scenarios if name not in SCENARIOS]:
        tell(f"poseapp: there is no scenario {unknown[0]!r}; there are {', '.join(SCENARIOS)}")
        return 2
    rows = []
    tell(f"{'scenario':<12} {'seed':>4} {'error px':>9} {'alone':>6} {'healing':>8} {'times fewer':>12}")
    for row in bench_propagation(scenarios, options.seeds):
        rows.append(row)
        line = f"{row.scenario:<12} {row.seed:>4} {row.error:>9.1f} {row.alone:>6} {row.healing:>8} {row.ratio:>12.1f}"
        (tell if options.json else print_line)(line)
    alone, healing = sum(row.alone for row in rows), sum(row.healing for row in rows)
    ratio = alone / healing if healing else None
    if options.json:
        total = {"alone": alone, "healing": healing, "ratio": ratio}
        print_json({"suite": "propagation", "goal_px": GOAL_PX, "rows": [_row(row) for row in rows], **total})
    elif ratio is not None:
        print_line(f"{'all':<27} {alone:>6} {healing:>8} {ratio:>12.1f}")
    return 0


def _row(row: Comparison) -> dict[str, object]:
    values = asdict(row) | {"ratio": row.ratio}
    return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in values.items()}
