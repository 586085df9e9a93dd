"""Where heads are in every frame, large enough to hide a face: also where the network lost it for a while."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float64

_FACE = ("nose", "left_eye", "right_eye", "left_ear", "right_ear", "head_top")
_NECK = ("neck", "mid_shoulder")
_HIPS = "mid_hip"
# Shares of the trunk (neck to mid-hip). A head is about half a trunk tall (Drillis & Contini 1966: head and neck 0.182,
# trunk 0.288 of the body height), so a circle of this radius about its middle leaves a margin of a third.
_RADIUS, _ABOVE_NECK = 0.42, 0.33
_MARGIN = 1.35  # of the farthest known point of the head
_HOLD = 1.0  # s that a head is believed to be near where it was last seen
_GROWTH = 0.8  # radii a second that the circle grows while it is only believed
_LEAST = 0.03  # of the longer side of the picture: a radius, where nothing says how large the person is


def find_heads(xy: npt.NDArray[np.floating], skeleton: Skeleton, time: Float64, longer_side: float) -> Float64:
    """Return circles (T, 3): centre x, y and radius, px, that hold the head of a person.

    In frames without a keypoint of head or neck the circle goes from where the head was to where it is next, growing
    on the way, over at most two seconds; NaN where nobody can know any more.

    Args:
        xy: (T, K, 2) px, NaN = missing.
        time: (T,) s.
        longer_side: Of the picture, px.
    """
    circles = _seen_heads(np.asarray(xy, np.float64), skeleton, longer_side)
    known = np.flatnonzero(np.isfinite(circles[:, 0]))
    if not len(known):
        return circles
    for before, after in pairwise(known.tolist()):
        if after - before > 1:
            _bridge(circles, before, after, time)
    _hold(circles, int(known[0]), -1, time)
    _hold(circles, int(known[-1]), 1, time)
    return circles


def _seen_heads(xy: Float64, skeleton: Skeleton, longer_side: float) -> Float64:
    trunk = _trunk(xy, skeleton)
    circles = np.full((len(xy), 3), np.nan)
    neck = next((skeleton.point(xy, name) for name in _NECK if skeleton.has(name)), np.full((len(xy), 2), np.nan))
    face = [k for k, name in enumerate(skeleton.keypoints) if name in _FACE]
    least = _LEAST * longer_side
    for i, length in enumerate(trunk):
        points = xy[i, face]
        points = points[np.isfinite(points).all(axis=1)]
        radius = max(least, _RADIUS * length) if np.isfinite(length) else least
        if len(points):
            # The neck keeps the circle from following a lone ear or the top of the head away from the face.
            around = np.vstack([points, neck[i]]) if np.isfinite(neck[i]).all() and len(points) < 3 else points
            centre = (around.min(axis=0) + around.max(axis=0)) / 2
            reach = np.linalg.norm(points - centre, axis=1).max()
            circles[i] = *centre, max(radius, _MARGIN * reach)
        elif np.isfinite(neck[i]).all():
            circles[i] = *(neck[i] + _ABOVE_NECK * _upward(xy[i], skeleton, neck[i]) * radius / _RADIUS), 1.3 * radius
    return circles


def _upward(pose: Float64, skeleton: Skeleton, neck: Float64) -> Float64:
    """Return the direction from hips to neck; up in the picture where the hips are not known."""
    away = neck - skeleton.point(pose, _HIPS) if skeleton.has(_HIPS) else np.full(2, np.nan)
    length = np.linalg.norm(away)
    return np.asarray(away / length if np.isfinite(length) and length > 0 else np.array([0.0, -1.0]))


def _trunk(xy: Float64, skeleton: Skeleton) -> Float64:
    """Return the length of the trunk (T,), px, never shorter than nine tenths of its median: people bend forward."""
    names = [name for name in _NECK if skeleton.has(name)]
    if not names or not skeleton.has(_HIPS):
        return np.full(len(xy), np.nan)
    length: Float64 = np.linalg.norm(skeleton.point(xy, names[0]) - skeleton.point(xy, _HIPS), axis=1)
    known = length[np.isfinite(length)]
    if not len(known):
        return length
    filled: Float64 = np.where(np.isfinite(length), np.maximum(length, 0.9 * np.median(known)), np.median(known))
    return filled


def _bridge(circles: Float64, before: int, after: int, time: Float64) -> None:
    """Fill the frames between two known ones; where they lie far apart in time, only the frames near either."""
    gap = time[after] - time[before]
    for i in range(before + 1, after):
        since, until = time[i] - time[before], time[after] - time[i]
        if min(since, until) > _HOLD:
            continue
        share = since / gap
        if gap > 2 * _HOLD:  # nobody knows where it went: it is near the nearer one
            share = 0.0 if since < until else 1.0
        circles[i] = (1 - share) * circles[before] + share * circles[after]
        circles[i, 2] *= 1 + _GROWTH * min(since, until)


def _hold(circles: Float64, known: int, step: int, time: Float64) -> None:
    """Keep the head of the first or last frame in which it is known for a while."""
    i = known + step
    while 0 <= i < len(time) and abs(time[i] - time[known]) <= _HOLD:
        circles[i] = circles[known]
        circles[i, 2] *= 1 + _GROWTH * abs(time[i] - time[known])
        i += step
