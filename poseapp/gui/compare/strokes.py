"""How the lines of two clips differ: the first is thick, the second thin with markers; sides look as everywhere."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from poseapp.core.skeleton import Side
from poseapp.gui.canvas.strokes import draw_lines, polygon, runs
from poseapp.gui.compare.trace import Trace
from poseapp.gui.style.theme import blend, color, current_palette

Points = npt.NDArray[np.float64]

_WIDTHS = (3.0, 1.25)  # px, of the first and the second clip
_DASHES: dict[Side, tuple[float, ...]] = {"right": (), "left": (7.0, 4.0), "middle": (2.0, 3.0)}  # px
_BAND = (0.14, 0.07)  # opacity
_MARKER = 3.5  # px, radius
_MARKER_EVERY = 56.0  # px


def line_color(place: int, side: Side) -> QColor:
    """Return the colour of a side; that of the second clip is drawn towards the text."""
    palette = current_palette()
    return color(palette.side(side)) if place == 0 else blend(palette.side(side), palette.text, 0.7)


def draw_trace(painter: QPainter, trace: Trace, points: Points, band: Points) -> None:
    """Draw a curve: points (n, 2) px, and the lower and upper edge (n, 2) px y of its band; NaN leaves a gap."""
    ink = line_color(trace.place, trace.side)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(ink.name(), _BAND[trace.place]))
    for part in runs(np.asarray(np.isfinite(band).all(axis=1))):
        x, (low, high) = points[part, 0], band[part].T
        painter.drawPolygon(polygon(np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]])))
    known = runs(np.isfinite(points[:, 1]))
    lines = [polygon(points[part, 0], points[part, 1]) for part in known]
    draw_lines(painter, lines, ink, width=_WIDTHS[trace.place], dashes=_DASHES[trace.side])
    if trace.place == 1:
        for part in known:
            for at in marker_places(points[part]):
                _draw_marker(painter, at, ink, trace.side)
    painter.restore()


def marker_places(points: Points) -> list[QPointF]:
    """Return points of a curve (n, 2) px whose x are whole multiples of a distance, or its middle where it is short."""
    x, y = points.T
    numbers = np.arange(np.ceil(x[0] / _MARKER_EVERY), np.floor(x[-1] / _MARKER_EVERY) + 1)
    at = numbers * _MARKER_EVERY if len(numbers) else np.array([(x[0] + x[-1]) / 2])
    return [QPointF(a, b) for a, b in zip(at.tolist(), np.interp(at, x, y).tolist(), strict=True)]


def draw_sample(painter: QPainter, place: int, line: QLineF) -> None:
    """Draw a piece of line as a clip's curves are drawn, whatever the side."""
    ink = color(current_palette().text)
    draw_lines(painter, [QPolygonF([line.p1(), line.p2()])], ink, width=_WIDTHS[place])
    if place == 1:
        _draw_marker(painter, line.center(), ink, "right")


def _draw_marker(painter: QPainter, at: QPointF, ink: QColor, side: Side) -> None:
    painter.setPen(QPen(ink, 1.5))
    painter.setBrush(color(current_palette().surface))
    if side == "left":
        half = _MARKER * 0.886  # a square of the circle's area
        painter.drawRect(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half))
    else:
        painter.drawEllipse(at, _MARKER, _MARKER)
