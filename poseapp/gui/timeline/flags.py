"""How events and bookmarks are painted on the timeline: a mark at the frame, and a label as far as it fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from poseapp.core.items import Bookmark, Event
from poseapp.gui.style.theme import GRID, HALF, color, font
from poseapp.gui.timeline.contents import Contents, Placed
from poseapp.gui.timeline.event_words import short_name
from poseapp.gui.timeline.marks import diamond, frame_middles, side_ink, stamp
from poseapp.gui.timeline.paint import MARK_CELL, Lane

_GLYPH = 3.5  # px, radius of an event's mark
_LEAST_LABEL = 3 * GRID  # px; a shorter one says nothing, unless all of it fits
_LEAST_ROOM = GRID  # px; not even initials fit into less
_FADED = 0.4  # of what belongs to other persons
_RIBBON = QPolygonF([QPointF(*at) for at in ((-3.5, -6.0), (3.5, -6.0), (3.5, 6.0), (0.0, 2.5), (-3.5, 6.0))])


@dataclass(frozen=True)
class Flag:
    """An event or bookmark on the timeline: its item, px of its frame, and the px up to which its label may reach."""

    number: int
    item: Event | Bookmark
    x: float
    end: float

    @property
    def words(self) -> str:
        """What the label says."""
        return self.item.name if isinstance(self.item, Event) else self.item.text


class FlagPainter:
    """Paints flags into a lane: events as lines with a disc on the right side of the body, a square on the left, a
    diamond on neither; bookmarks as ribbons. Takes the pen, the brush and the font of a painter as its own."""

    def __init__(self, painter: QPainter, lane: Lane) -> None:
        painter.setFont(font("small"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._painter = painter
        self._lane = lane
        self._metrics = QFontMetricsF(painter.font())
        palette = lane.palette
        self._inks = {side: color(side_ink(palette, side)) for side in ("right", "left", "")}
        self._text = color(palette.text)
        ratio = painter.device().devicePixelRatio()
        shapes = {"right": _draw_disc, "left": _draw_square, "": _draw_diamond}
        self._stamps = {side: stamp(draw, side_ink(palette, side), ratio) for side, draw in shapes.items()}
        self._ribbon = stamp(lambda own: own.drawPolygon(_RIBBON), palette.accent, ratio)

    def paint(self, flag: Flag, *, is_chosen: bool) -> None:
        """Paint a flag, which may be on its way."""
        if is_chosen:
            self._paint_ground(flag)
        if isinstance(flag.item, Event):
            self._paint_event(flag.x, flag.item.side)
        else:
            self._ribbon.put(self._painter, (flag.x,), self._lane.rect.center().y())
        if flag.end - flag.x > GRID + _LEAST_ROOM and flag.words:
            self._paint_words(flag)

    def _paint_event(self, x: float, side: str) -> None:
        rect, ink = self._lane.rect, self._inks[side]
        self._painter.fillRect(QRectF(x - 0.75, rect.top(), 1.5, rect.height()), ink)
        self._stamps[side].put(self._painter, (x,), rect.center().y())

    def _paint_words(self, flag: Flag) -> None:
        words, width = _fitting(flag, self._metrics)
        rect = self._lane.rect
        self._painter.setPen(self._text)
        box = QRectF(flag.x + GRID, rect.top(), width + 2, rect.height())
        self._painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_ground(self, flag: Flag) -> None:
        rect, palette = self._lane.rect, self._lane.palette
        self._painter.setPen(QPen(color(palette.focus), 1))
        self._painter.setBrush(color(palette.raised))
        right = max(flag.x + 6, label_end(flag) + HALF)
        box = QRectF(flag.x - 6, rect.top() + 0.5, right - flag.x + 6, rect.height() - 1)
        self._painter.drawRoundedRect(box, 3, 3)


def _draw_disc(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(0, 0), _GLYPH, _GLYPH)


def _draw_square(painter: QPainter) -> None:
    painter.drawRect(QRectF(-3, -3, 6, 6))


def _draw_diamond(painter: QPainter) -> None:
    painter.drawPolygon(diamond(0, 0, _GLYPH + 0.5))


def paint_flags(painter: QPainter, lane: Lane, placed: Placed[Event] | Placed[Bookmark], contents: Contents) -> None:
    """Paint what of events or bookmarks is in view; those of other persons are faded."""
    own = FlagPainter(painter, lane)
    for flag in flags_in_view(lane, placed):
        is_foreign = isinstance(flag.item, Event) and flag.item.person not in (contents.person, -1)
        painter.setOpacity(_FADED if is_foreign else 1.0)
        own.paint(flag, is_chosen=flag.number == contents.chosen)
    painter.setOpacity(1.0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def flags_in_view(lane: Lane, placed: Placed[Event] | Placed[Bookmark]) -> Iterator[Flag]:
    """Yield what of a lane's items is in view, one a cell."""
    edges = lane.axis.edges(max(1, round(lane.rect.width() / MARK_CELL)))
    first = np.searchsorted(placed.frames, edges[:-1])
    filled = first[np.searchsorted(placed.frames, edges[1:]) > first]
    places = frame_middles(lane, placed.frames[filled])
    ends = [*(x - GRID for x in places[1:]), lane.rect.right()]
    for place, x, end in zip(filled.tolist(), places, ends, strict=False):  # nothing in view has an end, too
        number, item = placed.items[place]
        yield Flag(number, item, x, end)


def label_end(flag: Flag) -> float:
    """Return the px at which a flag's label ends."""
    _, width = _fitting(flag, QFontMetricsF(font("small")))
    return flag.x + (GRID + width if width else 0.0)


def _fitting(flag: Flag, metrics: QFontMetricsF) -> tuple[str, float]:
    """Return what of a flag's words fits, and its width, px: all, an event's initials, or a beginning; else ("", 0)."""
    words, room = flag.words, flag.end - flag.x - GRID
    width = metrics.horizontalAdvance(words)
    if width > room and isinstance(flag.item, Event):
        words = short_name(words)
        width = metrics.horizontalAdvance(words)
    if width > room:
        if room < _LEAST_LABEL:
            return "", 0.0
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
    return words, min(width, room)
