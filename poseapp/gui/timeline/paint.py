"""How the lanes of the timeline are painted: functions of what they show, with no widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from poseapp.gui.plots.decimation import Pyramid
from poseapp.gui.style.theme import GRID, HALF, Palette, color, font
from poseapp.gui.style.wording import format_time
from poseapp.gui.timeline.strip_paint import StripInk, strip_image
from poseapp.gui.timeline.time_axis import TimeAxis

TICK_SPACING = 96  # px
MARK_CELL = 6  # px; marks nearer than this are painted as one
_HATCH = 6  # px


@dataclass(frozen=True)
class Lane:
    """Where a lane lies: `rect` px of the widget, its time axis starting at rect.left()."""

    rect: QRectF
    axis: TimeAxis
    palette: Palette

    def x(self, local: float) -> float:
        """Return the px of the widget for a px of the axis."""
        return self.rect.left() + local


@dataclass(frozen=True)
class Cells:
    """Boxes of a curve: left and right px (n,) on whole device pixels, mean value (n,)."""

    left: npt.NDArray[np.float64]
    right: npt.NDArray[np.float64]
    mean: npt.NDArray[np.float32]


def paint_ruler(painter: QPainter, lane: Lane, taken: Sequence[QRectF]) -> None:
    """Paint times with hairlines, but no time where a label has `taken` the room."""
    rect, palette = lane.rect, lane.palette
    painter.setFont(font("small"))
    metrics = QFontMetricsF(painter.font())
    for tick in lane.axis.ticks(_tick_spacing(lane)):
        x = lane.x(tick.x)
        painter.setPen(QPen(color(palette.line), 1))
        painter.drawLine(QLineF(x, rect.bottom() - HALF, x, rect.bottom()))
        width = metrics.horizontalAdvance(tick.label)
        left = min(max(x - width / 2, rect.left()), rect.right() - width)
        if any(left < box.right() + HALF and box.left() - HALF < left + width for box in taken):
            continue
        painter.setPen(color(palette.muted))
        painter.drawText(QPointF(left, rect.bottom() - GRID), tick.label)


def _tick_spacing(lane: Lane) -> float:
    """Return the px between times of the ruler, enough for their words: those of hours are longer."""
    widest = format_time(lane.axis.last, hours=lane.axis.end >= 3600)
    return max(TICK_SPACING, QFontMetricsF(font("small")).horizontalAdvance(widest) + 3 * GRID)


def paint_grid(painter: QPainter, lane: Lane) -> None:
    """Paint the ruler's times as faint lines through a lane."""
    painter.setPen(QPen(color(lane.palette.line, 0.5), 1))
    for tick in lane.axis.ticks(_tick_spacing(lane)):
        x = lane.x(tick.x)
        painter.drawLine(QLineF(x, lane.rect.top(), x, lane.rect.bottom()))


def paint_strip(painter: QPainter, lane: Lane, cells: Cells, *, threshold: float, ratio: float) -> None:
    """Paint scores as a filled curve; stretches below `threshold` are hatched besides their colour."""
    if not len(cells.mean):
        return
    begin, end = float(cells.left[0]), float(cells.right[-1])
    middles = begin + (np.arange(max(1, round((end - begin) * ratio))) + 0.5) / ratio
    mean = cells.mean[np.minimum(np.searchsorted(cells.right, middles, side="right"), len(cells.mean) - 1)]
    height = max(2, round(lane.rect.height() * ratio))
    image = strip_image(mean, height, StripInk.of(lane.palette), threshold=threshold, ratio=ratio)
    painter.drawImage(QPointF(begin, lane.rect.top()), image)


def paint_done(painter: QPainter, lane: Lane, ranges: Sequence[tuple[int, int]]) -> None:
    """Paint which frames (start, stop) a running analysis has done, as a bar that fills."""
    rect, axis = lane.rect, lane.axis
    painter.fillRect(rect, color(lane.palette.raised))
    n_frames = len(axis.pts)
    for start, stop in ranges:
        if stop <= start or start >= n_frames:
            continue
        left = max(0.0, axis.span(start)[0])
        right = min(axis.width, axis.span(min(stop, n_frames) - 1)[1])
        if right > left:
            painter.fillRect(QRectF(lane.x(left), rect.top(), right - left, rect.height()), color(lane.palette.accent))


def paint_line(painter: QPainter, lane: Lane, frame: int, ink: str) -> float:
    """Paint an upright line at a frame, with the frame's extent when it is wide; return its px."""
    begin, end = lane.axis.span(frame)
    x = lane.x((begin + end) / 2)
    if end - begin >= MARK_CELL:
        painter.fillRect(QRectF(lane.x(begin), lane.rect.top(), end - begin, lane.rect.height()), color(ink, 0.18))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color(ink), 2))
    painter.drawLine(QLineF(x, lane.rect.top(), x, lane.rect.bottom()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    return x


def paint_label(painter: QPainter, bounds: QRectF, x: float, text: str, *, ink: str, ground: str) -> QRectF:
    """Paint a rounded label centred on px `x`, kept within `bounds`; return where it lies."""
    painter.setFont(font("small"))
    width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 2 * GRID
    left = min(max(x - width / 2, bounds.left()), bounds.right() - width)
    box = QRectF(left, bounds.top(), width, bounds.height())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(ground))
    painter.drawRoundedRect(box, HALF, HALF)
    painter.setPen(color(ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    return box


def strip_cells(lane: Lane, pyramid: Pyramid, ratio: float) -> Cells:
    """Return the boxes of a curve over the frames in view; `ratio` device pixels a px: one column for each."""
    axis = lane.axis
    columns = max(1, round(lane.rect.width() * ratio))
    start, stop = axis.frames()
    if stop - start > columns:
        sides = np.round((lane.rect.left() + np.linspace(0.0, axis.width, columns + 1)) * ratio) / ratio
        return Cells(sides[:-1], sides[1:], pyramid.columns(axis.edges(columns)).mean)
    times = np.append(axis.pts[start : stop + 1], axis.end if stop >= len(axis.pts) else [])
    sides = lane.rect.left() + np.clip((times - axis.first) / (axis.last - axis.first), 0, 1) * axis.width
    sides = np.round(sides * ratio) / ratio
    return Cells(sides[:-1], sides[1:], pyramid.values[start:stop])
