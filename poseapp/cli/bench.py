"""`poseapp bench`: what the application is worth, measured where it stands."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from poseapp.cli import bench_gui, bench_propagation

NAME = "bench"


@dataclass(frozen=True)
class Suite:
    """One benchmark: its name on the command line, what it is about, its options, and how it runs."""

    name: str
    about: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


SUITES = (
    Suite(
        "propagation",
        "drags that a clip takes, with healing and without",
        bench_propagation.add_arguments,
        bench_propagation.run,
    ),
    Suite("gui", "the window with clips of different lengths", bench_gui.add_arguments, bench_gui.run),
)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser, with a command of its own for every suite."""
    parser = commands.add_parser(NAME, help="measure how much work and time things take here")
    suites = parser.add_subparsers(dest="suite", required=True, metavar="SUITE")
    for suite in SUITES:
        one = suites.add_parser(suite.name, help=suite.about, description=suite.about.capitalize())
        suite.add_arguments(one)
        one.add_argument("--json", action="store_true", help="one JSON object on stdout")
        one.set_defaults(run=suite.run)
