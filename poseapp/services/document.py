"""The document: one clip with its poses, their history, and the project file that keeps every edit."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from poseapp.core.edits import Edit, inverse
from poseapp.core.errors import BadInputError
from poseapp.core.history import History, JournalKind
from poseapp.core.skeleton import Skeleton
from poseapp.core.store import ChangeSet, PoseStore
from poseapp.core.types import ClipInfo, ModelSpec, PoseChunk
from poseapp.services.hashing import hash_clip
from poseapp.services.places import place_for_project

if TYPE_CHECKING:
    from poseapp.storage.project import LoadedProject, ProjectFile

RunEnd = Literal["done", "cancelled", "failed"]


@dataclass
class _EarlyRun:
    """A run that began before the clip's fingerprint was known: kept until it is."""

    model: ModelSpec
    chunks: list[PoseChunk] = field(default_factory=list)
    end: RunEnd | None = None


class Document:
    """A clip and everything said about it. What `perform`, `undo` and `redo` return is kept in the project already,
    or, as long as the clip's fingerprint is not known, kept here until it is.

    Attributes:
        clip: The clip. name: Its file name. store: Its poses. history: What can be undone.
        project: The file, None until there is something worth saving.
        saved_at: Unix s of the last write, None before.
        model: The network behind the predictions, None without any.
        network: Name or path by which that network can be loaded, "" without any.
    """

    def __init__(self, clip: ClipInfo, skeleton: Skeleton) -> None:
        self.clip = clip
        self.name = Path(clip.path).name
        self.store = PoseStore(skeleton, clip.n_frames)
        self.history = History()
        self.project: ProjectFile | None = None
        self.saved_at: float | None = None
        self.model: ModelSpec | None = None
        self.network = ""
        self._sha256 = ""
        self._waiting: list[tuple[JournalKind, Edit]] = []
        self._run_id: int | None = None
        self._early: _EarlyRun | None = None
        self._news: Path | None = None

    @classmethod
    def from_project(cls, project: ProjectFile, loaded: LoadedProject, clip: ClipInfo) -> Document:
        """Go on with a project. Raises BadInputError when the clip has another number of frames."""
        if clip.n_frames != loaded.store.n_frames:
            what = f"the clip has {clip.n_frames} frames, the project {loaded.store.n_frames}"
            raise BadInputError(what, where=project.path.name, remedy="Open the clip that the project was made with")
        document = cls(clip, loaded.skeleton)
        document.store, document.history, document.project = loaded.store, loaded.history, project
        document._sha256 = project.media().sha256
        document.model = next((run.model for run in loaded.runs if run.id == loaded.run_id), None)
        document.network = document.model.name if document.model is not None else ""
        return document

    @property
    def read_only(self) -> bool:
        """Tell whether nothing can be changed, because the project is open elsewhere or write-protected."""
        return self.project is not None and self.project.read_only

    @property
    def sha256(self) -> str:
        """Fingerprint of the clip, "" while it is not known."""
        return self._sha256

    @property
    def saving(self) -> bool:
        """Tell whether edits or predictions wait for the clip's fingerprint."""
        return bool(self._waiting) or self._early is not None

    def perform(self, edit: Edit) -> ChangeSet:
        """Apply and keep an edit.

        Raises:
            EditConflictError: It does not fit. BadInputError: It cannot be kept. Either way nothing has changed.
        """
        change = self._apply("do", edit)
        self.history.perform(edit)
        return change

    def undo(self) -> ChangeSet | None:
        """Take back the last edit, None when there is none. Raises as `perform`."""
        edit = self.history.next_undo
        if edit is None:
            return None
        change = self._apply("undo", edit)
        self.history.undo()
        return change

    def redo(self) -> ChangeSet | None:
        """Do the last undone edit again, None when there is none. Raises as `perform`."""
        edit = self.history.next_redo
        if edit is None:
            return None
        change = self._apply("redo", edit)
        self.history.redo()
        return change

    def set_sha256(self, sha256: str) -> None:
        """Learn the clip's fingerprint and keep what waited for it. Raises BadInputError when it cannot be kept."""
        self._sha256 = sha256
        while self._waiting:
            self._record(*self._waiting[0])
            self._waiting.pop(0)
        early, self._early = self._early, None
        if early is not None:
            self._keep_early(early)

    def begin_run(self, model: ModelSpec, network: str) -> ChangeSet:
        """Start over with the predictions of a network, loaded by a name or path; edits stay.

        Raises:
            BadInputError: Its keypoints are not those of the edits, or the project cannot be written.
        """
        if model.skeleton != self.store.skeleton:
            self._change_skeleton(model.skeleton)
        if self._sha256:
            self._run_id = self._ensure_project().begin_run(model)
        else:
            self._early = _EarlyRun(model)
        self.model, self.network = model, network
        return self.store.clear_predictions()

    def add_chunk(self, chunk: PoseChunk) -> ChangeSet:
        """Take predictions of the run and keep them. Raises BadInputError when that cannot be."""
        change = self.store.add_chunk(chunk)
        if self._early is not None:
            self._early.chunks.append(chunk)
        if self.project is not None and self._run_id is not None:
            self.project.write_chunk(self._run_id, chunk)
            self.saved_at = time.time()
        return change

    def end_run(self, state: RunEnd) -> None:
        """Say how the run ended."""
        if self._early is not None:
            self._early.end = state
        if self.project is not None and self._run_id is not None:
            self.project.end_run(self._run_id, state)
        self._run_id = None

    def save_copy(self, path: Path) -> None:
        """Write a complete copy of the project. Raises BadInputError when there is nothing, or it cannot be written."""
        if self.project is None:
            raise BadInputError("there is nothing to save yet", where=self.name)
        self.project.save_copy(path)

    def take_unusual_place(self) -> Path | None:
        """Return, once, where a new project lies when it does not lie beside its clip; else None."""
        place, self._news = self._news, None
        return place

    def close(self) -> None:
        """Let go of the project file; what still waits is kept first, if that takes reading the whole clip.

        Raises:
            BadInputError: It cannot be kept.
        """
        if self.saving:
            self.set_sha256(next(hash_clip(self.clip.path)))
        if self.project is not None:
            self.project.close()
            self.project = None

    def _apply(self, kind: JournalKind, edit: Edit) -> ChangeSet:
        change = self.store.apply(edit)
        try:
            if self._sha256:
                self._record(kind, edit)
            else:
                self._waiting.append((kind, edit))
        except BadInputError:
            self.store.apply(inverse(edit))  # what is not kept is not shown
            raise
        return change

    def _keep_early(self, early: _EarlyRun) -> None:
        project = self._ensure_project()
        self._run_id = project.begin_run(early.model)
        for chunk in early.chunks:
            project.write_chunk(self._run_id, chunk)
        self.saved_at = time.time()
        if early.end is not None:
            self.end_run(early.end)

    def _record(self, kind: JournalKind, edit: Edit) -> None:
        self._ensure_project().record(kind, edit)
        self.saved_at = time.time()

    def _ensure_project(self) -> ProjectFile:
        if self.project is None:
            from poseapp.storage.project import ProjectFile

            place = place_for_project(Path(self.clip.path))
            self.project = ProjectFile.create(place, self.clip, self.store.skeleton, sha256=self._sha256)
            self._news = place if place.parent != Path(self.clip.path).parent else None
        return self.project

    def _change_skeleton(self, skeleton: Skeleton) -> None:
        """Start with other keypoints, which is possible as long as nobody has edited anything."""
        if self.history.can_undo or self.history.can_redo:
            what = f"the corrections are on the keypoints of {self.store.skeleton.title}, not of {skeleton.title}"
            raise BadInputError(what, where=self.name, remedy="Choose a network with the same keypoints")
        place = None if self.project is None else self.project.path
        if self.project is not None:
            self.project.close()
            self.project = None
        self._early = None
        self.store = PoseStore(skeleton, self.clip.n_frames)
        if place is not None:
            from poseapp.storage.project import ProjectFile

            self.project = ProjectFile.create(place, self.clip, skeleton, sha256=self._sha256, overwrite=True)
