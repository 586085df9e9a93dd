"""Reads what is to be compared: the poses of a project, of a run in it, or of a reading, and their angles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from poseapp.core.analysis import MeasureSettings
from poseapp.core.errors import BadInputError
from poseapp.core.filter_settings import FilterSettings
from poseapp.core.items import scene_of
from poseapp.core.readings import PosesOf, find_reading, readings_in
from poseapp.core.scene import scene_clip
from poseapp.core.settings_text import settings_in
from poseapp.core.skeleton import Skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import Float32, Source, Track, predicted_sources
from poseapp.jobs.readings import reading_title, run_title
from poseapp.kinematics.measure import measure_person
from poseapp.storage.project import LoadedProject, ProjectFile

_PLACED = (Source.CORRECTED, Source.OCCLUDED)


@dataclass(frozen=True, eq=False)
class SeenPoses:
    """Poses and angles as they were seen or placed: nothing smoothed, no gap filled.

    Attributes:
        title: In words, without a file name.
        sha256: Of the clip.
        settings: Of its project, for measuring.
        xy: (T, P, K, 2) px. angles: (T, P, A) degrees. NaN = missing.
        placed: (T, P, K) where a person placed a keypoint; None where nobody places anything, as in a run.
    """

    title: str
    sha256: str
    settings: MeasureSettings
    skeleton: Skeleton
    xy: Float32
    angles: Float32
    placed: npt.NDArray[np.bool_] | None

    @property
    def n_frames(self) -> int:
        """T."""
        return len(self.xy)

    @property
    def n_persons(self) -> int:
        """P."""
        return int(self.xy.shape[1])


def read_poses(of: PosesOf, settings: MeasureSettings | None = None) -> SeenPoses:
    """Read poses and compute their angles.

    Args:
        of: Which.
        settings: How to measure, but for smoothing and gaps; None as the project says.

    Raises:
        BadInputError: There is no such run or reading, nobody is in it, or the project cannot be read.
    """
    with ProjectFile.open(of.project, readonly=True, check=False) as project:
        title, loaded = _load(project, of)
        settings = settings or settings_in(project.settings())
        sha256 = project.media().sha256
    store = loaded.store
    if not store.n_persons:
        raise BadInputError("there is nothing to compare", where=of.project.name, remedy="Analyse the clip first")
    tracks = [_predicted(store, p) if of.run else store.track(p) for p in range(store.n_persons)]
    placed = np.stack([np.isin(track.source, _PLACED) for track in tracks], axis=1)
    xy, angles = _measure(loaded, tracks, settings)
    return SeenPoses(title, sha256, settings, store.skeleton, xy, angles, None if of.run else placed)


def _load(project: ProjectFile, of: PosesOf) -> tuple[str, LoadedProject]:
    if of.reading:
        reading = find_reading(readings_in(project.settings()), of.reading)
        return reading_title(reading), project.load(reading.run or 0, n_rows=reading.rows)
    if of.run:
        for run in project.runs():
            if run.id == of.run and run.n_frames:
                return run_title(run), project.load(run.id)
        raise BadInputError(f"the project has no run {of.run}", where=of.project.name)
    return "Poses on show", project.load()


def _predicted(store: PoseStore, person: int) -> Track:
    """Return a person as a run predicted it: swapped as is seen, without a mark."""
    said = store.predictions(person)
    xy, score, cov = said.xy[:, 0], said.score[:, 0], said.cov[:, 0]
    return Track(0, xy, xy, np.abs(score), cov, predicted_sources(xy, score))


def _measure(loaded: LoadedProject, tracks: Iterable[Track], settings: MeasureSettings) -> tuple[Float32, Float32]:
    """Return keypoints (T, P, K, 2) that are sure enough, and angles (T, P, A)."""
    store = loaded.store
    time = scene_clip(loaded.clip, scene_of(store.items)[1]).pts
    bare = replace(settings, filter=FilterSettings(kind="none"), max_gap_seconds=0.0)
    measured = [
        measure_person(
            track, time, store.skeleton, settings=bare, user_facing=store.facing(p), neutral=settings.neutral_of(p)
        )
        for p, track in enumerate(tracks)
    ]
    xy = np.stack([person.final for person in measured], axis=1)
    angles = np.stack([person.angles.raw for person in measured], axis=1)
    return xy.astype(np.float32), angles.astype(np.float32)
