"""The document: one clip with its poses, their history, and the project file that keeps every edit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from poseapp.core.edits import Edit, inverse
from poseapp.core.errors import BadInputError
from poseapp.core.history import History, JournalKind
from poseapp.core.items import scene_of
from poseapp.core.metadata import IMPORTED
from poseapp.core.own_keypoints import reads
from poseapp.core.scene import Scene
from poseapp.core.skeleton import Skeleton
from poseapp.core.store import ChangeSet, PoseStore
from poseapp.core.types import ClipInfo, Float64, ModelSpec, PoseChunk
from poseapp.services.keeper import Keeper, RunEnd

if TYPE_CHECKING:
    from poseapp.storage.project import LoadedProject, ProjectFile


class Document:
    """A clip and everything said about it. What `perform`, `undo` and `redo` return is kept in the project already,
    or, as long as there is none (`saving` tells), kept here until there is.

    Attributes:
        clip: The clip. name: Its file name. store: Its poses. history: What can be undone.
        keeper: Writes what is said to the project file.
        model: The network behind the predictions, None without any.
        network: Name or path by which that network can be loaded, "" without any.
    """

    def __init__(self, clip: ClipInfo, skeleton: Skeleton) -> None:
        self.clip = clip
        self.name = Path(clip.path).name
        self.store = PoseStore(skeleton, clip.n_frames)
        self.history = History()
        self.keeper = Keeper(clip, skeleton)
        self.model: ModelSpec | None = None
        self.network = ""
        self._time = 1.0, clip.pts

    @classmethod
    def from_project(cls, project: ProjectFile, loaded: LoadedProject, clip: ClipInfo) -> Document:
        """Go on with a project. Raises BadInputError when the clip has another number of frames."""
        if clip.n_frames != loaded.store.n_frames:
            what = f"the clip has {clip.n_frames} frames, the project {loaded.store.n_frames}"
            raise BadInputError(what, where=project.path.name, remedy="Open the clip that the project was made with")
        document = cls(clip, loaded.store.base)
        document.keeper.go_on(project, loaded)
        document.store, document.history = loaded.store, loaded.history
        document.model = next((run.model for run in loaded.runs if run.id == loaded.run_id), None)
        is_network = document.model is not None and document.model.architecture != IMPORTED
        document.network = document.model.name if document.model is not None and is_network else ""
        return document

    @property
    def scene(self) -> Scene:
        """What was said of the recording."""
        return scene_of(self.store.items)[1]

    @property
    def time(self) -> Float64:
        """When the frames were recorded (T,), s: those of the file unless a capture rate was said; one array as long
        as nothing else is said."""
        scene = self.scene
        if self._time[0] != scene.time_scale:
            self._time = scene.time_scale, scene.true_time(self.clip.pts)
        return self._time[1]

    def is_at(self, path: Path) -> bool:
        """Tell whether a path is that of the clip or of its project."""
        return path == Path(self.clip.path) or (self.project is not None and path == self.project.path)

    @property
    def project(self) -> ProjectFile | None:
        """The project file, None until there is something worth saving."""
        return self.keeper.project

    @property
    def read_only(self) -> bool:
        """Tell whether nothing can be changed, because the project is open elsewhere or write-protected."""
        return self.project is not None and self.project.read_only

    @property
    def sha256(self) -> str:
        """Fingerprint of the clip, "" while it is not known."""
        return self.keeper.sha256

    @property
    def saving(self) -> bool:
        """Tell whether edits or predictions wait for the clip's fingerprint or for the file being made."""
        return self.keeper.waiting

    @property
    def saved_at(self) -> float | None:
        """Unix s of the last write, None before."""
        return self.keeper.saved_at

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

    def begin_run(self, model: ModelSpec, network: str) -> ChangeSet:
        """Start over with the predictions of a network, loaded by a name or path; edits stay.

        A network need not know the keypoints that were added here, and may know more: see `unadded`.

        Raises:
            BadInputError: Its keypoints are not those of the edits, or the project cannot be written.
        """
        if not self._takes(model.skeleton):
            self._change_skeleton(model.skeleton)
        self.keeper.begin_run(model)
        self.model, self.network = model, network
        return self.store.clear_predictions(model.skeleton)

    def add_chunk(self, chunk: PoseChunk) -> ChangeSet:
        """Take predictions of the run and keep them. Raises BadInputError when that cannot be."""
        change = self.store.add_chunk(chunk)
        self.keeper.add_chunk(chunk)
        return change

    def end_run(self, state: RunEnd) -> None:
        """Say how the run ended."""
        self.keeper.end_run(state)

    def close(self) -> None:
        """Let go of the project file; what still waits is kept first. Raises BadInputError when it cannot be kept."""
        self.keeper.close()

    def _apply(self, kind: JournalKind, edit: Edit) -> ChangeSet:
        change = self.store.apply(edit)
        try:
            self.keeper.record(kind, edit)
        except BadInputError:
            self.store.apply(inverse(edit))  # what is not kept is not shown
            raise
        return change

    def _takes(self, network: Skeleton) -> bool:
        """Tell whether a network's predictions fit the poses as they are."""
        if self.history.can_undo or self.history.can_redo:
            return reads(self.store.base, network)
        return self.store.skeleton.with_angles(()) == network

    def _change_skeleton(self, skeleton: Skeleton) -> None:
        """Start with other keypoints, which is possible as long as nobody has edited anything."""
        if self.history.can_undo or self.history.can_redo:
            what = f"the corrections are on the keypoints of {self.store.skeleton.title}, not of {skeleton.title}"
            raise BadInputError(what, where=self.name, remedy="Choose a network with the same keypoints")
        skeleton = skeleton.with_angles(self.store.skeleton.own_angles)
        self.keeper.start_over(skeleton)
        self.store = PoseStore(skeleton, self.clip.n_frames)
