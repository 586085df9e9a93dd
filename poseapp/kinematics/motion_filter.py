"""A point that moves smoothly, followed from frame to frame: prediction, measurement, and two views made one.

The state is (x, y, vx, vy), px and px/s, with a full covariance. Motion is constant velocity disturbed by white
acceleration (Bar-Shalom, Li & Kirubarajan 2001, section 6.3.2, discrete white noise acceleration). Two filters that
come from either side are joined by their information (Fraser & Potter 1969).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poseapp.core.types import Float64


@dataclass(frozen=True)
class Belief:
    """Where a point is thought to be: `mean` (4,) of x, y, vx, vy, and its covariance `cov` (4, 4)."""

    mean: Float64
    cov: Float64

    @property
    def xy(self) -> Float64:
        """(2,) px."""
        return self.mean[:2]

    @property
    def sigma(self) -> float:
        """Standard deviation of the position, px, root mean of the two axes."""
        return float(np.sqrt(max(self.cov[0, 0] + self.cov[1, 1], 0.0) / 2))


@dataclass(frozen=True)
class Shift:
    """What the picture says of a step: `xy` (2,) px from one frame to the next, `sigma` px of either axis."""

    xy: Float64
    sigma: float


def believe(xy: Float64, cov: Float64, speed: float) -> Belief:
    """Start at xy (2,) px with covariance (2, 2) px^2, and a velocity unknown within `speed` px/s."""
    full = np.zeros((4, 4))
    full[:2, :2] = cov
    full[2:, 2:] = np.eye(2) * speed**2
    return Belief(np.array([xy[0], xy[1], 0.0, 0.0]), full)


def predict(belief: Belief, dt: float, acceleration: float) -> Belief:
    """Let the point go on for dt s; `acceleration` px/s^2 is the standard deviation of what disturbs it."""
    step = np.eye(4)
    step[0, 2] = step[1, 3] = dt
    push = np.array([[dt * dt / 2, 0.0], [0.0, dt * dt / 2], [dt, 0.0], [0.0, dt]])
    cov = step @ belief.cov @ step.T + acceleration**2 * (push @ push.T)
    return Belief(step @ belief.mean, cov)


def predict_by_flow(belief: Belief, dt: float, acceleration: float, shift: Shift) -> Belief:
    """Let the point go on by what the picture shows: its uncertainty grows by that of the shift alone.

    The velocity is corrected by shift / dt, whose error is that of the shift and of the velocity's own change in dt.
    """
    cov = np.zeros((4, 4))
    cov[:2, :2] = belief.cov[:2, :2] + shift.sigma**2 * np.eye(2)
    prior = belief.cov[2:, 2:] + (acceleration * dt) ** 2 * np.eye(2)
    seen = (shift.sigma / dt) ** 2 + (acceleration * dt / 2) ** 2
    gain = prior @ np.linalg.inv(prior + seen * np.eye(2))
    velocity = belief.mean[2:] + gain @ (shift.xy / dt - belief.mean[2:])
    cov[2:, 2:] = prior - gain @ prior
    return Belief(np.concatenate([belief.xy + shift.xy, velocity]), cov)


def innovation(belief: Belief, xy: Float64, cov: Float64) -> float:
    """Return how surprising a position is: squared Mahalanobis distance, chi-squared with 2 degrees of freedom.

    NaN where the position or its covariance (2, 2) is missing.
    """
    if not (np.isfinite(xy).all() and np.isfinite(cov).all()):
        return float("nan")
    off = xy - belief.xy
    return float(off @ np.linalg.solve(belief.cov[:2, :2] + cov, off))


def update(belief: Belief, xy: Float64, cov: Float64) -> Belief:
    """Correct a belief by a measured position (2,) with covariance (2, 2)."""
    gain = belief.cov[:, :2] @ np.linalg.inv(belief.cov[:2, :2] + cov)
    mean = belief.mean + gain @ (xy - belief.xy)
    corrected = belief.cov - gain @ belief.cov[:2, :]
    return Belief(mean, (corrected + corrected.T) / 2)


def turned(belief: Belief) -> Belief:
    """Return a belief as seen by one who goes through time the other way."""
    sign = np.array([1.0, 1.0, -1.0, -1.0])
    return Belief(belief.mean * sign, belief.cov * np.outer(sign, sign))


def fuse(one: Belief, other: Belief) -> Belief:
    """Join two beliefs of the same state that rest on different evidence: each counts by its information."""
    gain = one.cov @ np.linalg.inv(one.cov + other.cov)
    mean = one.mean + gain @ (other.mean - one.mean)
    cov = one.cov - gain @ one.cov
    return Belief(mean, (cov + cov.T) / 2)
