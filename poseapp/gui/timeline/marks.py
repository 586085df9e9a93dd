"""How what lies at single frames is painted on the timeline: where poses come from, moments, cycles.

Every kind has a shape of its own beside its colour. Marks nearer than a cell are painted as one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from poseapp.gui.canvas.stamps import Stamp
from poseapp.gui.canvas.strokes import runs
from poseapp.gui.style.theme import GRID, HALF, Palette, color, font
from poseapp.gui.timeline.contents import Contents, Cycle, CycleRow, Frames
from poseapp.gui.timeline.paint import MARK_CELL, Cells, Lane
from poseapp.gui.timeline.time_axis import TimeAxis

_DOT = 1.8  # px, radius
_CROSS = 2.5  # px, half its width
_LEAST_CYCLE = 4  # px; narrower ones are painted as one band
_UNIT = ((-1.0, 0.0), (0.0, -1.0), (1.0, 0.0), (0.0, 1.0))


def paint_source(painter: QPainter, lane: Lane, cells: Cells, contents: Contents) -> None:
    """Paint where poses come from: a line predicted, a diamond corrected, a dot propagated, a cross interpolated."""
    columns = max(1, round(lane.rect.width() / MARK_CELL))
    edges = lane.axis.edges(columns)
    _paint_predicted(painter, lane, cells)
    corrected = _first_in(edges, contents.marked)
    propagated = _first_in(edges, contents.propagated)
    interpolated = _first_in(edges, contents.interpolated)
    y, palette, ratio = lane.rect.center().y(), lane.palette, painter.device().devicePixelRatio()
    alone = (corrected < 0) & (propagated < 0)
    stamp(_draw_cross, palette.muted, ratio).put(painter, frame_middles(lane, interpolated[alone]), y)
    stamp(_draw_dot, palette.propagated, ratio).put(painter, frame_middles(lane, propagated[corrected < 0]), y)
    stamp(_draw_diamond, palette.text, ratio).put(painter, frame_middles(lane, corrected), y)


def stamp(draw: Callable[[QPainter], None], ink: str, ratio: float) -> Stamp:
    """Return a shape filled with a colour."""

    def dressed(painter: QPainter) -> None:
        painter.setPen(QPen(color(ink), 1.5) if draw is _draw_cross else Qt.PenStyle.NoPen)
        painter.setBrush(color(ink))
        draw(painter)

    return Stamp(dressed, ratio=ratio)


def _draw_cross(painter: QPainter) -> None:
    painter.drawLine(QLineF(-_CROSS, -_CROSS, _CROSS, _CROSS))
    painter.drawLine(QLineF(-_CROSS, _CROSS, _CROSS, -_CROSS))


def _draw_dot(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(0, 0), _DOT, _DOT)


def _draw_diamond(painter: QPainter) -> None:
    painter.drawPolygon(diamond(0, 0, HALF))


def _draw_triangle(painter: QPainter) -> None:
    painter.drawPolygon(QPolygonF([QPointF(-HALF, -HALF), QPointF(HALF, -HALF), QPointF(0, HALF)]))


def _moments_in_view(axis: TimeAxis, spans: Frames) -> list[tuple[float, float]]:
    """Return the px (left, right) of spans (n, 2) of frames that are in view; of those that look alike, one."""
    start, stop = spans[spans[:, 0] < len(axis.pts)].T
    stop = np.minimum(stop, len(axis.pts))
    ends = np.where(stop < len(axis.pts), axis.pts[np.minimum(stop, len(axis.pts) - 1)], axis.end)
    scale = axis.width / (axis.last - axis.first)
    left, right = (axis.pts[start] - axis.first) * scale, (ends - axis.first) * scale
    seen = np.flatnonzero((right >= 0) & (left <= axis.width))
    cells = np.stack([(left + right)[seen] / 2, (right - left)[seen]], axis=1) / MARK_CELL
    _, which = np.unique(np.round(cells), axis=0, return_index=True)
    chosen = seen[np.sort(which)]
    return list(zip(left[chosen].tolist(), right[chosen].tolist(), strict=True))


def paint_moments(painter: QPainter, lane: Lane, spans: Frames) -> None:
    """Paint a bar over the frames (start, stop) of each moment to review, with a triangle where it is narrow."""
    rect, axis = lane.rect, lane.axis
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(lane.palette.warning))
    y, narrow = rect.center().y(), []
    for left, right in _moments_in_view(axis, spans):
        if right - left > 2 * HALF:
            bar = QRectF(lane.x(max(0.0, left)), y - HALF / 2, min(right, axis.width) - max(0.0, left), HALF)
            painter.drawRoundedRect(bar, 1, 1)
        else:
            narrow.append(lane.x((left + right) / 2))
    stamp(_draw_triangle, lane.palette.warning, painter.device().devicePixelRatio()).put(painter, narrow, y)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def paint_cycles(painter: QPainter, lane: Lane, rows: Sequence[CycleRow]) -> None:
    """Paint the cycles of each row in turn light and dark, with their duration where there is room."""
    height = lane.rect.height() / max(1, len(rows))
    for i, row in enumerate(rows):
        rect = QRectF(lane.rect.left(), lane.rect.top() + i * height, lane.rect.width(), height - 1)
        _paint_cycle_row(painter, Lane(rect, lane.axis, lane.palette), row)


def side_ink(palette: Palette, side: str) -> str:
    """Return the colour of a side of the body, of the text for neither."""
    return {"right": palette.right, "left": palette.left}.get(side, palette.text)


def _paint_cycle_row(painter: QPainter, lane: Lane, row: CycleRow) -> None:
    axis, rect = lane.axis, lane.rect
    start, stop = axis.frames()
    first = max(0, int(np.searchsorted(row.starts, start, side="right")) - 1)
    shown = row.cycles[first : int(np.searchsorted(row.starts, stop))]
    if not shown or shown[-1].stop <= start:
        return
    ink = side_ink(lane.palette, row.side)
    if len(shown) * _LEAST_CYCLE > rect.width():
        left, right = _clipped(lane, shown[0].start, shown[-1].stop)
        painter.fillRect(QRectF(left, rect.top(), right - left, rect.height()), color(ink, 0.3))
        return
    painter.setFont(font("small"))
    metrics = QFontMetricsF(painter.font())
    for cycle in shown:
        left, right = _clipped(lane, cycle.start, cycle.stop)
        box = QRectF(left, rect.top(), right - left, rect.height())
        painter.fillRect(box, color(ink, 0.42 if cycle.index % 2 else 0.16))
        painter.fillRect(QRectF(left, rect.top(), 1, rect.height()), color(ink))
        words = _duration(lane, cycle)
        if metrics.height() <= rect.height() + 3 and metrics.horizontalAdvance(words) + GRID < box.width():
            painter.setPen(color(lane.palette.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    painter.fillRect(QRectF(_clipped(lane, shown[-1].start, shown[-1].stop)[1] - 1, rect.top(), 1, rect.height()), ink)


def _duration(lane: Lane, cycle: Cycle) -> str:
    pts = lane.axis.pts
    return f"{float(pts[cycle.stop] - pts[cycle.start]):.2f} s"


def _clipped(lane: Lane, start: int, stop: int) -> tuple[float, float]:
    """Return the px at which the frames of two events begin, kept within the lane."""
    left, right = lane.axis.x(float(lane.axis.pts[start])), lane.axis.x(float(lane.axis.pts[stop]))
    return lane.x(max(0.0, left)), lane.x(min(lane.axis.width, right))


def _paint_predicted(painter: QPainter, lane: Lane, cells: Cells) -> None:
    y, ink = round(lane.rect.center().y()), color(lane.palette.muted, 0.6)
    for run in runs(np.isfinite(cells.mean)):
        left, right = float(cells.left[run.start]), float(cells.right[run.stop - 1])
        painter.fillRect(QRectF(left, y - 0.5, right - left, 1), ink)


def _first_in(edges: Frames, frames: Frames) -> Frames:
    """Return the first of ascending `frames` in each column, -1 where there is none."""
    first = np.searchsorted(frames, edges[:-1])
    filled = np.searchsorted(frames, edges[1:]) > first
    found = np.full(len(first), -1, dtype=np.intp)
    found[filled] = frames[first[filled]]
    return found


def frame_middles(lane: Lane, frames: Frames) -> list[float]:
    """Return the px of the middles of frames; -1 is none."""
    axis = lane.axis
    frames = frames[frames >= 0]
    nexts = np.minimum(frames + 1, len(axis.pts) - 1)
    ends = np.where(frames + 1 < len(axis.pts), axis.pts[nexts], axis.end)
    middles = (axis.pts[frames] + ends) / 2
    shown: list[float] = (lane.rect.left() + (middles - axis.first) / (axis.last - axis.first) * axis.width).tolist()
    return shown


def diamond(x: float, y: float, r: float) -> QPolygonF:
    """Return a diamond `r` px to each side of a point."""
    return QPolygonF([QPointF(x + r * dx, y + r * dy) for dx, dy in _UNIT])
