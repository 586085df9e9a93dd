"""What keypoints of a corrected frame are worth as labels."""

from __future__ import annotations

import numpy as np

from poseapp.core.types import Source
from poseapp.training.finetuning.weak import WEAK_WEIGHT, Label, label_pose, weights_of

SOURCES = np.array(
    [Source.CORRECTED, Source.OCCLUDED, Source.ABSENT, Source.PREDICTED, Source.PREDICTED, Source.PROPAGATED, 0],
    np.uint8,
)
SCORES = np.array([1, 1, np.nan, 0.9, 0.8, 1, np.nan], np.float32)


def test_a_person_said_three_things_and_left_a_sure_one_alone():
    labels = label_pose(SOURCES, SCORES, calibrated=True)
    assert labels.tolist() == [Label.VISIBLE, Label.OCCLUDED, Label.ABSENT, Label.WEAK, 0, 0, 0]
    assert weights_of(labels).tolist() == [1, 1, 1, WEAK_WEIGHT, 0, 0, 0]


def test_peaks_that_nobody_calibrated_make_no_labels():
    assert Label.WEAK not in label_pose(SOURCES, SCORES, calibrated=False)


def test_a_pose_that_nobody_corrected_has_no_labels():
    sources = np.full((2, 7), Source.PREDICTED, np.uint8)
    sources[1, 0] = Source.PROPAGATED
    assert not label_pose(sources, np.full((2, 7), 0.99, np.float32), calibrated=True).any()


def test_each_person_is_judged_alone():
    both = np.stack([SOURCES, np.full(7, Source.PREDICTED, np.uint8)])
    labels = label_pose(both, np.full((2, 7), 0.99, np.float32), calibrated=True)
    assert labels[0].any()
    assert not labels[1].any()
