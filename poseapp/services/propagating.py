"""Heals the neighbours of what a person corrects, beside the GUI thread; a later correction voids an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from poseapp.core.edits import Edit, EditGroup, HideEdit, MarksEdit, SwapPersonsEdit, SwapSidesEdit
from poseapp.core.types import Key, Mark
from poseapp.services.decoder import OpenClip, Reader, open_video_clip
from poseapp.services.document import Document
from poseapp.services.job_runner import CancelFlag, JobRunner

if TYPE_CHECKING:
    from poseapp.jobs.propagation_order import PropagationOrder
    from poseapp.video.flow import GreyFrames

AFTER_EDIT_MS = 150  # a hand that nudges goes on within


@dataclass(frozen=True)
class _Task:
    """Keypoints of one person whose neighbours are to be healed, as part of the edit that was the `place`-th."""

    place: int
    keys: tuple[Key, ...]


class _Pictures:
    """The clip's pictures for one job after the other; opened by the first."""

    def __init__(self, open_clip: OpenClip, path: str) -> None:
        self._open_clip = open_clip
        self._path = path
        self._clip: Reader | None = None
        self._frames: GreyFrames | None = None

    def frames(self) -> GreyFrames:
        """Return the grey pictures, in the thread of the job that has them now."""
        from poseapp.video.flow import GreyFrames

        if self._frames is None:
            self._clip = self._open_clip(self._path)
            self._frames = GreyFrames(self._clip.frame_at, self._clip.info.n_frames)
        return self._frames

    def close(self) -> None:
        """Let go of the clip; no job may have it."""
        clip, self._clip, self._frames = self._clip, None, None
        if clip is not None:
            clip.close()


class Propagating(QObject):
    """Watches what a person corrects, and has the frames around it healed, one correction after the other.

    Attributes:
        is_on: Whether it does.

    Signals:
        healed: (MarksEdit) to be performed; it follows the correction.
        busyChanged: (bool).
        failed: (exception).
    """

    healed = Signal(object)
    busyChanged = Signal(bool)
    failed = Signal(object)

    def __init__(
        self, runner: JobRunner, parent: QObject | None = None, *, open_clip: OpenClip = open_video_clip
    ) -> None:
        super().__init__(parent)
        self.is_on = False
        self._runner = runner
        self._open_clip = open_clip
        self._document: Document | None = None
        self._pictures: _Pictures | None = None
        self._left: list[_Pictures] = []  # of documents that were left while a job had them
        self._waiting: list[_Task] = []
        self._task: _Task | None = None
        self._job = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_EDIT_MS)
        self._timer.timeout.connect(self._start)
        runner.produced.connect(self._on_produced)
        runner.failed.connect(self._on_failed)
        runner.ended.connect(self._on_ended)

    @property
    def busy(self) -> bool:
        """Tell whether something is being healed or waits for it."""
        return self._task is not None or bool(self._waiting)

    def set_document(self, document: Document | None) -> None:
        """Watch another document; what was under way for the one before is dropped."""
        self.forget()
        if self._pictures is not None:
            self._left.append(self._pictures)
        self._document = document
        self._pictures = None if document is None else _Pictures(self._open_clip, document.clip.path)
        self._tidy()

    def on_performed(self, edit: Edit) -> None:
        """Learn what a person did."""
        if isinstance(edit, SwapSidesEdit | SwapPersonsEdit | HideEdit | EditGroup):
            self.forget()
        if not isinstance(edit, MarksEdit) or not self.is_on or self._document is None or self._document.model is None:
            return
        from poseapp.jobs.propagation_order import healed_keys

        keys = healed_keys(edit)
        self._make_void(keys)
        place = self._document.history.n_done
        for person in sorted({key.person for key in keys}):
            self._waiting.append(_Task(place, tuple(key for key in keys if key.person == person)))
        if keys:
            self._timer.start()
            self.busyChanged.emit(self.busy)

    def forget(self) -> None:
        """Heal nothing of what was corrected so far: it was undone, or is seen elsewhere now."""
        self._timer.stop()
        self._waiting.clear()
        self._abandon()
        self.busyChanged.emit(self.busy)

    def close(self) -> None:
        """Let go of every clip, once no job runs any more."""
        self.set_document(None)
        self._job = 0
        self._tidy()

    def _make_void(self, keys: tuple[Key, ...]) -> None:
        """Drop what waits for keys that are corrected again; what is under way for their neighbours starts anew."""
        assert self._document is not None
        mirror = self._document.store.skeleton.mirror
        columns = {(key.person, column) for key in keys for column in (key.keypoint, mirror[key.keypoint])}
        task = self._task
        if task is not None and any((key.person, key.keypoint) in columns for key in task.keys):
            self._abandon()
            self._waiting.insert(0, task)
        left = [replace(task, keys=tuple(key for key in task.keys if key not in keys)) for task in self._waiting]
        self._waiting = [task for task in left if task.keys]

    def _abandon(self) -> None:
        self._runner.cancel(self._job)
        self._task = None

    def _start(self) -> None:
        if self._document is None or self._pictures is None or not self._waiting or self._runner.is_running(self._job):
            return  # a running job calls again when it ends
        from poseapp.jobs.propagation_order import order_propagation

        self._task = self._waiting.pop(0)
        order = order_propagation(self._document.store, self._document.clip.pts, self._task.keys)
        pictures = self._pictures
        self._job = self._runner.start(lambda cancel: _heal(order, pictures, cancel))

    def _on_produced(self, job_id: int, marks: object) -> None:
        if job_id != self._job or self._task is None or self._document is None or not isinstance(marks, dict):
            return
        from poseapp.jobs.propagation_order import propagation_edit

        task, self._task = self._task, None
        follows = self._document.history.n_done - task.place + 1
        edit = propagation_edit(self._document.store, marks, follows) if follows > 0 else None
        if edit is not None:
            self.healed.emit(edit)

    def _on_failed(self, job_id: int, error: Exception) -> None:
        if job_id == self._job and self._task is not None:
            self._task = None
            self.failed.emit(error)

    def _on_ended(self, job_id: int) -> None:
        if job_id != self._job:
            return
        self._task = None
        self._tidy()
        if self._waiting and not self._timer.isActive():
            self._timer.start()
        self.busyChanged.emit(self.busy)

    def _tidy(self) -> None:
        if not self._runner.is_running(self._job):
            for pictures in self._left:
                pictures.close()
            self._left.clear()


def _heal(order: PropagationOrder, pictures: _Pictures, cancel: CancelFlag) -> Iterator[dict[Key, Mark | None]]:
    from poseapp.jobs.propagate import heal, picture_flow

    frames = pictures.frames()
    yield heal(order, lambda height: picture_flow(frames, height, cancel=cancel), cancel=cancel)
