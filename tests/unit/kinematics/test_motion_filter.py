"""A point followed by hand-worked numbers."""

import numpy as np
import pytest

from poseapp.kinematics.motion_filter import (
    Belief,
    Shift,
    believe,
    fuse,
    innovation,
    predict,
    predict_by_flow,
    turned,
    update,
)

EYE = np.eye(2)


def belief(mean, *variances):
    return Belief(np.array(mean, float), np.diag(np.array(variances, float)))


def test_a_point_goes_on_with_its_velocity_and_gets_less_sure() -> None:
    after = predict(belief([0, 1, 10, -2], 1, 1, 4, 4), 0.5, 2.0)
    assert after.mean.tolist() == [5, 0, 10, -2]
    # 1 + 0.5^2 * 4 of the velocity, + (2 * 0.5^2 / 2)^2 of the acceleration
    assert after.cov[0, 0] == pytest.approx(1 + 1 + 0.0625)
    assert after.cov[2, 2] == pytest.approx(4 + (2 * 0.5) ** 2)
    assert after.cov[0, 2] == pytest.approx(0.5 * 4 + 4 * 0.125 * 0.5)


def test_a_shift_of_the_picture_moves_the_point_by_itself_and_tells_its_velocity() -> None:
    after = predict_by_flow(belief([10, 20, 0, 0], 1, 1, 1e6, 1e6), 0.1, 1.0, Shift(np.array([3.0, -1.0]), 2.0))
    assert after.xy.tolist() == [13, 19]
    assert after.cov[0, 0] == pytest.approx(1 + 4)
    assert after.mean[2:] == pytest.approx([30, -10], rel=1e-3)
    assert after.cov[2, 2] == pytest.approx((2 / 0.1) ** 2, rel=1e-2)


def test_a_position_as_sure_as_the_belief_meets_it_halfway() -> None:
    after = update(belief([0, 0, 5, 5], 4, 4, 1, 1), np.array([2.0, -6.0]), 4 * EYE)
    assert after.mean.tolist() == [1, -3, 5, 5]
    assert after.cov.diagonal().tolist() == [2, 2, 1, 1]
    assert after.sigma == pytest.approx(np.sqrt(2))


def test_surprise_is_the_squared_distance_in_standard_deviations() -> None:
    here = belief([1, 1, 0, 0], 16, 16, 1, 1)
    assert innovation(here, np.array([4.0, 5.0]), 9 * EYE) == pytest.approx(1.0)
    assert np.isnan(innovation(here, np.array([np.nan, 5.0]), 9 * EYE))
    assert np.isnan(innovation(here, np.array([4.0, 5.0]), np.full((2, 2), np.nan)))


def test_two_views_count_by_their_information() -> None:
    both = fuse(belief([0, 0, 0, 0], 1, 1, 1, 1), belief([4, 8, 4, 8], 3, 3, 3, 3))
    assert both.mean == pytest.approx([1, 2, 1, 2])
    assert both.cov.diagonal() == pytest.approx([0.75] * 4)


def test_who_comes_the_other_way_sees_the_velocity_turned() -> None:
    before = predict(believe(np.array([1.0, 2.0]), EYE, 3.0), 0.5, 1.0)
    assert turned(before).mean.tolist() == before.mean.tolist()
    assert turned(before).cov[0, 2] == -before.cov[0, 2]
    again = turned(turned(before))
    assert (again.mean == before.mean).all()
    assert (again.cov == before.cov).all()
