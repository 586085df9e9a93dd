"""How the second of two superposed bodies is drawn: hollow, where the first one is solid."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from poseapp.core.skeleton import Side
from poseapp.core.types import PoseView
from poseapp.gui.pose_paint import PoseContext, bone_side, opacity, side_color
from poseapp.gui.render import HALO

_HALF = 3.5  # px, from the middle of a bone to its outline
_RADIUS = 5.0  # px, of a keypoint
_INK, _HALO = 1.5, 3.5  # px, of outlines


def draw_hollow_pose(painter: QPainter, poses: PoseView, context: PoseContext) -> None:
    """Draw the outlines of the chosen person's bones and keypoints, left dashed and square as everywhere."""
    if context.person >= len(poses.xy):
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    xy = context.view.all_to_widget(poses.xy[context.person])
    score = np.nan_to_num(poses.score[context.person])
    seen = np.isfinite(xy).all(axis=1)
    sides = context.skeleton.sides
    for a, b in context.skeleton.bones:
        if seen[a] and seen[b]:
            shape = tube(QPointF(*xy[a]), QPointF(*xy[b]))
            _outline(painter, shape, bone_side(sides[a], sides[b]), opacity(float(min(score[a], score[b]))))
    for k in np.flatnonzero(seen):
        at = QPointF(*xy[k])
        box = QRectF(at.x() - _RADIUS, at.y() - _RADIUS, 2 * _RADIUS, 2 * _RADIUS)
        _outline(painter, box, sides[k], opacity(float(score[k])))
    painter.restore()


def tube(start: QPointF, stop: QPointF) -> QPolygonF:
    """Return the outline of a bone: a rectangle about it that leaves its ends to the keypoints."""
    dx, dy = stop.x() - start.x(), stop.y() - start.y()
    length = math.hypot(dx, dy)
    if length <= 2 * _RADIUS:
        return QPolygonF()
    ux, uy = dx / length, dy / length
    ends = QPointF(ux * _RADIUS, uy * _RADIUS)
    across = QPointF(-uy * _HALF, ux * _HALF)
    first, last = start + ends, stop - ends
    return QPolygonF([first + across, last + across, last - across, first - across, first + across])


def _outline(painter: QPainter, shape: QPolygonF | QRectF, side: Side, solid: float) -> None:
    for pen in _pens(side, solid):
        painter.setPen(pen)
        if isinstance(shape, QPolygonF):
            painter.drawPolyline(shape)
        elif side == "left":
            painter.drawRect(shape.adjusted(0.5, 0.5, -0.5, -0.5))
        else:
            painter.drawEllipse(shape)


def _pens(side: Side, solid: float) -> tuple[QPen, QPen]:
    halo, ink = QColor(HALO), side_color(side)
    halo.setAlphaF(halo.alphaF() * solid)
    ink.setAlphaF(solid)
    pen = QPen(ink, _INK)
    if side == "left":
        pen.setDashPattern([4.0, 2.0])
    return QPen(halo, _HALO), pen
