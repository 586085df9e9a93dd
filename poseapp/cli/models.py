"""`poseapp models`: what there is, what is installed, and how to install more; `models_library` has the other verbs."""

from __future__ import annotations

import argparse
import importlib.util
from dataclasses import asdict
from pathlib import Path

from poseapp.cli.models_library import add_actions, as_json, print_library
from poseapp.cli.output import print_json, print_line, print_table
from poseapp.core.architectures import load_architectures
from poseapp.core.errors import BadInputError

NAME = "models"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(NAME, help="list networks; install, name, give away and choose them")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run_list)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    install = actions.add_parser("install", help="convert a local weight file, or download it after you asked")
    install.add_argument("name", metavar="NAME", help="such as efficientpose-rt or efficientpose-i")
    install.add_argument("--from", dest="source", type=Path, metavar="FILE", help="a local upstream weight file")
    install.add_argument("--json", action="store_true", help="one JSON object on stdout")
    install.set_defaults(run=run_install)
    add_actions(actions)


def run_list(options: argparse.Namespace) -> int:
    """List the architectures with their counted and published figures, and the networks of the library."""
    from poseapp.inference.library import entries

    library = entries()
    rows = load_architectures()
    if options.json:
        print_json({"architectures": [asdict(row) for row in rows], "installed": [as_json(e) for e in library]})
        return 0
    print_table(
        ["architecture", "input", "params", "paper", "cost", "paper"],
        [
            [
                row.name,
                f"{row.input[0]} x {row.input[1]}",
                _scaled(row.params, 1e6, "M"),
                _scaled(row.paper_params, 1e6, "M"),
                _scaled(row.cost, row.giga, "G"),
                _scaled(row.paper_cost, row.giga, "G"),
            ]
            for row in rows
        ],
    )
    print_line()
    print_library(library)
    return 0


def _scaled(value: float | None, unit: float, letter: str) -> str:
    return "-" if value is None else f"{value / unit:.2f} {letter}"


def run_install(options: argparse.Namespace) -> int:
    """Install one network for this user and say where it is."""
    if importlib.util.find_spec("torch") is None:
        raise BadInputError(
            "converting weights needs PyTorch",
            where=options.name,
            remedy="Install it: pip install 'poseapp[train]'",
        )
    from poseapp.inference.catalog import user_models_folder
    from poseapp.training.exporting.install import install_upstream

    path = install_upstream(options.name, options.source, user_models_folder())
    if options.json:
        print_json({"name": options.name, "file": path.name})
    else:
        print_line(f"Installed {options.name}. Use it with --model {options.name}.")
    return 0
