"""Draws a joint angle where it is: an arc at the joint from zero to the value, with the number beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from poseapp.core.skeleton import Side
from poseapp.gui.canvas_view import CanvasView
from poseapp.gui.theme import DARK, color, font

_RADIUS = 34.0  # px
_LETTERS: dict[Side, str] = {"right": "R ", "left": "L ", "middle": ""}
_ASIDE = 55.0  # degrees from zero to where the value stands


@dataclass(frozen=True)
class AngleArc:
    """An angle to draw, image px.

    Attributes:
        vertex: The joint.
        zero: Where the limb would point at zero degrees (any distance from the vertex).
        limb: Where it points.
        text: The value with its unit.
        side: Of the body: colours it, and its letter stands before the value.
    """

    vertex: tuple[float, float]
    zero: tuple[float, float]
    limb: tuple[float, float]
    text: str
    side: Side = "middle"


def draw_arcs(painter: QPainter, arcs: tuple[AngleArc, ...], view: CanvasView) -> None:
    """Draw every arc, and then every value where it covers neither its limb nor another value."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    taken: list[QRectF] = []
    spots = [_draw_arc(painter, arc, view) for arc in arcs]
    for arc, spot in zip(arcs, spots, strict=True):
        text = _LETTERS[arc.side] + arc.text
        plate = _plate(painter, text, spot)
        while any(plate.intersects(other) for other in taken):
            plate.translate(0, plate.height() + 2)
        taken.append(plate)
        _draw_value(painter, text, plate, color(DARK.side(arc.side)))


def _draw_arc(painter: QPainter, arc: AngleArc, view: CanvasView) -> QPointF:
    """Draw the arc and a dotted line for zero; return where the value belongs: beyond zero, away from the limb."""
    vertex = QPointF(*view.to_widget(*arc.vertex))
    start = _direction(arc.vertex, arc.zero)
    span = (_direction(arc.vertex, arc.limb) - start + 180) % 360 - 180
    box = QRectF(vertex.x() - _RADIUS, vertex.y() - _RADIUS, 2 * _RADIUS, 2 * _RADIUS)
    ink = color(DARK.side(arc.side))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, 1.2, Qt.PenStyle.DotLine))
    painter.drawLine(vertex, _on_circle(vertex, start, _RADIUS + 10))
    for pen in (QPen(QColor(0, 0, 0, 150), 4.5), QPen(ink, 2)):
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(box, round(start * 16), round(span * 16))
    away = -_ASIDE if span >= 0 else _ASIDE
    return _on_circle(vertex, start + away, _RADIUS + 22)


def _direction(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Degrees anticlockwise from picture right, as Qt counts them."""
    return math.degrees(math.atan2(a[1] - b[1], b[0] - a[0]))


def _on_circle(centre: QPointF, degrees: float, radius: float) -> QPointF:
    angle = math.radians(degrees)
    return QPointF(centre.x() + radius * math.cos(angle), centre.y() - radius * math.sin(angle))


def _plate(painter: QPainter, text: str, at: QPointF) -> QRectF:
    painter.setFont(font("strong"))
    size = painter.fontMetrics().size(0, text)
    width, height = size.width() + 12, size.height() + 6
    return QRectF(at.x() - width / 2, at.y() - height / 2, width, height)


def _draw_value(painter: QPainter, text: str, plate: QRectF, ink: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(12, 15, 18, 205))
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(ink)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
