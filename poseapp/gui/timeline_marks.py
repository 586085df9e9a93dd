"""How what lies at single frames is painted on the timeline: where poses come from, moments, events, bookmarks, cycles.

Every kind has a shape of its own beside its colour. Marks nearer than a cell are painted as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from poseapp.core.items import Bookmark, Event
from poseapp.gui.strokes import runs
from poseapp.gui.theme import GRID, HALF, Palette, color, font
from poseapp.gui.time_axis import TimeAxis
from poseapp.gui.timeline_contents import Contents, Cycle, CycleRow, Frames, Placed
from poseapp.gui.timeline_paint import MARK_CELL, Cells, Lane

_DOT = 1.8  # px, radius
_CROSS = 2.5  # px, half its width
_GLYPH = 3.5  # px, radius of an event's mark
_LEAST_LABEL = 3 * GRID  # px; a shorter one says nothing
_LEAST_CYCLE = 4  # px; narrower ones are painted as one band
_DIAMONDS = {r: QPolygonF([QPointF(-r, 0), QPointF(0, -r), QPointF(r, 0), QPointF(0, r)]) for r in (HALF, _GLYPH + 0.5)}
_FADED = 0.4  # of what belongs to other persons


@dataclass(frozen=True)
class Flag:
    """An event or bookmark on the timeline: its item, px of its frame, and the px up to which its label may reach."""

    number: int
    item: Event | Bookmark
    x: float
    end: float


def paint_source(painter: QPainter, lane: Lane, cells: Cells, contents: Contents) -> None:
    """Paint where poses come from: a line predicted, a diamond corrected, a dot propagated, a cross interpolated."""
    columns = max(1, round(lane.rect.width() / MARK_CELL))
    edges = lane.axis.edges(columns)
    _paint_predicted(painter, lane, cells)
    corrected = _first_in(edges, contents.marked)
    propagated = _first_in(edges, contents.propagated)
    interpolated = _first_in(edges, contents.interpolated)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    y, palette = lane.rect.center().y(), lane.palette
    painter.setPen(QPen(color(palette.muted), 1.5))
    shown = (corrected < 0) & (propagated < 0)
    painter.drawLines([line for x in _middles(lane, interpolated[shown]) for line in _cross(x, y)])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(palette.propagated))
    for x in _middles(lane, propagated[corrected < 0]):
        painter.drawEllipse(QPointF(x, y), _DOT, _DOT)
    painter.setBrush(color(palette.text))
    for x in _middles(lane, corrected):
        painter.drawPolygon(_diamond(x, y, HALF))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


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
    y = rect.center().y()
    for left, right in _moments_in_view(axis, spans):
        if right - left > 2 * HALF:
            bar = QRectF(lane.x(max(0.0, left)), y - HALF / 2, min(right, axis.width) - max(0.0, left), HALF)
            painter.drawRoundedRect(bar, 1, 1)
        else:
            x = lane.x((left + right) / 2)
            painter.drawPolygon(
                QPolygonF([QPointF(x - HALF, y - HALF), QPointF(x + HALF, y - HALF), QPointF(x, y + HALF)])
            )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def flags(lane: Lane, placed: Placed[Event] | Placed[Bookmark]) -> Iterator[Flag]:
    """Yield what of a lane's items is in view, one a cell."""
    edges = lane.axis.edges(max(1, round(lane.rect.width() / MARK_CELL)))
    first = np.searchsorted(placed.frames, edges[:-1])
    filled = first[np.searchsorted(placed.frames, edges[1:]) > first]
    places = _middles(lane, placed.frames[filled])
    ends = [*(x - GRID for x in places[1:]), lane.rect.right()]
    for place, x, end in zip(filled.tolist(), places, ends, strict=True):
        number, item = placed.items[place]
        yield Flag(number, item, x, end)


def label_end(flag: Flag) -> float:
    """Return the px at which an item's label ends."""
    words = flag.item.name if isinstance(flag.item, Event) else flag.item.text
    return min(flag.end, flag.x + GRID + QFontMetricsF(font("small")).horizontalAdvance(words) + 2)


