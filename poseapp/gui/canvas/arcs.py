"""Draws a joint angle where it is: an arc at the joint from zero to the value, with the number beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from poseapp.core.skeleton import Side
from poseapp.gui.canvas.view import CanvasView, Point
from poseapp.gui.style.theme import DARK, color, font

Edges = npt.NDArray[np.float64]

_RADIUS = 34.0  # px
_LETTERS: dict[Side, str] = {"right": "R ", "left": "L ", "middle": ""}
_ASIDE = 55.0  # degrees from zero to where the value stands, when there is room
_TURNS = (0.0, 30.0, -30.0, 60.0, -60.0, 90.0, 180.0)  # degrees from there that are tried next
_REACHES = (_RADIUS + 22, _RADIUS + 48, _RADIUS + 76)  # px from the joint
_JOINT = 12.0  # px about a joint that no value may cover
_LIMB, _ALONG = 5.0, (30.0, 50.0, 70.0, 90.0)  # px about points of a limb, px from its joint, that are better left free


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


@dataclass(frozen=True)
class _Placed:
    """An arc in widget px: where it begins, how far it goes, degrees anticlockwise from right."""

    vertex: QPointF
    start: float
    span: float


def draw_arcs(
    painter: QPainter,
    arcs: tuple[AngleArc, ...],
    view: CanvasView,
    room: QRectF | None = None,
    avoid: Sequence[QRectF] = (),
) -> None:
    """Draw every arc, and then every value where it covers no joint, no limb, no other value, and nothing to avoid."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    placed = [_place(arc, view) for arc in arcs]
    for arc, at in zip(arcs, placed, strict=True):
        _draw_arc(painter, at, color(DARK.side(arc.side)))
    painter.setFont(font("strong"))
    texts = [_LETTERS[arc.side] + arc.text for arc in arcs]
    sizes = [painter.fontMetrics().size(0, text) for text in texts]
    plates = _find_plates(placed, [(s.width() + 12.0, s.height() + 6.0) for s in sizes], room, avoid)
    for arc, text, plate in zip(arcs, texts, plates, strict=True):
        _draw_value(painter, text, plate, color(DARK.side(arc.side)))


def value_plates(
    arcs: Sequence[AngleArc],
    view: CanvasView,
    sizes: Sequence[tuple[float, float]],
    room: QRectF | None = None,
    avoid: Sequence[QRectF] = (),
) -> list[QRectF]:
    """Return where values of these sizes (width, height) px stand, in widget px."""
    return _find_plates([_place(arc, view) for arc in arcs], sizes, room, avoid)


def _find_plates(
    arcs: Sequence[_Placed],
    sizes: Sequence[tuple[float, float]],
    room: QRectF | None,
    avoid: Sequence[QRectF] = (),
) -> list[QRectF]:
    taken = [*avoid, *(_about(arc.vertex, _JOINT) for arc in arcs)]
    taken += [_about(point, _LIMB) for arc in arcs for point in _limb_points(arc)]
    edges = _edges(taken)
    plates = []
    for arc, size in zip(arcs, sizes, strict=True):
        spots = [_plate(spot, size) for spot in _spots(arc)]
        plate = spots[int(_harms(_edges(spots), edges, room).argmin())]  # the first of the best
        edges = np.vstack([edges, _edges([plate])])
        plates.append(plate)
    return plates


def _spots(arc: _Placed) -> list[QPointF]:
    """Return where a value may stand, the best first: beyond zero, away from the limb."""
    away = -1 if arc.span >= 0 else 1
    turns = [arc.start + away * (_ASIDE + turn) for turn in _TURNS]
    return [_on_circle(arc.vertex, turn, reach) for reach in _REACHES for turn in turns]


def _harms(plates: Edges, taken: Edges, room: QRectF | None) -> npt.NDArray[np.float64]:
    """Return (S,) how many px^2 of joints, limbs and other values each plate covers, or of itself are not seen."""
    harms = _common(plates, taken).sum(axis=1)
    if room is not None:
        areas = (plates[:, 2] - plates[:, 0]) * (plates[:, 3] - plates[:, 1])
        harms += areas - _common(plates, _edges([room]))[:, 0]
    rounded: npt.NDArray[np.float64] = np.rint(harms)  # areas are never quite 0
    return rounded


def _common(first: Edges, second: Edges) -> npt.NDArray[np.float64]:
    """Return (S, N) px^2 that rectangles have in common."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    sides = np.maximum(high - low, 0.0)
    areas: npt.NDArray[np.float64] = sides[..., 0] * sides[..., 1]
    return areas


def _edges(rects: Sequence[QRectF]) -> Edges:
    """Return (N, 4) left, top, right, bottom, px."""
    return np.array([rect.getCoords() for rect in rects], np.float64).reshape(-1, 4)


def _about(point: QPointF, reach: float) -> QRectF:
    return QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)


def _limb_points(arc: _Placed) -> list[QPointF]:
    """Return points of both limbs that meet at the joint: where the one points, and against zero, the other."""
    ways = arc.start + arc.span, arc.start + 180
    return [_on_circle(arc.vertex, way, reach) for way in ways for reach in _ALONG]


def _plate(at: QPointF, size: tuple[float, float]) -> QRectF:
    return QRectF(at.x() - size[0] / 2, at.y() - size[1] / 2, *size)


def _place(arc: AngleArc, view: CanvasView) -> _Placed:
    vertex, zero, limb = (view.to_widget(*point) for point in (arc.vertex, arc.zero, arc.limb))
    start = _direction(vertex, zero)
    return _Placed(QPointF(*vertex), start, (_direction(vertex, limb) - start + 180) % 360 - 180)


def _draw_arc(painter: QPainter, arc: _Placed, ink: QColor) -> None:
    """Draw the arc, and a dotted line for zero."""
    box = QRectF(arc.vertex.x() - _RADIUS, arc.vertex.y() - _RADIUS, 2 * _RADIUS, 2 * _RADIUS)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, 1.2, Qt.PenStyle.DotLine))
    painter.drawLine(arc.vertex, _on_circle(arc.vertex, arc.start, _RADIUS + 10))
    for pen in (QPen(QColor(0, 0, 0, 150), 4.5), QPen(ink, 2)):
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(box, round(arc.start * 16), round(arc.span * 16))


def _direction(a: Point, b: Point) -> float:
    """Degrees anticlockwise from right, as Qt counts them."""
    return math.degrees(math.atan2(a[1] - b[1], b[0] - a[0]))


def _on_circle(centre: QPointF, degrees: float, radius: float) -> QPointF:
    angle = math.radians(degrees)
    return QPointF(centre.x() + radius * math.cos(angle), centre.y() - radius * math.sin(angle))


def _draw_value(painter: QPainter, text: str, plate: QRectF, ink: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(12, 15, 18, 205))
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(ink)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
