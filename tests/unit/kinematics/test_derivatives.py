"""Velocity from real timestamps, on lines and on circles."""

from __future__ import annotations

import numpy as np
import pytest

from poseapp.kinematics.derivatives import compute_angular_velocity, compute_velocity

UNEVEN = np.array([0.0, 0.1, 0.15, 0.3, 0.32, 0.5])


def test_uniform_motion_is_exact_whatever_the_spacing() -> None:
    values = np.stack([3 * UNEVEN, -7 * UNEVEN + 2], axis=-1)
    assert compute_velocity(values, UNEVEN) == pytest.approx(np.tile([3.0, -7.0], (6, 1)))


def test_quadratic_is_exact_inside() -> None:
    assert compute_velocity(UNEVEN**2, UNEVEN)[1:-1] == pytest.approx(2 * UNEVEN[1:-1])


def test_agrees_with_numpy_gradient() -> None:
    values = np.random.default_rng(0).normal(size=(6, 3))
    assert compute_velocity(values, UNEVEN) == pytest.approx(np.gradient(values, UNEVEN, axis=0))


def test_nothing_is_differentiated_across_a_missing_value() -> None:
    time = np.arange(6.0)
    values = np.array([0.0, 1, np.nan, 9, np.nan, 100])
    assert compute_velocity(values, time) == pytest.approx([1, 1, np.nan, np.nan, np.nan, np.nan], nan_ok=True)


def test_nothing_is_differentiated_across_a_pause() -> None:
    time = np.array([0.0, 1, 2, 50, 51, 52])
    values = np.array([0.0, 1, 2, 500, 502, 504])
    assert compute_velocity(values, time) == pytest.approx([1, 1, 1, 2, 2, 2])


@pytest.mark.parametrize("frames", [0, 1])
def test_too_few_frames_have_no_velocity(frames: int) -> None:
    assert np.isnan(compute_velocity(np.ones((frames, 2)), np.arange(float(frames)))).all()


def test_an_arm_that_passes_overhead_does_not_spin() -> None:
    # 150 to 210 degrees at 10 degrees a step of 0.1 s, wrapped to -180 .. 180.
    angles = np.array([150.0, 160, 170, -180, -170, -160, -150])[:, None]
    velocity = compute_angular_velocity(angles, np.arange(7) / 10, np.array([360.0]))
    assert velocity[:, 0] == pytest.approx(np.full(7, 100.0))


def test_half_turns_of_a_directed_segment_are_not_hidden() -> None:
    # A knee read as -60 instead of 60 is a jump of 120, not of 60: nothing is repaired by 180.
    angles = np.array([60.0, 60, -60, 60])[:, None]
    velocity = compute_angular_velocity(angles, np.arange(4.0), np.array([360.0]))
    assert velocity[:, 0] == pytest.approx([0, -60, 0, 120])


def test_undirected_line_turns_on_its_half_circle() -> None:
    angles = np.array([80.0, 85, -90, -85])[:, None]
    assert compute_angular_velocity(angles, np.arange(4.0), np.array([180.0]))[:, 0] == pytest.approx([5, 5, 5, 5])
