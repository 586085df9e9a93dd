"""Joint and segment angles from keypoints, with their uncertainty.

Conventions after Sports2D (Pagnon & Kim, JOSS 2024): positive = flexion, 0 = standing upright. They are data, in
`resources/skeletons/angles.toml`; this file holds only the formulas. Picture coordinates, y down.

An angle lives on a circle: it is wrapped to [-period / 2, period / 2), so an arm that passes overhead jumps from
+180 to -180. Nothing is repaired by unwrapping half turns, which would turn a wrong facing into a plausible value.
What must not see the jump is made so: filtering smooths keypoints, never angles; velocity takes differences on the
circle (`derivatives.compute_angular_velocity`); ranges are taken from values unwrapped by whole turns
(`AngleSeries.extremes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from poseapp.core.circle import wrap_degrees
from poseapp.core.skeleton import PLANES, Skeleton
from poseapp.core.types import Array, Float64

Indices = npt.NDArray[np.intp]
Vector = tuple[Float64, Float64]  # x and y


@dataclass(frozen=True)
class _Plan:
    """The angles of one skeleton as index arrays (A,) into keypoints followed by virtual points.

    Each angle is direction(u) - direction(v), u = point[u_head] - point[u_tail], v alike; for 2 points v is the
    picture's x axis. `u_weights`, `v_weights` (K, A) write u and v as sums of keypoints.
    """

    u_head: Indices
    u_tail: Indices
    v_head: Indices
    v_tail: Indices
    against_axis: npt.NDArray[np.bool_]
    u_weights: Float64
    v_weights: Float64
    offset: Float64
    scale: Float64
    period: Float64
    unsigned: npt.NDArray[np.bool_]
    plane: Indices  # of PLANES


def compute_angles(xy: Array, skeleton: Skeleton, facing: Array, view: Array | None = None) -> Float64:
    """Compute every angle of `skeleton.angles`.

    Args:
        xy: (T, K, 2) px.
        skeleton: K keypoints.
        facing: (T,) +1 where the person faces picture right, -1 left (x is mirrored there for the sagittal plane).
        view: (T,) +1 where the person is seen from the front, -1 from behind (x is mirrored there for the frontal
            plane), 0 from the side, as +1; None for +1 throughout.

    Returns:
        (T, A) degrees in [-period / 2, period / 2), or 0 .. period / 2 for one without a sign; NaN where a point is
        missing or a segment has no length.
    """
    plan = _plan(skeleton)
    x, y = _coordinates(xy, skeleton)
    u, v = _mirrored(_vectors(x, y, plan), plan, facing, view)
    cross, dot = u[0] * v[1] - u[1] * v[0], u[0] * v[0] + u[1] * v[1]
    lengthless = (cross == 0) & (dot == 0)
    theta = np.where(lengthless, np.nan, np.degrees(-np.arctan2(cross, dot))).T
    values = wrap_degrees((theta + plan.offset) * plan.scale, plan.period)
    return np.where(plan.unsigned, np.abs(values), values) if plan.unsigned.any() else values


def compute_angle_sigma(xy: Array, cov: Array, skeleton: Skeleton) -> Float64:
    """Propagate keypoint covariances to the angles, to first order (GUM, JCGM 100:2008, eq. 10).

    Keypoints are taken as independent of each other; a keypoint that enters an angle twice (such as a hip that is
    also half of the mid hip) is counted with both roles. The side a person faces does not change it.

    Args:
        xy: (T, K, 2) px, where the derivative is taken.
        cov: (T, K, 3) px^2, covariance (xx, xy, yy).
        skeleton: K keypoints.

    Returns:
        (T, A) standard deviation, degrees; NaN where a point or its covariance is missing.
    """
    plan = _plan(skeleton)
    u, v = _vectors(*_coordinates(xy, skeleton), plan)
    gu, gv = _turn_gradient(*u), _turn_gradient(*v)
    terms = np.array(cov.transpose(2, 1, 0), dtype=np.float64)  # (3, K, T)
    uu = _weigh(plan.u_weights**2, terms)
    uv = _weigh(plan.u_weights * plan.v_weights, terms)
    vv = _weigh(plan.v_weights**2, terms)
    variance = _form(gu, uu, gu) - 2 * _form(gu, uv, gv) + _form(gv, vv, gv)
    return np.asarray(np.degrees(np.sqrt(np.maximum(variance, 0.0))).T * np.abs(plan.scale))


def periods_of(skeleton: Skeleton) -> Float64:
    """Return the periods (A,) of a skeleton's angles, degrees."""
    return _plan(skeleton).period


