"""The lines of the timeline that move: the playhead, and the one under the pointer with what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QPainter

from poseapp.core.items import Bookmark, Event
from poseapp.gui.style.theme import GRID, HALF, current_palette
from poseapp.gui.style.wording import format_percent, format_time
from poseapp.gui.timeline import paint
from poseapp.gui.timeline.flags import Flag, flags_in_view, label_end

if TYPE_CHECKING:
    from poseapp.gui.timeline.backdrop import Scene

_REACH = 6  # px to either side in which an item is meant


@dataclass(frozen=True)
class Hover:
    """The line under the pointer: at which frame, and its words."""

    frame: int
    text: str

    @classmethod
    def at(cls, scene: Scene, point: QPointF) -> Hover:
        """Return what there is at a px of the widget."""
        frame = scene.axis.frame(point.x() - scene.plot.left())
        flag = flag_at(scene, point)
        if flag is not None:
            return cls(flag.item.frame, describe_item(scene, flag.item))
        row = scene.layout.at(point.y())
        words = _cycle_words(scene, frame, point.y()) if row is not None and row.name == "cycles" else ""
        return cls(frame, words or describe_frame(scene, frame))


def flag_at(scene: Scene, point: QPointF) -> Flag | None:
    """Return the event or bookmark at a px of the widget: its mark, or its label."""
    row = scene.layout.at(point.y())
    if row is None or row.name not in ("events", "bookmarks"):
        return None
    placed = scene.contents.events if row.name == "events" else scene.contents.bookmarks
    found = list(flags_in_view(scene.row(row), placed))
    near = [flag for flag in found if abs(flag.x - point.x()) <= _REACH]
    if near:
        return min(near, key=lambda flag: abs(flag.x - point.x()))
    return next((flag for flag in found if flag.x < point.x() <= label_end(flag)), None)


def describe_frame(scene: Scene, frame: int) -> str:
    """Return "0:02.000  ·  frame 60  ·  86 %"."""
    words = f"{format_time(float(scene.axis.pts[frame]))}  ·  {_tr('frame {index}').format(index=frame)}"
    scores = scene.contents.scores
    score = float(scores.values[frame]) if frame < len(scores) else float("nan")
    return words if np.isnan(score) else f"{words}  ·  {format_percent(score)}"


def describe_item(scene: Scene, item: Event | Bookmark) -> str:
    """Return "heel strike, right  ·  0:02.000  ·  frame 60"."""
    if isinstance(item, Event):
        words = f"{item.name}, {_tr(item.side)}" if item.side else item.name
    else:
        words = item.text or _tr("Bookmark")
    place = _tr("frame {index}").format(index=item.frame)
    return f"{words}  ·  {format_time(float(scene.axis.pts[item.frame]))}  ·  {place}"


def paint_cursors(painter: QPainter, scene: Scene, playhead: int, hover: Hover | None) -> None:
    """Paint the playhead and the hover line with their labels, and the ruler's times where these leave room."""
    palette, layout, axis = current_palette(), scene.layout, scene.axis
    whole = scene.lane(layout.zone, scene.size.height() - layout.zone)
    label = QRectF(whole.rect.left(), HALF / 2, whole.rect.width(), layout.ruler - HALF / 2 - 1)
    painter.setClipRect(QRectF(whole.rect.left() - 1, 0, whole.rect.width() + GRID, scene.size.height()))
    taken: list[QRectF] = []
    begin, end = axis.span(playhead)
    if end >= 0 and begin <= axis.width:
        x = paint.paint_line(painter, whole, playhead, palette.text)
        text = format_time(float(axis.pts[playhead]))
        taken.append(paint.paint_label(painter, label, x, text, ink=palette.background, ground=palette.text))
    if hover is not None:
        x = paint.paint_line(painter, whole, hover.frame, palette.muted)
        taken.append(paint.paint_label(painter, label, x, hover.text, ink=palette.text, ground=palette.raised))
    painter.setClipping(False)
    paint.paint_ruler(painter, scene.lane(0, layout.ruler), taken)


def _cycle_words(scene: Scene, frame: int, y: float) -> str:
    row = scene.layout.row("cycles")
    rows = scene.contents.cycles
    if row is None or not rows:
        return ""
    which = rows[min(len(rows) - 1, int((y - row.top) / row.height * len(rows)))]
    cycle = which.at(frame)
    if cycle is None:
        return ""
    seconds = float(scene.axis.pts[cycle.stop] - scene.axis.pts[cycle.start])
    side = f", {_tr(which.side)}" if which.side else ""
    count = _tr("cycle {number} of {total}").format(number=cycle.index + 1, total=len(which.cycles))
    return f"{which.name}{side}  ·  {count}  ·  {seconds:.3f} s"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Timeline", text)
