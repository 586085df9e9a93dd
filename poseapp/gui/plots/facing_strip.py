"""Which way a person faces, stretch by stretch, above the angle plots; a click sets it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from poseapp.core.analysis import FacingStretch
from poseapp.gui.style.focus_ring import paint_focus_ring, ring_after
from poseapp.gui.style.icons import icon, pixmap
from poseapp.gui.style.theme import GRID, HALF, blend, color, current_palette, font
from poseapp.gui.style.wording import format_percent
from poseapp.gui.timeline.time_axis import TimeAxis

_ARROW = 2 * GRID
_LEAST_WIDTH = 3.0  # px of a stretch that is painted


class FacingStrip(QWidget):
    """Stretches with an arrow and words; solid when a person set it, outlined when decided by vote.

    Signals:
        facingChosen(int, int, int): Frames start .. stop, direction +1 = picture right, -1 = left, 0 = by vote.
    """

    facingChosen = Signal(int, int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stretches: tuple[FacingStretch, ...] = ()
        self._starts: npt.NDArray[np.intp] = np.zeros(0, np.intp)
        self._axis: TimeAxis | None = None
        self._left = 0.0
        self._playhead = 0
        self._ring = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Facing direction"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(self.sizeHint().height())

    def set_stretches(self, stretches: Sequence[FacingStretch], time: npt.NDArray[np.float64]) -> None:
        """Show stretches of frames at `time` (T,) s."""
        stretches = tuple(stretches)
        if stretches != self._stretches:
            self._stretches = stretches
            self._starts = np.fromiter((s.start for s in stretches), np.intp, len(stretches))
        self._axis = TimeAxis.whole(time, 1.0) if len(time) else None
        self.update()

    def set_view(self, first: float, last: float, *, left: float, width: float) -> None:
        """Lie first .. last s on `width` px from `left`, as the plots do."""
        if self._axis is not None and last > first:
            self._left = left
            self._axis = TimeAxis(self._axis.pts, first, last, max(1.0, width))
            self.update()

    def set_playhead(self, i: int) -> None:
        """Name the frame whose stretch the keyboard would set."""
        self._playhead = i

    def sizeHint(self) -> QSize:
        """One line of words."""
        return QSize(30 * GRID, max(3 * GRID, QFontMetrics(font("small")).height() + HALF))

    def _box(self, stretch: FacingStretch) -> QRectF:
        assert self._axis is not None
        n_frames = len(self._axis.pts)
        first, last = min(stretch.start, n_frames - 1), min(stretch.stop, n_frames) - 1
        begin = max(0.0, self._axis.span(first)[0])
        end = min(self._axis.width, self._axis.span(max(first, last))[1])
        return QRectF(self._left + begin + 1, 1, max(0.0, end - begin - 2), self.height() - 2)

    def _at(self, x: float) -> FacingStretch | None:
        if self._axis is None:
            return None
        here = self._axis.frame(x - self._left)
        near = self._stretches[max(0, int(np.searchsorted(self._starts, here, side="right")) - 2) :][:3]
        return next((s for s in near if self._box(s).left() - 1 <= x <= self._box(s).right() + 1), None)

    def _seen(self) -> list[FacingStretch]:
        """Return the stretches in view that are wide enough to be painted, at the cost of those in view."""
        if self._axis is None or not len(self._starts):
            return []
        first, last = self._axis.frames()
        a = max(0, int(np.searchsorted(self._starts, first, side="right")) - 1)
        b = int(np.searchsorted(self._starts, last))
        times = self._axis.pts[np.minimum(self._starts[a:b], len(self._axis.pts) - 1)]
        widths = np.diff(times, append=self._axis.end) / (self._axis.last - self._axis.first) * self._axis.width
        return [self._stretches[a + i] for i in np.flatnonzero(widths > _LEAST_WIDTH).tolist()]

    def _words(self, stretch: FacingStretch) -> str:
        return self.tr("faces right") if stretch.direction > 0 else self.tr("faces left")

    def _explain(self, stretch: FacingStretch) -> str:
        if stretch.by_user:
            return self.tr("{words}, set by you. Click to change.").format(words=self._words(stretch))
        share = format_percent(stretch.support)
        text = self.tr("{words}: {share} of the vote over these frames. Click to set it.")
        return text.format(words=self._words(stretch), share=share)

    def build_menu(self, stretch: FacingStretch) -> QMenu:
        """Return the menu that sets a stretch."""
        menu = QMenu(self)
        for words, direction, name in (
            (self.tr("Faces right"), 1, "faces-right"),
            (self.tr("Faces left"), -1, "faces-left"),
            (self.tr("Decide by vote"), 0, "restore"),
        ):
            action = menu.addAction(icon(name), words)
            action.setData(direction)
            action.setEnabled(direction != 0 or stretch.by_user)
        menu.triggered.connect(lambda action: self.facingChosen.emit(stretch.start, stretch.stop, int(action.data())))
        return menu

    def _open_menu(self, stretch: FacingStretch) -> None:
        menu = self.build_menu(stretch)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box = self._box(stretch)
        menu.popup(self.mapToGlobal(QPoint(round(box.left()), self.height())))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the menu of the stretch under the cursor."""
        stretch = self._at(event.position().x())
        if stretch is not None:
            self._open_menu(stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space or Enter opens the menu of the stretch at the playhead."""
        place = int(np.searchsorted(self._starts, self._playhead, side="right")) - 1
        here = self._stretches[place] if place >= 0 and self._playhead < self._stretches[place].stop else None
        if here is not None and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_menu(here)
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Explain the stretch that is hovered."""
        if isinstance(event, QHelpEvent):
            stretch = self._at(event.pos().x())
            if stretch is not None:
                QToolTip.showText(event.globalPos(), self._explain(stretch), self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show a ring when the keyboard brought the focus."""
        self._ring = ring_after(event, before=self._ring)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint each stretch that is in view."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stretch in self._seen():
            box = self._box(stretch)
            if box.width() > 1:
                self._paint_stretch(painter, box, stretch)
        if self._ring and self.hasFocus():
            paint_focus_ring(painter, self)

    def _paint_stretch(self, painter: QPainter, box: QRectF, stretch: FacingStretch) -> None:
        palette = current_palette()
        ground = blend(palette.raised, palette.surface, 0.55) if not stretch.by_user else color(palette.raised)
        painter.setPen(QPen(color(palette.muted), 1) if stretch.by_user else Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, HALF, HALF)
        painter.setFont(font("small"))
        metrics = QFontMetricsF(painter.font())
        words = self._words(stretch)
        room = box.width() - 2 * GRID - _ARROW - HALF
        shown = words if metrics.horizontalAdvance(words) <= room else ""
        if box.width() < _ARROW:
            return
        width = _ARROW + (HALF + metrics.horizontalAdvance(shown) if shown else 0)
        x = box.center().x() - width / 2
        name = "faces-right" if stretch.direction > 0 else "faces-left"
        arrow = pixmap(name, _ARROW, "muted", ratio=self.devicePixelRatioF())
        painter.drawPixmap(round(x), round(box.center().y() - _ARROW / 2), arrow)
        painter.setPen(color(palette.text))
        room_left = QRectF(x + _ARROW + HALF, box.top(), width, box.height())
        painter.drawText(room_left, Qt.AlignmentFlag.AlignVCenter, shown)
