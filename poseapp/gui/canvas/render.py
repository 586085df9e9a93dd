"""Draws what lies on the picture: functions of a painter and a frozen context, no state."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen, QTransform

from poseapp.core.geometry import Box
from poseapp.core.types import Float32
from poseapp.gui.canvas.pictures import Picture
from poseapp.gui.canvas.view import CanvasView
from poseapp.gui.style.theme import DARK, color
from poseapp.gui.style.theme import font as theme_font

HALO = QColor(0, 0, 0, 150)


def draw_heatmap(painter: QPainter, image: QImage, to_image: npt.NDArray[np.float64], view: CanvasView) -> None:
    """Draw a heatmap picture over the frame; `to_image` (2, 3) maps its px to image px, centre to centre."""
    (a, b, tx), (c, d, ty) = to_image
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setTransform(
        QTransform(a, c, b, d, tx, ty) * QTransform(view.along[0], 0, 0, view.scale, view.dx, view.dy), combine=True
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
    outline = QRectF(left, top, box.width * view.along[0], box.height * view.scale).normalized()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(HALO, 4), QPen(QColor(255, 255, 255), 1.5, Qt.PenStyle.DashLine)):
        painter.setPen(pen)
        painter.drawRect(outline)


def draw_loupe(
    painter: QPainter, picture: Picture, at: tuple[float, float], where: QRectF, zoom: float, *, mirrored: bool = False
) -> None:
    """Draw the surroundings of an image point, magnified, with a cross exactly on it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
    painter.setPen(QPen(HALO, 5))
    painter.setBrush(color(DARK.background))
    painter.drawRoundedRect(where, 8, 8)
    painter.save()
    painter.setClipRect(where.adjusted(1, 1, -1, -1))
    painter.translate(where.center())
    painter.scale(-zoom if mirrored else zoom, zoom)
    near = _surroundings(at, where, zoom).intersected(QRect(0, 0, *picture.size))
    painter.drawImage(QPointF(near.x() - 0.5 - at[0], near.y() - 0.5 - at[1]), picture.part(near))
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
    for pen in (QPen(HALO, 3), QPen(QColor(255, 255, 255), 1)):
        painter.setPen(pen)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            near = QPointF(centre.x() + gap * dx, centre.y() + gap * dy)
            far = QPointF(centre.x() + reach * dx, centre.y() + reach * dy)
            painter.drawLine(near, far)


def label_plate(text: str, at: QPointF, room: QRectF, font: QFont) -> QRectF:
    """Return where `draw_label` puts words: above and right of the point, kept inside the room."""
    size = QFontMetrics(font).size(0, text)
    plate = QRectF(at.x() + 16, at.y() - 32, size.width() + 12, size.height() + 6)
    plate.moveLeft(min(max(plate.left(), room.left() + 4), room.right() - plate.width() - 4))
    plate.moveTop(min(max(plate.top(), room.top() + 4), room.bottom() - plate.height() - 4))
    return plate


def draw_label(painter: QPainter, text: str, at: QPointF, room: QRectF, *, ink: QColor, font: QFont) -> None:
    """Draw words on a dark plate near a point, kept inside the room."""
    painter.setFont(font)
    plate = label_plate(text, at, room, font)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(12, 15, 18, 205))
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(ink)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def draw_notes(painter: QPainter, notes: Sequence[str], room: QRectF) -> None:
    """Draw lines of small print on a dark plate in the lower left corner."""
    if not notes:
        return
    painter.setFont(theme_font("small"))
    size = painter.fontMetrics().size(0, "\n".join(notes))
    plate = QRectF(room.left() + 8, room.bottom() - size.height() - 16, size.width() + 16, size.height() + 8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(12, 15, 18, 205))
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(color(DARK.text))
    painter.drawText(plate.adjusted(8, 4, -8, -4), Qt.AlignmentFlag.AlignLeft, "\n".join(notes))
