"""Which network is used when none is named: asked and changed beside the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Signal

from poseapp.services.job_runner import JobRunner


class NetworkChoice(QObject):
    """Knows the default network of the library.

    Attributes:
        default: Its name, "" while it is not known.

    Signals:
        looked: (name) of the default.
        chosen: (name) of the default, because somebody chose it.
        failed: (exception).
    """

    looked = Signal(str)
    chosen = Signal(str)
    failed = Signal(object)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.default = ""
        self._runner = runner
        self._job = 0
        self._is_choice = False
        runner.produced.connect(self._on_produced)
        runner.failed.connect(self._on_failed)

    def look(self) -> None:
        """Find out which network is the default."""
        self._start(_look, is_choice=False)

    def use(self, name: str) -> None:
        """Make a network the default."""
        self._start(lambda: _use(name), is_choice=True)

    def _start(self, find: Callable[[], Iterator[str]], *, is_choice: bool) -> None:
        self._runner.cancel(self._job)
        self._is_choice = is_choice
        self._job = self._runner.start(lambda _cancel: find())

    def _on_produced(self, job_id: int, name: object) -> None:
        if job_id == self._job and isinstance(name, str):
            self.default = name
            (self.chosen if self._is_choice else self.looked).emit(name)

    def _on_failed(self, job_id: int, error: Exception) -> None:
        if job_id == self._job:
            self.failed.emit(error)


def _look() -> Iterator[str]:
    from poseapp.inference.library import default_name

    yield default_name()


def _use(name: str) -> Iterator[str]:
    from poseapp.inference.library import set_default

    yield set_default(name)