@lru_cache(maxsize=16)
def _plan(skeleton: Skeleton) -> _Plan:
    names = [*skeleton.keypoints, *(name for name, _ in skeleton.virtual)]
    rows = np.array([_segments(angle.points) for angle in skeleton.angles], dtype=object).reshape(-1, 4)
    index = np.array([[names.index(name) if name else 0 for name in row] for row in rows], dtype=np.intp)
    index = index.reshape(-1, 4)
    against_axis = np.array([row[2] == "" for row in rows], dtype=np.bool_)
    parts = _part_weights(skeleton)
    angles = skeleton.angles
    return _Plan(
        u_head=index[:, 0],
        u_tail=index[:, 1],
        v_head=index[:, 2],
        v_tail=index[:, 3],
        against_axis=against_axis,
        u_weights=(parts[index[:, 0]] - parts[index[:, 1]]).T,
        v_weights=((parts[index[:, 2]] - parts[index[:, 3]]) * ~against_axis[:, None]).T,
        offset=np.array([a.offset for a in angles], dtype=np.float64),
        scale=np.array([a.scale for a in angles], dtype=np.float64),
        period=np.array([a.period for a in angles], dtype=np.float64),
        unsigned=np.array([a.unsigned for a in angles], dtype=np.bool_),
        plane=np.array([PLANES.index(a.plane) for a in angles], dtype=np.intp),
    )


def _segments(points: tuple[str, ...]) -> tuple[str, str, str, str]:
    """Return head and tail of u and of v; "" for the picture's x axis."""
    if len(points) == 2:
        return points[0], points[1], "", ""
    if len(points) == 3:
        return points[0], points[1], points[2], points[1]
    return points[1], points[0], points[3], points[2]


def _part_weights(skeleton: Skeleton) -> Float64:
    """Return (K + V, K): keypoints and virtual points as sums of keypoints."""
    weights = [np.eye(skeleton.n_keypoints)]
    weights += [_share(skeleton, parts)[None] for _, parts in skeleton.virtual]
    return np.concatenate(weights)


def _share(skeleton: Skeleton, parts: tuple[str, ...]) -> Float64:
    row = np.zeros(skeleton.n_keypoints)
    for part in parts:
        row[skeleton.index(part)] += 1 / len(parts)
    return row


def _coordinates(xy: Array, skeleton: Skeleton) -> Vector:
    """Return x and y (K + V, T) of keypoints and then virtual points; a row of T lies together in memory."""
    x, y = np.array(xy.transpose(2, 1, 0), dtype=np.float64)
    virtual = [[skeleton.index(part) for part in parts] for _, parts in skeleton.virtual]
    return (
        np.concatenate([x, *(x[parts].mean(axis=0, keepdims=True) for parts in virtual)]),
        np.concatenate([y, *(y[parts].mean(axis=0, keepdims=True) for parts in virtual)]),
    )


def _vectors(x: Float64, y: Float64, plan: _Plan) -> tuple[Vector, Vector]:
    """Return u and v, each as x and y (A, T)."""
    vx, vy = x[plan.v_head] - x[plan.v_tail], y[plan.v_head] - y[plan.v_tail]
    vx[plan.against_axis], vy[plan.against_axis] = 1.0, 0.0
    return (x[plan.u_head] - x[plan.u_tail], y[plan.u_head] - y[plan.u_tail]), (vx, vy)


def _mirrored(vectors: tuple[Vector, Vector], plan: _Plan, facing: Array, view: Array | None) -> tuple[Vector, Vector]:
    """Return u and v with x mirrored where facing or view says so for the plane of the angle; the x axis stays."""
    (ux, uy), (vx, vy) = vectors
    frames = ux.shape[1]
    seen = np.ones(frames) if view is None else np.where(np.asarray(view) < 0, -1.0, 1.0)
    signs = np.stack([np.broadcast_to(np.asarray(facing, dtype=np.float64), frames), seen, np.ones(frames)])
    sign = signs[plan.plane]
    return (ux * sign, uy), (np.where(plan.against_axis[:, None], vx, vx * sign), vy)


def _turn_gradient(x: Float64, y: Float64) -> Vector:
    """Return d direction / d(x, y), rad/px: (-y, x) / (x^2 + y^2); NaN for a vector without length."""
    square = x * x + y * y
    square[square == 0] = np.nan
    return -y / square, x / square


def _weigh(weights: Float64, terms: Float64) -> Float64:
    """Return (3, A, T), sums of (3, K, T) weighted by (K, A).

    Not a matrix product: most weights are zero, and an unknown keypoint must only reach the angles that use it.
    """
    sums = np.zeros((3, weights.shape[1], terms.shape[2]))
    for k, a in np.argwhere(weights).tolist():
        sums[:, a] += weights[k, a] * terms[:, k]
    return sums


def _form(a: Vector, s: Float64, b: Vector) -> Float64:
    """Return a^T S b for S = (xx, xy, yy)."""
    return np.asarray(a[0] * b[0] * s[0] + (a[0] * b[1] + a[1] * b[0]) * s[1] + a[1] * b[1] * s[2])
