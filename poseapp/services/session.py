"""The living document of the window: the only mutable state, owned by the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from poseapp.core.edits import Edit
from poseapp.core.errors import PoseappError
from poseapp.core.store import ChangeSet
from poseapp.core.types import PoseView
from poseapp.services.analysing import Analysing, AnalyzeOptions
from poseapp.services.decoder import Decoder, OpenClip, open_video_clip
from poseapp.services.document import Document
from poseapp.services.exporting import export_job
from poseapp.services.heatmaps import Heatmaps
from poseapp.services.job_runner import JobRunner
from poseapp.services.measuring import Measuring
from poseapp.services.opening import Opening, hash_clip
from poseapp.services.playback import Playback
from poseapp.services.supplies import copy_sample, model_names
from poseapp.services.types import Notice, NoticeAction, Selection

_logger = logging.getLogger(__name__)


class Session(QObject):
    """One open document and the workers around it.

    Attributes:
        document: None while nothing is open. selection: What the person works on.
        playback, measuring, analysing, heatmaps: The topics, each with its own signals.

    Signals:
        clipChanged: Another document, or none.
        posesChanged: (ChangeSet).
        selectionChanged: (Selection).
        historyChanged: Undo, redo, or what is saved.
        noticeRaised: (Notice).
        frameReady: (Frame) to show.
        modelsFound: (names) of the installed networks, the default first.
    """

    clipChanged = Signal()
    posesChanged = Signal(object)
    selectionChanged = Signal(object)
    historyChanged = Signal()
    noticeRaised = Signal(object)
    frameReady = Signal(object)
    modelsFound = Signal(object)

    def __init__(self, open_clip: OpenClip = open_video_clip, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document: Document | None = None
        self.selection = Selection()
        self.playback = Playback(parent=self)
        self._runner = JobRunner(self)
        self._decoder = Decoder(open_clip, self)
        self.measuring = Measuring(self._runner, self)
        self.analysing = Analysing(self._runner, self)
        self.heatmaps = Heatmaps(self)
        self._opening = Opening(self._decoder, self._runner, self)
        self._place_known = False
        self._hash_job = self._export_job = self._models_job = self._sample_job = 0
        self._connect()

    def open(self, path: str | Path) -> None:
        """Open a clip or a project; answered by `clipChanged` or a notice."""
        self._opening.open(Path(path).absolute())

    def open_sample(self) -> None:
        """Open a copy of the built-in sample in the user's folder."""
        self._sample_job = self._runner.start(lambda _cancel: iter([copy_sample()]))

    def find_models(self) -> None:
        """Look which networks are installed; answered by `modelsFound`."""
        self._models_job = self._runner.start(lambda _cancel: iter([model_names()]))

    def close_document(self) -> None:
        """Close the clip; the window goes back to its first screen."""
        self._opening.abandon()
        self._leave_document()
        self.clipChanged.emit()

    def locate(self, path: str | Path) -> None:
        """Say where the missing clip of the project being opened is."""
        self._opening.locate(Path(path).absolute())

    def perform(self, edit: Edit) -> bool:
        """Apply an edit and keep it in the project; tell whether that worked (a notice says why not)."""
        return self._change(lambda document: document.perform(edit))

    def undo(self) -> bool:
        """Take back the last edit."""
        return self._change(lambda document: document.undo())

    def redo(self) -> bool:
        """Do the last undone edit again."""
        return self._change(lambda document: document.redo())

    def select(self, person: int, keypoint: int | None = None) -> None:
        """Choose a person, and a keypoint or none."""
        selection = Selection(person, keypoint)
        if selection != self.selection:
            self.selection = selection
            self.selectionChanged.emit(selection)

    def view(self, frame: int) -> PoseView | None:
        """Return the poses of a frame, None without a document."""
        return None if self.document is None else self.document.store.view(frame)

    def analyze(self, options: AnalyzeOptions) -> None:
        """Estimate the poses of the whole clip in the background."""
        if self.document is not None:
            self.playback.pause()
            self.analysing.start(self.document, options)

    def export(self, path: str | Path) -> None:
        """Write the measured clip to a file in the background; a notice tells when it is there."""
        if self.document is not None:
            self._export_job = self._runner.start(export_job(self.document, Path(path)))

    def notify(self, error: BaseException) -> None:
        """Tell the person of a failure, in one line; the log has the rest."""
        if isinstance(error, PoseappError):
            self.noticeRaised.emit(Notice(str(error), kind="error"))
            return
        _logger.error("Unexpected failure", exc_info=error)
        text = f"Something went wrong that should not have ({type(error).__name__}). Your work is saved."
        self.noticeRaised.emit(Notice(text, NoticeAction.SHOW_LOG, "error"))

    def close(self) -> None:
        """End every thread and let go of every file."""
        self._opening.abandon()
        self._leave_document()
        self.heatmaps.close()
        self._decoder.close()
        self._runner.close()

    def _connect(self) -> None:
        self._opening.opened.connect(self._on_opened)
        self._opening.failed.connect(self.notify)
        self._opening.mediaMissing.connect(self._on_media_missing)
        self._decoder.frameReady.connect(self._on_frame)
        self._decoder.failed.connect(self.notify)
        self.playback.playheadChanged.connect(self._decoder.request)
        self.measuring.failed.connect(self.notify)
        self.heatmaps.failed.connect(self.notify)
        self.analysing.changed.connect(self._on_changed)
        self.analysing.failed.connect(self.notify)
        self.analysing.finished.connect(self.noticeRaised)
        self._runner.produced.connect(self._on_produced)
        self._runner.failed.connect(self._on_job_failed)

    def _change(self, change: Callable[[Document], ChangeSet | None]) -> bool:
        if self.document is None:
            return False
        try:
            changed = change(self.document)
        except PoseappError as error:
            self.notify(error)
            return False
        if changed is not None:
            self._on_changed(changed)
        return changed is not None

    def _on_changed(self, change: ChangeSet) -> None:
        self.measuring.on_change(change)
        self._tell_place()
        self.posesChanged.emit(change)
        self.historyChanged.emit()

    def _on_opened(self, document: Document) -> None:
        self._leave_document()
        self.document = document
        self._place_known = document.project is not None
        self.measuring.set_document(document)
        self.clipChanged.emit()
        self.playback.set_clip(document.clip.pts)
        self._decoder.request(0)
        if not document.sha256:
            path = document.clip.path
            self._hash_job = self._runner.start(lambda _cancel: hash_clip(path))
        self._tell_of(document)

    def _leave_document(self) -> None:
        self.playback.pause()
        self.analysing.abandon()
        self._runner.cancel(self._hash_job)
        self.measuring.set_document(None)
        if self.document is not None:
            self.document.close()
        self.document = None
        self.selection = Selection()

    def _tell_of(self, document: Document) -> None:
        """Say what is unusual about a document: at most one notice."""
        if document.project is not None and document.read_only:
            text = f"This project is open for reading only: {document.project.reason}."
            self.noticeRaised.emit(Notice(text, kind="warning"))
        elif document.clip.problems:
            self.noticeRaised.emit(Notice(" ".join(document.clip.problems), kind="warning"))

    def _tell_place(self) -> None:
        """Say once where a new project lies when it does not lie beside its clip."""
        project = None if self.document is None else self.document.project
        if self._place_known or self.document is None or project is None:
            return
        self._place_known = True
        if project.path.parent != Path(self.document.clip.path).parent:
            text = f"The clip's folder cannot be written, so your work is kept in {project.path}."
            self.noticeRaised.emit(Notice(text, NoticeAction.SHOW_FOLDER, "warning", str(project.path)))

    def _on_media_missing(self, error: PoseappError) -> None:
        self.noticeRaised.emit(Notice(str(error), NoticeAction.LOCATE, "error"))

    def _on_frame(self, frame: object) -> None:
        self.frameReady.emit(frame)
        self._decoder.warm(self.playback.playhead + 1)

    def _on_produced(self, job_id: int, item: object) -> None:
        if job_id == self._hash_job and self.document is not None:
            self._on_hashed(str(item))
        elif job_id == self._models_job:
            self.modelsFound.emit(item)
        elif job_id == self._sample_job:
            self.open(str(item))
        elif job_id == self._export_job:
            text = f"Exported to {Path(str(item)).name}."
            self.noticeRaised.emit(Notice(text, NoticeAction.SHOW_FOLDER, "info", str(item)))

    def _on_hashed(self, sha256: str) -> None:
        assert self.document is not None
        try:
            self.document.set_sha256(sha256)
        except PoseappError as error:
            self.notify(error)
        self._tell_place()
        self.historyChanged.emit()

    def _on_job_failed(self, job_id: int, error: Exception) -> None:
        if job_id in (self._hash_job, self._export_job, self._models_job, self._sample_job):
            self.notify(error)
