"""Numbers read as people write them."""

from __future__ import annotations

import math

import pytest

from poseapp.gui.style.wording import (
    format_angle,
    format_duration,
    format_percent,
    format_rate,
    format_speed,
    format_time,
)

NAN = math.nan


@pytest.mark.parametrize(
    ("value", "sigma", "text"),
    [
        (42.14, 3.2, "42.1 ± 3.2°"),
        (42.14, 12.3, "42 ± 12°"),
        (42.146, 0.32, "42.15 ± 0.32°"),
        (42.146, 0.012, "42.15 ± 0.01°"),
        (-3.04, 1.0, "−3.0 ± 1.0°"),
        (-0.04, 1.0, "0.0 ± 1.0°"),
        (42.6, NAN, "43°"),
        (42.6, 0.0, "42.6°"),
        (NAN, 3.0, "–"),
    ],
)
def test_angle_has_no_more_decimals_than_its_uncertainty_allows(value, sigma, text):
    assert format_angle(value, sigma) == text


@pytest.mark.parametrize(
    ("seconds", "decimals", "text"),
    [
        (3.217, 3, "0:03.217"),
        (59.9996, 3, "1:00.000"),
        (3723.5, 3, "1:02:03.500"),
        (-0.5, 1, "−0:00.5"),
        (-0.0001, 3, "0:00.000"),
        (61.2, 0, "1:01"),
        (NAN, 3, "–"),
    ],
)
def test_time(seconds, decimals, text):
    assert format_time(seconds, decimals=decimals) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0 s"), (11.2, "12 s"), (200, "3 min 20 s"), (1200, "20 min"), (7500, "2 h 05 min"), (-3, "0 s")],
)
def test_duration(seconds, text):
    assert format_duration(seconds) == text


def test_rates_speeds_and_shares():
    assert format_rate(48.2) == "48"
    assert format_rate(2.25) == "2.2"
    assert format_speed(0.25) == "0.25×"
    assert format_speed(1.0) == "1×"
    assert format_percent(0.614) == "61 %"
    assert format_percent(NAN) == "–"
