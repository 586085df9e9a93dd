"""What a clinician reads, and when a network becomes the default."""

from __future__ import annotations

from dataclasses import replace

import pytest

from poseapp.core.finetune_report import FineTuneReport, GenericDrift, KeypointRow
from poseapp.training.finetuning.verdict import describe, is_better

REPORT = FineTuneReport(
    "mine", "builtin", adopted=False, verdict="", seconds=1.0, clips=1, frames=15, marks=200,
    held_out_frames=5, held_out_marks=70, before_px=8.2, after_px=5.1, interval=(2.0, 4.0),
    pck20_before=0.8, pck20_after=0.85, drift=GenericDrift(20, 1.0, 1.0, 0.97, tolerable=True),
)  # fmt: skip
STAYS = "The old network stays the default."


def test_better():
    assert is_better(REPORT)
    assert describe(REPORT) == (
        "The new network is 3.1 px nearer on frames it has not seen (median error 8.2 → 5.1 px, "
        "95 % interval of the gain 2.0 to 4.0 px). It becomes the default."
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"interval": (-0.5, 4.0)}, "No difference beyond chance on frames"),
        ({"interval": (0.0, 4.0)}, "No difference beyond chance on frames"),
        ({"after_px": 9.4, "interval": (-2.0, -0.4)}, "The new network is 1.2 px farther off on frames"),
        ({"pck20_after": 0.7}, ", but it misses more keypoints altogether"),
        (
            {"drift": GenericDrift(20, 9.0, 9.0, 0.62, tolerable=False)},
            ", but elsewhere it moves 38 % of the keypoints",
        ),
    ],
)
def test_not_better(changes, words):
    report = replace(REPORT, **changes)
    assert not is_better(report)
    assert words in describe(report)
    assert describe(report).endswith(STAYS)


def test_a_keypoint_that_is_lost_counts_more_than_the_median():
    # A torso of 8.2 / 0.08 = 102.5 px: 20.5 px worse is missed.
    rows = (KeypointRow("right_knee", 5, 9.0, 4.0), KeypointRow("left_wrist", 4, 7.0, 67.0))
    report = replace(REPORT, before_torso=8.0, keypoints=rows)
    assert not is_better(report)
    assert "but the left wrist became much worse (7 → 67 px). The old" in describe(report)
    both = replace(report, keypoints=(*rows, KeypointRow("left_elbow", 3, 10.0, 31.0)))
    assert "(7 → 67 px), and so did 1 more." in describe(both)


@pytest.mark.parametrize("row", [KeypointRow("left_wrist", 2, 7.0, 67.0), KeypointRow("left_wrist", 4, 7.0, 27.0),
                                 KeypointRow("racket_tip", 4, None, 67.0)])  # fmt: skip
def test_too_few_marks_a_little_worse_or_a_new_keypoint_is_no_objection(row):
    assert is_better(replace(REPORT, before_torso=8.0, keypoints=(row,)))


def test_unmeasured():
    report = replace(REPORT, before_px=None, after_px=None, interval=None)
    assert not is_better(report)
    assert describe(report, why_unmeasured="5 are too few.") == (
        f"5 are too few. {STAYS} The new one can be chosen by hand."
    )


def test_nothing_to_measure_elsewhere_is_no_objection():
    assert is_better(replace(REPORT, drift=None))