def paint_events(painter: QPainter, lane: Lane, contents: Contents) -> None:
    """Paint events: a line with a disc on the right side of the body, a square on the left, a diamond on neither."""
    painter.setFont(font("small"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for flag in flags(lane, contents.events):
        assert isinstance(flag.item, Event)
        is_foreign = flag.item.person not in (contents.person, -1)
        painter.setOpacity(_FADED if is_foreign else 1.0)
        paint_event(painter, lane, flag, is_chosen=flag.number == contents.chosen)
    painter.setOpacity(1.0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def paint_event(painter: QPainter, lane: Lane, flag: Flag, *, is_chosen: bool) -> None:
    """Paint one event, which may be on its way."""
    assert isinstance(flag.item, Event)
    palette, event, rect = lane.palette, flag.item, lane.rect
    ink = side_ink(palette, event.side)
    y = rect.center().y()
    if is_chosen:
        _paint_ground(painter, lane, flag, event.name)
    painter.setPen(QPen(color(ink), 2 if is_chosen else 1.5))
    painter.drawLine(QLineF(flag.x, rect.top(), flag.x, rect.bottom()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(ink))
    paint_side_mark(painter, QPointF(flag.x, y), event.side)
    _paint_words(painter, lane, flag, event.name)


def paint_side_mark(painter: QPainter, at: QPointF, side: str) -> None:
    """Paint the shape of a side of the body with the brush that is set: disc right, square left, diamond neither."""
    if side == "right":
        painter.drawEllipse(at, _GLYPH, _GLYPH)
    elif side == "left":
        painter.drawRect(QRectF(at.x() - 3, at.y() - 3, 6, 6))
    else:
        painter.drawPolygon(_diamond(at.x(), at.y(), _GLYPH + 0.5))


def paint_bookmarks(painter: QPainter, lane: Lane, contents: Contents) -> None:
    """Paint bookmarks: ribbons with their texts."""
    painter.setFont(font("small"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for flag in flags(lane, contents.bookmarks):
        paint_bookmark(painter, lane, flag, is_chosen=flag.number == contents.chosen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def paint_bookmark(painter: QPainter, lane: Lane, flag: Flag, *, is_chosen: bool) -> None:
    """Paint one bookmark, which may be on its way."""
    assert isinstance(flag.item, Bookmark)
    x, y = flag.x, lane.rect.center().y()
    if is_chosen:
        _paint_ground(painter, lane, flag, flag.item.text)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(lane.palette.accent))
    ribbon = [(-3.5, -6.0), (3.5, -6.0), (3.5, 6.0), (0.0, 2.5), (-3.5, 6.0)]
    painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in ribbon]))
    _paint_words(painter, lane, flag, flag.item.text)


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


def _middles(lane: Lane, frames: Frames) -> list[float]:
    """Return the px of the middles of frames; -1 is none."""
    axis = lane.axis
    frames = frames[frames >= 0]
    nexts = np.minimum(frames + 1, len(axis.pts) - 1)
    ends = np.where(frames + 1 < len(axis.pts), axis.pts[nexts], axis.end)
    middles = (axis.pts[frames] + ends) / 2
    shown: list[float] = (lane.rect.left() + (middles - axis.first) / (axis.last - axis.first) * axis.width).tolist()
    return shown


def _cross(x: float, y: float) -> tuple[QLineF, QLineF]:
    return QLineF(x - _CROSS, y - _CROSS, x + _CROSS, y + _CROSS), QLineF(
        x - _CROSS, y + _CROSS, x + _CROSS, y - _CROSS
    )


def _diamond(x: float, y: float, r: float) -> QPolygonF:
    return _DIAMONDS[r].translated(x, y)


def _label_box(painter: QPainter, lane: Lane, flag: Flag, words: str) -> QRectF:
    left = flag.x + GRID
    width = min(flag.end - left, QFontMetricsF(painter.font()).horizontalAdvance(words) + 2)
    return QRectF(left, lane.rect.top(), max(0.0, width), lane.rect.height())


def _paint_words(painter: QPainter, lane: Lane, flag: Flag, words: str) -> None:
    metrics = QFontMetricsF(painter.font())
    box = _label_box(painter, lane, flag, words)
    if not words or box.width() < min(_LEAST_LABEL, metrics.horizontalAdvance(words)):
        return
    painter.setPen(color(lane.palette.text))
    painter.drawText(
        box, Qt.AlignmentFlag.AlignVCenter, metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width())
    )


def _paint_ground(painter: QPainter, lane: Lane, flag: Flag, words: str) -> None:
    box = _label_box(painter, lane, flag, words)
    painter.setPen(QPen(color(lane.palette.focus), 1))
    painter.setBrush(color(lane.palette.raised))
    painter.drawRoundedRect(
        QRectF(flag.x - 6, box.top() + 0.5, box.right() + HALF - flag.x + 6, box.height() - 1), 3, 3
    )
