"""Keeps what is said about a clip in its project file, and, as long as there is none yet, until there is one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from poseapp.core.edits import Edit
from poseapp.core.history import JournalKind, JournalRow
from poseapp.core.readings import READINGS
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import ClipInfo, ModelSpec, PoseChunk
from poseapp.services.handover import Handover
from poseapp.services.hashing import hash_clip
from poseapp.services.places import place_for_project

if TYPE_CHECKING:
    from poseapp.storage.project import LoadedProject, ProjectFile

_TIDY_EVERY = 16  # chunks
RunEnd = Literal["done", "cancelled", "failed"]


@dataclass
class _EarlyRun:
    """A run that began before there was a project to write to."""

    model: ModelSpec
    chunks: list[PoseChunk] = field(default_factory=list)
    end: RunEnd | None = None


@dataclass(frozen=True)
class ProjectOrder:
    """A project file to be made, frozen: what it is about and what it is to hold when it appears.

    Attributes:
        clip, skeleton, sha256: As `ProjectFile.create` takes them.
        replaces: Another project of this clip, without any correction, that goes; None to look for a place.
        gone: Where that project lies, should it still be open.
        rows: (kind, edit) for the journal.
        model, chunks, end: Of the run under way; `model` None without one, `end` None while it goes on.
    """

    clip: ClipInfo
    skeleton: Skeleton
    sha256: str
    replaces: Path | None = None
    gone: Handover = field(default_factory=Handover)
    rows: tuple[tuple[JournalKind, Edit], ...] = ()
    model: ModelSpec | None = None
    chunks: tuple[PoseChunk, ...] = ()
    end: RunEnd | None = None


@dataclass(frozen=True)
class MadeProject:
    """A project file that was made to an order, and is open: whoever takes it goes on with it."""

    order: ProjectOrder
    path: Path
    handover: Handover


def make_project(order: ProjectOrder) -> Iterator[MadeProject]:
    """Make the file with everything in it, in whatever thread this runs, and yield it.

    Raises:
        BadInputError: It cannot be made, or not be filled.
    """
    from poseapp.storage.project import ProjectFile, leave_tidying, tidy_project

    order.gone.close()
    path = order.replaces or place_for_project(Path(order.clip.path))
    overwrite = order.replaces is not None
    project = ProjectFile.create(path, order.clip, order.skeleton, sha256=order.sha256, overwrite=overwrite)
    try:
        leave_tidying(project)
        _fill(project, order)
        tidy_project(path)
    except BaseException:
        project.close()
        raise
    made = MadeProject(order, path, Handover())
    made.handover.leave(project)
    yield made


def tidy(path: Path) -> Iterator[Path]:
    """Tidy a file that this process has open, in whatever thread this runs, and yield it."""
    from poseapp.storage.project import tidy_project

    tidy_project(path)
    yield path


def sync(path: Path) -> Iterator[Path]:
    """Bring the last edits to the disk, in whatever thread this runs, and yield the file."""
    from poseapp.storage.project import sync_project

    sync_project(path)
    yield path


class Keeper:
    """Between a document and its project file.

    Edits and predictions are written at once where there is a file. Without one they wait: for the clip's fingerprint,
    and then for the file, which somebody makes beside this thread (`take_order`, `make_project`, then `adopt`).

    Attributes:
        project: The file, None until there is something worth saving.
        saved_at: Unix s of the last write, None before.
        sha256: Fingerprint of the clip, "" while it is not known.
        problem: Why what waits cannot be kept, None while there is no such reason.
    """

    def __init__(self, clip: ClipInfo, skeleton: Skeleton) -> None:
        self.project: ProjectFile | None = None
        self.saved_at: float | None = None
        self.sha256 = ""
        self.problem: Exception | None = None
        self._clip = clip
        self._skeleton = skeleton
        self._waiting: list[JournalRow] = []
        self._kept: list[JournalRow] = []  # what the journal in the file holds
        self._settings: dict[str, str] = {}
        self._early: _EarlyRun | None = None
        self._run_id: int | None = None
        self._ordered: ProjectOrder | None = None
        self._replaced: Path | None = None
        self._gone = Handover()  # projects that are to be closed beside this thread
        self._news: Path | None = None
        self._untidy = 0
        self._unsynced = False

    def go_on(self, project: ProjectFile, loaded: LoadedProject) -> None:
        """Keep everything from now on in a project that was read."""
        self.project, self.sha256 = project, loaded.sha256
        self._settings, self._kept = dict(loaded.settings), list(loaded.journal)

    @property
    def waiting(self) -> bool:
        """Tell whether anything is not in a file yet."""
        return bool(self._waiting) or self._early is not None

    def record(self, kind: JournalKind, edit: Edit) -> None:
        """Keep an edit. Raises BadInputError when it cannot be written."""
        row = JournalRow(kind, edit, time.time(), "")
        if self.project is None:
            self._waiting.append(row)
            self.problem = None  # worth another try
            return
        self._write_waiting(self.project)  # in order, should something have been left
        self.project.record(kind, edit)
        self._kept.append(row)
        self._unsynced = True
        self.saved_at = time.time()

    def settings(self) -> Mapping[str, str]:
        """Return the settings of this document, by name."""
        return dict(self._settings)

    def set_setting(self, name: str, value: str) -> None:
        """Keep a setting: in the file, or here until there is one. It is not worth a file of its own, and a file that
        cannot be written keeps what it has. Raises BadInputError when the writing fails.
        """
        if self.project is not None:
            if self.project.read_only:
                return
            self.project.set_setting(name, value)
        self._settings[name] = value

    def begin_run(self, model: ModelSpec) -> None:
        """Keep the predictions of a network from now on. Raises BadInputError when that cannot be."""
        self._run_id, self._early = None, None
        if self.project is None:
            self._early = _EarlyRun(model)
            self.problem = None
        else:
            self._run_id = self.project.begin_run(model)

    def add_chunk(self, chunk: PoseChunk) -> None:
        """Keep predictions of the run. Raises BadInputError when they cannot be written."""
        if self._early is not None:
            self._early.chunks.append(chunk)
        elif self.project is not None and self._run_id is not None:
            self.project.write_chunk(self._run_id, chunk)
            self.saved_at = time.time()
            self._untidy += 1

    def end_run(self, state: RunEnd) -> None:
        """Say how the run ended."""
        run_id, self._run_id = self._run_id, None
        if self._early is not None:
            self._early.end = state
        elif self.project is not None and run_id is not None:
            self.project.end_run(run_id, state)
            self._untidy = _TIDY_EVERY  # which syncs it, too

    def start_over(self, skeleton: Skeleton) -> None:
        """Forget everything, for keypoints of another skeleton; a file that was made is replaced by the next."""
        if self.project is not None:
            self._replaced = self.project.path
            self._gone.leave(self.project)
        self.project, self._run_id, self._early = None, None, None
        self._skeleton = skeleton
        self._settings.pop(READINGS, None)  # they are places in a journal that goes
        self._waiting.clear()
        self._kept.clear()

    def take_order(self) -> ProjectOrder | None:
        """Return what file is to be made now, None when there is nothing to do or somebody is at it already."""
        idle = self.project is None and self._ordered is None and self.problem is None
        if not idle or not self.waiting or not self.sha256:
            return None
        rows = tuple((row.kind, row.edit) for row in self._waiting)
        order = ProjectOrder(self._clip, self._skeleton, self.sha256, self._replaced, self._gone, rows)
        if (run := self._early) is not None:
            order = replace(order, model=run.model, chunks=tuple(run.chunks), end=run.end)
        self._ordered = order
        return order

    def adopt(self, made: MadeProject) -> None:
        """Go on in the file that was made, and write what came meanwhile. Raises BadInputError when that cannot be."""
        self._ordered, order = None, made.order
        if order.skeleton != self._skeleton:
            self._replaced = made.path
            if (project := made.handover.take()) is not None:
                self._gone.leave(project)
            return
        self.project = made.handover.take()
        if self.project is None:
            return
        self._news = made.path if made.path.parent != Path(self._clip.path).parent else None
        self.saved_at = time.time()
        n = len(order.rows)
        self._kept, self._waiting = self._waiting[:n], self._waiting[n:]
        self._write_waiting(self.project)
        for name, value in self._settings.items():
            self.project.set_setting(name, value)
        self._adopt_run(self.project, order)

    def give_up(self, error: Exception) -> None:
        """Learn that the file cannot be made; the next edit or run tries again."""
        self._ordered, self.problem = None, error

    def take_untidy(self) -> Path | None:
        """Return the file when it is time to tidy it, beside this thread; else None."""
        if self.project is None or self._untidy < _TIDY_EVERY:
            return None
        self._untidy = 0
        return self.project.path

    def take_unsynced(self) -> Path | None:
        """Return the file when edits were written that a power cut might take until they are synced; else None."""
        if self.project is None or not self._unsynced:
            return None
        self._unsynced = False
        return self.project.path

    def journal(self) -> tuple[JournalRow, ...]:
        """Return every edit, undo and redo, oldest first, those that wait included."""
        return (*self._kept, *self._waiting)

    def take_unusual_place(self) -> Path | None:
        """Return, once, where a new project lies when it does not lie beside its clip; else None."""
        place, self._news = self._news, None
        return place

    def close(self) -> None:
        """Let go of the file; what still waits is kept first, if that takes reading the whole clip.

        Raises:
            BadInputError: It cannot be kept.
        """
        try:
            self._ordered, self.problem = None, None  # nobody is at it any more
            if self.waiting and self.project is None:
                self.sha256 = self.sha256 or next(hash_clip(self._clip.path))
                while (order := self.take_order()) is not None:
                    self.adopt(next(make_project(order)))
            if self.project is not None:
                self._write_waiting(self.project)
                if self._untidy and not self.project.read_only:
                    next(tidy(self.project.path))
        finally:
            self._gone.close()
            if self.project is not None:
                self.project.close()
                self.project = None

    def _write_waiting(self, project: ProjectFile) -> None:
        while self._waiting:
            self._unsynced = True
            project.record(self._waiting[0].kind, self._waiting[0].edit)
            self._kept.append(self._waiting.pop(0))

    def _adopt_run(self, project: ProjectFile, order: ProjectOrder) -> None:
        run, self._early = self._early, None
        if run is None:
            return
        is_same = order.model is run.model and all(a is b for a, b in zip(order.chunks, run.chunks, strict=False))
        self._run_id = project.runs()[-1].id if is_same else project.begin_run(run.model)
        for chunk in run.chunks[len(order.chunks) if is_same else 0 :]:
            project.write_chunk(self._run_id, chunk)
        if run.end is not None:
            self.end_run(run.end)


def _fill(project: ProjectFile, order: ProjectOrder) -> None:
    for kind, edit in order.rows:
        project.record(kind, edit)
    if order.model is not None:
        run_id = project.begin_run(order.model)
        for chunk in order.chunks:
            project.write_chunk(run_id, chunk)
        if order.end is not None:
            project.end_run(run_id, order.end)
