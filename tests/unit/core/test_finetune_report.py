"""The report of a fine-tuning goes through a file, and says what was not measured."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from poseapp.core.errors import BadInputError
from poseapp.core.finetune_report import AngleRow, FineTuneReport, GenericDrift, KeypointRow

FULL = FineTuneReport(
    model="mine",
    parent="builtin",
    adopted=True,
    verdict="The new network is 3.1 px nearer. It becomes the default.",
    seconds=201.5,
    clips=1,
    frames=20,
    marks=240,
    held_out_frames=6,
    held_out_marks=70,
    before_px=8.25,
    after_px=5.125,
    interval=(2.0, 4.0),
    before_torso=6.5,
    after_torso=4.0,
    pck10_before=0.5,
    pck10_after=0.75,
    pck20_before=0.8,
    pck20_after=0.9,
    keypoints=(KeypointRow("left_knee", 6, 9.0, 4.0), KeypointRow("racket_tip", 6, None, 4.0)),
    angles=(AngleRow("left_knee", 5, 7.5, 3.0),),
    drift=GenericDrift(30, 1.5, 1.2, 0.98, tolerable=True),
    examples=("frame-000012.png",),
)
UNMEASURED = FineTuneReport(
    "mine", "builtin", adopted=False, verdict="Too few frames.", seconds=60.0, clips=1, frames=3, marks=36
)


@pytest.mark.parametrize("report", [FULL, UNMEASURED])
def test_a_report_comes_back_from_its_text(report):
    assert FineTuneReport.from_json(report.to_json()) == report
    assert FineTuneReport.from_json(report.to_summary()) == report


def test_the_gain_is_before_less_after():
    assert FULL.improvement_px == pytest.approx(3.125)
    assert UNMEASURED.improvement_px is None


def test_the_summary_has_the_short_names():
    data = json.loads(FULL.to_summary())
    assert (data["before"], data["after"], data["interval"]) == (8.25, 5.125, [2.0, 4.0])
    assert (data["adopted"], data["seconds"], data["marks"], data["model"]) == (True, 201.5, 240, "mine")


def test_a_number_that_json_does_not_know_is_not_written():
    with pytest.raises(ValueError, match="not JSON compliant"):
        replace(FULL, after_px=float("nan")).to_json()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 1, "model": "x"}', '{"version": 1, "interval": [1]}'])
def test_another_text_is_one_line_of_complaint(text):
    with pytest.raises(BadInputError, match="cannot be read"):
        FineTuneReport.from_json(text)


def test_a_newer_report_asks_for_an_update():
    data = json.loads(FULL.to_json()) | {"version": 2}
    with pytest.raises(BadInputError, match="newer poseapp"):
        FineTuneReport.from_json(json.dumps(data))
