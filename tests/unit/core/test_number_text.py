"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest

from poseapp.core.number_text import told


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (3.14159, 2, "3.14"),
        (-3.25, 1, "−3.2"),
        (-0.04, 1, "0.0"),
        (0.0, 0, "0"),
        (math.nan, 1, "–"),
        (-math.inf, 1, "–"),
    ],
)
def test_a_number_is_told(value: float, digits: int, text: str) -> None:
    assert told(value, digits) == text
