"""Settings that cannot be used are refused in words, and all survive as text."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from poseapp.core.analysis import FilterReport, MeasureSettings, NeutralPose
from poseapp.core.errors import BadInputError
from poseapp.core.filter_settings import FILTER_KINDS, FILTER_TITLES, FilterSettings
from poseapp.core.settings_text import settings_from_json, settings_to_json
from poseapp.core.skeleton import load_skeleton


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "lowpass"},
        {"cutoff_hz": 0.0},
        {"cutoff_hz": math.nan},
        {"cutoff_hz": math.inf},
        {"cutoff_rule": "guess"},
        {"order": 3},
        {"window_seconds": 0.0},
        {"degree": 6},
        {"threshold": 0.0},
        {"beta": -1.0},
        {"motion": "jerk"},
    ],
)
def test_a_value_that_cannot_be_used_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInputError, match="cannot be"):
        FilterSettings(**wrong)


def test_every_kind_has_a_title_and_survives_as_text() -> None:
    assert set(FILTER_TITLES) == set(FILTER_KINDS)
    for kind in FILTER_KINDS:
        settings = MeasureSettings(FilterSettings(kind, 4.5, despike=True), view="back")
        assert settings_from_json(settings_to_json(settings)) == settings


def test_neutral_postures_survive_and_belong_to_a_person() -> None:
    pose = NeutralPose(1, 10, 40, (("right_knee_flexion", 4.25), ("left_knee_flexion", -1.5)))
    settings = MeasureSettings().with_neutral(1, pose)
    assert settings_from_json(settings_to_json(settings)) == settings
    assert settings.neutral_of(1) == pose
    assert settings.neutral_of(0) is None
    assert settings.with_neutral(1, None) == MeasureSettings()
    assert settings.with_neutral(1, replace(pose, stop=50)).neutral == (replace(pose, stop=50),)
    definitions = load_skeleton("body18").angles[:3]
    assert pose.of(definitions) == (4.25, -1.5, 0.0)


@pytest.mark.parametrize("text", ["", "[1]", '{"filter":{"kind":"x"}}', '{"shape":1}', '{"neutral":[{"person":0}]}'])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        settings_from_json(text)


def test_what_is_left_out_has_its_default() -> None:
    assert settings_from_json('{"filter":{"cutoff_hz":4.0}}') == MeasureSettings(FilterSettings(cutoff_hz=4.0))


def test_a_report_says_what_was_done() -> None:
    assert (
        FilterReport("butterworth", 4, 6.0, 5.96, 30.0).describe()
        == "Butterworth, order 4, zero phase, −3 dB at 6.0 Hz"
    )
    assert FilterReport("median", 4, math.nan, math.nan, 30.0, "", "7 frames").describe() == "Median, 7 frames"
    assert FilterReport("none", 4, 6.0, math.nan, 30.0, "too short").describe() == "Not filtered"
