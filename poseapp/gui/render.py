"""Draws what lies on the picture: functions of a painter and a frozen context, no state."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QTransform

from poseapp.core.geometry import Box
from poseapp.core.skeleton import Side, Skeleton
from poseapp.core.types import Float32, PoseView, Source
from poseapp.gui.canvas_view import CanvasView
from poseapp.gui.theme import DARK, color

SURE = 0.4  # scores below it are drawn hollow
_HALO = QColor(0, 0, 0, 150)
_RADIUS = 4.5  # px, of a keypoint
_MARKED = (Source.CORRECTED, Source.OCCLUDED)


@dataclass(frozen=True)
class PoseContext:
    """How the poses of a frame are drawn.

    Attributes:
        person: The chosen one; others are drawn fainter. keypoint: The chosen one of that person, or None.
        hovered: (person, keypoint) under the cursor, or None.
        hidden: Persons that are not drawn.
    """

    view: CanvasView
    skeleton: Skeleton
    person: int = 0
    keypoint: int | None = None
    hovered: tuple[int, int] | None = None
    hidden: frozenset[int] = frozenset()


def side_color(side: Side) -> QColor:
    """Return the colour of a side on the picture: the dark theme's in both themes, for the picture is not themed."""
    return color(DARK.side(side))


def bone_side(skeleton: Skeleton, bone: tuple[int, int]) -> Side:
    """Return the side of a bone: that of its ends where they agree or one is on the midline."""
    a, b = (skeleton.sides[k] for k in bone)
    if a == b:
        return a
    if "middle" in (a, b):
        return b if a == "middle" else a
    return "middle"


def opacity(score: float) -> float:
    """Return how solid a keypoint of a score is drawn: 0.3 at 0, 1 from 0.7 on."""
    return float(np.clip(0.3 + score, 0.3, 1.0))


def draw_poses(painter: QPainter, poses: PoseView, context: PoseContext) -> None:
    """Draw every visible person, the chosen one last, so that it lies on top."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    order = sorted(range(len(poses.xy)), key=lambda person: person == context.person)
    for person in order:
        if person not in context.hidden:
            _draw_person(painter, poses, person, context)


def draw_heatmap(painter: QPainter, image: QImage, to_image: npt.NDArray[np.float64], view: CanvasView) -> None:
    """Draw a heatmap picture over the frame; `to_image` (2, 3) maps its px to image px, centre to centre."""
    (a, b, tx), (c, d, ty) = to_image
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setTransform(
        QTransform(a, c, b, d, tx, ty) * QTransform(view.scale, 0, 0, view.scale, view.dx, view.dy), combine=True
    )
    painter.drawImage(QPointF(-0.5, -0.5), image)
    painter.restore()


def heatmap_image(values: Float32) -> QImage:
    """Return a heatmap (h, w) as a picture: one hue, more opaque where the network is surer; NaN is clear."""
    strength = np.clip(np.nan_to_num(values), 0.0, 1.0)
    peak = float(strength.max())
    strength = strength / peak if peak > 0 else strength
    alpha = (200 * np.sqrt(strength)).astype(np.uint32)
    hue = np.stack([np.full_like(strength, 255), 80 + 175 * strength, 30 * (1 - strength)], axis=-1)
    red, green, blue = (np.ascontiguousarray(hue[..., i]).astype(np.uint32) * alpha // 255 for i in range(3))
    argb = np.ascontiguousarray((alpha << 24) | (red << 16) | (green << 8) | blue, dtype=np.uint32)
    height, width = argb.shape
    return QImage(argb.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()


def draw_box(painter: QPainter, box: Box, view: CanvasView) -> None:
    """Draw the outline of a box, image px, visible on any picture."""
    left, top = view.to_widget(box.x, box.y)
    outline = QRectF(left, top, box.width * view.scale, box.height * view.scale)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(_HALO, 4), QPen(QColor(255, 255, 255), 1.5, Qt.PenStyle.DashLine)):
        painter.setPen(pen)
        painter.drawRect(outline)


def draw_loupe(painter: QPainter, frame: QImage, at: tuple[float, float], where: QRectF, zoom: float) -> None:
    """Draw the surroundings of an image point, magnified, with a cross exactly on it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
    painter.setPen(QPen(_HALO, 5))
    painter.setBrush(color(DARK.background))
    painter.drawRoundedRect(where, 8, 8)
    painter.save()
    painter.setClipRect(where.adjusted(1, 1, -1, -1))
    painter.translate(where.center())
    painter.scale(zoom, zoom)
    near = _surroundings(at, where, zoom).intersected(frame.rect())
    painter.drawImage(QPointF(near.x() - 0.5 - at[0], near.y() - 0.5 - at[1]), frame.copy(near))
    painter.restore()
    _draw_cross(painter, where)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(255, 255, 255, 220), 1.5))
    painter.drawRoundedRect(where, 8, 8)
    painter.restore()


