"""How a point of the picture moves to the next frame: sparse pyramidal Lucas-Kanade, checked there and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.types import Float64, Frame
from poseapp.video.cache import ByteCache

Grey = npt.NDArray[np.uint8]
_RUN = 32  # frames read at a time: a video is read onwards, whichever way it is walked through
_RUN_BYTES = 64 << 20


@dataclass(frozen=True)
class FlowSettings:
    """How a point is followed; lengths are shares of the person's height.

    Attributes:
        window: Side of the square that is compared. spread: Half the side of the grid of points around the keypoint
            whose median step is taken. reach: Half the side of the part of the picture that is looked at.
        levels: Of the pyramid above the picture itself.
        tolerance: px by which a point may miss itself there and back.
        share: Of the grid's points that must come back.
        floor: px, standard deviation of a step that all points agree on; floor_share: the same in heights.
    """

    window: float = 0.07
    spread: float = 0.015
    reach: float = 0.25
    levels: int = 3
    tolerance: float = 1.0
    share: float = 0.5
    floor: float = 0.4
    floor_share: float = 0.005


class GreyFrames:
    """Grey pictures of a clip by frame, kept as far as `limit` bytes go; read in ascending runs."""

    def __init__(self, read: Callable[[int], Frame], n_frames: int, *, limit: int = 128 << 20) -> None:
        self._read = read
        self._n_frames = n_frames
        self._cache: ByteCache[Grey] = ByteCache(limit)
        self._run = _RUN

    def get(self, index: int, *, backwards: bool = False) -> Grey:
        """Return frame `index` (H, W) uint8; `backwards`: the frames before it are wanted next.

        Raises:
            BadInputError: It cannot be decoded.
        """
        grey = self._cache.get(index)
        if grey is None and backwards:
            for before in range(max(0, index - self._run + 1), index):
                if before not in self._cache:
                    self._load(before)
        return self._load(index) if grey is None else grey

    def _load(self, index: int) -> Grey:
        grey: Grey = cv2.cvtColor(self._read(index).rgb, cv2.COLOR_RGB2GRAY)
        self._cache.put(index, grey, grey.nbytes)
        self._run = max(2, min(_RUN, _RUN_BYTES // grey.nbytes))
        return grey


def follow_point(
    first: Grey, second: Grey, xy: Float64, height: float, *, settings: FlowSettings | None = None
) -> tuple[Float64, float] | None:
    """Return how the picture around a point moves, and its standard deviation, px; None where that cannot be told.

    Args:
        first, second: (H, W) uint8, neighbouring frames.
        xy: (2,) px in the first. height: Of the person, px.
    """
    settings = settings or FlowSettings()
    window = max(7, round(settings.window * height) | 1)
    part = _part(first.shape, xy, max(3 * window, round(settings.reach * height)))
    if part is None:
        return None
    rows, columns = part
    one, two = first[rows, columns], second[rows, columns]
    around = np.linspace(-1.0, 1.0, 3) * max(2.0, settings.spread * height)
    grid = np.stack(np.meshgrid(around, around), axis=-1).reshape(-1, 2) + xy - (columns.start, rows.start)
    points = grid.astype(np.float32)[:, None]
    size, levels = (window, window), settings.levels
    there, found, _ = cv2.calcOpticalFlowPyrLK(one, two, points, None, winSize=size, maxLevel=levels)
    back, returned, _ = cv2.calcOpticalFlowPyrLK(two, one, there, None, winSize=size, maxLevel=levels)
    missed = np.linalg.norm((back - points)[:, 0], axis=1)
    good = (found[:, 0] == 1) & (returned[:, 0] == 1) & (missed <= settings.tolerance)
    if good.mean() < settings.share:
        return None
    steps = (there - points)[good, 0].astype(np.float64)
    middle = np.median(steps, axis=0)
    scatter = 1.4826 * float(np.median(np.abs(steps - middle)))
    return middle, float(np.hypot(settings.floor + settings.floor_share * height, scatter))


def _part(shape: tuple[int, ...], xy: Float64, reach: int) -> tuple[slice, slice] | None:
    """Return the rows and columns within `reach` of a point that lies in the picture; None for one that does not."""
    x, y = round(float(xy[0])), round(float(xy[1]))
    if not (0 <= x < shape[1] and 0 <= y < shape[0]):
        return None
    return (
        slice(max(0, y - reach), min(shape[0], y + reach + 1)),
        slice(max(0, x - reach), min(shape[1], x + reach + 1)),
    )
