"""What a file of another tool holds of a clip: the one type between the formats and the rest of the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from poseapp.core.skeleton import AngleDefinition
from poseapp.core.types import Float64, Source, frozen_arrays

Index = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]
UInt8 = npt.NDArray[np.uint8]
Keyed = Literal["frame", "time", "picture"]

PLACED = (Source.CORRECTED, Source.OCCLUDED, Source.ABSENT)


@dataclass(frozen=True)
class Angles:
    """Angles of P persons in the rows of `Tracks`: values and sigma (T, P, A) degrees, NaN = not known."""

    definitions: tuple[AngleDefinition, ...]
    values: Float64
    sigma: Float64

    def __post_init__(self) -> None:
        frozen_arrays(self)


@dataclass(frozen=True)
class Tracks:
    """P persons with K keypoints in T rows, each row a frame; px, pixel centres at integers, y down unless told.

    Rows are found by their key, never by their number: by `frame`, by `time`, or by the name of the picture.

    Attributes:
        keypoints: K names, as the file has them.
        frame: (T,) index of each row's frame, rising; the row's number where the key is the time.
        xy: (T, P, K, 2), NaN = missing.
        score: (T, P, K), how sure; NaN where the file does not say.
        source: (T, P, K) of `Source`: who placed it.
        persons: P names, without what could name people.
        time: (T,) s from the clip's first frame, rising; (0,) where the file has none.
        start: s, what the first frame's time is on the container's clock.
        fps: Nominal frames/s, 0.0 where the file has none.
        size: Width and height of the picture, px; zeros where the file does not say.
        bones: Pairs of keypoint numbers.
        pictures: T file names of pictures; () where the file names none.
        clip: File name of the clip without its folder, "" where the file does not say.
        tool: What predicted, "" where the file does not say.
        key: What finds the frame of a row.
        unit: Of `xy`: "px", or what the file has instead.
        metres: (T, P, K, 2) m in the plane of motion, x right, y up; None where nobody gave a scale.
        y_up: y counts from the bottom of the picture.
        follows: A person stays in its column from row to row.
        notes: What a reader must know, a sentence each.
        angles: Measured from the keypoints; None where there are none.
    """

    keypoints: tuple[str, ...]
    frame: Index
    xy: Float64
    score: Float64
    source: UInt8
    persons: tuple[str, ...]
    time: Float64 = field(default_factory=lambda: np.zeros(0))
    start: float = 0.0
    fps: float = 0.0
    size: tuple[int, int] = (0, 0)
    bones: tuple[tuple[int, int], ...] = ()
    pictures: tuple[str, ...] = ()
    clip: str = ""
    tool: str = ""
    key: Keyed = "frame"
    unit: str = "px"
    metres: Float64 | None = None
    y_up: bool = False
    follows: bool = True
    notes: tuple[str, ...] = ()
    angles: Angles | None = None

    def __post_init__(self) -> None:
        T, P, K = len(self.frame), len(self.persons), len(self.keypoints)
        for name, shape in (("xy", (T, P, K, 2)), ("score", (T, P, K)), ("source", (T, P, K))):
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} is {getattr(self, name).shape}, not {shape}")
        if np.any(np.diff(self.frame) <= 0):
            raise ValueError("rows must rise by frame")
        frozen_arrays(self)

    @property
    def stem(self) -> str:
        """The clip's file name without its suffix, "clip" where it has none."""
        return self.clip.rpartition(".")[0] or self.clip or "clip"

    @cached_property
    def seen(self) -> Bool:
        """(T, P, K) whether a keypoint has a position."""
        seen: Bool = np.asarray(np.isfinite(self.xy).all(axis=-1))
        return seen

    @cached_property
    def placed(self) -> Bool:
        """(T, P, K) whether a person said something of a keypoint."""
        return np.isin(self.source, PLACED)

    def rows(self, chosen: npt.NDArray[Any], frame: Index | None = None) -> Tracks:
        """Return some rows, by a mask or by numbers, as those of other frames where told."""
        numbers = np.arange(len(self.frame))[chosen]
        angles = self.angles
        if angles is not None:
            angles = Angles(angles.definitions, angles.values[numbers], angles.sigma[numbers])
        return replace(
            self,
            frame=self.frame[numbers] if frame is None else frame,
            xy=self.xy[numbers],
            score=self.score[numbers],
            source=self.source[numbers],
            metres=None if self.metres is None else self.metres[numbers],
            time=self.time[numbers] if len(self.time) else self.time,
            pictures=tuple(self.pictures[i] for i in numbers) if self.pictures else (),
            angles=angles,
        )

    def columns(self, numbers: Sequence[int]) -> Tracks:
        """Return some persons, in the order of their numbers given."""
        chosen = list(numbers)
        angles = self.angles
        if angles is not None:
            angles = Angles(angles.definitions, angles.values[:, chosen], angles.sigma[:, chosen])
        return replace(
            self,
            xy=self.xy[:, chosen],
            score=self.score[:, chosen],
            source=self.source[:, chosen],
            metres=None if self.metres is None else self.metres[:, chosen],
            persons=tuple(self.persons[i] for i in chosen),
            angles=angles,
        )

    def without(self, dropped: Bool) -> Tracks:
        """Return the same with keypoints (T, P, K) taken out: they are missing."""
        return replace(
            self,
            xy=np.where(dropped[..., None], np.nan, self.xy),
            score=np.where(dropped, np.nan, self.score),
            metres=None if self.metres is None else np.where(dropped[..., None], np.nan, self.metres),
            source=np.where(dropped, np.uint8(Source.MISSING), self.source),
        )


