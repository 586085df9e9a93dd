"""The command line: one parser, one place where errors become exit codes.

Exit codes: 0 done, 2 wrong usage, 3 bad input, 4 cancelled, 5 internal error. Never a traceback for bad input.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from poseapp import __version__
from poseapp.cli import (
    agree,
    analyze,
    bench,
    calibrate,
    camera,
    demo,
    evaluate,
    events,
    export,
    finetune,
    import_file,
    models,
    selfcheck,
    train,
    window,
)
from poseapp.cli.output import log_internal_error, tell
from poseapp.core.errors import PoseappError

_COMMANDS = (
    window, demo, analyze, models, evaluate, train, finetune, calibrate, camera, events, export, import_file,
    agree, bench, selfcheck,
)  # fmt: skip


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="poseapp",
        description="Estimate, correct and measure human movement in video, on your own machine.",
        epilog="Without a command, the window opens with the given files.",
    )
    parser.add_argument("--version", action="version", version=f"poseapp {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for module in _COMMANDS:
        module.add_parser(commands)
    return parser


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    parser = build_parser()
    try:
        options = parser.parse_args(_with_default_command(arguments))
        code = int(options.run(options))
        sys.stdout.flush()
    except SystemExit as stop:  # argparse has said what is wrong
        return stop.code if isinstance(stop.code, int) else 2
    except PoseappError as error:
        tell(f"poseapp: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        tell("poseapp: Cancelled.")
        return 4
    except BrokenPipeError:  # the reader of our output has gone, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last door: log it, say it in one line
        path = log_internal_error(error)
        tell(f"poseapp: internal error ({type(error).__name__}: {error}). Details are in {path}.")
        return 5
    return code


def _with_default_command(arguments: Sequence[str]) -> list[str]:
    names = {module.NAME for module in _COMMANDS}
    first = arguments[0] if arguments else ""
    if first in names or first in {"-h", "--help", "--version"}:
        return list(arguments)
    return [window.NAME, *arguments]
