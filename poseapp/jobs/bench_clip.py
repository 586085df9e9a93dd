"""Clips of any length for benchmarks: the sample over and over, with a real project of predictions and corrections."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from poseapp.core.edits import MarkChange, MarksEdit
from poseapp.core.skeleton import Skeleton, load_skeleton
from poseapp.core.types import ClipInfo, Float32, Frame, Key, Mark, ModelSpec, PoseChunk
from poseapp.jobs.sample import sample_folder
from poseapp.storage.project import ProjectFile
from poseapp.video import open_clip
from poseapp.video.clip import Clip

SKELETON = "body21"
_CHUNK = 4096  # frames
_MARKED = 1000  # frames with corrections, as far as the clip has them
_PER_FRAME = 3  # corrected keypoints
_NOISE = 0.6  # px
_JUMP_EVERY = 293  # frames


class RepeatedClip(Clip):
    """A video that goes on with its first frame after the last, for `n_frames` frames, under pts that go on as well."""

    def __init__(self, path: str, n_frames: int) -> None:
        self._once = open_clip(path)
        once = self._once.info
        turns = np.arange(n_frames) // once.n_frames
        pts = once.pts[np.arange(n_frames) % once.n_frames] + turns * (once.n_frames / once.fps)
        super().__init__(dataclasses.replace(once, pts=pts))

    def frame_at(self, index: int) -> Frame:
        self._check_index(index)
        frame = self._once.frame_at(index % self._once.info.n_frames)
        return Frame(index, float(self.info.pts[index]), frame.rgb)

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Frame]:
        for index in range(start, self.info.n_frames if stop is None else min(stop, self.info.n_frames)):
            yield self.frame_at(index)

    def close(self) -> None:
        self._once.close()


class BenchClips:
    """Clips in a folder, told apart by their names; what is there from an earlier run is used again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lengths: dict[str, int] = {}

    def open(self, path: str) -> Clip:
        """Open a clip that `make` made."""
        return RepeatedClip(path, self._lengths[Path(path).name])

    def make(self, n_frames: int) -> Path:
        """Return the project of a clip of some length: one person, predicted in every frame, corrected in some."""
        clip = self._folder / f"walk-{n_frames}.mp4"
        project = clip.with_suffix(".poseapp")
        self._lengths[clip.name] = n_frames
        if not project.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(sample_folder() / "walk.mp4", clip)
            with self.open(str(clip)) as opened:
                partial = project.with_suffix(".part")
                _write_project(partial, opened.info)
                partial.rename(project)
        return project


def _write_project(path: Path, info: ClipInfo) -> None:
    skeleton = load_skeleton(SKELETON)
    walk, rng = _walk(skeleton), np.random.default_rng(5)
    with ProjectFile.create(path, info, skeleton, overwrite=True) as project:
        run = project.begin_run(_model(skeleton))
        for start in range(0, info.n_frames, _CHUNK):
            project.write_chunk(run, _predict(walk, start, min(start + _CHUNK, info.n_frames), rng))
        project.end_run(run)
        for edit in _edits(walk, info.n_frames):
            project.record("do", edit)


def _walk(skeleton: Skeleton) -> Float32:
    """Return (240, K, 2) px of the sample's person; what its truth does not name lies between head and neck."""
    with np.load(sample_folder() / "walk_truth.npz") as data:
        names, truth = [str(name) for name in data["keypoint_names"]], data["keypoints"]
    head = (truth[:, names.index("head_top")] + truth[:, names.index("neck")]) / 2
    columns = [truth[:, names.index(name)] if name in names else head for name in skeleton.keypoints]
    return np.stack(columns, axis=1).astype(np.float32)


def _predict(walk: Float32, start: int, stop: int, rng: np.random.Generator) -> PoseChunk:
    frames = np.arange(start, stop)
    xy = walk[frames % len(walk)] + rng.normal(0, _NOISE, (len(frames), *walk.shape[1:])).astype(np.float32)
    score = np.clip(rng.normal(0.85, 0.08, xy.shape[:2]), 0.05, 1.0).astype(np.float32)
    wrong = np.flatnonzero(frames % _JUMP_EVERY == _JUMP_EVERY - 1)
    keypoint = frames[wrong] // _JUMP_EVERY % walk.shape[1]
    xy[wrong, keypoint] += 90.0
    score[wrong, keypoint] = 0.2
    cov = np.broadcast_to(np.array([1.5, 0.2, 1.5], np.float32), (*xy.shape[:2], 3))
    return PoseChunk(start, xy[:, None], score[:, None], cov[:, None])


def _edits(walk: Float32, n_frames: int) -> Iterator[MarksEdit]:
    for frame in np.unique(np.linspace(0, n_frames - 1, min(_MARKED, n_frames)).astype(int)).tolist():
        keypoints = [(frame + 7 * i) % walk.shape[1] for i in range(_PER_FRAME)]
        marks = {keypoint: Mark(*walk[frame % len(walk), keypoint].tolist()) for keypoint in keypoints}
        changes = tuple(MarkChange(Key(frame, 0, keypoint), None, mark) for keypoint, mark in sorted(marks.items()))
        yield MarksEdit(changes, "Move keypoints")


def _model(skeleton: Skeleton) -> ModelSpec:
    half = (0.5, 0.5, 0.5)
    return ModelSpec("bench", "Benchmark", "none", skeleton, (256, 256), half, half)
