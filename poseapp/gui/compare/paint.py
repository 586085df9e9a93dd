"""How the second of two superposed bodies is drawn: hollow, where the first one is solid."""

from __future__ import annotations

import math
from collections import defaultdict
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from poseapp.core.side_colors import bone_side
from poseapp.core.skeleton import Side
from poseapp.core.types import PoseView
from poseapp.gui.canvas.pose_paint import PoseContext, opacity, side_color
from poseapp.gui.canvas.render import HALO
from poseapp.gui.canvas.view import CanvasView

_HALF = 3.5  # px, from the middle of a bone to its outline
_RADIUS = 5.0  # px, of a keypoint
_INK, _HALO = 1.5, 3.5  # px, of outlines
_LEVELS = 5  # of opacity

Look = tuple[Side, int]  # what is drawn at once: a side, at a level of opacity


def draw_hollow_pose(painter: QPainter, poses: PoseView, context: PoseContext) -> None:
    """Draw the outlines of the chosen person's bones and keypoints, left dashed and square as everywhere."""
    if context.person >= len(poses.xy):
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    outlines = hollow_outlines(poses, context)
    for pen in (_halo_pen, _ink_pen):
        for (side, level), path in outlines.items():
            painter.setPen(pen(side, level))
            painter.drawPath(path)
    painter.restore()


def hollow_outlines(poses: PoseView, context: PoseContext) -> dict[Look, QPainterPath]:
    """Return the outlines of the chosen person, px of the widget, by how they are drawn."""
    view: CanvasView = context.view
    xy, score = view.all_to_widget(poses.xy[context.person]), np.nan_to_num(poses.score[context.person])
    seen, sides = {int(k) for k in np.flatnonzero(np.isfinite(xy).all(axis=1))}, context.skeleton.sides
    found: dict[Look, QPainterPath] = defaultdict(QPainterPath)
    for a, b in context.skeleton.bones:
        if a in seen and b in seen:
            look = bone_side(sides[a], sides[b]), _level(float(min(score[a], score[b])))
            found[look].addPolygon(tube(QPointF(*xy[a]), QPointF(*xy[b])))
    for k in sorted(seen):
        path, (x, y) = found[sides[k], _level(float(score[k]))], xy[k].tolist()
        if sides[k] == "left":
            half = _RADIUS * 0.886  # a square of the circle's area
            path.addRect(x - half, y - half, 2 * half, 2 * half)
        else:
            path.addEllipse(QPointF(x, y), _RADIUS, _RADIUS)
    return found


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


def _level(score: float) -> int:
    return round(opacity(score) * _LEVELS)


@lru_cache(maxsize=32)
def _halo_pen(_side: Side, level: int) -> QPen:
    halo = QColor(HALO)
    halo.setAlphaF(halo.alphaF() * level / _LEVELS)
    return QPen(halo, _HALO)


@lru_cache(maxsize=32)
def _ink_pen(side: Side, level: int) -> QPen:
    ink = side_color(side)
    ink.setAlphaF(level / _LEVELS)
    pen = QPen(ink, _INK)
    if side == "left":
        pen.setDashPattern([4.0, 2.0])
    return pen
