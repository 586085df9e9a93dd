"""What a fine-tuning would learn from: the corrected frames of projects, counted without cutting a picture out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from poseapp.core.types import Float64, Source
from poseapp.storage.project import ProjectFile

_SAID = (Source.CORRECTED, Source.OCCLUDED, Source.ABSENT)


@dataclass(frozen=True)
class Learnable:
    """The corrected frames of one project.

    Attributes:
        project: Its file.
        frames: (N,) indices of frames in which a person marked a keypoint, ascending, as a tuple.
        marks: Keypoints marked in them.
        time: (T,) s of all frames of the clip.
    """

    project: Path
    frames: tuple[int, ...]
    marks: int
    time: Float64


def read_learnable(path: Path) -> Learnable:
    """Count what a person marked in a project. Raises BadInputError when it cannot be read."""
    with ProjectFile.open(path, readonly=True) as project:
        loaded = project.load()
    marked = {
        int(frame): int(np.isin(loaded.store.view(int(frame)).source, _SAID).sum())
        for frame in loaded.store.marked_frames()
    }
    frames = tuple(frame for frame, n in marked.items() if n)
    return Learnable(path, frames, sum(marked.values()), np.asarray(loaded.clip.pts, np.float64))


def count_held_out(found: Sequence[Learnable]) -> int:
    """Return how many of the corrected frames would be kept away from learning, to measure on."""
    from poseapp.training.finetuning.split import split_frames

    clips = [number for number, one in enumerate(found) for _ in one.frames]
    frames = [frame for one in found for frame in one.frames]
    return int(split_frames(clips, frames, [one.time for one in found]).held_out.sum())
