"""Long work on the command line: a bar on stderr, and Ctrl+C that ends it in order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from tqdm import tqdm

from poseapp.cli.output import tell


@dataclass(frozen=True)
class Watch:
    """What a job is given. Attributes: on_progress (done, total), cancel (whether the person pressed Ctrl+C)."""

    on_progress: Callable[[int, int], None]
    cancel: Callable[[], bool]


@contextmanager
def watched(unit: str) -> Iterator[Watch]:
    """Show how many units (such as "frames") of a job are done, and let Ctrl+C cancel it."""
    with interruptible() as cancelled, tqdm(unit=f" {unit}", leave=False, dynamic_ncols=True, disable=None) as bar:

        def on_progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield Watch(on_progress, cancelled.is_set)


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """Yield a flag that Ctrl+C sets, so that a job can end in order; a second Ctrl+C ends at once."""
    cancelled = threading.Event()

    def on_interrupt(_signal: int, _frame: FrameType | None) -> None:
        if cancelled.is_set():
            raise KeyboardInterrupt
        cancelled.set()
        tell("Cancelling; press Ctrl+C again to stop at once.")

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield cancelled
    finally:
        signal.signal(signal.SIGINT, before)
