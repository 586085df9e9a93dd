"""The uncertainty of a velocity: by hand where it can be, against noise of known size where not."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from fixtures.figure import track_of, walk
from poseapp.core.analysis import FacingStretch, FilterReport, MeasureSettings, PersonMeasures
from poseapp.core.filter_settings import FilterSettings
from poseapp.core.skeleton import load_skeleton
from poseapp.kinematics.derivatives import compute_velocity
from poseapp.kinematics.filters import filter_butterworth
from poseapp.kinematics.kalman import LEAST_SIGMA
from poseapp.kinematics.measure import measure_person
from poseapp.kinematics.smoothing import Keypoints, smooth_keypoints
from poseapp.kinematics.velocity_sigma import compute_smoothed_sigma, compute_velocity_sigma

UNFILTERED = FilterReport("none", 4, 6.0, math.nan, 10.0)


def test_without_a_filter_it_is_that_of_a_difference():
    """v = (x(t + 1) - x(t - 1)) / 0.2 s, sigma 3 and 4: sqrt(9 + 16) / 0.2 = 25."""
    found = compute_velocity_sigma(np.array([3.0, 1.0, 4.0]), np.arange(3) / 10, UNFILTERED)
    assert found[1] == pytest.approx(25.0)
    assert np.isnan(found[[0, 2]]).all()  # one-sided: only half of what enters is there


@pytest.mark.parametrize(("rate", "cutoff"), [(30.0, 6.0), (50.0, 4.0), (120.0, 10.0)])
def test_noise_of_known_size_is_found_again(rate, cutoff):
    """White noise of sigma 2 through the real filter and the real derivative."""
    time = np.arange(20_000) / rate
    noise = np.random.default_rng(5).normal(0.0, 2.0, (20_000, 1))
    smooth, report = filter_butterworth(noise, time, cutoff)
    measured = compute_velocity(smooth, time)[100:-100].std()
    told = compute_velocity_sigma(np.full((20_000, 1), 2.0), time, report)
    assert told[100:-100].min() == pytest.approx(told[100:-100].max())
    assert told[10_000, 0] == pytest.approx(measured, rel=0.05)


def test_doubt_reaches_as_far_as_the_filter():
    time, sigma = np.arange(200) / 30, np.ones(200)
    report = filter_butterworth(np.zeros((200, 1)), time, 6.0)[1]
    plain = compute_velocity_sigma(sigma, time, report)
    sigma[100] = 10.0
    doubtful = compute_velocity_sigma(sigma, time, report)
    assert doubtful[98] > 1.5 * plain[98]
    assert doubtful[60] == pytest.approx(plain[60])
    assert doubtful[100] == pytest.approx(plain[100])  # a central difference does not look at its own frame


def test_it_is_not_defined_at_ends_gaps_and_in_short_stretches():
    time, sigma = np.arange(120) / 30, np.ones((120, 2))
    sigma[50:53, 1] = np.nan
    sigma[60, 1] = np.nan
    report = filter_butterworth(np.zeros((120, 1)), time, 6.0)[1]
    found = compute_velocity_sigma(sigma, time, report)
    assert np.isfinite(found[10:110, 0]).all()
    assert np.isnan(found[[0, -1], 0]).all()
    assert np.isnan(found[49:61, 1]).all()  # 53 .. 59 was never filtered: too short
    assert np.isfinite(found[10:40, 1]).all()


def test_an_uneven_clock_has_none_but_a_pause_only_parts():
    report = FilterReport("butterworth", 4, 6.0, 6.0, 30.0)
    uneven = np.cumsum(np.where(np.arange(100) % 2, 0.02, 0.05))
    assert np.isnan(compute_velocity_sigma(np.ones(100), uneven, report)).all()
    paused = np.arange(100) / 30 + np.where(np.arange(100) >= 50, 5.0, 0.0)
    found = compute_velocity_sigma(np.ones(100), paused, report)
    assert np.isfinite(found[[20, 75]]).all()
    assert np.isnan(found[[49, 50]]).all()
    assert np.isnan(compute_velocity_sigma(np.ones(2), np.arange(2.0), report)).all()


def smoothed(kind: str, **more: object) -> FilterReport:
    time = np.arange(400) / 60
    xy = np.random.default_rng(0).normal(0, 1, (400, 1, 2))
    cov = np.tile(np.array([1.0, 0.0, 1.0]), (400, 1, 1))
    points = Keypoints(xy, time, cov, np.ones((400, 1), bool))
    return smooth_keypoints(points, FilterSettings(kind, 6.0, **more))[1]


@pytest.mark.parametrize(
    "settings",
    [
        FilterSettings(),
        FilterSettings(cutoff_hz=10.0, order=2),
        FilterSettings("savitzky-golay"),
        FilterSettings("kalman", 6.0),
        FilterSettings("kalman", 6.0, motion="acceleration"),
    ],
)
@pytest.mark.parametrize("what", ["value", "velocity"])
def test_white_noise_through_a_filter_is_as_large_as_said(settings: FilterSettings, what: str) -> None:
    rate, sigma = 60.0, 2.0
    time = np.arange(400) / rate
    noise = np.random.default_rng(1).normal(0, sigma, (400, 100, 2))
    variance = sigma**2 - LEAST_SIGMA**2  # the smoother adds what no keypoint is surer than
    cov = np.tile(np.array([variance, 0.0, variance]), (400, 100, 1))
    smooth, report = smooth_keypoints(Keypoints(noise, time, cov, np.ones((400, 100), bool)), settings)
    compute = compute_smoothed_sigma if what == "value" else compute_velocity_sigma
    found = smooth if what == "value" else compute_velocity(smooth, time)
    said = compute(np.full(400, sigma), time, report)
    assert said[200] == pytest.approx(found[100:300].std(), rel=0.1)


@pytest.mark.parametrize("kind", ["median", "hampel", "one-euro"])
def test_a_filter_that_depends_on_the_values_promises_nothing(kind: str) -> None:
    said = compute_smoothed_sigma(np.full(60, 2.0), np.arange(60) / 60, smoothed(kind))
    assert said[30] == pytest.approx(2.0)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_keypoint_noise_reaches_angles_and_velocities_through_the_whole_chain(seed: int) -> None:
    """Monte Carlo: a walk with the noise that the covariances tell, through gaps, filter, angles and differences."""
    body = load_skeleton("body18")
    time = np.arange(90) / 30
    rng = np.random.default_rng(seed)
    clean = walk(body, time)
    sigma = rng.uniform(0.3, 1.2, (18, 1))
    settings = MeasureSettings(min_score=0.0)

    def measured(xy: np.ndarray) -> PersonMeasures:
        track = track_of(xy)
        cov = np.zeros((90, 18, 3), np.float32)
        cov[..., 0] = cov[..., 2] = sigma[:, 0] ** 2
        facing = (FacingStretch(0, 90, 1, 1.0, by_user=True),)
        return measure_person(replace(track, cov=cov), time, body, settings=settings, user_facing=facing)

    runs = [measured(clean + rng.normal(0, 1, clean.shape) * sigma) for _ in range(120)]
    middle = measured(clean)
    columns = [i for i, d in enumerate(body.angles) if d.plane == "sagittal" and "foot" not in d.name]
    columns = [c for c in columns if "ankle" not in body.angles[c].name]  # a foot of 30 px is not first order
    inside = slice(25, 65)
    for series, said in (
        ("raw", middle.angles.sigma),
        ("values", compute_smoothed_sigma(middle.angles.sigma, time, middle.filter)),
        ("velocity", compute_velocity_sigma(middle.angles.sigma, time, middle.filter)),
    ):
        sampled = np.stack([getattr(run.angles, series) for run in runs])[:, inside][..., columns]
        spread = np.sqrt((sampled.std(axis=0, ddof=1) ** 2).mean(axis=0))
        told = np.sqrt((said[inside][:, columns] ** 2).mean(axis=0))
        assert told == pytest.approx(spread, rel=0.1)
