"""The main job without a window: a clip in, an `Analysis` out, and a project beside it where asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from poseapp.core.analysis import Analysis, MeasureSettings
from poseapp.core.errors import BadInputError, CancelledError
from poseapp.core.geometry import Box
from poseapp.core.own_keypoints import reads
from poseapp.core.quality import Finding
from poseapp.core.settings_text import MEASURE, settings_in, settings_to_json
from poseapp.core.skeleton import AngleDefinition
from poseapp.core.store import PoseStore
from poseapp.core.types import ClipInfo, PoseChunk
from poseapp.inference.catalog import find_model
from poseapp.inference.library_names import DEFAULT
from poseapp.inference.network import Network, load_network
from poseapp.jobs.analyze import Outcome, Reading, analyze
from poseapp.jobs.measure import build_analysis
from poseapp.jobs.quality import check_clip
from poseapp.jobs.told import Told, events_told, scene_told, told_edits
from poseapp.storage.angle_file import users_angles, with_users_angles
from poseapp.storage.project import ProjectFile
from poseapp.video import Clip, fingerprint, open_clip


@dataclass(frozen=True)
class AnalyzeRequest:
    """What to analyse and how.

    Attributes:
        clip: A video, a folder, or images.
        model: Name of an installed network, or the path of one.
        persons: How many people to follow.
        box: Where the person is in the first frame, px; None to search.
        settings: How to measure; None as the project says where there is one, else the usual way.
        project: A project file to write; None for none.
        mirror: Average with the mirrored picture: steadier, half as fast; None: as the network's description says.
        told: What is told of the recording, and which events are to be found.
        settle: Settle over time what the network says of each frame.
    """

    clip: tuple[str, ...]
    model: str = DEFAULT
    persons: int = 1
    box: Box | None = None
    settings: MeasureSettings | None = None
    project: Path | None = None
    mirror: bool | None = None
    told: Told = field(default_factory=Told)
    settle: bool = True

    def measure_settings(self) -> MeasureSettings:
        """Return how to measure. Raises BadInputError where the project cannot be read."""
        return self.settings or project_settings(self.project)


@dataclass(frozen=True)
class ClipResult:
    """What came out: `frames` looked at in `seconds` of wall time, what was wrong with the clip, and what was done.

    `quality` is of the recording of the first person; `found` says which events were found, a sentence each.
    """

    analysis: Analysis
    frames: int
    seconds: float
    persons_found: int
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()
    quality: tuple[Finding, ...] = ()
    found: tuple[str, ...] = ()


def analyze_clip(
    request: AnalyzeRequest,
    *,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancel: Callable[[], bool] = lambda: False,
) -> ClipResult:
    """Analyse and measure a clip. What was predicted before a cancel stays in the project.

    Raises:
        BadInputError: The clip, the network or the project cannot be used.
        CancelledError: `cancel` said so.
    """
    started = time.perf_counter()
    network = load_network(find_model(request.model))
    with open_clip(request.clip) as clip:
        sha256 = fingerprint(clip.info.path)
        store = PoseStore(network.spec.skeleton.with_angles(_own_angles(request.project)), clip.info.n_frames)
        with _keeping(request, clip, sha256, network) as keep:
            reading = Reading(request.persons, request.box, mirror=request.mirror, settle=request.settle)
            done = 0

            def take(chunk: PoseChunk) -> None:
                nonlocal done
                store.add_chunk(chunk)
                keep(chunk)
                done = max(done, chunk.stop)  # a replacement of earlier frames is no progress, nor a step back
                on_progress(done, clip.info.n_frames)

            outcome = _take_all(analyze(clip, network, reading, cancel=cancel), take)
            if cancel():
                raise CancelledError
        seconds = time.perf_counter() - started
        settings = request.measure_settings()
        words = _tell(store, clip.info, request, settings)
        analysis = build_analysis(store, clip.info, settings, model=network.spec, source_sha256=sha256)
        first = analysis.persons[:1]
        quality = check_clip(clip, first[0], store.skeleton, scene=analysis.scene, cancel=cancel) if first else ()
    n_found = sum(bool(np.isfinite(person.track.raw).any()) for person in analysis.persons)
    done_for = outcome.problems, outcome.notes, quality, words
    return ClipResult(analysis, analysis.clip.n_frames, seconds, n_found, *done_for)


def _tell(store: PoseStore, clip: ClipInfo, request: AnalyzeRequest, settings: MeasureSettings) -> tuple[str, ...]:
    """Put what is told of the recording, and the events wanted, into the poses and the project; say what was found."""
    told = request.told
    if told == Told() or not store.n_persons:
        return ()
    scene = scene_told(store, clip, told, settings)
    events, words = events_told(store, clip, told, settings, scene)
    for edit in told_edits(store.items, clip, scene, events):
        store.apply(edit)
    if request.project is not None:
        with ProjectFile.open(request.project) as project:
            for edit in told_edits(project.load().store.items, clip, scene, events):
                project.record("do", edit)
    return words


def _own_angles(project: Path | None) -> tuple[AngleDefinition, ...]:
    """Return the angles that a project defines; the user's own where there is none yet. Raises BadInputError."""
    if project is None or not project.exists():
        return users_angles()
    with ProjectFile.open(project, readonly=True) as file:
        return file.load().skeleton.own_angles


