"""`poseapp finetune`: teach a network by corrected frames, and prove that it is better."""

from __future__ import annotations

import argparse
import importlib.util
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from poseapp.cli.output import print_line, tell
from poseapp.core.errors import BadInputError, PoseappError
from poseapp.core.finetune_events import Failed, FineTuneEvent, Finished, Measured, Paused, Resumed

if TYPE_CHECKING:
    from poseapp.core.finetune_report import FineTuneReport
    from poseapp.training.finetuning.control import Control

NAME = "finetune"
_NICENESS = 10
# Memory is kept between steps instead of given back and asked for again: a step takes a third of the time.
_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "100000000000"}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        NAME,
        help="make a network better on the frames you corrected",
        description="Teach a network by the corrected frames of projects, measure it on frames kept away from "
        "learning, and put it into the library; it becomes the default if it is better beyond noise. "
        "One that was stopped goes on where it was.",
    )
    parser.add_argument("projects", nargs="+", type=Path, metavar="PROJECT", help=".poseapp files with corrections")
    parser.add_argument("--model", default="default", metavar="NAME", help="network to begin with (default: yours)")
    parser.add_argument("--name", default="", metavar="NEW", help="of the new network (default: the project's)")
    parser.add_argument("--minutes", type=_minutes, default=5.0, metavar="N", help="it may take (default: 5)")
    parser.add_argument("--fresh", action="store_true", help="begin anew, even where one was stopped")
    parser.add_argument(
        "--specialise", action="store_true",
        help="go as near to these clips as it can, and forget more of other people and poses for it",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the proof as JSON")
    parser.add_argument(
        "--progress", action="store_true",
        help="a JSON object a line on stdout; obeys pause, resume and cancel on stdin, whose end cancels",
    )  # fmt: skip
    parser.set_defaults(run=run)


def _minutes(text: str) -> float:
    number = float(text)
    if not 0 < number <= 24 * 60:
        raise argparse.ArgumentTypeError("more than 0, at most a day")
    return number


def run(options: argparse.Namespace) -> int:
    """Fine-tune, and say what came of it."""
    missing = [name for name in ("torch", "onnx") if importlib.util.find_spec(name) is None]
    if missing:
        raise BadInputError("fine-tuning needs PyTorch", remedy="Install it: pip install 'poseapp[train]'")
    _keep_memory()
    with suppress(AttributeError, OSError):  # the window comes first; it may have seen to that itself
        os.nice(max(0, _NICENESS - os.nice(0)))
    from poseapp.training.finetuning.control import Control
    from poseapp.training.finetuning.run import TuneOrder, carry_out, use_threads

    say = _write_line if options.progress else _tell
    control = Control(on_pause=lambda: say(Paused()), on_resume=lambda: say(Resumed()))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: control.cancel())
    if options.progress:
        _listen(control)
    use_threads()
    order = TuneOrder(
        tuple(options.projects),
        options.model,
        options.name,
        options.minutes,
        fresh=options.fresh,
        specialise=options.specialise,
    )
    try:
        report = carry_out(order, control, say)
    except PoseappError as error:
        if options.progress and error.exit_code != 4:
            _write_line(Failed(error.what, error.where, error.remedy))
        raise
    _show(report, options)
    return 0


def _show(report: FineTuneReport, options: argparse.Namespace) -> None:
    if options.progress:
        _write_line(Finished(report))
    elif options.json:
        print_line(report.to_summary())
    else:
        print_line(report.verdict)
        print_line(
            f"{report.model}: learnt from {report.marks} marks in {report.frames} frames, {report.seconds:.0f} s."
        )


def _listen(control: Control) -> None:
    # Without a buffer: a thread that waits in one holds its lock, and Python aborts when it ends meanwhile.
    control.listen(open(sys.stdin.fileno(), "rb", buffering=0, closefd=False))  # noqa: SIM115 - as long as we run


def _write_line(event: FineTuneEvent) -> None:
    sys.stdout.write(event.to_line() + "\n")
    sys.stdout.flush()


def _tell(event: FineTuneEvent) -> None:
    if isinstance(event, Measured):
        tell(f"after {event.step} steps: {event.median_px:.1f} px off, {100 * event.pck:.0f} % near")


def _keep_memory() -> None:
    """Start again with the allocator's settings: they are read once, when a process begins."""
    if sys.platform != "linux" or all(os.environ.get(name) for name in _MEMORY) or not sys.argv:
        return
    os.execve(sys.executable, sys.orig_argv, os.environ | _MEMORY)
