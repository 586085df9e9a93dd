"""A value keeps its place, its unit and its side."""

from __future__ import annotations

import math

import pytest

from poseapp.gui.plots.read_out import ReadOut

pytestmark = pytest.mark.gui


def test_value(qtbot):
    read_out = ReadOut("right", "Knee flexion R")
    qtbot.addWidget(read_out)
    width = read_out.sizeHint().width()
    read_out.set_value(-142.14, 3.2)
    assert read_out.text == read_out.accessibleDescription() == "−142.1 ± 3.2°"
    assert read_out.accessibleName() == "Knee flexion R"
    assert read_out.sizeHint().width() >= width  # grows for more digits, and never shrinks below the usual
    read_out.set_value(5.0, 1.2)
    assert read_out.sizeHint().width() == width
    read_out.set_value(math.nan, math.nan)
    assert read_out.text == "–"
    read_out.grab()
