"""The clip at a glance: how sure the poses are, where a person corrected them, and where the playhead is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QToolTip, QWidget

from poseapp.gui import timeline_paint as lanes
from poseapp.gui.decimation import Pyramid
from poseapp.gui.focus_ring import paint_focus_ring
from poseapp.gui.theme import GRID, HALF, color, current_palette, font
from poseapp.gui.time_axis import TimeAxis
from poseapp.gui.time_view import TimeView
from poseapp.gui.wording import format_percent, format_time

_DONE = HALF
_STRIP = 5 * GRID
_MAX_NAME = 18  # letters of a lane's name


@dataclass(frozen=True)
class _Rows:
    """Heights and tops of the lanes, px; those with words grow with the font."""

    ruler: int
    strip_top: int
    marks_top: int
    marks: int
    review_top: int
    height: int

    @classmethod
    def for_font(cls) -> _Rows:
        text = math.ceil(QFontMetricsF(font("small")).height())
        ruler, marks = max(3 * GRID, text + GRID), max(2 * GRID, text)
        strip_top = ruler + _DONE + HALF
        marks_top = strip_top + _STRIP + HALF
        review_top = marks_top + marks
        return cls(ruler, strip_top, marks_top, marks, review_top, review_top + marks + HALF)


class Timeline(TimeView):
    """Lanes over the clip's time axis: ruler, progress, confidence, corrected frames, what is to be reviewed.

    Attributes:
        threshold: Scores below it are hatched as unsure.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.threshold = 0.4
        self._pyramid = Pyramid(np.zeros(0))
        self._marked: npt.NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self._propagated: npt.NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self._moments: tuple[tuple[int, int], ...] = ()
        self._done: tuple[tuple[int, int], ...] = ()
        self._backdrop: QPixmap | None = None
        self._rows = _Rows.for_font()
        self._names = (self.tr("Confidence"), self.tr("Corrected"), self.tr("To review"))
        self.gutter = self._gutter_width()
        self.setAccessibleName(self.tr("Timeline"))
        self.setMinimumHeight(self.sizeHint().height())

    def set_clip(self, pts: npt.NDArray[np.float64]) -> None:
        """Show a clip with frames at `pts` (T,) s, increasing; an empty array shows none. Clears the lanes."""
        self._pyramid = Pyramid(np.full(len(pts), np.nan))
        self._marked = np.zeros(0, dtype=np.intp)
        self._propagated = np.zeros(0, dtype=np.intp)
        self._moments = ()
        self._done = ()
        super().set_clip(pts)

    def set_score_strip(self, score: npt.NDArray[Any]) -> None:
        """Show the mean score (T,) of each frame, 0 .. 1, NaN where nothing is known."""
        self._pyramid = Pyramid(score)
        self._repaint_lanes()

    def update_score_strip(self, start: int, values: npt.NDArray[Any]) -> None:
        """Replace the scores of the frames from `start`."""
        self._pyramid.update(start, values)
        self._repaint_lanes()

    def set_marked(self, frames: npt.ArrayLike, propagated: npt.ArrayLike = ()) -> None:
        """Mark the corrected frames, and those that follow from them, indices in any order."""
        self._marked = np.unique(np.asarray(frames, dtype=np.intp))
        self._propagated = np.unique(np.asarray(propagated, dtype=np.intp))
        self._repaint_lanes()

    def set_moments(self, spans: Sequence[tuple[int, int]]) -> None:
        """Show in which frames (start, stop) something is to be reviewed."""
        self._moments = tuple(spans)
        self._repaint_lanes()

    def set_done(self, ranges: Sequence[tuple[int, int]]) -> None:
        """Show which frames (start, stop) a running analysis has done; empty when none runs."""
        self._done = tuple(ranges)
        self._repaint_lanes()

    def sizeHint(self) -> QSize:
        """Room for the lanes."""
        return QSize(80 * GRID, self._rows.height)

    def _set_axis(self, axis: TimeAxis | None) -> None:
        self._backdrop = None
        super()._set_axis(axis)

    def _repaint_lanes(self) -> None:
        self._backdrop = None
        self.update()

    def _gutter_width(self) -> float:
        metrics = QFontMetricsF(font("small"))
        widest = max(metrics.horizontalAdvance(name) for name in self._names)
        return math.ceil(min(widest, _MAX_NAME * metrics.averageCharWidth())) + 3.0 * GRID

    def _lane(self, axis: TimeAxis, top: float, height: float) -> lanes.Lane:
        plot = self._plot()
        return lanes.Lane(QRectF(plot.left(), top, plot.width(), height), axis, current_palette())

    def _paint_backdrop(self, axis: TimeAxis) -> QPixmap:
        ratio = self.devicePixelRatioF()
        backdrop = QPixmap(self.size() * ratio)
        backdrop.setDevicePixelRatio(ratio)
        palette = current_palette()
        backdrop.fill(color(palette.surface))
        painter = QPainter(backdrop)
        strip = self._lane(axis, self._rows.strip_top, _STRIP)
        lanes.paint_grid(painter, self._lane(axis, self._rows.ruler, self.height() - self._rows.ruler))
        if self._done:
            lanes.paint_done(painter, self._lane(axis, self._rows.ruler, _DONE), self._done)
        lanes.paint_strip(painter, strip, self._pyramid, threshold=self.threshold, ratio=ratio)
        painter.setPen(QPen(color(palette.line), 1))
        painter.drawLine(strip.rect.bottomLeft(), strip.rect.bottomRight())
        marks = self._lane(axis, self._rows.marks_top, self._rows.marks)
        lanes.paint_propagated(painter, marks, self._propagated)
        lanes.paint_marks(painter, marks, self._marked)
        lanes.paint_moments(painter, self._lane(axis, self._rows.review_top, self._rows.marks), self._moments)
        self._paint_names(painter)
        painter.end()
        return backdrop

    def _paint_names(self, painter: QPainter) -> None:
        painter.setFont(font("small"))
        painter.setPen(color(current_palette().muted))
        metrics = QFontMetricsF(painter.font())
        rows = self._rows
        places = ((rows.strip_top, _STRIP), (rows.marks_top, rows.marks), (rows.review_top, rows.marks))
        for name, (top, height) in zip(self._names, places, strict=True):
            room = QRectF(2 * GRID, top, self.gutter - 3 * GRID, height)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room.width() + 1)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _paint_cursors(self, painter: QPainter, axis: TimeAxis) -> None:
        palette = current_palette()
        whole = self._lane(axis, self._rows.ruler - HALF, self.height() - self._rows.ruler)
        label = QRectF(whole.rect.left(), HALF / 2, whole.rect.width(), self._rows.ruler - HALF - 2)
        painter.setClipRect(QRectF(whole.rect.left() - 1, 0, whole.rect.width() + GRID, self.height()))
        taken: list[QRectF] = []
        begin, end = axis.span(self._playhead)
        if end >= 0 and begin <= axis.width:
            x = lanes.paint_line(painter, whole, self._playhead, palette.text)
            text = format_time(float(axis.pts[self._playhead]))
            taken.append(lanes.paint_label(painter, label, x, text, ink=palette.background, ground=palette.text))
        if self._hover is not None and self._hover.x() >= self.gutter:
            frame = axis.frame(self._hover.x() - self.gutter)
            x = lanes.paint_line(painter, whole, frame, palette.muted)
            text = self._describe(frame)
            taken.append(lanes.paint_label(painter, label, x, text, ink=palette.text, ground=palette.raised))
        painter.setClipping(False)
        lanes.paint_ruler(painter, self._lane(axis, 0, self._rows.ruler), taken)

    def _describe(self, frame: int) -> str:
        assert self._axis is not None
        time = format_time(float(self._axis.pts[frame]))
        score = float(self._pyramid.values[frame]) if frame < len(self._pyramid) else float("nan")
        words = self.tr("{time}  ·  frame {index}").format(time=time, index=frame)
        return words if np.isnan(score) else f"{words}  ·  {format_percent(score)}"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the kept backdrop, and the cursors on top."""
        painter = QPainter(self)
        palette = current_palette()
        if self._axis is None:
            painter.fillRect(self.rect(), color(palette.surface))
            return
        if self._backdrop is None or self._backdrop.devicePixelRatio() != self.devicePixelRatioF():
            self._backdrop = self._paint_backdrop(self._axis)
        painter.drawPixmap(0, 0, self._backdrop)
        self._paint_cursors(painter, self._axis)
        if self._ring and self.hasFocus():
            paint_focus_ring(painter, self)

    def event(self, event: QEvent) -> bool:
        """Explain a lane where its name is hovered."""
        if isinstance(event, QHelpEvent) and event.pos().x() < self.gutter:
            QToolTip.showText(event.globalPos(), self._explain(event.pos().y()), self)
            return True
        return super().event(event)

    def _explain(self, y: float) -> str:
        if y >= self._rows.review_top:
            return self.tr("Frames in which something looks wrong: N goes to the worst")
        if y >= self._rows.marks_top:
            return self.tr("Frames in which you corrected a keypoint")
        return self.tr("Mean confidence of the keypoints in each frame; hatched where it is below {least}").format(
            least=format_percent(self.threshold)
        )

    def changeEvent(self, event: QEvent) -> None:
        """Repaint in another theme or font."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._rows = _Rows.for_font()
            self.gutter = self._gutter_width()
            self.setMinimumHeight(self._rows.height)
            self._repaint_lanes()
        super().changeEvent(event)
