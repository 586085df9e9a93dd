"""Poses drawn into pictures, and heads made unrecognisable, for videos and pictures that leave the program."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.side_colors import bone_side, side_rgb
from poseapp.core.skeleton import Side, Skeleton

UInt8 = npt.NDArray[np.uint8]
Point = npt.NDArray[np.floating]  # px

_SHIFT = 4  # OpenCV's fixed point: 1/16 px; like ours, its pixel centres lie at integers
_HALO = (16, 18, 20)
_BOLD = 1 / 270  # of the picture's shorter side: half the width of a bone
_CELLS = 5  # blocks across a hidden head: too few to tell anybody by
SURE = 0.4  # keypoints with a lower score are hollow


def draw_pose(picture: UInt8, xy: Point, skeleton: Skeleton, score: Point) -> None:
    """Draw one person into a picture (H, W, 3) RGB, in place.

    Right is solid, left dashed, what has no side thin; each in its colour, with a dark rim.

    Args:
        xy: (K, 2) px, NaN = missing.
        score: (K,); a keypoint below `SURE` is hollow. NaN counts as sure: a person placed it.
    """
    width = max(1.0, _BOLD * min(picture.shape[:2]))
    seen = np.asarray(np.isfinite(xy).all(axis=1))
    bones = [(a, b) for a, b in skeleton.bones if seen[a] and seen[b]]
    for rim in (True, False):
        for a, b in bones:
            side = bone_side(skeleton.sides[a], skeleton.sides[b])
            _draw_bone(picture, xy[a], xy[b], side=side, width=width, rim=rim)
    for k in np.flatnonzero(seen):
        _draw_dot(picture, xy[k], side_rgb(skeleton.sides[k]), radius=2.2 * width, hollow=bool(score[k] < SURE))


def hide_head(picture: UInt8, circle: npt.NDArray[np.floating]) -> None:
    """Make what lies in a circle (centre x, y and radius, px) unrecognisable, in place; a circle of NaN hides nothing.

    Its pixels become the means of a few large blocks: what the picture showed is not in it any more.
    """
    if not np.isfinite(circle).all():
        return
    height, width = picture.shape[:2]
    x, y, radius = (float(value) for value in circle)
    left, top = max(0, math.floor(x - radius)), max(0, math.floor(y - radius))
    right, bottom = min(width, math.ceil(x + radius) + 1), min(height, math.ceil(y + radius) + 1)
    if left >= right or top >= bottom:
        return
    part = picture[top:bottom, left:right]
    rows, columns = np.mgrid[top:bottom, left:right]
    inside = (columns - x) ** 2 + (rows - y) ** 2 <= radius**2
    part[inside] = mosaic(part, 2 * radius / _CELLS)[inside]


def mosaic(picture: UInt8, cell: float) -> UInt8:
    """Return a picture as blocks of about `cell` px, each the mean of what it covers."""
    height, width = picture.shape[:2]
    size = (max(1, round(width / cell)), max(1, round(height / cell)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def hide_everything(picture: UInt8) -> UInt8:
    """Return a picture in which nobody can be told: for frames in which nobody knows where the head is."""
    return mosaic(picture, max(picture.shape[:2]) / 16)


def _draw_bone(picture: UInt8, a: Point, b: Point, *, side: Side, width: float, rim: bool) -> None:
    thick = max(1, round((2 if side != "middle" else 1.2) * width))
    ink = _HALO if rim else side_rgb(side)
    pieces = _dashes(a, b, 5 * width) if side == "left" and not rim else [(a, b)]
    for start, stop in pieces:
        ends = (_fixed(start), _fixed(stop))
        cv2.line(picture, *ends, ink, thick + (2 * max(1, round(width / 2)) if rim else 0), cv2.LINE_AA, _SHIFT)


def _dashes(a: Point, b: Point, length: float) -> list[tuple[Point, Point]]:
    """Return a line as dashes of about `length` px with gaps as long, which begin and end where it does."""
    count = max(1, round((float(np.linalg.norm(b - a)) / length + 1) / 2))
    dash = (b - a) / (2 * count - 1)
    return [(a + 2 * i * dash, a + (2 * i + 1) * dash) for i in range(count)]


def _draw_dot(picture: UInt8, at: Point, ink: tuple[int, int, int], *, radius: float, hollow: bool) -> None:
    for grow, colour, filled in ((1.0 + radius / 3, _HALO, True), (0.0, ink, True), (-radius / 2.5, _HALO, hollow)):
        if filled:
            size = max(8, round((radius + grow) * (1 << _SHIFT)))
            cv2.circle(picture, _fixed(at), size, colour, cv2.FILLED, cv2.LINE_AA, _SHIFT)


def _fixed(point: Point) -> tuple[int, int]:
    limit = 1 << 20  # far outside any picture, and within OpenCV's numbers
    x, y = (round(float(np.clip(value, -limit, limit)) * (1 << _SHIFT)) for value in point)
    return x, y
