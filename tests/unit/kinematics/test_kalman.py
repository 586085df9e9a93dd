"""The Kalman smoother against plain Gaussian conditioning, and its cut-off against a sine."""

from __future__ import annotations

import math

import numpy as np
import pytest

from poseapp.kinematics.kalman import LEAST_SIGMA, KalmanModel, smooth_kalman


def by_conditioning(
    x: np.ndarray, variance: np.ndarray, seen: np.ndarray, time: np.ndarray, model: KalmanModel, q: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean and variance of the positions (n,) of one axis given all measurements: one dense system."""
    n, S = len(x), model.order
    wide = 1e6**2
    prior = np.zeros((n * S, n * S))
    state = np.eye(S) * wide
    blocks = [state]
    for t in range(1, n):
        dt = time[t] - time[t - 1]
        state = model.transition(dt) @ state @ model.transition(dt).T + q * model.disturbance(dt)
        blocks.append(state)
    for i in range(n):
        carry = blocks[i]
        for j in range(i, n):
            if j > i:
                carry = model.transition(time[j] - time[j - 1]) @ carry
            prior[j * S : (j + 1) * S, i * S : (i + 1) * S] = carry
            prior[i * S : (i + 1) * S, j * S : (j + 1) * S] = carry.T
    rows = np.flatnonzero(seen) * S
    spread = prior[np.ix_(rows, rows)] + np.diag(variance[seen])
    gain = np.linalg.solve(spread, prior[rows]).T
    return (gain @ x[seen])[::S], np.diag(prior - gain @ prior[rows])[::S]


def test_disturbance_by_hand() -> None:
    # White acceleration of power 1 over dt = 2: [[dt^3 / 3, dt^2 / 2], [dt^2 / 2, dt]].
    assert KalmanModel(2, 6.0).disturbance(2.0) == pytest.approx(np.array([[8 / 3, 2.0], [2.0, 2.0]]))
    # White jerk: dt^5 / 20, dt^4 / 8, dt^3 / 6; dt^3 / 3, dt^2 / 2; dt.
    expected = np.array([[1 / 20, 1 / 8, 1 / 6], [1 / 8, 1 / 3, 1 / 2], [1 / 6, 1 / 2, 1.0]])
    assert KalmanModel(3, 6.0).disturbance(1.0) == pytest.approx(expected)
    assert KalmanModel(3, 6.0).transition(2.0) == pytest.approx(np.array([[1.0, 2, 2], [0, 1, 2], [0, 0, 1]]))


@pytest.mark.parametrize("order", [2, 3])
def test_smoother_is_conditioning_on_everything(order: int) -> None:
    rng = np.random.default_rng(order)
    n = 25
    time = np.cumsum(rng.uniform(0.02, 0.06, n))
    xy = np.cumsum(rng.normal(0, 4, (n, 1, 2)), axis=0)
    cov = np.zeros((n, 1, 3))
    cov[..., 0], cov[..., 2] = rng.uniform(1, 9, (2, n, 1))
    seen = rng.uniform(size=(n, 1)) > 0.2
    seen[[0, -1]] = True
    model = KalmanModel(order, 3.0)
    smooth, spread = smooth_kalman(xy, cov, seen, time, model)
    usual = np.median((cov[seen][:, 0] + cov[seen][:, 2]) / 2) + LEAST_SIGMA**2
    q = float(model.density(np.array(usual), (n - 1) / (time[-1] - time[0])))
    for axis, term in ((0, 0), (1, 2)):
        variance = cov[:, 0, term] + LEAST_SIGMA**2
        mean, certain = by_conditioning(xy[:, 0, axis], variance, seen[:, 0], time, model, q)
        np.testing.assert_allclose(smooth[:, 0, axis], mean, atol=2e-2)
        np.testing.assert_allclose(spread[:, 0, axis, axis], certain, rtol=2e-2)


@pytest.mark.parametrize(("order", "hz", "rate"), [(2, 6.0, 60.0), (3, 6.0, 60.0), (2, 3.0, 30.0), (3, 8.0, 120.0)])
def test_sine_at_the_cutoff_is_damped_to_root_half(order: int, hz: float, rate: float) -> None:
    time = np.arange(round(8 * rate)) / rate
    xy = np.zeros((len(time), 1, 2))
    xy[:, 0, 0] = 50 * np.sin(2 * np.pi * hz * time)
    cov = np.tile([4.0, 0.0, 4.0], (len(time), 1, 1))
    smooth, _ = smooth_kalman(xy, cov, np.ones((len(time), 1), bool), time, KalmanModel(order, hz))
    middle = slice(len(time) // 4, -len(time) // 4)
    waves = np.stack([np.sin(2 * np.pi * hz * time), np.cos(2 * np.pi * hz * time)], axis=1)[middle]
    amplitude = np.hypot(*np.linalg.lstsq(waves, smooth[middle, 0, 0], rcond=None)[0]) / 50
    assert amplitude == pytest.approx(math.sqrt(0.5), abs=0.015)


def test_an_unsure_frame_moves_the_curve_less() -> None:
    time = np.arange(60) / 30
    xy = np.zeros((60, 2, 2))
    xy[30, :, 0] = 40.0  # both jump; the second is unsure there
    cov = np.tile([4.0, 0.0, 4.0], (60, 2, 1))
    cov[30, 1] = (400.0, 0.0, 400.0)
    smooth, _ = smooth_kalman(xy, cov, np.ones((60, 2), bool), time, KalmanModel(2, 4.0))
    assert smooth[30, 1, 0] < 0.1 * smooth[30, 0, 0]


def test_a_missing_stretch_is_bridged_by_the_motion() -> None:
    time = np.arange(60) / 30
    xy = np.stack([100 * time, 50 - 20 * time], axis=1)[:, None]
    seen = np.ones((60, 1), bool)
    seen[20:28] = False
    given = xy.copy()
    given[20:28] = 999.0  # never looked at
    cov = np.tile([1.0, 0.0, 1.0], (60, 1, 1))
    smooth, spread = smooth_kalman(given, cov, seen, time, KalmanModel(2, 5.0))
    np.testing.assert_allclose(smooth, xy, atol=1e-3)
    assert spread[24, 0, 0, 0] > 4 * spread[10, 0, 0, 0]
