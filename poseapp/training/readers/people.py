"""People gathered one by one into a `LabelledSet`; what a data set does not say stays unknown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float64
from poseapp.training.labelled import Bool, LabelledSet
from poseapp.training.readers.pictures import ReadPicture

NO_BOX = (math.nan, math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Person:
    """One person of a data set; the attributes are those of `LabelledSet`, for one.

    Attributes:
        picture: Index.
        keypoints: (K, 2) px, pixel centres at integers; NaN = not labelled.
        occluded: (K,), None where the data set does not say.
    """

    picture: int
    keypoints: Float64
    occluded: Bool | None = None
    box: tuple[float, float, float, float] = NO_BOX
    head_size: float = math.nan
    area: float = math.nan
    crowd: bool = False


@dataclass(frozen=True)
class PictureList:
    """The pictures of a data set: how to read them, and their own numbers (0 .. M-1 when it gives none)."""

    read: ReadPicture
    ids: Sequence[int]


def gather(name: str, skeleton: Skeleton, pictures: PictureList, people: Sequence[Person]) -> LabelledSet:
    """Return people as one labelled set."""
    shape = (len(people), skeleton.n_keypoints)
    keypoints = np.full((*shape, 2), np.nan, np.float32)
    occluded = np.zeros(shape, np.bool_)
    for row, person in enumerate(people):
        keypoints[row] = person.keypoints
        if person.occluded is not None:
            occluded[row] = person.occluded & np.isfinite(person.keypoints).all(axis=-1)
    return LabelledSet(
        name=name,
        skeleton=skeleton,
        n_pictures=len(pictures.ids),
        read_picture=pictures.read,
        picture=np.array([person.picture for person in people], np.int64),
        picture_id=np.array(pictures.ids, np.int64),
        keypoints=keypoints,
        occluded=occluded,
        box=np.array([person.box for person in people], np.float64).reshape(-1, 4),
        head_size=np.array([person.head_size for person in people], np.float64),
        area=np.array([person.area for person in people], np.float64),
        crowd=np.array([person.crowd for person in people], np.bool_),
    )
