"""What each keypoint of a corrected pose is worth as a label.

A mark of a person counts fully: a visible or an occluded keypoint by its place, an absent one by an empty heatmap. In a
frame that a person corrected, a keypoint that was left alone is a weak label if the network was sure of it: on the
dancer of the shared clips 96 % of the predictions with a calibrated score of 0.85 or more lie within 20 % of the torso
of the label, 85 % of those from 0.7 to 0.85. It weighs less, since nobody said that it is right.

What was propagated from a mark nearby is no label at all: it follows from a mark that is learnt from itself, there are
far more of such frames than of corrected ones, and they would lie on both sides of the line between what is learnt
from and what is measured on.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from poseapp.core.types import Float32, Source

SURE = 0.85  # calibrated score from which an uncorrected keypoint is a weak label
WEAK_WEIGHT = 0.25

Labels = npt.NDArray[np.uint8]


class Label(IntEnum):
    """What is known of a keypoint."""

    UNKNOWN = 0
    VISIBLE = 1
    OCCLUDED = 2
    ABSENT = 3  # a person said that it is not in the picture: its heatmap should be empty
    WEAK = 4  # predicted in a corrected frame, left alone, and sure


PLACED = (Label.VISIBLE, Label.OCCLUDED)  # a person said where it is
HUMAN = (*PLACED, Label.ABSENT)

_OF_SOURCE = {
    Source.CORRECTED: Label.VISIBLE,
    Source.OCCLUDED: Label.OCCLUDED,
    Source.ABSENT: Label.ABSENT,
}


def label_pose(source: npt.NDArray[np.uint8], score: Float32, *, calibrated: bool) -> Labels:
    """Return the labels (..., K) of keypoints as a project shows them.

    Args:
        source: (..., K) of `Source`: who placed each.
        score: (..., K), how sure it is; NaN is not.
        calibrated: Scores are shares that come true. Peaks of a network without a calibration say nothing of the
            kind, and nothing of it is a weak label.
    """
    labels = np.full(source.shape, Label.UNKNOWN, np.uint8)
    for placed, label in _OF_SOURCE.items():
        labels[source == placed] = label
    corrected = np.isin(labels, HUMAN).any(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        sure = (source == Source.PREDICTED) & (score >= SURE)
    labels[sure & corrected & calibrated] = Label.WEAK
    return labels


def weights_of(labels: Labels) -> Float32:
    """Return what labels (..., K) weigh in a loss: 1 for what a person said, less for weak ones, 0 for unknown."""
    weights = np.isin(labels, HUMAN).astype(np.float32)
    weights[labels == Label.WEAK] = WEAK_WEIGHT
    return weights
