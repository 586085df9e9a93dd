"""A widget on a clip's time: wheel zooms about the cursor, a drag scrubs, keys step."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from poseapp.gui.style.focus_ring import ring_after
from poseapp.gui.style.theme import GRID
from poseapp.gui.style.wording import format_time
from poseapp.gui.timeline.time_axis import TimeAxis, same_view

_ZOOM_PER_NOTCH = 0.8
_NOTCH = 120.0  # QWheelEvent: eighths of a degree of a usual wheel's step
_OTHER_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class TimeView(QWidget):
    """Base of what shows a clip along its time axis.

    Left and Right step, Page keys move by a tenth of the view, Home and End go to the ends, + and - zoom,
    0 shows the whole clip. Shift or a sideways wheel pans, so does a drag with the middle button.

    Attributes:
        gutter: px at the left for the names of lanes.

    Signals:
        seekRequested(int): The user wants this frame.
        visibleRangeChanged(float, float): The view shows these seconds.
    """

    seekRequested = Signal(int)
    visibleRangeChanged = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.gutter = 0.0
        self._axis: TimeAxis | None = None
        self._playhead = 0
        self._hover: QPointF | None = None
        self._pan_from: float | None = None
        self._ring = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def set_clip(self, pts: npt.NDArray[np.float64]) -> None:
        """Show a clip with frames at `pts` (T,) s, increasing; an empty array shows none."""
        self._playhead = 0
        axis = TimeAxis.whole(np.asarray(pts, dtype=np.float64), self._plot().width()) if len(pts) else None
        self._set_axis(axis)

    def set_playhead(self, i: int) -> None:
        """Move the playhead to a frame; a zoomed view follows it."""
        if self._axis is None:
            return
        self._playhead = min(max(i, 0), len(self._axis.pts) - 1)
        when = format_time(float(self._axis.pts[self._playhead]))
        self.setAccessibleDescription(self.tr("Frame {index} at {time}").format(index=self._playhead, time=when))
        shown = self._axis.showing(self._playhead)
        if shown is not self._axis:
            self._set_axis(shown)
        self.update()

    def visible_frames(self) -> tuple[int, int]:
        """Return (start, stop) of the frames in view; (0, 0) without a clip."""
        return self._axis.frames() if self._axis else (0, 0)

    def set_visible_frames(self, start: int, stop: int) -> None:
        """Zoom to the frames start .. stop, clamped to the clip."""
        if self._axis is None or stop <= start:
            return
        n_frames = len(self._axis.pts)
        first = float(self._axis.pts[min(max(start, 0), n_frames - 1)])
        last = float(self._axis.pts[stop]) if stop < n_frames else self._axis.end
        self._set_axis(self._axis.moved_to(first, last))

    def set_visible_range(self, first: float, last: float) -> None:
        """Show first .. last s, clamped to the clip; nothing happens when they are shown already."""
        axis = self._axis
        if axis is not None and last > first and not same_view((first, last), (axis.first, axis.last)):
            self._set_axis(axis.moved_to(first, last))

    def _plot(self) -> QRectF:
        return QRectF(self.gutter, 0, max(1.0, self.width() - self.gutter - GRID), self.height())

    def _set_axis(self, axis: TimeAxis | None) -> None:
        self._axis = axis
        if axis is not None:
            self.visibleRangeChanged.emit(axis.first, axis.last)
        self.update()

    def _zoom(self, factor: float, x: float) -> None:
        if self._axis is not None:
            self._set_axis(self._axis.zoomed(factor, x))

    def _seek(self, frame: int) -> None:
        if self._axis is None:
            return
        frame = min(max(frame, 0), len(self._axis.pts) - 1)
        if frame != self._playhead:
            self.set_playhead(frame)
            self.seekRequested.emit(frame)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step, page, jump and zoom."""
        if self._axis is None or event.modifiers() & _OTHER_MODIFIERS:
            super().keyPressEvent(event)
            return
        start, stop = self.visible_frames()
        page = max(1, (stop - start) // 10)
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -len(self._axis.pts),
            Qt.Key.Key_End: len(self._axis.pts),
        }
        zooms = {Qt.Key.Key_Plus: 0.5, Qt.Key.Key_Equal: 0.5, Qt.Key.Key_Minus: 2.0, Qt.Key.Key_0: float("inf")}
        key = Qt.Key(event.key())
        if key in steps:
            self._seek(self._playhead + steps[key])
        elif key in zooms:
            factor = min(zooms[key], 1e9)
            self._zoom(factor, self._axis.x(float(self._axis.pts[self._playhead])))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Left: go there and scrub. Middle: pan."""
        x = event.position().x() - self.gutter
        if self._axis is None:
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._seek(self._axis.frame(x))
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._pan_from = x

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub or pan while a button is down; else follow with the hover line."""
        x = event.position().x() - self.gutter
        self._hover = event.position()
        if self._axis is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(self._axis.frame(min(max(x, 0.0), self._axis.width)))
        elif self._axis is not None and self._pan_from is not None:
            self._set_axis(self._axis.panned(self._pan_from - x))
            self._pan_from = x
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self._pan_from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole clip."""
        if self._axis is not None:
            self._set_axis(TimeAxis.whole(self._axis.pts, self._axis.width))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the cursor; sideways or with Shift: pan."""
        if self._axis is None:
            return
        delta = event.angleDelta()
        sideways = delta.x() if abs(delta.x()) > abs(delta.y()) else 0
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            sideways = sideways or delta.y()
        if sideways:
            self._set_axis(self._axis.panned(-sideways / _NOTCH * self._axis.width / 8))
        else:
            self._zoom(_ZOOM_PER_NOTCH ** (delta.y() / _NOTCH), event.position().x() - self.gutter)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the hover line away."""
        self._hover = None
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show a ring when the keyboard brought the focus."""
        self._ring = ring_after(event, before=self._ring)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the seconds in view."""
        if self._axis is not None:
            axis = self._axis
            self._set_axis(TimeAxis(axis.pts, axis.first, axis.last, self._plot().width()))