def _surroundings(at: tuple[float, float], where: QRectF, zoom: float) -> QRect:
    """Return the pixels that a loupe shows: painting the whole frame, clipped, costs ten times as much."""
    reach_x, reach_y = (math.ceil(side / 2 / zoom) + 1 for side in (where.width(), where.height()))
    x, y = (math.floor(value + 0.5) for value in at)
    return QRect(x - reach_x, y - reach_y, 2 * reach_x + 1, 2 * reach_y + 1)


def _draw_cross(painter: QPainter, where: QRectF) -> None:
    centre, reach, gap = where.center(), where.width() / 2 - 8, 5.0
    for pen in (QPen(_HALO, 3), QPen(QColor(255, 255, 255), 1)):
        painter.setPen(pen)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            near = QPointF(centre.x() + gap * dx, centre.y() + gap * dy)
            far = QPointF(centre.x() + reach * dx, centre.y() + reach * dy)
            painter.drawLine(near, far)


def _draw_person(painter: QPainter, poses: PoseView, person: int, context: PoseContext) -> None:
    view = context.view
    points = poses.xy[person].astype(float) * view.scale + (view.dx, view.dy)
    seen = np.isfinite(points).all(axis=1)
    faint = 1.0 if person == context.person else 0.55
    score = np.nan_to_num(poses.score[person], nan=0.0)
    for bone in context.skeleton.bones:
        if seen[bone[0]] and seen[bone[1]]:
            alpha = faint * opacity(float(min(score[bone[0]], score[bone[1]])))
            ends = QPointF(*points[bone[0]]), QPointF(*points[bone[1]])
            _draw_bone(painter, ends, bone_side(context.skeleton, bone), alpha)
    for keypoint in np.flatnonzero(seen):
        k = int(keypoint)
        at = QPointF(*points[k])
        _draw_keypoint(painter, at, context.skeleton.sides[k], float(score[k]), faint)
        _draw_source(painter, at, int(poses.source[person, k]), faint)
        if (person, k) == context.hovered or (person == context.person and k == context.keypoint):
            _draw_chosen(painter, at, is_chosen=person == context.person and k == context.keypoint)


def _draw_bone(painter: QPainter, ends: tuple[QPointF, QPointF], side: Side, alpha: float) -> None:
    halo = QColor(_HALO)
    halo.setAlphaF(_HALO.alphaF() * alpha)
    painter.setPen(QPen(halo, 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(*ends)
    ink = side_color(side)
    ink.setAlphaF(alpha)
    pen = QPen(ink, 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    if side == "left":
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([4.0, 2.0])
    painter.setPen(pen)
    painter.drawLine(*ends)


def _draw_keypoint(painter: QPainter, at: QPointF, side: Side, score: float, faint: float) -> None:
    ink = side_color(side)
    ink.setAlphaF(faint * opacity(score))
    halo = QColor(_HALO)
    halo.setAlphaF(_HALO.alphaF() * faint)
    hollow = score < SURE
    for pen, grow in ((QPen(halo, 3), 0.0), (QPen(ink, 1.8), 0.0)):
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush if hollow else ink)
        _draw_shape(painter, at, side, _RADIUS + grow)


def _draw_shape(painter: QPainter, at: QPointF, side: Side, radius: float) -> None:
    if side == "left":
        half = radius * 0.886  # a square of the circle's area
        painter.drawRect(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half))
    else:
        painter.drawEllipse(at, radius, radius)


def _draw_source(painter: QPainter, at: QPointF, source: int, faint: float) -> None:
    """A ring says: placed by a person; dotted: behind something."""
    if source not in _MARKED:
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, width in ((QColor(0, 0, 0, int(150 * faint)), 3.6), (QColor(255, 255, 255, int(240 * faint)), 1.8)):
        pen = QPen(ink, width)
        if source == Source.OCCLUDED:
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setDashPattern([0.1, 4.4 / width])
        painter.setPen(pen)
        painter.drawEllipse(at, _RADIUS + 4, _RADIUS + 4)


def _draw_chosen(painter: QPainter, at: QPointF, *, is_chosen: bool) -> None:
    """Four corners about the keypoint: what the keyboard and the next drag act on."""
    reach, arm = _RADIUS + 8.5, 5.0
    width = 2.2 if is_chosen else 1.4
    for pen in (QPen(_HALO, width + 2), QPen(QColor(255, 255, 255), width)):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
            corner = QPointF(at.x() + sx * reach, at.y() + sy * reach)
            painter.drawLine(corner, QPointF(corner.x() - sx * arm, corner.y()))
            painter.drawLine(corner, QPointF(corner.x(), corner.y() - sy * arm))


def draw_label(painter: QPainter, text: str, at: QPointF, room: QRectF, *, ink: QColor, font: QFont) -> None:
    """Draw words on a dark plate near a point, kept inside the room."""
    painter.setFont(font)
    size = painter.fontMetrics().size(0, text)
    plate = QRectF(at.x() + 16, at.y() - 32, size.width() + 12, size.height() + 6)
    plate.moveLeft(min(max(plate.left(), room.left() + 4), room.right() - plate.width() - 4))
    plate.moveTop(min(max(plate.top(), room.top() + 4), room.bottom() - plate.height() - 4))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(12, 15, 18, 205))
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(ink)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
