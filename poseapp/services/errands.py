"""Small jobs beside the GUI thread, one at a time of a kind: fingerprint, export, copy, sample."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from poseapp.services.document import Document
from poseapp.services.exporting import export_job
from poseapp.services.hashing import hash_clip
from poseapp.services.job_runner import JobRunner, MakeJob
from poseapp.services.supplies import copy_sample


class Errands(QObject):
    """Runs errands and says what came of them; a later errand of a kind makes the earlier one void.

    Attributes:
        runner: Runs them, and whatever else the window has to do beside its thread.

    Signals:
        hashed: (sha256). exported: (ExportDone). copied: (path of a project's copy). sampleReady: (path).
        failed: (exception).
    """

    hashed = Signal(str)
    exported = Signal(object)
    copied = Signal(object)
    sampleReady = Signal(object)
    failed = Signal(object)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runner = runner
        self._jobs: dict[int, str] = {}  # id -> name of the signal that answers
        runner.produced.connect(self._on_produced)
        runner.failed.connect(self._on_failed)
        runner.ended.connect(self._on_ended)

    def hash_clip(self, path: str) -> None:
        """Fingerprint a clip; answered by `hashed`."""
        self._start(lambda cancel: hash_clip(path, cancel), "hashed")

    def export(self, document: Document, path: Path, name: str = "", *, smoothed: bool = False) -> None:
        """Write the measured clip in a format by name, else by the suffix; answered by `exported`."""
        self._start(export_job(document, path, name, smoothed=smoothed), "exported")

    def save_copy(self, project: Path, path: Path) -> None:
        """Write a complete copy of a project, as it is in its file now; answered by `copied`."""
        self._start(lambda _cancel: _save_copy(project, path), "copied")

    def copy_sample(self) -> None:
        """Copy the built-in sample to the user's folder; answered by `sampleReady`."""
        self._start(lambda _cancel: _copy_sample(), "sampleReady")

    def forget_hash(self) -> None:
        """Drop a fingerprint that is being computed."""
        self._cancel("hashed")

    def _start(self, make: MakeJob, answer: str) -> None:
        self._cancel(answer)
        self._jobs[self.runner.start(make)] = answer

    def _cancel(self, answer: str) -> None:
        for job_id in [job for job, other in self._jobs.items() if other == answer]:
            self.runner.cancel(job_id)

    def _on_produced(self, job_id: int, item: object) -> None:
        if job_id in self._jobs:
            getattr(self, self._jobs[job_id]).emit(item)

    def _on_failed(self, job_id: int, error: Exception) -> None:
        if job_id in self._jobs:
            self.failed.emit(error)

    def _on_ended(self, job_id: int) -> None:
        self._jobs.pop(job_id, None)


def _save_copy(project: Path, path: Path) -> Iterator[Path]:
    from poseapp.storage.project import ProjectFile

    with ProjectFile.open(project, readonly=True, check=False) as file:
        file.save_copy(path)
    yield path


def _copy_sample() -> Iterator[Path]:
    yield copy_sample()
