"""PCK by hand."""

import numpy as np
import pytest

from poseapp.training.metrics import compute_pck, torso_length


def test_pck_counts_labelled_keypoints_within_a_share_of_the_torso() -> None:
    truth = np.array([[[0.0, 0.0], [10.0, 0.0], [np.nan, np.nan]], [[0.0, 0.0], [5.0, 5.0], [1.0, 1.0]]])
    predicted = truth.copy()
    predicted[0, 0] = [1.9, 0.0]  # within 0.2 x 10
    predicted[0, 1] = [12.1, 0.0]  # not within
    predicted[1, 1] = np.nan  # a missing answer is wrong
    predicted[1, 2] = [1.0, 5.0]  # within 0.2 x 20 exactly
    pck = compute_pck(predicted, truth, np.array([10.0, 20.0]))
    assert pck.tolist() == [1.0, 0.0, 1.0]


def test_pck_of_a_keypoint_never_labelled_is_nan_and_of_people_without_torso_not_counted() -> None:
    truth = np.array([[[0.0, 0.0], [np.nan, np.nan]], [[0.0, 0.0], [np.nan, np.nan]]])
    predicted = np.array([[[0.0, 0.0], [0.0, 0.0]], [[9.0, 9.0], [0.0, 0.0]]])
    pck = compute_pck(predicted, truth, np.array([10.0, np.nan]))
    assert pck[0] == 1.0
    assert np.isnan(pck[1])


def test_torso_runs_from_left_shoulder_to_right_hip() -> None:
    truth = np.full((1, 14, 2), np.nan)
    truth[0, 9], truth[0, 2] = (3.0, 0.0), (0.0, 4.0)
    assert torso_length(truth)[0] == pytest.approx(5.0)
