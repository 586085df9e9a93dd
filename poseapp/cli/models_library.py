"""`poseapp models ACTION`: the user's own networks by name: rename, delete, export, import, default."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from poseapp.cli.output import print_json, print_line, print_table
from poseapp.core.library_entry import LibraryEntry

_Actions = Any  # argparse names no public type for what `add_subparsers` returns
_Run = Callable[[argparse.Namespace], int]


def add_actions(actions: _Actions) -> None:
    """Add the actions on the library to the parser of `poseapp models`."""
    rename = _action(actions, "rename", "give one of your networks another name", run_rename)
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("new", metavar="NEW")
    delete = _action(actions, "delete", "put one of your networks into the trash for 30 days", run_delete)
    delete.add_argument("name", metavar="NAME")
    restore = _action(actions, "restore", "take a deleted network out of the trash", run_restore)
    restore.add_argument("name", metavar="NAME")
    export = _action(actions, "export", "write a network to one ONNX file", run_export)
    export.add_argument("name", metavar="NAME")
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="the ONNX file to write")
    bring = _action(actions, "import", "take an ONNX file exported by poseapp into the library", run_import)
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.add_argument("--name", help="what it is to be called; the file's name when not given")
    default = _action(actions, "default", "say or choose which network is used when none is named", run_default)
    default.add_argument("name", metavar="NAME", nargs="?")
    default.add_argument("--back", action="store_true", help="the one before")
    check = _action(actions, "check", "look whether a file is a network that can be used", run_check)
    check.add_argument("file", type=Path, metavar="FILE")
    check.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)


def as_json(entry: LibraryEntry) -> dict[str, object]:
    """Return a network of the library as JSON values; its file by name alone."""
    values = asdict(entry)
    values["file"] = values.pop("path").name
    return values


def print_library(entries: Sequence[LibraryEntry]) -> None:
    """Print the networks of the library as a table."""
    if not entries:
        print_line("No network is installed.")
        return
    print_table(
        ["network", "default", "parent", "clips", "frames", "marks", "error before", "after", "made", "size"],
        [_row(entry) for entry in entries],
    )
    for entry in entries:
        if entry.problem:
            print_line(f"{entry.name} cannot be used: {entry.problem}.")


def run_rename(options: argparse.Namespace) -> int:
    """Give a network another name."""
    from poseapp.inference.library import rename

    entry = rename(options.name, options.new)
    return _answer(options, as_json(entry), f"{options.name} is called {entry.name} now.")


def run_delete(options: argparse.Namespace) -> int:
    """Put a network into the trash."""
    from poseapp.inference.library import default_name, delete

    before = default_name()
    after = delete(options.name)
    words = f"{options.name} is deleted; `poseapp models restore` brings it back within 30 days."
    if after != before:
        words += f" {after} is the default again."
    return _answer(options, {"deleted": options.name, "default": after}, words)


def run_restore(options: argparse.Namespace) -> int:
    """Take a network out of the trash."""
    from poseapp.inference.library import restore

    entry = restore(options.name)
    return _answer(options, as_json(entry), f"{entry.name} is back.")


def run_export(options: argparse.Namespace) -> int:
    """Write a network to a file."""
    from poseapp.inference.library import export_model, find_entry

    path = export_model(options.name, options.out)
    entry = find_entry(options.name)
    return _answer(options, as_json(entry) | {"file": str(path)}, f"{entry.name} is in {path}.")


def run_import(options: argparse.Namespace) -> int:
    """Take a network into the library."""
    from poseapp.inference.library import import_model

    entry = import_model(options.file, options.name)
    return _answer(options, as_json(entry), f"{entry.name} is in the library. Use it with --model {entry.name!r}.")


def run_default(options: argparse.Namespace) -> int:
    """Say or choose the default."""
    from poseapp.inference.library import default_name, go_back, set_default

    if options.back:
        name = go_back()
    elif options.name is not None:
        name = set_default(options.name)
    else:
        name = default_name()
    return _answer(options, {"default": name}, name)


def run_check(options: argparse.Namespace) -> int:
    """Look whether a file is a network that can be used, and say which; nothing of it runs in this process."""
    from poseapp.inference.network_check import read_network
    from poseapp.inference.trial import confine, try_network

    if options.inside:  # this is the process in which it may run
        from poseapp.inference.network import load_network

        confine()
        load_network(options.file, threads=1)
        return 0
    spec = read_network(options.file).spec
    try_network(options.file)
    data: dict[str, object] = {
        "name": spec.name,
        "title": spec.title,
        "sha256": spec.file_sha256,
        "keypoints": spec.skeleton.keypoints,
    }
    return _answer(options, data, f"{spec.name} can be used: {spec.skeleton.n_keypoints} keypoints.")


def _action(actions: _Actions, name: str, help_text: str, run: _Run) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=help_text)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run)
    return parser


def _answer(options: argparse.Namespace, data: dict[str, object], words: str) -> int:
    if options.json:
        print_json(data)
    else:
        print_line(words)
    return 0


def _row(entry: LibraryEntry) -> list[str]:
    lineage = entry.lineage
    learned = ["-"] * 7
    if lineage is not None:
        counts = map(str, (lineage.clips, lineage.frames, lineage.marks))
        learned = [lineage.parent, *counts, _pixels(lineage.before_px), _pixels(lineage.after_px), lineage.created]
    elif entry.shipped:
        learned[0] = "built in"
    return [entry.name, "default" if entry.default else "", *learned, f"{entry.size / 1e6:.1f} MB"]


def _pixels(error: float | None) -> str:
    return "-" if error is None else f"{error:.1f} px"
