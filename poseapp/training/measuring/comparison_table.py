"""The results of the comparison and the speeds as Markdown tables, for docs/networks.md.

python -m poseapp.training.measuring.comparison_table RUNS SPEED.json
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from poseapp.core.architectures import load_architectures
from poseapp.training.measuring.comparison import RUNS, Result
from poseapp.training.measuring.speed import Speed

HEAD = ("run", "loss", "PCK@0.2 [95 %]", "pictures", "core minutes", "parameters", "true MACs", "x RT", "crops/s")


def read_results(folder: Path) -> dict[str, Result]:
    """Return the finished runs of a comparison by name."""
    found = {}
    for run in RUNS:
        path = folder / run.name / "result.json"
        if path.exists():
            found[run.name] = Result(**json.loads(path.read_text(encoding="utf-8")))
    return found


def table(results: dict[str, Result], speeds: dict[str, Speed]) -> str:
    """Return a row for every finished run, in order; parameters, cost and speed are those at the paper's input."""
    rows = {row.name: row for row in load_architectures()}
    lines = ["| " + " | ".join(HEAD) + " |", "|---|---|" + "---:|" * (len(HEAD) - 2)]
    for result in results.values():
        row, speed = rows[result.network], speeds.get(result.network)
        cells = [
            result.name,
            result.loss,
            f"{result.pck:.1f} [{result.low:.1f}, {result.high:.1f}]",
            f"{result.pictures:,}",
            f"{result.minutes:.1f}",
            f"{row.params / 1e6:.2f} M",
            f"{row.macs / 1e9:.2f} G",
            "-" if speed is None else f"{speed.ratio:.2f}",
            "-" if speed is None else f"{1000 / speed.milliseconds:.0f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path)
    parser.add_argument("speed", type=Path)
    args = parser.parse_args()
    speeds = [Speed(**entry) for entry in json.loads(args.speed.read_text(encoding="utf-8"))]
    sys.stdout.write(table(read_results(args.runs), {speed.name: speed for speed in speeds}))


if __name__ == "__main__":
    main()
