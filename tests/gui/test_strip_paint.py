"""The confidence lane, pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from poseapp.gui.style.theme import DARK
from poseapp.gui.timeline.strip_paint import StripInk, strip_image

pytestmark = pytest.mark.gui

INK = StripInk.of(DARK)


def pixels(image: QImage) -> np.ndarray:
    raw = np.frombuffer(image.constBits(), np.uint32)
    return raw.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()]


def picture(scores, height=11, ratio=1.0):
    image = strip_image(np.array(scores, np.float32), height, INK, threshold=0.4, ratio=ratio)
    return pixels(image).copy()


def test_the_line_lies_at_the_score_and_the_fill_below_it(qapp):
    found = picture([0.8] * 4)
    assert (found[:2] == 0).all()
    assert (found[2:4] == INK.line[0]).all()  # 0.8 of ten steps from the bottom, two px thick
    assert (found[4:] == INK.fill[0]).all()


def test_nothing_is_painted_where_nothing_is_known_and_no_line_crosses_a_gap(qapp):
    found = picture([0.9, np.nan, np.nan, 0.1])
    assert (found[:, 1:3] == 0).all()
    assert (found[:9, 3] != INK.line[1]).all()
    assert found[9, 3] == INK.line[1]


def test_a_jump_is_an_upright_line(qapp):
    found = picture([1.0, 0.5])
    assert (found[0:6, 1] == INK.line[0]).all()


def test_unsure_columns_are_hatched_and_coloured_otherwise(qapp):
    found = picture([0.1] * 12, height=31)
    above = found[:20]
    assert set(np.unique(above)) == {0, INK.hatch}
    assert 1 / 8 < (above == INK.hatch).mean() < 1 / 4
    assert not (picture([0.5] * 12, height=31) == INK.hatch).any()


def test_lines_are_as_thick_on_dense_screens(qapp):
    found = picture([0.5] * 3, height=41, ratio=2.0)
    assert (found[:, 0] == INK.line[0]).sum() == 3


def test_colours_are_those_of_the_theme(qapp):
    assert QColor.fromRgba(INK.line[0]).name() == DARK.accent
    assert abs((INK.fill[0] >> 24) - 0.3 * 255) <= 1
