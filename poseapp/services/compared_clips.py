"""The two clips of a comparison, and how one is read beside the GUI thread without anything of it being written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from poseapp.core.analysis import MeasureSettings, PersonMeasures
from poseapp.core.errors import BadInputError
from poseapp.core.items import Event, PersonNote
from poseapp.core.settings_text import settings_in
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import ClipInfo, Float64, PoseView
from poseapp.services.decoder import Decoder
from poseapp.services.job_runner import CancelFlag, MakeJob
from poseapp.services.places import find_project, is_project

if TYPE_CHECKING:
    from poseapp.core.store import PoseStore
    from poseapp.storage.project import ProjectFile

Measured = tuple[int, PersonMeasures]


@dataclass
class ComparedClip:
    """One clip of a comparison.

    Attributes:
        info: The clip. decoder: Holds it open; this comparison's own.
        store: Its poses as they are now; None without any.
        measures: What was last measured of a person, None before.
        person: Who is compared.
    """

    info: ClipInfo
    decoder: Decoder
    store: Callable[[], PoseStore | None]
    measures: Callable[[int], PersonMeasures | None]
    person: int = 0

    @property
    def name(self) -> str:
        """File name."""
        return Path(self.info.path).name

    @property
    def n_persons(self) -> int:
        """P."""
        store = self.store()
        return 0 if store is None else store.n_persons

    @property
    def skeleton(self) -> Skeleton | None:
        """Of its poses."""
        store = self.store()
        return None if store is None else store.skeleton

    def poses(self, frame: int) -> PoseView | None:
        """Return the poses of a frame, None without any."""
        store = self.store()
        return None if store is None or not 0 <= frame < store.n_frames else store.view(frame)

    def events(self) -> tuple[Event, ...]:
        """Return what happens in it."""
        store = self.store()
        return () if store is None else tuple(event for _, event in store.items.of(Event))

    def person_name(self, person: int) -> str:
        """Return what a person is called."""
        store = self.store()
        notes = () if store is None else store.items.of(PersonNote)
        given = next((note.name for _, note in notes if note.person == person), "")
        return given or f"Person {person + 1}"


@dataclass(frozen=True)
class ReadClip:
    """What the reading job hands over: where the clip is, and its poses where it has a project."""

    media: Path
    store: PoseStore | None
    settings: MeasureSettings = field(default_factory=MeasureSettings)


def read_clip(path: Path) -> MakeJob:
    """Return the job that reads a clip, or a project with its clip; it yields a `ReadClip`. Nothing is written.

    A clip brings its project where it has one. The job raises BadInputError for a project that cannot be read or
    whose clip is missing.
    """

    def make(_cancel: CancelFlag) -> Iterator[ReadClip]:
        project = path if is_project(path) else find_project(path)
        yield ReadClip(path, None) if project is None else _read_project(project)

    return make


def check_read(read: ReadClip, info: ClipInfo) -> None:
    """Check that poses and clip belong together. Raises BadInputError when they do not."""
    if read.store is not None and read.store.n_frames != info.n_frames:
        what = f"the clip has {info.n_frames} frames, its project {read.store.n_frames}"
        raise BadInputError(what, where=read.media.name, remedy="Compare with the clip that the project was made with")


def measure_everybody(store: PoseStore, time: Float64, first: int, settings: MeasureSettings | None = None) -> MakeJob:
    """Return the job that measures every person, one of them first; it yields (person, measures)."""
    how = settings or MeasureSettings()

    def make(cancel: CancelFlag) -> Iterator[Measured]:
        from poseapp.kinematics.measure import measure_person

        for person in sorted(range(store.n_persons), key=lambda person: person != first):
            if cancel():
                return
            yield (
                person,
                measure_person(
                    store.track(person),
                    time,
                    store.skeleton,
                    settings=how,
                    user_facing=store.facing(person),
                    neutral=how.neutral_of(person),
                ),
            )

    return make


def subject_of(store: PoseStore | None) -> int:
    """Return the person who was said to be the subject, the first one where nobody was."""
    notes = () if store is None else store.items.of(PersonNote)
    return next((note.person for _, note in notes if note.subject and store and note.person < store.n_persons), 0)


def _read_project(path: Path) -> ReadClip:
    from poseapp.storage.quiet import read_quietly

    def read(project: ProjectFile) -> ReadClip:
        return ReadClip(project.find_media(), project.load().store, settings_in(project.settings()))

    return read_quietly(path, read)
