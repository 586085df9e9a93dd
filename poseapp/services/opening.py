"""Opens clips and projects without keeping the window waiting: hashing, indexing and loading run beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from poseapp.core.clip_files import fingerprint
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import Skeleton, load_skeleton
from poseapp.core.types import ClipInfo
from poseapp.services.decoder import Decoder
from poseapp.services.document import Document
from poseapp.services.job_runner import JobRunner
from poseapp.services.places import find_project, is_project

if TYPE_CHECKING:
    from poseapp.storage.project import LoadedProject, ProjectFile

DEFAULT_SKELETON = "body21"  # of the built-in networks


@dataclass
class _Found:
    """What the loading job hands over: the project's contents, and its clip or why there is none."""

    loaded: LoadedProject
    media: Path | None
    problem: BadInputError | None
    hashes: dict[Path, str]
    moved: bool = False


@dataclass
class _Attempt:
    """An opening under way."""

    path: Path
    project: ProjectFile | None = None
    found: _Found | None = None


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
        self._attempt = _Attempt(path)
        try:
            project = path if is_project(path) else find_project(path)
            if project is not None:
                self._open_project(project)
                return
        except BadInputError as error:
            self._on_failed(error)
            return
        self._decoder.open(str(path))

    def locate(self, clip: Path) -> None:
        """Say where the clip of the project being opened is."""
        if self._attempt is not None and self._attempt.project is not None:
            self._load(self._attempt.project, clip)

    def abandon(self) -> None:
        """Forget what is being opened."""
        self._runner.cancel(self._job)
        if self._attempt is not None and self._attempt.project is not None:
            self._attempt.project.close()
        self._attempt = None

    def _open_project(self, path: Path) -> None:
        from poseapp.storage.project import ProjectFile

        assert self._attempt is not None
        self._attempt.project = ProjectFile.open(path, check=False)  # the loading job looks all through it
        self._load(self._attempt.project, None)

    def _load(self, project: ProjectFile, clip: Path | None) -> None:
        self._job = self._runner.start(lambda _cancel: _load_project(project.path, clip))

    def _on_produced(self, job_id: int, found: object) -> None:
        if job_id != self._job or self._attempt is None or not isinstance(found, _Found):
            return
        self._attempt.found = found
        if found.media is None:
            self.mediaMissing.emit(found.problem)
        else:
            self._decoder.open(str(found.media))

    def _on_job_failed(self, job_id: int, error: Exception) -> None:
        if job_id == self._job and self._attempt is not None:
            self._on_failed(error)

    def _on_failed(self, error: Exception) -> None:
        self.abandon()
        self.failed.emit(error)

    def _on_clip_opened(self, clip: ClipInfo) -> None:
        attempt = self._attempt
        if attempt is None:
            return
        try:
            document = self._make_document(attempt, clip)
        except BadInputError as error:
            self._on_failed(error)
            return
        self._attempt = None
        self.opened.emit(document)

    def _beginning(self) -> Skeleton:
        """Return what a new project begins with: the keypoints of the built-in networks, and the user's own angles."""
        from poseapp.storage.angle_file import with_users_angles

        skeleton = load_skeleton(DEFAULT_SKELETON)
        try:
            return with_users_angles(skeleton)
        except BadInputError as error:
            self.failed.emit(error)  # the clip can be opened all the same
            return skeleton

    def _make_document(self, attempt: _Attempt, clip: ClipInfo) -> Document:
        if attempt.project is None or attempt.found is None:
            return Document(clip, self._beginning())
        known = attempt.found.hashes
        document = Document.from_project(attempt.project, attempt.found.loaded, clip)
        if attempt.found.moved and not attempt.project.read_only:
            attempt.project.locate(
                clip.path, fingerprint=lambda path: known.get(Path(os.path.realpath(path))) or fingerprint(path)
            )
        return document


def _load_project(path: Path, clip: Path | None) -> Iterator[_Found]:
    """Read a project and look for its clip, hashing where size and date do not settle it."""
    from poseapp.storage.media import check_media
    from poseapp.storage.project import ProjectFile, is_placed

    hashes: dict[Path, str] = {}

    def remembered(place: Path) -> str:
        real = Path(os.path.realpath(place))
        hashes[real] = fingerprint(place)
        return hashes[real]

    with ProjectFile.open(path, readonly=True) as project:
        loaded = project.load()
        for person in range(loaded.store.n_persons):
            loaded.store.score_strip(person)  # which is kept in the store: the window need not read all frames
        try:
            if clip is None:
                media = project.find_media(fingerprint=remembered)
            else:
                check_media(project.media(), clip.absolute(), remembered)
                media = clip.absolute()
        except BadInputError as error:
            yield _Found(loaded, None, error, hashes)
            return
        moved = not is_placed(project, media)
    yield _Found(loaded, media, None, hashes, moved)
