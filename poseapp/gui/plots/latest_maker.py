"""Makes something beside the GUI thread, where only the latest wish counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Signal

from poseapp.services.job_runner import CancelFlag, JobRunner


class LatestMaker(QObject):
    """One job at a time; a wish that comes meanwhile replaces the one that waits.

    Signals:
        made(object): What a function returned.
        failed(object): The exception.
    """

    made = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner: JobRunner | None = None
        self._job = 0
        self._waiting: Callable[[], object] | None = None

    def set_runner(self, runner: JobRunner) -> None:
        """Use a runner of jobs; without one everything is made at once."""
        self._runner = runner
        runner.produced.connect(self._on_produced)
        runner.failed.connect(self._on_failed)
        runner.ended.connect(self._on_ended)

    def want(self, make: Callable[[], object], *, at_once: bool) -> None:
        """Make something; `at_once` where that takes less than a thread's start."""
        self._waiting = None
        if at_once or self._runner is None:
            self.forget()
            self.made.emit(make())
        elif self._runner.is_running(self._job):
            self._waiting = make
        else:
            self._job = self._runner.start(lambda _cancel: _yield(make, _cancel))

    def forget(self) -> None:
        """Drop what is being made."""
        self._waiting = None
        if self._runner is not None:
            self._runner.cancel(self._job)

    def _on_produced(self, job_id: int, item: object) -> None:
        if job_id == self._job:
            self.made.emit(item)

    def _on_failed(self, job_id: int, error: Exception) -> None:
        if job_id == self._job:
            self.failed.emit(error)

    def _on_ended(self, job_id: int) -> None:
        if job_id == self._job and self._waiting is not None:
            self.want(self._waiting, at_once=False)


def _yield(make: Callable[[], object], cancel: CancelFlag) -> Iterator[object]:
    if not cancel():
        yield make()
