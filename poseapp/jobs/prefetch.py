"""Work ahead in a thread: the next frames are decoded while the network reads this one."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

_POLL_SECONDS = 0.05  # a full or empty queue is looked at again after so long, to see whether to stop
THREAD_NAME = "poseapp-prefetch"


@dataclass(frozen=True)
class _End:
    """The last thing in the queue, with the error that ended the source, if any."""

    error: BaseException | None


def prefetch(make: Callable[[], Iterator[T]], *, depth: int) -> Generator[T, None, None]:
    """Yield what `make()` yields, in order, made in a thread that is at most `depth` items ahead.

    An error of the source is raised here, after the items before it. Closing the generator ends the thread and waits
    for it, at most for the item being made; the source is closed in its own thread.
    """
    return _Prefetcher(make, depth).items()


class _Prefetcher(Generic[T]):
    def __init__(self, make: Callable[[], Iterator[T]], depth: int) -> None:
        self._make = make
        self._queue: queue.Queue[T | _End] = queue.Queue(maxsize=depth)
        self._stop = threading.Event()

    def items(self) -> Generator[T, None, None]:
        """Start the thread and yield its items."""
        thread = threading.Thread(target=self._work, name=THREAD_NAME, daemon=True)
        thread.start()
        try:
            while True:
                item = self._queue.get()
                if isinstance(item, _End):
                    if item.error is not None:
                        raise item.error
                    return
                yield item
        finally:
            self._stop.set()
            thread.join()

    def _work(self) -> None:
        error: BaseException | None = None
        try:
            source = self._make()
            try:
                for item in source:
                    if not self._put(item):
                        return
            finally:
                close = getattr(source, "close", None)
                if close is not None:
                    close()
        except BaseException as problem:  # noqa: BLE001 - it is raised again, in the thread that asked
            error = problem
        self._put(_End(error))

    def _put(self, item: T | _End) -> bool:
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=_POLL_SECONDS)
            except queue.Full:
                continue
            return True
        return False
