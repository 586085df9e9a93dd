"""Quick lines look like lines: as wide as asked, dashed where asked."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from poseapp.gui.canvas.strokes import draw_lines, polygon, runs

pytestmark = pytest.mark.gui


def drawn(width, *, ratio=1.0, dashes=()):
    image = QImage(int(40 * ratio), int(20 * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = polygon(np.array([0.0, 40.0]), np.array([10.0, 10.0]))
    draw_lines(painter, [line], QColor("#ffffff"), width=width, dashes=dashes)
    painter.end()
    rows = range(image.height())
    return np.array([[image.pixelColor(x, y).alphaF() for x in range(image.width())] for y in rows])


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("width", [1.0, 1.75, 2.5])
def test_width(qapp, width, ratio):
    assert drawn(width, ratio=ratio)[:, 10].sum() / ratio == pytest.approx(width, abs=0.6)


def test_dashes(qapp):
    along = drawn(1.0, dashes=[6.0, 4.0]).sum(axis=0)
    assert along.max() > 0.9
    assert (along < 0.1).sum() == pytest.approx(16, abs=5)


def test_polygon_keeps_points():
    made = polygon(np.array([1.0, 2.5]), np.array([-1, 4]))
    assert [(p.x(), p.y()) for p in made] == [(1.0, -1.0), (2.5, 4.0)]
    assert len(polygon(np.zeros(0), np.zeros(0))) == 0


def test_runs():
    found = runs(np.array([True, True, False, False, True]))
    assert [(r.start, r.stop) for r in found] == [(0, 2), (4, 5)]
    assert runs(np.zeros(3, dtype=bool)) == []
