"""Brings a file of another tool into the open document, beside the GUI thread but for the last step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from poseapp.core.edits import Edit
from poseapp.core.errors import PoseappError
from poseapp.core.store import fork
from poseapp.core.types import ModelSpec, PoseChunk
from poseapp.services.document import Document
from poseapp.services.job_runner import CancelFlag, JobRunner, MakeJob
from poseapp.services.types import Notice


class Importing(QObject):
    """Imports one file at a time.

    Signals:
        changed: (ChangeSet) of the predictions.
        edited: (Edit) that sets the marks: to be performed.
        finished: (Notice).
        failed: (exception); what was brought until then stays.
    """

    changed = Signal(object)
    edited = Signal(object)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._document: Document | None = None
        self._job = 0
        self._in_run = False
        runner.produced.connect(self._on_produced)
        runner.failed.connect(self._on_failed)
        runner.ended.connect(self._on_ended)

    @property
    def running(self) -> bool:
        """Tell whether a file is being imported."""
        return self._document is not None

    def start(self, document: Document, path: Path) -> None:
        """Import a file into a document; ignored while another is imported."""
        if self.running:
            return
        if document.read_only:
            text = "The project is open for reading only, so nothing can be imported here."
            self.finished.emit(Notice(text, kind="warning"))
            return
        self._document = document
        self._job = self._runner.start(_import_job(document, path))

    def abandon(self) -> None:
        """Stop without a word: the document goes."""
        if self._document is not None:
            self._runner.cancel(self._job)
            self._end_run(self._document)
            self._document = None

    def _on_produced(self, job_id: int, item: object) -> None:
        document = self._document
        if document is None or job_id != self._job:
            return
        try:
            if isinstance(item, ModelSpec):
                self.changed.emit(document.begin_run(item, ""))
                self._in_run = True
            elif isinstance(item, PoseChunk):
                self.changed.emit(document.add_chunk(item))
            elif isinstance(item, Notice):
                self._end_run(document)
                self.finished.emit(item)
            else:
                self._end_run(document)
                self.edited.emit(item)
        except PoseappError as error:
            self._runner.cancel(job_id)
            self.failed.emit(error)

    def _on_failed(self, job_id: int, error: Exception) -> None:
        if self._document is not None and job_id == self._job:
            self.failed.emit(error)

    def _on_ended(self, job_id: int) -> None:
        if self._document is not None and job_id == self._job:
            self._end_run(self._document)
            self._document = None

    def _end_run(self, document: Document) -> None:
        if not self._in_run:
            return
        self._in_run = False
        try:
            document.end_run("done")
        except PoseappError as error:
            self.failed.emit(error)


def _import_job(document: Document, path: Path) -> MakeJob:
    """Return the job that reads a file; it yields a network and its predictions, edits with marks, and a notice."""
    store, clip = fork(document.store), document.clip
    is_fresh = not (store.n_persons or document.history.can_undo or document.history.can_redo)

    def make(_cancel: CancelFlag) -> Iterator[ModelSpec | PoseChunk | Edit | Notice]:
        from poseapp.core.shown import beneath_swaps
        from poseapp.core.store import PoseStore
        from poseapp.jobs.import_file import bring_file, mark_edits

        _, brought = bring_file(path, None, clip, None if is_fresh else store)
        poses = store
        if brought.added is not None:
            poses.apply(brought.added)
            yield brought.added
        if brought.chunks or brought.model.skeleton.keypoints != store.skeleton.keypoints:
            yield brought.model
            yield from (beneath_swaps(poses, chunk) for chunk in brought.chunks)
            poses = PoseStore(brought.model.skeleton, clip.n_frames) if is_fresh else store
        for edit in mark_edits(poses, brought, path.name):
            poses.apply(edit)
            yield edit
        yield _notice(path, brought.n_frames, brought.n_persons, len(brought.marks), brought.notes)

    return make


def _notice(path: Path, frames: int, persons: int, marks: int, notes: tuple[str, ...]) -> Notice:
    people = "one person" if persons == 1 else f"{persons} people"
    text = f"Imported {frames} frames of {people} from {path.name}."
    if marks:
        text += f" {marks} labels became corrections."
    return Notice(" ".join((text, *notes)), kind="warning" if notes else "info")
