"""Walking as joint angle curves over the stride, and a walker whose feet do not slip.

Angles at per cents of the stride from heel strike, read off the mean curves of normal adults at natural cadence in
Winter, The Biomechanics and Motor Control of Human Gait, 2nd ed. 1991, and rounded; approximate by intention.
A harmonic series through them makes the curves periodic and smooth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from poseapp.training.render.body import (
    Pose,
    Proportions,
    Vector,
    X,
    Y,
    assemble,
    lowest_point,
    rotation,
)

HARMONICS = 5
# (per cent of the stride, degrees)
HIP = ((0, 28), (8, 27), (20, 17), (30, 8), (40, -2), (50, -10), (56, -10), (65, 2), (75, 20), (85, 31), (93, 30))
KNEE = (
    (0, 4),
    (6, 12),
    (14, 19),
    (25, 13),
    (38, 6),
    (48, 10),
    (57, 30),
    (65, 52),
    (72, 62),
    (80, 48),
    (88, 20),
    (95, 4),
)
ANKLE = ((0, 0), (7, -6), (15, 1), (30, 6), (44, 10), (52, 4), (62, -19), (70, -11), (80, 0), (90, 2))
SHOULDER = ((0, -20), (25, -6), (50, 17), (75, 0))
ELBOW = ((0, 12), (25, 18), (50, 34), (75, 22))
TOE = ((0, 0), (40, 0), (52, 18), (60, 26), (66, 8), (75, 0), (90, 0))


def _series(points: tuple[tuple[float, float], ...]) -> Vector:
    at, value = np.array(points, dtype=float).T
    smooth = np.interp(np.arange(0, 100, 2.0), at, value, period=100)
    spectrum = np.fft.rfft(smooth)
    spectrum[HARMONICS + 1 :] = 0
    # Least squares on the given points, with the interpolated curve as a weak prior between them.
    basis = _basis(at / 100)
    weak = 0.15 * _basis(np.arange(0, 1, 0.02))
    matrix, aim = np.vstack([basis, weak]), np.concatenate([value, 0.15 * np.fft.irfft(spectrum, 50)])
    coefficients: Vector = np.linalg.lstsq(matrix, aim, rcond=None)[0]
    return coefficients


def _basis(phase: npt.NDArray[np.floating]) -> Vector:
    turns = 2 * np.pi * np.multiply.outer(phase, np.arange(1, HARMONICS + 1))
    return np.concatenate([np.ones((*np.shape(phase), 1)), np.cos(turns), np.sin(turns)], axis=-1)


CURVES = {
    name: _series(points)
    for name, points in (
        ("hip", HIP), ("knee", KNEE), ("ankle", ANKLE), ("shoulder", SHOULDER), ("elbow", ELBOW), ("toe", TOE)
    )
}  # fmt: skip


def curve(name: str, phase: npt.ArrayLike) -> Vector:
    """Return a joint's angle, degrees, at phases of its own stride (1 = one stride)."""
    angle: Vector = _basis(np.asarray(phase, dtype=float)) @ CURVES[name]
    return angle


@dataclass(frozen=True)
class Manner:
    """How somebody walks. Attributes: stride (factor on the swing of the legs), arms (on that of the arms),
    knee (factor on knee flexion), lean (forward lean of the trunk, degrees), elbow (added flexion, degrees)."""

    stride: float = 1.0
    arms: float = 1.0
    knee: float = 1.0
    lean: float = 3.0
    elbow: float = 0.0


def stride_pose(phase: float, manner: Manner, *, heading: float = 0.0, effort: float = 1.0) -> Pose:
    """Return the pose at a phase of the right leg's stride; the left leg and right arm run half a stride apart.

    Args:
        heading: Degrees about the vertical; 0 faces picture right, 180 left.
        effort: 0 stands still, 1 walks.
    """
    legs = np.array([phase, phase + 0.5])
    swing = effort * manner.stride
    hip = np.zeros((2, 3))
    hip[:, 0] = swing * curve("hip", legs) + (1 - effort) * 2
    hip[:, 1] = 2.0
    shoulder = np.zeros((2, 3))
    shoulder[:, 0] = effort * manner.arms * curve("shoulder", legs) + manner.lean
    shoulder[:, 1] = 7.0
    turn = 5 * effort * np.cos(2 * np.pi * phase)
    pelvis = rotation(Y, heading + turn) @ rotation(X, 2.5 * effort * np.sin(2 * np.pi * phase))
    return Pose(
        orientation=pelvis,
        spine=np.array([manner.lean, 0.0, -1.8 * turn]),
        head=np.array([-0.5 * manner.lean, 0.0, 0.8 * turn]),
        hip=hip,
        knee=np.maximum(effort * manner.knee * curve("knee", legs), 0.0) + (1 - effort) * 4,
        ankle=effort * curve("ankle", legs),
        toe=np.maximum(effort * curve("toe", legs), 0.0),
        shoulder=shoulder,
        elbow=effort * manner.arms * curve("elbow", legs) + (1 - effort) * 10 + manner.elbow,
    )


def smoothed(values: Vector, width: float) -> Vector:
    """Return values (T, ...) after a Gaussian of `width` samples, ends repeated."""
    radius = int(4 * width) + 1
    kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / width) ** 2)
    padded = np.concatenate([np.repeat(values[:1], radius, 0), values, np.repeat(values[-1:], radius, 0)])
    out: Vector = np.apply_along_axis(lambda v: np.convolve(v, kernel / kernel.sum(), "valid"), 0, padded)
    return out


def walk(poses: list[Pose], size: Proportions, *, smooth: float = 1.5) -> list[Pose]:
    """Return the poses placed in space, starting at x = z = 0: the lower foot stays where it stands.

    Args:
        smooth: Width of the smoothing of the body's path, samples; small against a step.
    """
    bodies = [assemble(size, pose) for pose in poses]
    height = np.array([-lowest_point(body, size) for body in bodies])
    feet = np.array(
        [[(b[f"{n}_foot"].origin + b[f"{n}_toes"].origin) / 2 for n in ("right", "left")] for b in bodies]
    )  # (T, 2, 3)
    soles = feet[..., 1]
    stance = np.exp(-(soles - soles.min(axis=1, keepdims=True)) / 0.008)
    stance /= stance.sum(axis=1, keepdims=True)
    step = -np.diff(feet, axis=0) * ((stance[1:] + stance[:-1]) / 2)[..., None]
    ground = np.concatenate([np.zeros((1, 2)), np.cumsum(step.sum(axis=1)[:, [0, 2]], axis=0)])
    path = smoothed(np.column_stack([ground[:, 0], height, ground[:, 1]]), smooth)
    return [_moved(pose, root) for pose, root in zip(poses, path, strict=True)]


def _moved(pose: Pose, root: Vector) -> Pose:
    fields = {name: getattr(pose, name) for name in pose.__dataclass_fields__}
    return Pose(**(fields | {"root": root}))
