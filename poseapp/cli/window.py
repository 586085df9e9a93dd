"""`poseapp [gui] [FILE...]`: open the window."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from poseapp.core.errors import BadInputError

NAME = "gui"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(NAME, help="open the window (the default)", description="Open the window.")
    parser.add_argument("files", nargs="*", metavar="FILE", help="a video, images, or a .poseapp project")
    parser.set_defaults(run=run)


def display_problem() -> str:
    """Say why no window can be shown here; "" when one can."""
    if os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return "there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)"
    return ""


def run(options: argparse.Namespace) -> int:
    """Open the window and return when it is closed.

    Raises:
        BadInputError: There is no display, or Qt's system libraries are missing.
    """
    problem = display_problem()
    if problem:
        raise BadInputError(
            problem,
            remedy="Start it in a desktop session, or use `poseapp analyze` and `poseapp demo --headless`",
        )
    return open_window(options.files)


def open_window(files: list[str], *, analyze: bool = False) -> int:
    """Open the window with files, and analyse at once where asked; the one door from here to Qt."""
    try:
        app = importlib.import_module("poseapp.app")
    except ImportError as error:
        raise BadInputError(
            f"Qt cannot start ({error})",
            remedy="Install the system libraries that the README lists under 'A real display on Linux'",
        ) from error
    return int(app.run(files, analyze=analyze))
