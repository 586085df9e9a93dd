"""`poseapp bench gui`: what the window costs with clips of a few seconds and of a whole day."""

from __future__ import annotations

import argparse
import importlib
import math
import os
import platform
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from poseapp.cli.output import print_json, print_line, tell
from poseapp.cli.window import display_problem
from poseapp.core.timings import Timing, compare

FRAMES = (300, 100_000, 2_600_000)  # the last is a day at 30 frames/s
ROUNDS = 60
SAMPLE_FRAMES = 240  # of the built-in clip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this suite can be told."""
    parser.add_argument("--frames", type=int, nargs="+", default=FRAMES, metavar="N", help="lengths of the clips")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help=f"times each (default {ROUNDS})")
    parser.add_argument(
        "--patience", type=float, default=1800, metavar="S", help="wait so long until a clip is measured (default 1800)"
    )
    parser.add_argument(
        "--training", action="store_true", help="time the window at rest and while a network is fine-tuned instead"
    )
    parser.add_argument("--folder", type=Path, help="keep the clips there for the next time")


def run(options: argparse.Namespace) -> int:
    """Time the window, print the table, and return the exit code."""
    if min(options.frames) < 30 or options.rounds < 1:
        tell("poseapp: a clip needs at least 30 frames, and everything one round")
        return 2
    if display_problem():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    rows = []
    for row in _time(options):
        rows.append(row)
        tell(f"{row.n_frames:>9} {row.name}: p95 {row.ms_p95:.2f} ms, of which processor {row.cpu_p95:.2f} ms")
    compared = rows if options.training else compare(rows)
    if options.json:
        print_json({"machine": machine_words(), "rows": [_fields(row) for row in compared]})
        return 0
    print_line(f"{'':<36} {'frames':>9} {'p50 ms':>8} {'p95 ms':>9} {'loops':>8} {'CPU p95':>9} {'ratio':>6}")
    for row in compared:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        times = f"{row.ms_median:>8.2f} {row.ms_p95:>9.2f} {row.floor_multiple:>8.2f} {row.cpu_p95:>9.2f} {ratio:>6}"
        print_line(f"{row.name:<36} {row.n_frames:>9} {times}")
    return 0


def machine_words() -> str:
    """Return what this machine is, without its name."""
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"


def _time(options: argparse.Namespace) -> Iterator[Timing]:
    from poseapp.jobs.bench_clip import BenchClips

    app = importlib.import_module("poseapp.app").build_application()  # held here as long as there are windows
    bench = importlib.import_module("poseapp.gui.bench.window")
    what = importlib.import_module("poseapp.gui.bench.training").TrainingBench if options.training else None
    with tempfile.TemporaryDirectory() as scratch:
        clips = BenchClips(options.folder or Path(scratch))
        # What trains reads the clip itself, so that has to be as long as its project says.
        lengths = [SAMPLE_FRAMES] if options.training else sorted(set(options.frames))
        orders = [bench.BenchOrder(clips.make(n), n, options.rounds, options.patience) for n in lengths]
        tell(f"Clips are ready; {app.platformName()} shows the window.")
        yield from bench.bench_window(orders, clips.open, Path(scratch) / "window.ini", bench=what)


def _fields(row: Timing) -> dict[str, object]:
    values = asdict(row).items()
    return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in values}
