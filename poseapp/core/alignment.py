"""Lays one body over another: scale and position from the trunk, so that two people can be compared limb by limb."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from poseapp.core.geometry import Affine
from poseapp.core.skeleton import Skeleton

_HIPS = ("left_hip", "right_hip")
_SHOULDERS = ("left_shoulder", "right_shoulder")
_LEAST_SPREAD = 2.0  # px: a shorter trunk says nothing about size
_LEAST_SCALE, _GREATEST_SCALE = 0.05, 20.0

Points = npt.NDArray[np.floating]
Body = tuple[Points, Skeleton]  # keypoints (K, 2) px with NaN = missing, and what they are


def align_trunks(target: Body, moved: Body, *, mirrored: bool = False) -> Affine | None:
    """Return the map that lays a body over another: hips on hips, the trunk as large, not turned.

    Only trunk keypoints seen in both bodies count. The size is the root mean square distance of hips and shoulders
    from their centroid, so it does not matter which way the two people face.

    Args:
        target, moved: The body that stays and the one that is laid over it.
        mirrored: Left and right of the picture are exchanged.

    Returns:
        The map of `moved`'s px to `target`'s; None where no hip and shoulder are seen in both.
    """
    names = [name for name in (*_HIPS, *_SHOULDERS) if _is_seen(target, name) and _is_seen(moved, name)]
    hips = [name for name in names if name in _HIPS]
    if not hips or len(hips) == len(names):
        return None
    spreads = [_spread(body, names) for body in (target, moved)]
    if min(spreads) < _LEAST_SPREAD:
        return None
    scale = spreads[0] / spreads[1]
    if not _LEAST_SCALE <= scale <= _GREATEST_SCALE:
        return None
    along = -scale if mirrored else scale
    (x, y), (from_x, from_y) = (_points(body, hips).mean(axis=0) for body in (target, moved))
    return Affine(np.array([[along, 0.0, x - along * from_x], [0.0, scale, y - scale * from_y]]))


def _is_seen(body: Body, name: str) -> bool:
    xy, skeleton = body
    return skeleton.has(name) and bool(np.isfinite(skeleton.point(xy, name)).all())


def _points(body: Body, names: list[str]) -> npt.NDArray[np.float64]:
    xy, skeleton = body
    return np.array([skeleton.point(xy, name) for name in names], dtype=np.float64)


def _spread(body: Body, names: list[str]) -> float:
    points = _points(body, names)
    return float(np.sqrt(((points - points.mean(axis=0)) ** 2).sum(axis=1).mean()))
