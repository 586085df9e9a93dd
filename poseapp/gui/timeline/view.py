"""The timeline as a picture: takes what there is to show, keeps a backdrop, paints cursors on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QToolTip, QWidget

from poseapp.core.items import Bookmark, Event
from poseapp.gui.plots.decimation import Pyramid
from poseapp.gui.style.focus_ring import paint_focus_ring
from poseapp.gui.style.theme import GRID, color, current_palette
from poseapp.gui.timeline.backdrop import Scene, paint_backdrop
from poseapp.gui.timeline.contents import Contents, Placed, cycle_rows
from poseapp.gui.timeline.cursors import Hover, paint_cursors
from poseapp.gui.timeline.lanes import Layout, explain_lane, gutter_width, lay_out
from poseapp.gui.timeline.time_axis import TimeAxis
from poseapp.gui.timeline.time_view import TimeView
from poseapp.gui.timeline.zone import paint_zone
from poseapp.services.playback import Zone


class TimelineView(TimeView):
    """Lanes over the clip's time axis: ruler, working zone, progress, confidence, source, events, cycles, bookmarks,
    what is to be reviewed.

    Attributes:
        contents: What the lanes show; changed by the setters only.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.contents = Contents()
        self._backdrop: QPixmap | None = None
        self._drafted_zone: Zone | None = None  # on its way
        self.rows: Layout = lay_out(self.contents.held(), 0)
        self.gutter = gutter_width()
        self.setAccessibleName(self.tr("Timeline"))
        self.setMinimumHeight(self.rows.height)

    def set_clip(self, pts: npt.NDArray[np.float64]) -> None:
        """Show a clip with frames at `pts` (T,) s, increasing; an empty array shows none. Clears the lanes."""
        self.contents = Contents(scores=Pyramid.unknown(len(pts)))
        self._place_lanes()
        super().set_clip(pts)

    def set_score_strip(self, score: npt.NDArray[Any] | Pyramid) -> None:
        """Show the mean score (T,) of each frame, 0 .. 1, NaN where nothing is known."""
        self.contents.scores = score if isinstance(score, Pyramid) else Pyramid(score)
        self._repaint_lanes()

    def update_score_strip(self, start: int, values: npt.NDArray[Any]) -> None:
        """Replace the scores of the frames from `start`."""
        self.contents.scores.update(start, values)
        self._repaint_lanes()

    def set_marked(self, frames: npt.ArrayLike, propagated: npt.ArrayLike = ()) -> None:
        """Mark the corrected frames, and those that follow from them, ascending."""
        self.contents.marked = np.asarray(frames, dtype=np.intp)
        self.contents.propagated = np.asarray(propagated, dtype=np.intp)
        self._repaint_lanes()

    def set_interpolated(self, frames: npt.ArrayLike) -> None:
        """Mark the frames in which a gap was filled, ascending."""
        frames = np.asarray(frames, dtype=np.intp)
        if not np.array_equal(frames, self.contents.interpolated):
            self.contents.interpolated = frames
            self._repaint_lanes()

    def set_moments(self, spans: Sequence[tuple[int, int]]) -> None:
        """Show in which frames (start, stop) something is to be reviewed."""
        self.contents.moments = np.array(spans, dtype=np.intp).reshape(-1, 2)
        self._repaint_lanes()

    def set_done(self, ranges: Sequence[tuple[int, int]]) -> None:
        """Show which frames (start, stop) a running analysis has done; empty when none runs."""
        self.contents.done = tuple(ranges)
        self._repaint_lanes()

    def set_items(
        self, events: Sequence[tuple[int, Event]], bookmarks: Sequence[tuple[int, Bookmark]], *, person: int
    ) -> None:
        """Show events and bookmarks with their numbers; those of `person` stand out and make the cycles."""
        n_frames = 0 if self._axis is None else len(self._axis.pts)
        events = [one for one in events if one[1].frame < n_frames]
        contents = self.contents
        contents.events, contents.person = Placed(events), person
        contents.bookmarks = Placed(one for one in bookmarks if one[1].frame < n_frames)
        contents.cycles = cycle_rows(events, person)
        if contents.item(contents.chosen) is None:
            contents.chosen = 0
        self._place_lanes()

    def set_zone(self, zone: Zone | None) -> None:
        """Show the working zone, None for the whole clip."""
        self.contents.zone = zone
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the lanes."""
        return QSize(80 * GRID, self.rows.height)

    def _paint_draft(self, painter: QPainter, scene: Scene) -> None:
        """Paint what is on its way."""

    def _hovered(self, scene: Scene) -> Hover | None:
        """Return what the hover line says, None for no line."""
        if self._hover is None or self._hover.x() < self.gutter:
            return None
        return Hover.at(scene, self._hover)

    def _set_axis(self, axis: TimeAxis | None) -> None:
        self._backdrop = None
        super()._set_axis(axis)

    def _place_lanes(self) -> None:
        self.rows = lay_out(self.contents.held(), len(self.contents.cycles))
        self.setMinimumHeight(self.rows.height)
        self.updateGeometry()
        self._repaint_lanes()

    def _repaint_lanes(self) -> None:
        self._backdrop = None
        self.update()

    def scene(self) -> Scene | None:
        """Return what is painted where, None without a clip."""
        if self._axis is None:
            return None
        return Scene(self._axis, self.rows, self.contents, self._plot(), self.size(), self.devicePixelRatioF())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the kept backdrop, and on top the zone, what is dragged, and the cursors."""
        painter = QPainter(self)
        scene = self.scene()
        if scene is None:
            painter.fillRect(self.rect(), color(current_palette().surface))
            return
        if self._backdrop is None or self._backdrop.size() != scene.size * scene.ratio:
            self._backdrop = paint_backdrop(scene)
        painter.drawPixmap(0, 0, self._backdrop)
        zone = self._drafted_zone or self.contents.zone
        if zone is not None:
            painter.setClipRect(QRectF(self._plot().left() - 1, 0, self._plot().width() + GRID, self.height()))
            paint_zone(painter, scene.zone, zone, self.height())
        self._paint_draft(painter, scene)
        paint_cursors(painter, scene, self._playhead, self._hovered(scene))
        if self._ring and self.hasFocus():
            paint_focus_ring(painter, self)

    def event(self, event: QEvent) -> bool:
        """Explain a lane where its name is hovered."""
        if isinstance(event, QHelpEvent) and event.pos().x() < self.gutter:
            row = self.rows.at(event.pos().y())
            if row is not None:
                QToolTip.showText(event.globalPos(), explain_lane(row.name, self.contents.threshold), self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Repaint in another theme or font."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.gutter = gutter_width()
            self._place_lanes()
        super().changeEvent(event)
