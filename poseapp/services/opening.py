"""Opens clips and projects without keeping the window waiting: every file is looked at beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from poseapp.core.clip_files import fingerprint
from poseapp.core.errors import BadInputError, CancelledError
from poseapp.core.skeleton import Skeleton, load_skeleton
from poseapp.core.types import ClipInfo
from poseapp.services.decoder import Decoder
from poseapp.services.document import Document
from poseapp.services.handover import PROJECT_LINE, Handover
from poseapp.services.job_runner import CancelFlag, JobRunner
from poseapp.services.places import find_project, is_project

if TYPE_CHECKING:
    from poseapp.storage.project import LoadedProject, ProjectFile

DEFAULT_SKELETON = "body21"  # of the built-in networks


@dataclass(frozen=True)
class _Bare:
    """A clip without a project: what a new one begins with, and what is wrong with the user's own angles."""

    media: Path
    skeleton: Skeleton
    problem: BadInputError | None = None


@dataclass(frozen=True)
class _Read:
    """A project's contents, and its clip or why there is none; the project itself lies in the handover."""

    media: Path | None
    loaded: LoadedProject
    problem: BadInputError | None = None


@dataclass
class _Attempt:
    """An opening under way."""

    handover: Handover = field(default_factory=Handover)
    found: _Bare | _Read | None = None


class Opening(QObject):
    """Goes from a path to a `Document` whose clip the decoder holds.

    Signals:
        opened: (Document).
        failed: (exception); what was open before stays open.
        mediaMissing: (exception); answer with `locate`.
    """

    opened = Signal(object)
    failed = Signal(object)
    mediaMissing = Signal(object)

    def __init__(self, decoder: Decoder, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._decoder = decoder
        self._runner = runner
        self._attempt: _Attempt | None = None
        self._job = 0
        decoder.opened.connect(self._on_clip_opened)
        decoder.openFailed.connect(self._on_failed)
        runner.produced.connect(self._on_produced)
        runner.failed.connect(self._on_job_failed)

    @property
    def under_way(self) -> bool:
        """Tell whether something is being opened."""
        return self._attempt is not None

    def open(self, path: Path) -> None:
        """Open a clip, with its project where there is one, or a project with its clip."""
        self.abandon()
        self._attempt = _Attempt()
        handover = self._attempt.handover
        self._job = self._runner.start(lambda cancel: _look(path, handover, cancel), line=PROJECT_LINE)

    def locate(self, clip: Path) -> None:
        """Say where the clip of the project being opened is."""
        if self._attempt is not None and self._attempt.handover:
            handover = self._attempt.handover
            self._job = self._runner.start(lambda cancel: _locate(clip, handover, cancel), line=PROJECT_LINE)

    def abandon(self) -> None:
        """Forget what is being opened."""
        self._runner.cancel(self._job)
        self._decoder.let_go()
        attempt, self._attempt, self._job = self._attempt, None, 0
        if attempt is not None and attempt.handover:  # else the job closes what it has
            self._runner.start(lambda _cancel: _close(attempt.handover), line=PROJECT_LINE)

    def _on_produced(self, job_id: int, found: object) -> None:
        if job_id != self._job or self._attempt is None or not isinstance(found, _Bare | _Read):
            return
        if found.media is None:
            self.mediaMissing.emit(found.problem)
            return
        self._attempt.found = found
        self._decoder.open(str(found.media))

    def _on_job_failed(self, job_id: int, error: Exception) -> None:
        if job_id == self._job and self._attempt is not None:
            self._on_failed(error)

    def _on_failed(self, error: Exception) -> None:
        self.abandon()
        self.failed.emit(error)

    def _on_clip_opened(self, clip: ClipInfo) -> None:
        attempt = self._attempt
        if attempt is None or attempt.found is None:  # the clip of an earlier attempt
            return
        try:
            document = _make_document(attempt.found, attempt.handover, clip)
        except BadInputError as error:
            self._on_failed(error)
            return
        self._attempt = None
        self._decoder.take()
        if isinstance(attempt.found, _Bare) and attempt.found.problem is not None:
            self.failed.emit(attempt.found.problem)  # the clip can be opened all the same
        self.opened.emit(document)


def _make_document(found: _Bare | _Read, handover: Handover, clip: ClipInfo) -> Document:
    if isinstance(found, _Bare):
        return Document(clip, found.skeleton)
    project = handover.take()
    assert project is not None
    try:
        return Document.from_project(project, found.loaded, clip)
    except BadInputError:
        handover.leave(project)
        raise


def _look(path: Path, handover: Handover, cancel: CancelFlag) -> Iterator[_Bare | _Read]:
    """Find out what there is to a path; a project is opened, for writing where that can be, and handed over."""
    from poseapp.storage.project import ProjectFile, leave_tidying

    if cancel():
        return
    place = path if is_project(path) else find_project(path)
    if place is None:
        yield _beginning(path)
        return
    project = ProjectFile.open(place)
    if not project.read_only:
        leave_tidying(project)
    yield from _read(project, None, handover, cancel)


def _locate(clip: Path, handover: Handover, cancel: CancelFlag) -> Iterator[_Bare | _Read]:
    """Read a project again, with its clip where somebody says it is."""
    project = handover.take()
    if project is not None:
        yield from _read(project, clip, handover, cancel)


def _close(handover: Handover) -> Iterator[_Bare | _Read]:
    handover.close()
    yield from ()


def _read(project: ProjectFile, clip: Path | None, handover: Handover, cancel: CancelFlag) -> Iterator[_Bare | _Read]:
    """Yield what is in a project, which lies in the handover by then; nobody gets it where it was cancelled."""
    try:
        found = _contents(project, clip, cancel)
    except CancelledError:
        project.close()
        return
    except BaseException:
        project.close()
        raise
    handover.leave(project)
    try:
        yield found
    finally:
        if cancel():
            handover.close()


def _contents(project: ProjectFile, clip: Path | None, cancel: CancelFlag) -> _Read:
    """Read a project and look for its clip, hashing where size and date do not settle it."""
    loaded = project.load()
    for person in range(loaded.store.n_persons):
        loaded.store.score_strip(person)  # which is kept in the store: the window need not read all frames
    cancellable = partial(fingerprint, cancel=cancel)
    try:
        if clip is None:
            return _Read(project.find_media(fingerprint=cancellable), loaded)
        project.locate(clip, fingerprint=cancellable)
    except BadInputError as error:
        return _Read(None, loaded, error)
    return _Read(clip.absolute(), loaded)


def _beginning(path: Path) -> _Bare:
    """Return what a new project begins with: the keypoints of the built-in networks, and the user's own angles."""
    from poseapp.storage.angle_file import with_users_angles

    skeleton = load_skeleton(DEFAULT_SKELETON)
    try:
        return _Bare(path, with_users_angles(skeleton))
    except BadInputError as error:
        return _Bare(path, skeleton, error)
