"""The part of the timeline that changes seldom, painted once and kept: grid, lanes, names."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPixmap

from poseapp.gui.style.theme import GRID, color, current_palette, font
from poseapp.gui.timeline import marks, paint
from poseapp.gui.timeline.contents import Contents
from poseapp.gui.timeline.flags import paint_flags
from poseapp.gui.timeline.lanes import DONE, ZONE, Layout, Row, lane_title
from poseapp.gui.timeline.time_axis import TimeAxis


@dataclass(frozen=True)
class Scene:
    """What is painted where.

    Attributes:
        plot: The px of the widget that the time axis takes. size: Of the widget. ratio: Device pixels a px.
    """

    axis: TimeAxis
    layout: Layout
    contents: Contents
    plot: QRectF
    size: QSize
    ratio: float

    def lane(self, top: float, height: float) -> paint.Lane:
        """Return a stretch of px as a lane."""
        return paint.Lane(QRectF(self.plot.left(), top, self.plot.width(), height), self.axis, current_palette())

    def row(self, row: Row) -> paint.Lane:
        """Return a row as a lane."""
        return self.lane(row.top, row.height)

    @property
    def zone(self) -> paint.Lane:
        """The strip of the working zone."""
        return self.lane(self.layout.zone, ZONE)


def paint_backdrop(scene: Scene) -> QPixmap:
    """Return the lanes as a picture of the widget's size."""
    backdrop = QPixmap(scene.size * scene.ratio)
    backdrop.setDevicePixelRatio(scene.ratio)
    backdrop.fill(color(current_palette().surface))
    painter = QPainter(backdrop)
    layout = scene.layout
    paint.paint_grid(painter, scene.lane(layout.lanes_top, scene.size.height() - layout.lanes_top))
    if scene.contents.done:
        paint.paint_done(painter, scene.lane(layout.done, DONE), scene.contents.done)
    _paint_lanes(painter, scene)
    _paint_names(painter, scene)
    painter.end()
    return backdrop


def _paint_lanes(painter: QPainter, scene: Scene) -> None:
    contents = scene.contents
    cells = paint.strip_cells(scene.lane(0, 1), contents.scores, scene.ratio)
    for row in scene.layout.rows:
        lane = scene.row(row)
        if row.name == "confidence":
            paint.paint_strip(painter, lane, cells, threshold=contents.threshold, ratio=scene.ratio)
            painter.setPen(QPen(color(lane.palette.line), 1))
            painter.drawLine(lane.rect.bottomLeft(), lane.rect.bottomRight())
        elif row.name == "source":
            marks.paint_source(painter, lane, cells, contents)
        elif row.name == "events":
            paint_flags(painter, lane, contents.events, contents)
        elif row.name == "cycles":
            marks.paint_cycles(painter, lane, contents.cycles)
        elif row.name == "bookmarks":
            paint_flags(painter, lane, contents.bookmarks, contents)
        else:
            marks.paint_moments(painter, lane, contents.moments)


def _paint_names(painter: QPainter, scene: Scene) -> None:
    painter.setFont(font("small"))
    painter.setPen(color(current_palette().muted))
    metrics = QFontMetricsF(painter.font())
    for row in scene.layout.rows:
        room = QRectF(2 * GRID, row.top, scene.plot.left() - 3 * GRID, row.height)
        shown = metrics.elidedText(lane_title(row.name), Qt.TextElideMode.ElideRight, room.width() + 1)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
