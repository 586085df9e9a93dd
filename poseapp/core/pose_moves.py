"""Whole poses as geometry: moved by hand, and mirrored in place. Positions are image px, x right, y down."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np

from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Array, Float64


@dataclass(frozen=True)
class PoseMove:
    """What a hand does to a whole pose: turn and scale about its centre, then move.

    Attributes:
        dx, dy: Image px.
        degrees: Clockwise as seen, since y points down.
        factor: 1 keeps the size.
    """

    dx: float = 0.0
    dy: float = 0.0
    degrees: float = 0.0
    factor: float = 1.0


def pose_centre(xy: Array) -> tuple[float, float]:
    """Return the mean of the keypoints of xy (K, 2) that are there, px; NaN when none is."""
    seen = xy[np.isfinite(xy).all(axis=-1)].astype(float)
    x, y = seen.mean(axis=0) if len(seen) else (np.nan, np.nan)
    return float(x), float(y)


def moved_pose(xy: Array, move: PoseMove) -> Float64:
    """Return (K, 2) px of a pose xy (K, 2) after a move; NaN stays NaN."""
    centre = np.array(pose_centre(xy))
    angle = radians(move.degrees)
    turn = np.array([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
    moved: Float64 = (xy.astype(float) - centre) @ (move.factor * turn.T) + centre + (move.dx, move.dy)
    return moved


def mirrored_pose(xy: Array, skeleton: Skeleton) -> Float64:
    """Return poses mirrored in place: left and right exchanged, and reflected about the trunk's midline.

    Keypoint k comes to lie at R(x_m), where m is its counterpart on the other side (itself in the middle) and R is the
    reflection about the line through the midpoint of the hips and the midpoint of the shoulders. The midpoints stay
    where they are, so that mirroring twice gives the pose back. Where the midpoints coincide the line is the vertical
    through them.

    Args:
        xy: (..., K, 2) px.
        skeleton: K keypoints, with the points mid_hip and mid_shoulder.

    Returns:
        (..., K, 2) px; NaN where the counterpart is NaN, and all NaN for a pose without both hips and both shoulders.

    Raises:
        KeyError: The skeleton has no hips or no shoulders.
    """
    xy = xy.astype(float)
    foot = skeleton.point(xy, "mid_hip")[..., None, :]
    axis = skeleton.point(xy, "mid_shoulder")[..., None, :] - foot
    length = np.hypot(axis[..., 0], axis[..., 1])[..., None]
    with np.errstate(invalid="ignore", divide="ignore"):
        axis = np.where(length > 0, axis / length, (0.0, 1.0))
    axis = np.where(np.isnan(length), np.nan, axis)
    exchanged = xy[..., list(skeleton.mirror), :] - foot
    along = (exchanged * axis).sum(axis=-1, keepdims=True)
    mirrored: Float64 = foot + 2 * along * axis - exchanged
    return mirrored
