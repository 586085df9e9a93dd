"""Reasons read as a person would say them."""

from __future__ import annotations

import math

import pytest

from poseapp.core.moments import Moment, MomentKind
from poseapp.core.skeleton import load_skeleton
from poseapp.gui.review.moment_words import describe, describe_place

BODY = load_skeleton("body18")


def moment(kind: MomentKind, *names: str, value: float = 0.0, limit: float = 0.0, subject: str = "") -> Moment:
    keypoints = tuple(BODY.index(name) for name in names)
    points = ((math.nan, math.nan),) * len(keypoints)
    return Moment(kind, 0, 40, 52, 44, keypoints, points, 0.5, value, limit, subject)


LEG = ("left_knee", "left_ankle", "left_heel")


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (moment(MomentKind.SWAP, "left_hip", "right_hip", subject="leg"), "Left and right leg look exchanged"),
        (moment(MomentKind.SWAP, "left_hip", "right_hip", subject="body"), "Left and right look exchanged"),
        (moment(MomentKind.JUMP, "right_wrist", value=84.2), "Right wrist jumped 84 px in one frame"),
        (moment(MomentKind.JUMP, *LEG, value=84.2), "Left leg jumped up to 84 px"),
        (moment(MomentKind.MISSING, "left_heel", value=1), "Left heel not found in 1 frame"),
        (moment(MomentKind.MISSING, *BODY.keypoints, value=12, subject="body"), "Person not found in 12 frames"),
        (
            moment(MomentKind.LENGTH, "right_ankle", "right_knee", value=140.4, limit=104, subject="knee ankle"),
            "Right knee to ankle 140 px long, usually under 104",
        ),
        (
            moment(MomentKind.ANGLE, "left_knee", value=-40.2, limit=-10, subject="left_knee_flexion"),
            "Left knee bent back by 40°, at most 10° is likely",
        ),
        (
            moment(MomentKind.ANGLE, "left_knee", value=178, limit=160, subject="left_knee_flexion"),
            "Left knee bent 178°, at most 160° is likely",
        ),
        (
            moment(MomentKind.ANGLE, "right_elbow", value=-170, limit=-155, subject="right_elbow_flexion"),
            "Right elbow bent 170°, at most 155° is likely",
        ),
        (moment(MomentKind.DISAGREEMENT, "right_wrist", value=50), "Right wrist: two runs are 50 px apart"),
        (moment(MomentKind.UNSURE, "right_elbow", "right_wrist", value=0.2), "Right elbow and wrist unsure: 20 %"),
        (moment(MomentKind.UNSURE, "head_top", "neck", value=0.2), "Head top and neck unsure: 20 %"),
        (moment(MomentKind.JUMP, "neck", "head_top", "neck", value=9), "Head and trunk jumped up to 9 px"),
        (moment(MomentKind.UNSURE, "left_hip", "right_hip", "neck", value=0.2), "3 keypoints unsure: 20 %"),
        (
            moment(MomentKind.SUGGESTED, *BODY.keypoints, value=0.62),
            "Worth correcting to fine-tune: 62 % sure, unlike the others",
        ),
    ],
)
def test_reasons(made: Moment, words: str) -> None:
    assert describe(made, BODY) == words


def test_the_place_is_a_time_and_frames() -> None:
    assert describe_place(moment(MomentKind.UNSURE, "neck"), 1.4667) == "0:01.5 · frames 40–51"
