"""From px to metres, and how the scale, the floor and a rectangle are found in a clip.

Metres hold in the plane of motion: what is nearer to the camera than the length that gave the scale is measured too
large, by the ratio of the distances. Axes: x to the right, y up, from the lower left corner of the picture; with a
rectangle, from its first corner along its width and depth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from poseapp.core.scene import Plane, Scene
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Array, Float64
from poseapp.kinematics.scene_lens import bend, straighten
from poseapp.kinematics.stretches import find_stretches

HEIGHT_SIGMA = 0.03  # of a scale from the body height: stature against the sum of what lies between keypoints
# Shares of stature from Drillis & Contini (1966), after Winter, 4th ed. 2009, figure 4.1.
_ANKLE_HEIGHT = 0.039
_SHOULDER_HEIGHT = 0.818
_ON_FLOOR = ("heel", "toe", "foot_index")  # keypoints whose names say that they touch the floor
_STILL = 0.15  # of the body's trunk a second: a foot that is slower stands
_LEAST_STANCE_S = 0.15
_LEAST_SPREAD = 1.0  # trunks between the first and the last foothold, for a floor to be told


def to_metres(xy: Array, skeleton: Skeleton, scene: Scene, height: int) -> Float64 | None:
    """Return positions (..., K, 2) m of keypoints (..., K, 2) px in a picture `height` px high; None without a scale.

    By a rectangle in the plane of motion where there is one, else by the scale. Where there is only a rectangle on the
    floor, keypoints that do not touch it are NaN.
    """
    if not scene.is_metric:
        return None
    seen = straighten(np.asarray(xy, dtype=np.float64), scene.lens)
    if scene.plane is not None and not scene.plane.is_floor:
        return through_plane(seen, straight_plane(scene))
    if scene.scale_by:
        up = np.stack([seen[..., 0], height - 1 - seen[..., 1]], axis=-1) * scene.metres_per_px
        return np.asarray(up @ _turn(scene.floor_degrees))
    return to_floor(xy, skeleton, scene)


def to_pixels(metres: Array, scene: Scene, height: int) -> Float64 | None:
    """Return positions (..., 2) px in a picture `height` px high of positions (..., 2) m: undoes `to_metres`.

    None where metres are known of nothing but the floor, or of nothing at all.
    """
    upright = scene.plane if scene.plane is not None and not scene.plane.is_floor else None
    if upright is not None:
        back: Float64 = np.asarray(np.linalg.inv(plane_homography(straight_plane(scene))), dtype=np.float64)
        seen = _mapped(np.asarray(metres, dtype=np.float64), back)
    elif scene.scale_by:
        up = np.asarray(metres, dtype=np.float64) @ _turn(-scene.floor_degrees) / scene.metres_per_px
        seen = np.stack([up[..., 0], height - 1 - up[..., 1]], axis=-1)
    else:
        return None
    return bend(seen, scene.lens)


def to_floor(xy: Array, skeleton: Skeleton, scene: Scene) -> Float64 | None:
    """Return positions (..., K, 2) m on the floor of what touches it, NaN for others; None without such a plane."""
    if scene.plane is None or not scene.plane.is_floor:
        return None
    made = through_plane(straighten(np.asarray(xy, dtype=np.float64), scene.lens), straight_plane(scene))
    above = [not name.endswith(_ON_FLOOR) for name in skeleton.keypoints]
    made[..., np.array(above), :] = np.nan
    return made


def straight_plane(scene: Scene) -> Plane:
    """Return the rectangle of a scene as a straight lens would show it.

    Raises:
        ValueError: The scene has none.
    """
    if scene.plane is None:
        raise ValueError("the scene has no rectangle")
    corners = straighten(np.array(scene.plane.corners), scene.lens)
    return Plane(tuple((float(x), float(y)) for x, y in corners), scene.plane.width, scene.plane.depth)


def plane_homography(plane: Plane) -> Float64:
    """Return the matrix (3, 3) that takes image px to m in a rectangle, by its four corners (direct linear transform:
    Hartley & Zisserman, Multiple View Geometry, 2nd ed., 4.1).

    Raises:
        ValueError: Three corners lie on a line.
    """
    world = ((0.0, 0.0), (plane.width, 0.0), (plane.width, plane.depth), (0.0, plane.depth))
    centre, spread = np.mean(plane.corners, axis=0), float(np.ptp(plane.corners, axis=0).max()) or 1.0
    rows = []
    for corner, (a, b) in zip(plane.corners, world, strict=True):
        u, v = (np.array(corner) - centre) / spread
        rows += [[u, v, 1, 0, 0, 0, -a * u, -a * v, -a], [0, 0, 0, u, v, 1, -b * u, -b * v, -b]]
    _, strength, vectors = np.linalg.svd(np.array(rows))
    matrix = vectors[-1].reshape(3, 3)
    if strength[-1] < 1e-9 * strength[0] or abs(np.linalg.det(matrix)) < 1e-12:
        raise ValueError("three corners of the rectangle lie on a line")
    shrink = np.array([[1 / spread, 0, -centre[0] / spread], [0, 1 / spread, -centre[1] / spread], [0, 0, 1]])
    return np.asarray(matrix @ shrink)


def through_plane(xy: Float64, plane: Plane) -> Float64:
    """Return positions (..., 2) m in the plane of a rectangle of points (..., 2) px."""
    return _mapped(xy, plane_homography(plane))


def _mapped(xy: Float64, matrix: Float64) -> Float64:
    """Return points (..., 2) taken through a homography (3, 3); NaN for what lies on or behind its horizon."""
    x, y, w = np.moveaxis(np.concatenate([xy, np.ones((*xy.shape[:-1], 1))], axis=-1) @ matrix.T, -1, 0)
    sign = np.sign(w[np.isfinite(w)].sum()) if np.isfinite(w).any() else 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((w * sign > 0)[..., None], np.stack([x / w, y / w], axis=-1), np.nan)


def is_convex(corners: Sequence[tuple[float, float]]) -> bool:
    """Tell whether four corners go round without crossing, as those of a rectangle seen from anywhere do."""
    points = np.array(corners)
    legs = np.roll(points, -1, axis=0) - points
    turns = legs[:, 0] * np.roll(legs[:, 1], -1) - legs[:, 1] * np.roll(legs[:, 0], -1)
    return bool((turns > 0).all() or (turns < 0).all())


def body_height_px(xy: Array, skeleton: Skeleton) -> float:
    """Return how tall a person is in the picture, px, from keypoints (T, K, 2); NaN where they do not tell.

    The medians of shank, thigh, trunk and head one after the other, so the posture does not matter; both sides are
    averaged, which is the plane through the middle of the body. The ankle's height over the floor, and without a
    keypoint on top of the head the head's, are shares of stature.
    """
    legs = [_length(xy, skeleton, f"{s}_ankle", f"{s}_knee") + _length(xy, skeleton, f"{s}_knee", f"{s}_hip")
            for s in ("right", "left")]  # fmt: skip
    leg = _mean([value for value in legs if math.isfinite(value)])
    if skeleton.has("head_top") and skeleton.has("neck"):
        trunk = _length(xy, skeleton, "mid_hip", "neck") + _length(xy, skeleton, "neck", "head_top")
        if math.isfinite(trunk):
            return (leg + trunk) / (1 - _ANKLE_HEIGHT)
    trunk = _length(xy, skeleton, "mid_hip", "mid_shoulder")
    return (leg + trunk) / (_SHOULDER_HEIGHT - _ANKLE_HEIGHT)


def _length(xy: Array, skeleton: Skeleton, first: str, second: str) -> float:
    if not (skeleton.has(first) and skeleton.has(second)):
        return math.nan
    between = np.asarray(skeleton.point(xy, first) - skeleton.point(xy, second), dtype=np.float64)
    lengths = np.hypot(between[:, 0], between[:, 1])
    known = lengths[np.isfinite(lengths)]
    return float(np.median(known)) if len(known) else math.nan


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def floor_degrees(xy: Array, time: Float64, skeleton: Skeleton) -> float:
    """Return by how much the floor rises to the right in the picture, degrees, from where feet stand still.

    The footholds of each foot lie on a line of its own, for one is farther from the camera; both rise alike. NaN where
    somebody does not walk far enough to tell.

    Args:
        xy: (T, K, 2) px, smoothed. time: (T,) s. skeleton: With feet or ankles.
    """
    trunk = _length(xy, skeleton, "mid_hip", "mid_shoulder")
    if not math.isfinite(trunk) or len(time) < 3:
        return math.nan
    up, along = 0.0, 0.0
    for side in ("right", "left"):
        places = _footholds(xy, time, skeleton, side, trunk)
        if len(places) < 2 or np.ptp(places[:, 0]) < _LEAST_SPREAD * trunk:
            continue
        centred = places - places.mean(axis=0)
        up -= float((centred[:, 0] * centred[:, 1]).sum())  # y points down
        along += float((centred[:, 0] ** 2).sum())
    return math.degrees(math.atan2(up, along)) if along > 0 else math.nan


def _footholds(xy: Array, time: Float64, skeleton: Skeleton, side: str, trunk: float) -> Float64:
    """Return (n, 2) px: where a foot stood."""
    name = next((n for n in ("big_toe", "foot_index", "heel", "ankle") if skeleton.has(f"{side}_{n}")), "")
    if not name:
        return np.zeros((0, 2))
    point = np.asarray(skeleton.point(xy, f"{side}_{name}"), dtype=np.float64)
    speed = np.linalg.norm(np.gradient(point, time, axis=0), axis=1)
    still = np.nan_to_num(speed, nan=np.inf) < _STILL * trunk
    spans = find_stretches(still, np.zeros(len(time), dtype=np.bool_))
    held = [np.median(point[a:b], axis=0) for a, b in spans if time[b - 1] - time[a] >= _LEAST_STANCE_S]
    return np.array(held).reshape(-1, 2)


def _turn(degrees: float) -> Float64:
    """Return the matrix (2, 2) that points, as rows, are multiplied with to lay the floor level."""
    a = math.radians(degrees)
    return np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]])
