"""Runs plain generators in threads of their own and brings what they yield to the GUI thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QThread, Signal

from poseapp.core.errors import PoseappError

_logger = logging.getLogger(__name__)


class CancelFlag:
    """Tells a job, between two items, that it should stop. One writer, one reader, one boolean."""

    def __init__(self) -> None:
        self._raised = False

    def raise_flag(self) -> None:
        """Ask the job to stop."""
        self._raised = True

    def __call__(self) -> bool:
        """Tell whether the job should stop."""
        return self._raised


MakeJob = Callable[[CancelFlag], Iterator[object]]


def _nothing(_cancel: CancelFlag) -> Iterator[object]:
    return iter(())


@contextmanager
def _closed_here(items: Iterator[object]) -> Iterator[Iterator[object]]:
    """Let a generator clean up in the thread that ran it."""
    try:
        yield items
    finally:
        if isinstance(items, Generator):
            items.close()


class _JobThread(QThread):
    """Consumes one generator, when an earlier one of the same line is `over`.

    Signals, each with the job's id first: produced, failed, stopped.
    """

    produced = Signal(int, object)
    failed = Signal(int, object)
    stopped = Signal(int)

    def __init__(self, job_id: int, make: MakeJob, earlier: threading.Event | None, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(f"job {job_id}")
        self._id = job_id
        self._make = make
        self._earlier = earlier
        self.cancel = CancelFlag()
        self.over = threading.Event()

    def run(self) -> None:
        """Iterate to the end, to the flag, or to the first failure."""
        if self._earlier is not None:
            self._earlier.wait()
        try:
            with _closed_here(self._make(self.cancel)) as items:
                for item in items:
                    if self.cancel():
                        break
                    self.produced.emit(self._id, item)
        except PoseappError as error:
            _logger.info("Job %d: %s", self._id, error)
            self.failed.emit(self._id, error)
        except Exception as error:
            # The border of the thread: whatever goes wrong in a job reaches the person as a notice.
            _logger.exception("A job failed")
            self.failed.emit(self._id, error)
        finally:
            self.over.set()
            self.stopped.emit(self._id)

    def leave(self) -> MakeJob:
        """Wait for the end and be deleted later, without what the job was made by: that is handed to the caller.

        It may hold the last reference to the parent. Freed by this thread's own deletion, the parent would delete this
        thread a second time.
        """
        self.wait()
        make, self._make = self._make, _nothing
        self.deleteLater()
        return make


class JobRunner(QObject):
    """Starts jobs and reports on them, all in the thread it lives in.

    Signals:
        produced: (job id, item), in order.
        failed: (job id, exception), at most once, before `ended`.
        ended: (job id), exactly once for every job, also for a cancelled one.
    """

    produced = Signal(int, object)
    failed = Signal(int, object)
    ended = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: dict[int, _JobThread] = {}
        self._lines: dict[str, threading.Event] = {}  # set when the last job of a line is over
        self._next_id = 1

    def start(self, make: MakeJob, *, line: str = "") -> int:
        """Run `make(cancel)` in a thread; return the job's id.

        Jobs of the same `line` run one after the other, in order; without one they run at once. A cancelled job gets
        its turn, too: it may have something to let go of.
        """
        job_id = self._next_id
        self._next_id += 1
        thread = _JobThread(job_id, make, self._lines.get(line), self)
        if line:
            self._lines[line] = thread.over
        self._threads[job_id] = thread
        thread.produced.connect(self._on_produced)
        thread.failed.connect(self._on_failed)
        thread.stopped.connect(self._on_stopped)
        thread.start()
        return job_id

    def cancel(self, job_id: int) -> None:
        """Ask a job to stop; what it still yields is dropped. Unknown ids are ignored."""
        thread = self._threads.get(job_id)
        if thread is not None:
            thread.cancel.raise_flag()

    def is_running(self, job_id: int) -> bool:
        """Tell whether a job has not ended yet."""
        return job_id in self._threads

    def close(self) -> None:
        """Cancel every job and wait for the threads; nothing is reported any more."""
        threads, self._threads = self._threads, {}
        for thread in threads.values():
            thread.cancel.raise_flag()
        _held = [thread.leave() for thread in threads.values()]  # until the end of this call: one may hold the runner

    def _on_produced(self, job_id: int, item: object) -> None:
        thread = self._threads.get(job_id)
        if thread is not None and not thread.cancel():
            self.produced.emit(job_id, item)

    def _on_failed(self, job_id: int, error: Exception) -> None:
        if job_id in self._threads:
            self.failed.emit(job_id, error)

    def _on_stopped(self, job_id: int) -> None:
        thread = self._threads.pop(job_id, None)
        if thread is not None:
            _held = thread.leave()  # until the end of this call: it may hold the runner
            self.ended.emit(job_id)
