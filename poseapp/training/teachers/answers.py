"""What the teachers said, in files that grow while they look: `teacher.py` and `feet.py` write, `labels.py` reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.types import Float32

BODY = 14  # keypoints of Leeds Sports Pose, the first of body18
LANDMARKS = 33
# The landmark of each keypoint of body18 (right ankle first, heels and big toes last); it has no neck, no head top.
LANDMARK_OF_BODY = (28, 26, 24, 23, 25, 27, 16, 14, 12, 11, 13, 15, None, None, 30, 29, 32, 31)
FACE_LANDMARKS = (0, 8, 7)  # nose, right and left ear: what body21 has beyond body18


@dataclass(frozen=True)
class Answers:
    """What the first teacher said of N pictures so far.

    Attributes:
        xy: (N, 14, 2) picture px, NaN = not asked yet.
        peak: (N, 14) 0..1, of its heatmaps.
        looks: (N,) how many were averaged; 0 = not asked yet.
    """

    xy: Float32
    peak: Float32
    looks: npt.NDArray[np.int8]

    @classmethod
    def none_of(cls, count: int) -> Answers:
        """Return those about `count` pictures before the first look."""
        nowhere = np.full((count, BODY, 2), np.nan, np.float32)
        return cls(nowhere, np.zeros((count, BODY), np.float32), np.zeros(count, np.int8))


@dataclass(frozen=True)
class Landmarks:
    """What MediaPipe Pose saw of N pictures.

    Attributes:
        xy: (N, 33, 2) picture px, the mean of a look and a mirrored one; NaN = not looked at.
        visibility: (N, 33) 0..1.
        spread: (N, 33) px between the two looks.
        presence: (N,) 0..1, that there is a person.
        asked: (N,) done already, even where nobody could be cropped.
    """

    xy: Float32
    visibility: Float32
    spread: Float32
    presence: Float32
    asked: npt.NDArray[np.bool_]

    @classmethod
    def none_of(cls, count: int) -> Landmarks:
        """Return those of `count` pictures before the first look."""
        empty = np.zeros((count, LANDMARKS), np.float32)
        return cls(
            np.full((count, LANDMARKS, 2), np.nan, np.float32), empty, empty.copy(), np.zeros(count, np.float32),
            np.zeros(count, bool),
        )  # fmt: skip


Said = TypeVar("Said", Answers, Landmarks)


def read_answers(path: Path, count: int) -> Answers:
    """Return what a file holds about the first `count` pictures; without the file nothing is asked yet.

    Raises:
        BadInputError: It is no file of answers.
    """
    return _read(path, Answers.none_of(count))


def read_landmarks(path: Path, count: int) -> Landmarks:
    """Return what a file holds about the first `count` pictures; without the file nothing has been looked at.

    Raises:
        BadInputError: It is no file of landmarks.
    """
    return _read(path, Landmarks.none_of(count))


def _read(path: Path, found: Said) -> Said:
    if not path.exists():
        return found
    try:
        with np.load(path) as data:
            for name in found.__dataclass_fields__:
                room, stored = getattr(found, name), data[name]
                room[: len(stored)] = stored[: len(room)]
    except (OSError, KeyError, ValueError) as error:
        raise BadInputError(f"not what a teacher said ({error})", where=str(path)) from error
    return found


def write_said(path: Path, said: Answers | Landmarks) -> None:
    """Write what a teacher said, whole or not at all."""
    with atomic_path(path) as temporary:
        np.savez(temporary, **{name: getattr(said, name) for name in said.__dataclass_fields__})