def _take_all(chunks: Generator[PoseChunk, None, Outcome], take: Callable[[PoseChunk], None]) -> Outcome:
    """Hand over every chunk, and return what the generator returns."""
    with closing(chunks):
        while True:
            try:
                chunk = next(chunks)
            except StopIteration as end:
                outcome: Outcome = end.value
                return outcome
            take(chunk)


def project_settings(path: Path | None) -> MeasureSettings:
    """Return how a project says that it is measured; the usual way without one. Raises BadInputError."""
    if path is None or not path.exists():
        return MeasureSettings()
    with ProjectFile.open(path, readonly=True) as project:
        return settings_in(project.settings())


def project_clip(path: Path) -> Path:
    """Return where the clip of a project is now. Raises BadInputError where it cannot be found."""
    with ProjectFile.open(path, readonly=True) as project:
        return project.find_media()


def measure_project(path: Path, settings: MeasureSettings | None = None) -> Analysis:
    """Measure what a project holds, with its corrections; its clip need not be there.

    Args:
        path: The project.
        settings: How to measure; None as the project says.

    Raises:
        BadInputError: It cannot be read, or nothing was analysed yet.
    """
    with ProjectFile.open(path, readonly=True) as project:
        loaded = project.load()
        if not loaded.store.n_persons:
            raise BadInputError("there is nothing to export", where=path.name, remedy="Analyse the clip first")
        model = next((run.model for run in loaded.runs if run.id == loaded.run_id), None)
        return build_analysis(
            loaded.store,
            loaded.clip,
            settings or settings_in(project.settings()),
            model=model,
            journal=project.journal(),
            source_sha256=project.media().sha256,
        )


@contextmanager
def _keeping(
    request: AnalyzeRequest, clip: Clip, sha256: str, network: Network
) -> Iterator[Callable[[PoseChunk], None]]:
    """Yield where chunks go: into a new run of a project that is made or found, or nowhere.

    A project keeps how it was asked to be measured.
    """
    if request.project is None:
        yield lambda _chunk: None
        return
    with _open_project(request.project, clip, sha256, network) as project:
        if request.settings is not None:
            project.set_setting(MEASURE, settings_to_json(request.settings))
        run = project.begin_run(network.spec)
        try:
            yield lambda chunk: project.write_chunk(run, chunk)
        except CancelledError:
            project.end_run(run, "cancelled")
            raise
        except BaseException:
            project.end_run(run, "failed")
            raise
        project.end_run(run)


def _open_project(path: Path, clip: Clip, sha256: str, network: Network) -> ProjectFile:
    """Open the project of this clip, or make it.

    Raises:
        BadInputError: It belongs to another clip or skeleton, or cannot be written: a person's work is in there.
    """
    if not path.exists():
        return ProjectFile.create(path, clip.info, with_users_angles(network.spec.skeleton), sha256=sha256)
    project = ProjectFile.open(path)
    try:
        if project.media().sha256 != sha256:
            raise BadInputError("this project belongs to another clip", where=path.name, remedy="Choose another name")
        if not reads(project.load().store.base, network.spec.skeleton):
            remedy = "Choose a network with the same keypoints, or another project name"
            raise BadInputError("this project has another skeleton", where=path.name, remedy=remedy)
        if project.read_only:
            raise BadInputError(f"the project cannot be written: {project.reason}", where=path.name)
    except BaseException:
        project.close()
        raise
    return project
