"""People with labelled keypoints, as every reader of a data set gives them and training and evaluation take them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float32, Float64, frozen_arrays

UInt8 = npt.NDArray[np.uint8]
Bool = npt.NDArray[np.bool_]
Index = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LabelledSet:
    """N people in M pictures; pictures stay in their files until asked for.

    Coordinates are picture px, pixel centres at integers, whatever the file counts from.

    Attributes:
        name: Of the data set, for tables.
        skeleton: Order of the keypoints.
        n_pictures: M.
        read_picture: Index 0 .. M-1 to (H, W, 3) RGB. Raises BadInputError where the file is missing or broken.
        picture: (N,) index of each person's picture.
        picture_id: (M,) the data set's own number of each picture (COCO's image_id), else 0 .. M-1.
        keypoints: (N, K, 2) px; NaN = not labelled.
        occluded: (N, K) labelled, but behind something, where the data set says so.
        box: (N, 4) x, y, w, h px of the person as the data set gives it; NaN where it gives none.
        head_size: (N,) px, 0.6 x the diagonal of the head's box (MPII); NaN where unknown.
        area: (N,) px^2 of the person's segment (COCO); NaN where unknown.
        crowd: (N,) a group that is not scored (COCO's iscrowd).
    """

    name: str
    skeleton: Skeleton
    n_pictures: int
    read_picture: Callable[[int], UInt8]
    picture: Index
    picture_id: Index
    keypoints: Float32
    occluded: Bool
    box: Float64
    head_size: Float64
    area: Float64
    crowd: Bool

    def __post_init__(self) -> None:
        frozen_arrays(self)

    def __len__(self) -> int:
        return len(self.keypoints)

    def subset(self, start: int, stop: int) -> LabelledSet:
        """Return the people of the pictures start .. stop (half open, by picture); pictures keep their index."""
        return self.chosen((self.picture >= start) & (self.picture < stop))

    def chosen(self, keep: Bool) -> LabelledSet:
        """Return the people where `keep` (N,) holds; pictures keep their index."""
        return replace(self, **{name: getattr(self, name)[keep] for name in _PER_PERSON})


_PER_PERSON = ("picture", "keypoints", "occluded", "box", "head_size", "area", "crowd")
