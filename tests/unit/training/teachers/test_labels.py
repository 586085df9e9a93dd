"""What a teacher repairs, and what it must leave alone."""

import numpy as np

from poseapp.training.pack import Pack
from poseapp.training.teachers.agreement import SecondOpinion
from poseapp.training.teachers.answers import LANDMARK_OF_BODY, LANDMARKS
from poseapp.training.teachers.labels import coverage, keep_sure, repair

SURE, UNSURE = np.full(14, 0.8, np.float32), np.full(14, 0.1, np.float32)
# Standing, seen from the front; the person's right is at the picture's left.
BODY = np.array(
    [(40, 180), (40, 140), (42, 100), (58, 100), (60, 140), (60, 180), (20, 100), (25, 75), (35, 50), (65, 50),
     (75, 75), (80, 100), (50, 45), (50, 20)], np.float32,
)  # fmt: skip


def test_swapped_legs_are_put_right() -> None:
    label = BODY.copy()
    label[[0, 1, 2, 3, 4, 5]] = BODY[[5, 4, 3, 2, 1, 0]]
    repaired, change = repair(label, BODY, SURE)
    assert change.swapped == 1
    assert np.allclose(repaired, BODY)


def test_an_unsure_teacher_changes_nothing() -> None:
    label = BODY.copy()
    label[[0, 5]] = BODY[[5, 0]]
    label[13] = np.nan
    repaired, change = repair(label, BODY, UNSURE)
    assert np.array_equal(repaired, label, equal_nan=True)
    assert (change.swapped, change.filled, change.averaged) == (0, 0, 0)


def test_missing_keypoints_are_filled_and_agreeing_ones_averaged() -> None:
    label = BODY.copy()
    label[6] = np.nan
    seen = BODY + np.float32([2, 0])
    repaired, change = repair(label, seen, SURE)
    assert (change.filled, change.averaged) == (1, 13)
    assert np.allclose(repaired[6], seen[6])
    assert np.allclose(repaired[0], BODY[0] + [1, 0])


def test_a_teacher_that_saw_somebody_else_fills_nothing() -> None:
    label = BODY.copy()
    label[6] = np.nan
    repaired, change = repair(label, BODY + np.float32([90, 0]), SURE)
    assert change.filled == 0
    assert np.isnan(repaired[6]).all()


def test_unsure_keypoints_of_photographs_are_left_out() -> None:
    peak = np.stack([SURE, UNSURE])
    peak[0, 3] = 0.1
    xy, keep = keep_sure(np.stack([BODY, BODY]), peak)
    assert keep.tolist() == [True, False]
    assert np.isnan(xy[0, 3]).all()
    assert np.array_equal(xy[0, 4], BODY[4])


def second(body: np.ndarray = BODY, visibility: float = 0.9) -> SecondOpinion:
    xy = np.zeros((LANDMARKS, 2))
    xy[list(LANDMARK_OF_BODY[:12])] = body[:12]
    return SecondOpinion(xy, np.full(LANDMARKS, visibility), np.zeros(LANDMARKS), 0.99)


def crossed_legs() -> np.ndarray:
    label = BODY.copy()
    label[[0, 1, 2, 3, 4, 5]] = BODY[[5, 4, 3, 2, 1, 0]]
    return label


def test_the_second_teacher_can_put_sides_right_alone() -> None:
    repaired, change = repair(crossed_legs(), BODY + np.float32([90, 0]), UNSURE, second())
    assert change.swapped == 1
    assert np.allclose(repaired, BODY)


def test_sides_stay_when_a_teacher_objects() -> None:
    label = crossed_legs()
    repaired, change = repair(label, BODY, SURE, second(crossed_legs()))
    assert change.swapped == 0
    assert np.allclose(repaired[:6], label[:6])


def test_a_label_far_from_where_both_see_the_keypoint_is_dropped() -> None:
    label = BODY.copy()
    label[6] = (90, 20)
    repaired, change = repair(label, BODY, SURE, second())
    assert change.dropped == 1
    assert np.isnan(repaired[6]).all()
    kept, change = repair(label, BODY, SURE)  # one teacher is not enough
    assert change.dropped == 0
    assert np.array_equal(kept[6], label[6])


def test_labels_are_not_dropped_from_a_picture_that_was_not_understood() -> None:
    away = BODY + np.float32([90, 0])
    repaired, change = repair(BODY.copy(), away, SURE, second(away))
    assert change.dropped == 0
    assert np.array_equal(repaired, BODY)


def test_coverage_counts_pictures_with_whole_feet() -> None:
    keypoints = np.zeros((4, 18, 2), np.float32)
    keypoints[0, 14:] = np.nan
    keypoints[1, 17] = np.nan  # one toe: the right foot is whole
    keypoints[2, [14, 17]] = np.nan  # no whole foot
    assert coverage(Pack((), keypoints)) == "0 % of the body labelled, a foot in 2, both in 1"
    images = tuple(np.zeros((2, 2, 3), np.uint8) for _ in range(4))
    assert coverage(Pack(images, keypoints)).startswith("100 %")