@dataclass(frozen=True)
class Instance:
    """One person in one frame of a file: `person` -1 where the file does not say which."""

    frame: int
    person: int
    xy: Float64
    score: Float64
    source: UInt8


def stack_instances(instances: Sequence[Instance], n_keypoints: int, n_persons: int = 0) -> tuple[Any, ...]:
    """Return frame (T,), xy, score, source (T, P, K, ...) and whether a person stays in its column.

    Persons without a number take the free columns of their frame in the order of the file. `n_persons` is the least
    number of columns.
    """
    frames = np.array(sorted({instance.frame for instance in instances}), np.int64)
    row_of = {int(frame): row for row, frame in enumerate(frames)}
    taken: dict[int, set[int]] = {}
    places = []
    for instance in sorted(instances, key=lambda one: one.person < 0):
        held = taken.setdefault(instance.frame, set())
        column = instance.person if instance.person >= 0 else next(i for i in range(len(held) + 1) if i not in held)
        held.add(column)
        places.append((row_of[instance.frame], column, instance))
    P = max([n_persons, *(column + 1 for _, column, _ in places)])
    xy, score, source = empty_arrays(len(frames), P, n_keypoints)
    for row, column, instance in places:
        xy[row, column], score[row, column], source[row, column] = instance.xy, instance.score, instance.source
    follows = P < 2 or all(instance.person >= 0 for instance in instances)
    return frames, xy, score, source, follows


def empty_arrays(T: int, P: int, K: int) -> tuple[Float64, Float64, UInt8]:
    """Return xy (T, P, K, 2) and score (T, P, K) of NaN, and source (T, P, K) of MISSING."""
    return np.full((T, P, K, 2), np.nan), np.full((T, P, K), np.nan), np.zeros((T, P, K), np.uint8)


def sources_of(xy: Float64, source: Source) -> UInt8:
    """Return (...,) `source` where xy (..., 2) is there, MISSING elsewhere."""
    return np.where(np.isfinite(xy).all(axis=-1), np.uint8(source), np.uint8(Source.MISSING))


def person_names(n: int) -> tuple[str, ...]:
    """Return names that tell nobody: person1, person2."""
    return tuple(f"person{i + 1}" for i in range(n))
