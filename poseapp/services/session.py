"""The living document of the window: the only mutable state, owned by the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from poseapp.core.edits import Edit
from poseapp.core.errors import PoseappError
from poseapp.core.people import first_choice
from poseapp.core.store import ChangeSet
from poseapp.services import tidings
from poseapp.services.advising import Advising
from poseapp.services.analysing import Analysing, AnalyzeOptions
from poseapp.services.decoder import Decoder, OpenClip, Prepare, open_video_clip
from poseapp.services.document import Document
from poseapp.services.errands import Errands
from poseapp.services.heatmaps import Heatmaps
from poseapp.services.importing import Importing
from poseapp.services.improving import Improving
from poseapp.services.job_runner import JobRunner
from poseapp.services.making import Making
from poseapp.services.measure_choice import MeasureChoice
from poseapp.services.measuring import Measuring
from poseapp.services.networks import Networks
from poseapp.services.opening import Opening
from poseapp.services.pages import Pages
from poseapp.services.playback import Playback
from poseapp.services.propagating import Propagating
from poseapp.services.reviewing import Reviewing
from poseapp.services.thumbnails import Thumbnails
from poseapp.services.types import Selection
from poseapp.services.zone_memory import ZoneMemory


class Session(QObject):
    """One open document and the workers around it.

    Attributes:
        document: None while nothing is open. selection: What the person works on.
        playback, measuring, reviewing, advising, analysing, making, heatmaps, errands: The topics, each with its own
            signals.

    Signals:
        clipChanged: Another document, or none.
        posesChanged: (ChangeSet).
        selectionChanged: (Selection).
        historyChanged: Undo, redo, or what is saved.
        noticeRaised: (Notice).
        frameReady: (Frame) to show.
    """

    clipChanged = Signal()
    posesChanged = Signal(object)
    selectionChanged = Signal(object)
    historyChanged = Signal()
    noticeRaised = Signal(object)
    frameReady = Signal(object)

    def __init__(self, open_clip: OpenClip = open_video_clip, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document: Document | None = None
        self.selection = Selection()
        self.playback = Playback(parent=self)
        self._zone_memory = ZoneMemory(self.playback, self)
        self._runner = JobRunner(self)
        self._decoder = Decoder(open_clip, self)
        self.measuring = Measuring(self._runner, self)
        self.measure_choice = MeasureChoice(self.measuring, self)
        self.reviewing = Reviewing(self._runner, self.measuring, self.playback, self.perform, self)
        self.advising = Advising(self._runner, self.measuring, self.reviewing, self)
        self.analysing = Analysing(self._runner, self)
        self.making = Making(self._runner, self)
        self.importing = Importing(self._runner, self)
        self.errands = Errands(self._runner, self)
        self.pages = Pages(self._runner, self)
        self.improving = Improving(self)
        self.networks = Networks(self._runner, self)
        self.heatmaps = Heatmaps(self)
        self.thumbnails = Thumbnails(self)
        self.propagating = Propagating(self._runner, self, open_clip=open_clip)
        self._opening = Opening(self._decoder, self._runner, self)
        self._connect()

    def prepare_frames(self, prepare: Prepare, *, again: bool = False) -> None:
        """Let a function make frames ready to be shown, in the decoding thread; `again`: the shown one, too."""
        self._decoder.prepare_with(prepare)
        if again and self.document is not None:
            self._decoder.request(self.playback.playhead)

    def open(self, path: str | Path) -> None:
        """Open a clip or a project; answered by `clipChanged` or a notice."""
        place = Path(path).absolute()
        if self.document is not None and self.document.is_at(place):
            self.close_document()  # a project has one writer: this one lets go of it before it comes again
        self._opening.open(place)

    def locate(self, path: str | Path) -> None:
        """Say where the missing clip of the project being opened is."""
        self._opening.locate(Path(path).absolute())

    def close_document(self) -> None:
        """Close the clip; the window goes back to its first screen."""
        self._opening.abandon()
        self._leave_document()
        self.clipChanged.emit()

    def perform(self, edit: Edit) -> bool:
        """Apply an edit and keep it in the project; tell whether that worked (a notice says why not)."""
        done = self._change(lambda document: document.perform(edit))
        if done:
            self.propagating.on_performed(edit)
        return done

    def undo(self) -> bool:
        """Take back the last edit, with what followed from it."""
        self.propagating.forget()
        return self._change(Document.undo)

    def redo(self) -> bool:
        """Do the last undone edit again."""
        self.propagating.forget()
        return self._change(Document.redo)

    def select(self, person: int, keypoint: int | None = None) -> None:
        """Choose a person, and a keypoint or none."""
        selection = Selection(person, keypoint)
        if selection != self.selection:
            self.selection = selection
            self.selectionChanged.emit(selection)

    def analyze(self, options: AnalyzeOptions) -> None:
        """Estimate the poses of the whole clip in the background; ignored while a file is imported."""
        if self.document is not None and not self.importing.running:
            self.playback.pause()
            self.propagating.forget()
            self.analysing.start(self.document, options)

    def export(self, path: str | Path, name: str = "", *, smoothed: bool = False) -> None:
        """Write the measured clip to a file in the background; a notice tells when it is there."""
        if self.document is not None:
            self.errands.export(self.document, Path(path), name, smoothed=smoothed)

    def import_file(self, path: str | Path) -> None:
        """Bring a file of another tool into the clip in the background; a notice tells what came of it."""
        if self.document is not None:
            self.propagating.forget()
            self.importing.start(self.document, Path(path))

    def notify(self, error: BaseException) -> None:
        """Tell the person of a failure."""
        self.noticeRaised.emit(tidings.notice_of_error(error))

    def close(self) -> None:
        """End every thread and let go of every file."""
        self._opening.abandon()
        self._leave_document()
        self.improving.close()
        self.heatmaps.close()
        self._decoder.close()
        self.thumbnails.close()
        self._runner.close()
        self.propagating.close()

    def _connect(self) -> None:
        notices = self.noticeRaised
        self._opening.opened.connect(self._on_opened)
        self._opening.mediaMissing.connect(lambda error: notices.emit(tidings.notice_of_missing_clip(error)))
        self._decoder.frameReady.connect(self.frameReady)
        self._decoder.frameReady.connect(lambda _frame: self._decoder.warm(self.playback.playhead + 1))
        playback = self.playback
        playback.playheadChanged.connect(self.measuring.stand_at)
        playback.playheadChanged.connect(lambda i: self._decoder.request(i, passing=playback.playing))
        self.posesChanged.connect(self.reviewing.on_change)
        self.reviewing.selectionWanted.connect(self.select)
        self.advising.suggested.connect(lambda n: notices.emit(tidings.notice_of_suggestions(n)))
        self.propagating.healed.connect(lambda edit: self._change(lambda document: document.perform(edit)))
        self.analysing.changed.connect(self._on_changed)
        self.analysing.statusChanged.connect(lambda _status: self.making.check())
        self.analysing.finished.connect(notices)
        self.importing.changed.connect(self._on_changed)
        self.importing.edited.connect(lambda edit: self._change(lambda document: document.perform(edit)))
        self.importing.finished.connect(notices)
        self.making.kept.connect(self._on_kept)
        self.making.failed.connect(lambda _error: self.historyChanged.emit())
        self.errands.hashed.connect(self.making.learn)
        self.errands.exported.connect(lambda done: notices.emit(tidings.notice_of_export(done)))
        for topic in (
            self._opening,
            self._decoder,
            self.measuring,
            self.measure_choice,
            self.reviewing,
            self.advising,
            self.heatmaps,
            self.propagating,
            self.analysing,
            self.importing,
            self.errands,
            self.pages,
            self.making,
            self._zone_memory,
        ):
            topic.failed.connect(self.notify)

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
        if change.kind == "skeleton":  # there are other keypoints by these numbers now
            self.select(self.selection.person)
            self.propagating.forget()
        self.making.check()
        self.measuring.on_change(change)
        self.posesChanged.emit(change)
        if change.kind != "predictions":  # those come in a stream, and each tells by `posesChanged` already
            self.historyChanged.emit()

    def _on_kept(self) -> None:
        self.historyChanged.emit()
        place = None if self.document is None else self.document.keeper.take_unusual_place()
        if place is not None:
            self.noticeRaised.emit(tidings.notice_of_place(place))

    def _on_opened(self, document: Document) -> None:
        self._leave_document()
        self.document = document
        self.selection = Selection(first_choice(document.store))
        self.making.look_after(document)
        self.reviewing.set_document(document)
        self.advising.set_document(document)
        self.measure_choice.set_document(document)
        self.measuring.set_document(document)
        self.propagating.set_document(document)
        self.clipChanged.emit()
        self.playback.set_clip(document.clip.pts)  # which asks for the first frame
        self._zone_memory.set_document(document)
        self.thumbnails.set_clip(document.clip.path)
        if not document.sha256:
            self.errands.hash_clip(document.clip.path)
        notice = tidings.notice_of_document(document)
        if notice is not None:
            self.noticeRaised.emit(notice)

    def _leave_document(self) -> None:
        self.playback.pause()
        self._zone_memory.set_document(None)
        self.thumbnails.set_clip("")
        self.analysing.abandon()
        self.importing.abandon()
        self.errands.forget_hash()
        self.pages.cancel()
        self.reviewing.set_document(None)
        self.advising.set_document(None)
        self.measuring.set_document(None)
        self.measure_choice.set_document(None)
        self.propagating.set_document(None)
        self.making.look_after(None)
        self.document = None
        self.selection = Selection()
