"""The handle beside the chosen person: where its knobs lie, and how they are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from poseapp.core.types import Array, Float32, PoseView, Source
from poseapp.gui.canvas.render import HALO
from poseapp.gui.canvas.view import CanvasView

Knob = Literal["turn", "move", "scale"]

RADIUS = 11.0  # widget px, of a knob and of where it is taken
_APART = 27.0  # widget px, between the middles of knobs
_BESIDE = 34.0  # widget px, from the outermost keypoint: no bone and no keypoint of the person is that far out
_INK = QColor(255, 255, 255)
_DISC = QColor(24, 28, 34)


@dataclass
class WholePersonScene:
    """What is being done to the whole of the chosen person.

    Attributes:
        shown: The handle is there to be taken.
        active: Arrows move all of the person.
        hot: The knob under the pointer, or in the hand.
        preview: (person, xy (K, 2) image px) shown instead of where the person is.
    """

    shown: bool = False
    active: bool = False
    hot: Knob | None = None
    preview: tuple[int, Array] | None = None


def with_pose(poses: PoseView, person: int, xy: Array) -> PoseView:
    """Return poses with one person elsewhere, as if placed by hand."""
    if person >= len(poses.xy):
        return poses
    all_xy, score, source = poses.xy.copy(), poses.score.copy(), poses.source.copy()
    there = np.isfinite(xy).all(axis=-1)
    all_xy[person, there] = xy[there]
    score[person, there] = 1.0
    occluded = source[person] == Source.OCCLUDED
    source[person, there & ~occluded] = Source.CORRECTED
    return replace(poses, xy=all_xy, score=score, source=source)


def knob_places(xy: Float32 | Array, view: CanvasView, room: QRectF) -> Mapping[Knob, QPointF]:
    """Return widget px of the knobs beside a person xy (K, 2) image px; none for nobody.

    They stand right of the person, left where there is no room, and always within `room`.
    """
    seen = xy[np.isfinite(xy).all(axis=-1)]
    if not len(seen):
        return {}
    at = view.all_to_widget(seen)
    (left, top), (right, bottom) = at.min(axis=0).tolist(), at.max(axis=0).tolist()
    if right < room.left() or left > room.right() or bottom < room.top() or top > room.bottom():
        return {}
    margin = RADIUS + 4
    x = right + _BESIDE
    if x > room.right() - margin:
        x = left - _BESIDE if left - _BESIDE >= room.left() + margin else room.right() - margin
    middle = (max(top, room.top()) + min(bottom, room.bottom())) / 2
    y = min(max(middle, room.top() + margin + _APART), room.bottom() - margin - _APART)
    return {"turn": QPointF(x, y - _APART), "move": QPointF(x, y), "scale": QPointF(x, y + _APART)}


def draw_whole_person(painter: QPainter, scene: WholePersonScene, xy: Array, view: CanvasView, room: QRectF) -> None:
    """Draw the handle of a person xy (K, 2), and a frame around the person while arrows move all of it."""
    places = knob_places(xy, view, room)
    if not scene.shown or not places:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if scene.active:
        _draw_frame(painter, xy, view)
    for knob, at in places.items():
        painter.setOpacity(1.0 if scene.active or scene.hot is not None else 0.55)
        _draw_disc(painter, at, is_hot=knob == scene.hot)
        _DRAWINGS[knob](painter, at)
    painter.setOpacity(1.0)


def _draw_frame(painter: QPainter, xy: Array, view: CanvasView) -> None:
    at = view.all_to_widget(xy[np.isfinite(xy).all(axis=-1)])
    (x0, y0), (x1, y1) = at.min(axis=0).tolist(), at.max(axis=0).tolist()
    gap = 16.0
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(HALO, 3.5), QPen(_INK, 1.5, Qt.PenStyle.DashLine)):
        painter.setPen(pen)
        painter.drawRect(QRectF(x0 - gap, y0 - gap, x1 - x0 + 2 * gap, y1 - y0 + 2 * gap))


def _draw_disc(painter: QPainter, at: QPointF, *, is_hot: bool) -> None:
    painter.setPen(QPen(_INK if is_hot else HALO, 2.0))
    painter.setBrush(_DISC)
    painter.drawEllipse(at, RADIUS, RADIUS)
    painter.setPen(QPen(_INK, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(_INK)


def _draw_move(painter: QPainter, at: QPointF) -> None:
    """Four arrows."""
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        _draw_arrow(painter, at, QPointF(at.x() + 6.5 * dx, at.y() + 6.5 * dy))


def _draw_scale(painter: QPainter, at: QPointF) -> None:
    """Two arrows, outwards."""
    for sign in (1, -1):
        _draw_arrow(painter, at, QPointF(at.x() + 5.0 * sign, at.y() - 5.0 * sign))


def _draw_turn(painter: QPainter, at: QPointF) -> None:
    """An open circle with a head."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(QRectF(at.x() - 5, at.y() - 5, 10, 10), 40 * 16, 280 * 16)
    painter.setBrush(_INK)
    tip = QPointF(at.x() + 5 * 0.766, at.y() - 5 * 0.643)
    painter.drawPolygon(QPolygonF([tip + QPointF(0.9, 0.6), tip + QPointF(-3.4, 0.2), tip + QPointF(0.5, -3.6)]))


def _draw_arrow(painter: QPainter, start: QPointF, tip: QPointF) -> None:
    painter.drawLine(start, tip)
    line = QLineF(tip, start)
    line.setLength(3.2)
    heads = []
    for degrees in (38, -38):
        head = QLineF(line)
        head.setAngle(line.angle() + degrees)
        heads.append(head)
    painter.drawLines(heads)


_DRAWINGS = {"turn": _draw_turn, "move": _draw_move, "scale": _draw_scale}
