"""Tells when an angle is not in the plane of the picture, so that the number is not what the joint does.

A segment that turns out of the plane by phi looks shorter by cos(phi). Its true length in the picture is taken to be
the 95th percentile over the clip, at the distance at which the person stands. From 37 degrees on, 0.8 of the length,
an angle of 30 degrees reads 5 degrees wrong (tan of what is seen = tan of the angle times cos phi), and is flagged;
not where one standard deviation of both lengths explains the shortening. Of a limb the side that looks shorter says how
long it is: keypoints that stray lengthen a segment more often than they shorten it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from poseapp.core.analysis import PlaneFlag
from poseapp.core.skeleton import Skeleton, counterpart
from poseapp.core.types import Array, Float64
from poseapp.kinematics.body import column_quantile, measure_body
from poseapp.kinematics.stretches import Bools
from poseapp.kinematics.view import FULL_BREADTH

SHORTENED = 0.8  # of the calibrated length
CALIBRATED_AT = 0.95  # quantile of the lengths over the clip
_SIGMAS = 1.0
# The same 37 degrees for the whole person, read from how far hips and shoulders stand apart: cos and sin of them.
_LEAST_OF_FRONT, _MOST_OF_SIDE = 0.8 * FULL_BREADTH, 0.6 * FULL_BREADTH

Segment = tuple[str, str]


def compute_plane_flags(
    xy: Array, cov: Array, skeleton: Skeleton, breadth: Float64, choice: str = "auto"
) -> npt.NDArray[np.uint8]:
    """Return (T, A) uint8 of `PlaneFlag` for every angle of `skeleton.angles`.

    Args:
        xy: (T, K, 2) px, smoothed.
        cov: (T, K, 3) px^2; NaN where unknown, which counts as 0.
        skeleton: K keypoints.
        breadth: (T,) of `view.signed_breadth`.
        choice: The view that a person said, else "auto".
    """
    flags = np.zeros((len(xy), len(skeleton.angles)), np.uint8)
    if not flags.size or not np.isfinite(np.asarray(xy)[..., 0]).any():
        return flags
    segments, uses = _segments(skeleton)
    shortened = find_shortened(np.asarray(xy, dtype=np.float64), cov, skeleton, segments)
    for column, used in enumerate(uses):
        flags[shortened[:, list(used)].any(axis=1), column] = PlaneFlag.SHORTENED
    off_side, off_front = _wrong_views(breadth, choice)
    for column, definition in enumerate(skeleton.angles):
        flags[off_side if definition.plane == "sagittal" else off_front, column] = PlaneFlag.WRONG_VIEW
    return flags


def find_shortened(xy: Float64, cov: Array, skeleton: Skeleton, segments: tuple[Segment, ...]) -> Bools:
    """Return (T, S) True where a segment looks shorter than `SHORTENED` of its calibrated length, beyond its error."""
    lengths, sigmas = measure_segments(xy, cov, skeleton, segments)
    zoom = measure_body(xy, skeleton).zoom[:, None]
    usual = column_quantile((lengths - _SIGMAS * sigmas) / zoom, CALIBRATED_AT)  # what it is at least
    other = [segments.index(_mirrored(segment)) if _mirrored(segment) in segments else i
             for i, segment in enumerate(segments)]  # fmt: skip
    usual = np.fmin(usual, usual[other])  # limbs are as long on either side; keypoints that stray make one longer
    with np.errstate(invalid="ignore"):
        return np.asarray((lengths + _SIGMAS * sigmas) / zoom < SHORTENED * usual)


def _mirrored(segment: Segment) -> Segment:
    """Return the same segment of the other side, its ends in alphabetical order."""
    first, second = sorted(counterpart(name) for name in segment)
    return first, second


def measure_segments(
    xy: Float64, cov: Array, skeleton: Skeleton, segments: tuple[Segment, ...]
) -> tuple[Float64, Float64]:
    """Return the lengths (T, S) px of segments between keypoints or virtual points, and their standard deviations."""
    known = np.nan_to_num(np.asarray(cov, dtype=np.float64))
    lengths, sigmas = np.empty((len(xy), len(segments))), np.zeros((len(xy), len(segments)))
    for s, (head, tail) in enumerate(segments):
        off = skeleton.point(xy, head) - skeleton.point(xy, tail)
        lengths[:, s] = np.hypot(off[:, 0], off[:, 1])
        with np.errstate(divide="ignore", invalid="ignore"):
            x, y = off[:, 0] / lengths[:, s], off[:, 1] / lengths[:, s]
        variance = np.zeros(len(xy))
        for name in (head, tail):
            parts = dict(skeleton.virtual).get(name, (name,))
            for part in parts:
                xx, xy_, yy = known[:, skeleton.index(part)].T / len(parts) ** 2
                variance += x * x * xx + 2 * x * y * xy_ + y * y * yy
        sigmas[:, s] = np.sqrt(np.maximum(np.nan_to_num(variance), 0.0))
    return lengths, sigmas


@lru_cache(maxsize=16)
def _segments(skeleton: Skeleton) -> tuple[tuple[Segment, ...], tuple[tuple[int, ...], ...]]:
    """Return every segment that angles are made of, and which of them each angle uses."""
    found: dict[Segment, int] = {}
    uses = []
    for definition in skeleton.angles:
        points = definition.points
        pairs = [points[:2]] + ([points[-2:]] if len(points) > 2 else [])
        ordered = [(min(pair), max(pair)) for pair in pairs]
        uses.append(tuple(found.setdefault(pair, len(found)) for pair in ordered))
    return tuple(found), tuple(uses)


def _wrong_views(breadth: Float64, choice: str) -> tuple[Bools, Bools]:
    """Return (T,) where the view is no view from the side, and where it is none from the front or behind.

    Between the two, both: a camera at 45 degrees sees neither plane. Where nothing is known, neither.
    """
    if choice != "auto":
        off_side = np.full(len(breadth), choice != "side")
        return off_side, ~off_side
    seen = np.abs(breadth)
    with np.errstate(invalid="ignore"):
        return np.asarray(seen > _MOST_OF_SIDE), np.asarray(seen < _LEAST_OF_FRONT)
