"""Tables of angles from and to files, beside the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from poseapp.core.angle_table import merged
from poseapp.core.skeleton import AngleDefinition
from poseapp.services.job_runner import JobRunner

Angles = tuple[AngleDefinition, ...]


class AngleTables(QObject):
    """Reads and writes tables of angles; those of the user's own have one file, which new projects begin with.

    Signals:
        read: (angles).
        written: (path).
        failed: (exception).
    """

    read = Signal(object)
    written = Signal(object)
    failed = Signal(object)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._jobs: dict[int, Callable[[object], None]] = {}
        runner.produced.connect(self._on_produced)
        runner.failed.connect(self._on_failed)
        runner.ended.connect(self._on_ended)

    def read_file(self, path: Path) -> None:
        """Read a table that somebody gave; answered by `read`."""
        self._start(lambda: _read(path), self.read.emit)

    def read_own(self) -> None:
        """Read the user's own table; answered by `read`, with none where there is no such file."""
        self._start(_read_own, self.read.emit)

    def write_file(self, path: Path, angles: Angles) -> None:
        """Write a table to give away; answered by `written`."""
        self._start(lambda: _write(path, angles), self.written.emit)

    def keep_own(self, angles: Angles) -> None:
        """Put angles into the user's own table, over those of the same name; answered by `written`."""
        self._start(lambda: _keep(angles), self.written.emit)

    def _start(self, make: Callable[[], Iterator[object]], answer: Callable[[object], None]) -> None:
        self._jobs[self._runner.start(lambda _cancel: make())] = answer

    def _on_produced(self, job_id: int, item: object) -> None:
        if job_id in self._jobs:
            self._jobs[job_id](item)

    def _on_failed(self, job_id: int, error: Exception) -> None:
        if job_id in self._jobs:
            self.failed.emit(error)

    def _on_ended(self, job_id: int) -> None:
        self._jobs.pop(job_id, None)


def _read(path: Path) -> Iterator[Angles]:
    from poseapp.storage.angle_file import read_angle_file

    yield read_angle_file(path)


def _read_own() -> Iterator[Angles]:
    from poseapp.storage.angle_file import users_angles

    yield users_angles()


def _write(path: Path, angles: Angles) -> Iterator[Path]:
    from poseapp.storage.angle_file import write_angle_file

    write_angle_file(path, angles)
    yield path


def _keep(angles: Angles) -> Iterator[Path]:
    from poseapp.storage.angle_file import users_angle_file, users_angles

    yield from _write(users_angle_file(), merged(users_angles(), angles))
