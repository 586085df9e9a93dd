"""From which side a person is seen: from the front, from behind, or from the side.

Hips and shoulders stand apart across the trunk in a view from the front, left on the picture's right, and the other
way round in one from behind; in a view from the side they lie on top of each other. What counts is the median over a
second, so that no single frame turns the sign of an angle.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy import ndimage

from poseapp.core.analysis import ViewStretch
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Array, Float64
from poseapp.kinematics.body import measure_body
from poseapp.kinematics.stretch_filter import estimate_rate

FULL_BREADTH = 0.55  # of the trunk: mean of hips and shoulders apart, seen straight from the front
LEAST_BREADTH = 0.25  # of the trunk, from which front and back can be told: 27 degrees from the side
DIRECTIONS = {"front": 1, "back": -1, "side": 0}
_WINDOW_S = 1.0


def signed_breadth(xy: Float64, skeleton: Skeleton) -> Float64:
    """Return (T,): how far left stands right of right in the picture, across the trunk, in trunk lengths.

    The mean of hips and shoulders of xy (T, K, 2) px; NaN where neither pair is seen, or the trunk is not.
    """
    wanted = [f"{side}_{name}" for side in ("left", "right") for name in ("hip", "shoulder")]
    if not len(xy) or not all(skeleton.has(name) for name in (*wanted, "mid_hip", "mid_shoulder")):
        return np.full(len(xy), np.nan)
    if not np.isfinite(xy[..., 0]).any():
        return np.full(len(xy), np.nan)
    trunk = skeleton.point(xy, "mid_shoulder") - skeleton.point(xy, "mid_hip")
    with np.errstate(divide="ignore", invalid="ignore"):
        up = trunk / np.hypot(trunk[:, 0], trunk[:, 1])[:, None]
    across = np.stack([-up[:, 1], up[:, 0]], axis=1)
    pairs = np.stack(
        [
            ((skeleton.point(xy, f"left_{name}") - skeleton.point(xy, f"right_{name}")) * across).sum(axis=1)
            for name in ("hip", "shoulder")
        ]
    )
    known = np.isfinite(pairs)
    count = known.sum(axis=0)
    mean = np.where(count > 0, np.where(known, pairs, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
    return np.asarray(mean / measure_body(xy, skeleton).unit)


def steady_breadth(xy: Array, skeleton: Skeleton, time: Float64) -> Float64:
    """Return (T,): the median over a second of `signed_breadth`; NaN where it is never known."""
    breadth = signed_breadth(np.asarray(xy, dtype=np.float64), skeleton)
    known = np.flatnonzero(np.isfinite(breadth))
    if not len(known):
        return breadth
    filled = breadth[known][np.abs(np.searchsorted(known, np.arange(len(breadth))).clip(0, len(known) - 1))]
    window = 2 * max(1, round(_WINDOW_S * estimate_rate(time) / 2)) + 1
    return np.asarray(ndimage.median_filter(filled, size=min(window, 2 * len(filled) + 1), mode="nearest"))


def decide_view(breadth: Float64, choice: str = "auto") -> tuple[ViewStretch, ...]:
    """Split a track into stretches seen from one side.

    Args:
        breadth: (T,) of `steady_breadth`.
        choice: "auto", or what a person said: "front", "back", "side".

    Returns:
        Stretches that cover 0 .. T; from the side with a support of 0.5 where nothing is known.
    """
    T = len(breadth)
    if not T:
        return ()
    if choice in DIRECTIONS:
        return (ViewStretch(0, T, DIRECTIONS[choice], 1.0),)
    known = np.nan_to_num(breadth)
    direction = np.where(np.abs(known) < LEAST_BREADTH, 0, np.sign(known)).astype(int)
    bounds = [0, *(np.flatnonzero(np.diff(direction)) + 1).tolist(), T]
    return tuple(ViewStretch(a, b, int(direction[a]), _support(breadth[a:b])) for a, b in pairwise(bounds))


def view_signs(stretches: tuple[ViewStretch, ...], T: int) -> Float64:
    """Return (T,) the direction of each frame; 0 where no stretch lies."""
    signs = np.zeros(T)
    for stretch in stretches:
        signs[stretch.start : stretch.stop] = stretch.direction
    return signs


def _support(breadth: Float64) -> float:
    """Return 0.5 at the border between two views, 1 well away from it."""
    known = np.abs(breadth[np.isfinite(breadth)])
    if not len(known):
        return 0.5
    away = abs(float(np.median(known)) - LEAST_BREADTH) / LEAST_BREADTH
    return 0.5 + 0.5 * min(1.0, away)
