"""Draws annotations: white on a dark halo, so that they can be read on any picture."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from poseapp.core.items import Shape
from poseapp.gui.annotations.layout import AnnotationScene, Layout, lay_out, lines_of
from poseapp.gui.annotations.words import PLANE
from poseapp.gui.canvas.view import CanvasView
from poseapp.gui.style.theme import DARK, color, font

_HALO = QColor(0, 0, 0, 170)
_INK = QColor(255, 255, 255)
_PLATE = QColor(12, 15, 18, 215)
_ARC = 30.0  # px
_HANDLE = 5.5  # px
_PLATES = (Shape.TEXT, Shape.STOPWATCH)  # shapes that are nothing but their words
_DASHES = {Shape.PLUMB: [7.0, 3.0, 1.0, 3.0]}  # widths


def draw_annotations(painter: QPainter, scene: AnnotationScene, view: CanvasView) -> None:
    """Draw every annotation of the frame, and what is being drawn."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number, annotation in scene.shown():
        is_chosen = number == scene.chosen
        layout = lay_out(annotation, scene, view)
        _draw(painter, annotation.shape, layout, is_chosen=is_chosen)
        if is_chosen and annotation.shape not in _PLATES:
            _draw_handles(painter, layout.points, scene.point)
    _draw_draft(painter, scene, view)
    painter.restore()


def needs_plane(scene: AnnotationScene) -> bool:
    """Tell whether a length is shown that holds in one plane only."""
    rulers = (annotation for _, annotation in scene.items if annotation.shape is Shape.RULER)
    return scene.metres_per_px is not None and any(not ruler.metres for ruler in rulers)


def plane_words(scene: AnnotationScene) -> str:
    """Return what must be said about the lengths of the frame, "" for nothing."""
    return PLANE if needs_plane(scene) else ""


def _draw_draft(painter: QPainter, scene: AnnotationScene, view: CanvasView) -> None:
    if scene.tool is None or not scene.placed:
        return
    draft = scene.draft()
    if draft is not None:
        _draw(painter, scene.tool, lay_out(draft, scene, view), is_chosen=True)
    points = [QPointF(*view.to_widget(*point)) for point in scene.placed]
    if draft is None:
        _draw_lines(painter, lines_of(scene.tool, points, scene, view), scene.tool, is_chosen=True)
    _draw_handles(painter, points, None)


def _draw(painter: QPainter, shape: Shape, layout: Layout, *, is_chosen: bool) -> None:
    _draw_lines(painter, layout.lines, shape, is_chosen=is_chosen)
    if shape is Shape.GONIOMETER:
        _draw_angle(painter, layout.points)
    elif shape is Shape.PLUMB:
        _draw_bob(painter, layout.points[0])
    if layout.plate is not None:
        _draw_plate(painter, layout.plate, layout.words, is_chosen=is_chosen)


def _draw_lines(painter: QPainter, lines: Sequence[QLineF], shape: Shape, *, is_chosen: bool) -> None:
    width = 2.4 if is_chosen else 1.8
    for ink, extra in ((_HALO, 2.8), (_INK, 0.0)):
        pen = QPen(ink, width + extra, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
        if shape in _DASHES and not extra:
            pen.setDashPattern(_DASHES[shape])
        painter.setPen(pen)
        painter.drawLines(list(lines))


def _draw_angle(painter: QPainter, points: Sequence[QPointF]) -> None:
    """Draw the smaller arc between the legs, within both of them."""
    vertex = points[1]
    legs = [QLineF(vertex, end) for end in (points[0], points[2])]
    if min(leg.length() for leg in legs) == 0:
        return
    radius = min(_ARC, *(0.7 * leg.length() for leg in legs))
    start = legs[0].angle()
    span = (legs[1].angle() - start + 180) % 360 - 180
    box = QRectF(vertex.x() - radius, vertex.y() - radius, 2 * radius, 2 * radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(_HALO, 4.4), QPen(_INK, 1.8)):
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(box, round(start * 16), round(span * 16))


def _draw_bob(painter: QPainter, at: QPointF) -> None:
    """Draw the weight of a plumb line: a small triangle that points down to its point."""
    painter.setPen(QPen(_HALO, 1.4))
    painter.setBrush(_INK)
    corners = ((-5.0, -10.0), (5.0, -10.0), (0.0, 0.0))
    painter.drawPolygon(QPolygonF([QPointF(at.x() + dx, at.y() + dy) for dx, dy in corners]))


def _draw_plate(painter: QPainter, plate: QRectF, words: str, *, is_chosen: bool) -> None:
    painter.setPen(QPen(color(DARK.accent), 1.6) if is_chosen else QPen(QColor(255, 255, 255, 70), 1))
    painter.setBrush(_PLATE)
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(_INK)
    painter.setFont(font("strong"))
    room = plate.adjusted(7, 4, -7, -4)
    metrics = painter.fontMetrics()
    lines = [
        metrics.elidedText(line, Qt.TextElideMode.ElideRight, math.ceil(room.width()) + 1) for line in words.split("\n")
    ]
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "\n".join(lines))


def _draw_handles(painter: QPainter, points: Sequence[QPointF], chosen: int | None) -> None:
    """Draw the points that can be moved; the one that keys move is filled and larger."""
    for index, at in enumerate(points):
        is_chosen = index == chosen
        radius = _HANDLE + 2.0 if is_chosen else _HANDLE
        painter.setBrush(color(DARK.accent) if is_chosen else QColor(255, 255, 255, 40))
        for pen in (QPen(_HALO, 4.0), QPen(color(DARK.accent), 2.0)):
            painter.setPen(pen)
            painter.drawEllipse(at, radius, radius)
