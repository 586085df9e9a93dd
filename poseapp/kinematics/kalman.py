"""A Kalman filter forward and a Rauch-Tung-Striebel smoother backward, with the network's covariance of each keypoint.

A keypoint moves with a velocity (or an acceleration) that stays the same but for white noise; the noise of each
measurement is what the network says of it, so an unsure frame moves the curve less than a sure one, and a missing one
not at all (Rauch, Tung & Striebel, AIAA J. 1965; Bar-Shalom, Li & Kirubarajan 2001, sections 6.2.2, 6.2.3 and 8.6).

How stiff the motion is follows from one number, a cut-off: for equal noise r at a rate, the smoother damps a
frequency by 1 / (1 + r omega^2n / (rate q)), n = 2 for constant velocity, 3 for constant acceleration (the Wiener
smoother of the model), so q follows from where it shall be -3 dB.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from poseapp.core.types import Float64
from poseapp.kinematics.stretches import Bools

LEAST_SIGMA = 0.5  # px: no keypoint is surer than that, also where a person placed it
_UNKNOWN = 1e3  # how many usual sigmas (and sigmas of a frame's step) the beginning may lie anywhere within


@dataclass(frozen=True)
class KalmanModel:
    """How a point moves: `order` 2, the velocity stays the same, or 3, the acceleration; `cutoff_hz` as above."""

    order: int
    cutoff_hz: float

    def density(self, variance: Float64, rate: float) -> Float64:
        """Return q, the power of the white noise, for measurements of this variance, px^2, at a rate, frames/s."""
        omega = 2 * math.pi * self.cutoff_hz
        return variance / rate * omega ** (2 * self.order) / (math.sqrt(2) - 1)

    def transition(self, dt: float) -> Float64:
        """Return (n, n): how position, velocity ... go on in dt s."""
        n = self.order
        return np.array(
            [[dt ** (j - i) / math.factorial(j - i) if j >= i else 0.0 for j in range(n)] for i in range(n)]
        )

    def disturbance(self, dt: float) -> Float64:
        """Return (n, n): the covariance that white noise of q = 1 on the highest derivative adds in dt s."""
        n = self.order
        a = [n - 1 - i for i in range(n)]
        return np.array(
            [[dt ** (p + r + 1) / ((p + r + 1) * math.factorial(p) * math.factorial(r)) for r in a] for p in a]
        )


def smooth_kalman(xy: Float64, cov: Float64, seen: Bools, time: Float64, model: KalmanModel) -> tuple[Float64, Float64]:
    """Smooth keypoints over one continuous stretch.

    Args:
        xy: (n, K, 2) px.
        cov: (n, K, 3) px^2, (xx, xy, yy); where it is NaN, the keypoint's usual one counts.
        seen: (n, K) False where there is no measurement, such as in an interpolated gap: the motion bridges it.
        time: (n,) s, increasing; need not be even.
        model: How points move.

    Returns:
        (n, K, 2) px, and (n, K, 2, 2) px^2, the covariance of the smoothed position.
    """
    noise, usual = _noise(cov, seen)
    rate = (len(time) - 1) / float(time[-1] - time[0])
    density = model.density(usual, rate)
    forward = _filter(xy, noise, seen, time, model=model, density=density)
    return _smooth_back(forward, time, model)


@dataclass(frozen=True)
class _Forward:
    """Means (n, K, 2S) and covariances (n, K, 2S, 2S) after each measurement, and as predicted before it.

    The state holds x and its derivatives, then y and its.
    """

    means: Float64
    covs: Float64
    ahead: Float64
    ahead_cov: Float64


def _noise(cov: Float64, seen: Bools) -> tuple[Float64, Float64]:
    """Return the noise of each measurement (n, K, 2, 2), and the usual variance of an axis of each keypoint (K,)."""
    floor = LEAST_SIGMA**2
    variance = np.where(seen, (cov[..., 0] + cov[..., 2]) / 2, np.nan)
    usual = np.full(cov.shape[1], floor)
    for k in range(cov.shape[1]):
        known = variance[np.isfinite(variance[:, k]), k]
        if len(known):
            usual[k] = max(float(np.median(known)), floor)
    plain = np.stack([usual, np.zeros_like(usual), usual], axis=-1)
    terms = np.where(np.isfinite(cov).all(axis=-1, keepdims=True), cov, plain)
    noise = np.empty((*cov.shape[:2], 2, 2))
    noise[..., 0, 0], noise[..., 1, 1] = terms[..., 0] + floor, terms[..., 2] + floor
    noise[..., 0, 1] = noise[..., 1, 0] = terms[..., 1]
    return noise, usual + floor


def _filter(
    xy: Float64, noise: Float64, seen: Bools, time: Float64, *, model: KalmanModel, density: Float64
) -> _Forward:
    n, K = xy.shape[:2]
    S = model.order
    means, covs = np.empty((n, K, 2 * S)), np.empty((n, K, 2 * S, 2 * S))
    ahead, ahead_cov = np.empty_like(means), np.empty_like(covs)
    mean, cov = _beginning(xy[0], noise[0], time, model)
    at = [0, S]
    for t in range(n):
        if t:
            step, added = _step(time[t] - time[t - 1], model)
            mean = mean @ step.T
            cov = step @ cov @ step.T + density[:, None, None] * added
        ahead[t], ahead_cov[t] = mean, cov
        spread = cov[:, at][:, :, at] + noise[t]
        gain = cov[:, :, at] @ np.linalg.inv(spread)
        gain[~seen[t]] = 0.0
        off = np.where(seen[t][:, None], xy[t] - mean[:, at], 0.0)
        mean = mean + (gain @ off[..., None])[..., 0]
        cov = cov - gain @ cov[:, at]
        cov = (cov + cov.transpose(0, 2, 1)) / 2
        means[t], covs[t] = mean, cov
    return _Forward(means, covs, ahead, ahead_cov)


def _beginning(first: Float64, noise: Float64, time: Float64, model: KalmanModel) -> tuple[Float64, Float64]:
    """Return a state (K, 2S) and covariance that say next to nothing: centred where the point is, moving anyhow."""
    K, S = len(first), model.order
    mean = np.zeros((K, 2 * S))
    mean[:, 0], mean[:, S] = first[:, 0], first[:, 1]
    dt = float(np.median(np.diff(time)))
    usual = (noise[:, 0, 0] + noise[:, 1, 1]) / 2
    cov = np.zeros((K, 2 * S, 2 * S))
    for i in range(S):
        cov[:, i, i] = cov[:, S + i, S + i] = usual * _UNKNOWN**2 / dt ** (2 * i)
    return mean, cov


def _smooth_back(forward: _Forward, time: Float64, model: KalmanModel) -> tuple[Float64, Float64]:
    means, covs = forward.means, forward.covs
    at = [0, model.order]
    mean, cov = means[-1], covs[-1]
    found, found_cov = [mean[:, at]], [cov[:, at][:, :, at]]
    for t in range(len(means) - 2, -1, -1):
        step, _ = _step(time[t + 1] - time[t], model)
        gain = covs[t] @ step.T @ np.linalg.inv(forward.ahead_cov[t + 1])
        mean = means[t] + (gain @ (mean - forward.ahead[t + 1])[..., None])[..., 0]
        cov = covs[t] + gain @ (cov - forward.ahead_cov[t + 1]) @ gain.transpose(0, 2, 1)
        found.append(mean[:, at])
        found_cov.append(cov[:, at][:, :, at])
    return np.stack(found[::-1]), np.stack(found_cov[::-1])


def _step(dt: float, model: KalmanModel) -> tuple[Float64, Float64]:
    """Return (2S, 2S) transition and disturbance of both axes."""
    one_axis = model.transition(float(dt)), model.disturbance(float(dt))
    both, added = (np.asarray(np.kron(np.eye(2), matrix), dtype=np.float64) for matrix in one_axis)
    return both, added
