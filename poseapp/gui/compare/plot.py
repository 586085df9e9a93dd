"""The plot of a comparison: one angle of both clips over the time since they were laid together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from poseapp.gui.compare.strokes import draw_sample, draw_trace
from poseapp.gui.compare.trace import Trace, value_range
from poseapp.gui.style.theme import GRID, HALF, color, current_palette, font
from poseapp.gui.style.wording import format_time
from poseapp.gui.timeline.time_axis import nice_step, step_decimals

_NOTCH = 120.0
_TICK_SPACING = 80  # px
_DEGREE_STEPS = (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0)
_LEAST_VIEW = 0.1  # s
_SAMPLE = 4 * GRID  # px of line in the legend

View = tuple[float, float]


class ComparePlot(QWidget):
    """Curves of both clips, a legend in words, the playhead, and a line at time 0.

    A click or drag goes to a time, the wheel zooms, the middle button moves, a double click shows everything.

    Signals:
        timeChosen(float): Go there, s since time 0.
    """

    timeChosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(30 * GRID, 14 * GRID)
        self.setAccessibleName(self.tr("Angle of both clips over time"))
        self.traces: tuple[Trace, ...] = ()
        self.legend: tuple[str, str] = ("A", "B")
        self.zero_name = ""
        self._degrees = (0.0, 90.0)
        self._whole: View = (0.0, 1.0)
        self.view: View | None = None  # None: everything
        self._playhead = 0.0
        self._kept: tuple[object, QPixmap] | None = None
        self._pan_from: float | None = None

    def set_traces(self, traces: Sequence[Trace], *, legend: tuple[str, str], zero_name: str) -> None:
        """Show curves; `legend` names the two clips, `zero_name` says what happens at time 0."""
        self.traces, self.legend, self.zero_name = tuple(traces), legend, zero_name
        self._degrees = value_range(self.traces)
        self._measure_spans()

    def set_origins(self, origins: tuple[float, float], *, zero_name: str) -> None:
        """Count time from another moment of each clip, s of its clock."""
        self.traces = tuple(replace(t, origin=origins[t.place]) for t in self.traces)
        self.zero_name = zero_name
        self._measure_spans()

    def set_playhead(self, seconds: float) -> None:
        """Move the line, s since time 0; what is zoomed follows it."""
        self._playhead = seconds
        if self.view is not None and not self.view[0] <= seconds <= self.view[1]:
            span = self.view[1] - self.view[0]
            first = seconds - (0.1 if seconds > self.view[1] else 0.9) * span
            self.view = (first, first + span)
        self.update()

    def show_everything(self) -> None:
        """Show the whole of both clips."""
        self.view = None
        self.update()

    def room(self) -> QRectF:
        """Return where curves are painted, px."""
        text = QFontMetricsF(font("small"))
        left = max(6.0 * GRID, text.horizontalAdvance("−180°") + GRID)
        top, bottom = text.height() + 1.5 * GRID, text.height() + GRID
        return QRectF(left, top, max(1.0, self.width() - left - 2 * GRID), max(1.0, self.height() - top - bottom))

    def x_of(self, seconds: float) -> float:
        """Return the px of a time."""
        first, last = self._seen()
        room = self.room()
        return room.left() + (seconds - first) / (last - first) * room.width()

    def y_of(self, degrees: float) -> float:
        """Return the px of a value."""
        low, high = self._degrees
        room = self.room()
        return room.bottom() - (degrees - low) / (high - low) * room.height()

    def seconds_at(self, x: float) -> float:
        """Return the time at a px."""
        first, last = self._seen()
        room = self.room()
        return first + (x - room.left()) / room.width() * (last - first)

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(80 * GRID, 24 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is kept of curves and axes, and the playhead on top."""
        ratio = self.devicePixelRatioF()
        key = (self.size(), ratio, self._seen(), current_palette().name, self.font())
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, self._picture(ratio))
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._kept[1])
        room, x = self.room(), self.x_of(self._playhead)
        if room.left() <= x <= room.right():
            painter.setPen(QPen(color(current_palette().text), 1.5))
            painter.drawLine(QLineF(x, room.top(), x, room.bottom()))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to a time, or begin to move the view."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.timeChosen.emit(self.seconds_at(event.position().x()))
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._pan_from = event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on to another time, or move the view."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.timeChosen.emit(self.seconds_at(event.position().x()))
        elif self._pan_from is not None:
            first, last = self._seen()
            shift = (self._pan_from - event.position().x()) / self.room().width() * (last - first)
            self._pan_from = event.position().x()
            self.view = (first + shift, last + shift)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the view."""
        self._pan_from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show everything."""
        self.show_everything()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom time about the pointer."""
        first, last = self._seen()
        at, factor = self.seconds_at(event.position().x()), 0.8 ** (event.angleDelta().y() / _NOTCH)
        factor = max(factor, _LEAST_VIEW / (last - first))
        view = (at - (at - first) * factor, at + (last - at) * factor)
        self.view = None if view[0] <= self._whole[0] and view[1] >= self._whole[1] else view
        self.update()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint anew."""
        self._kept = None

    def _measure_spans(self) -> None:
        spans = [t.span() for t in self.traces]
        if spans:
            self._whole = min(first for first, _ in spans), max(last for _, last in spans)
        self._kept = None
        self.update()

    def _seen(self) -> View:
        first, last = self.view or self._whole
        return first, max(last, first + 1e-3)

    def _picture(self, ratio: float) -> QPixmap:
        made = QPixmap(self.size() * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(color(current_palette().surface))
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _PlotPainter(self, painter).paint()
        painter.end()
        return made


def time_label(seconds: float, step: float) -> str:
    """Return "−0.5 s", "0" or "+1 s", and "+2:00" from a minute on, for ticks a `step` s apart."""
    decimals = step_decimals(step)
    if abs(seconds) < step / 2:
        return "0"
    sign = "−" if seconds < 0 else "+"
    if abs(seconds) < 60:
        return f"{sign}{abs(seconds):.{decimals}f} s"
    return f"{sign}{format_time(abs(seconds), decimals=decimals)}"


class _PlotPainter:
    """Paints axes, curves and legend once for a view."""

    def __init__(self, plot: ComparePlot, painter: QPainter) -> None:
        self._plot, self._painter, self._room = plot, painter, plot.room()
        painter.setFont(font("small"))

    def paint(self) -> None:
        """Paint everything but the playhead."""
        self._paint_degrees()
        self._paint_times()
        self._painter.save()
        self._painter.setClipRect(self._room)
        first, last = self._plot.seconds_at(self._room.left()), self._plot.seconds_at(self._room.right())
        for trace in sorted(self._plot.traces, key=lambda t: t.place):
            time, values, sigma = trace.points(first, last, max(1, round(self._room.width())))
            low, high = self._map(time, values - sigma)[:, 1], self._map(time, values + sigma)[:, 1]
            draw_trace(self._painter, trace, self._map(time, values), np.stack([low, high], axis=1))
        self._painter.restore()
        self._paint_legend()

    def _map(self, time: np.ndarray, values: np.ndarray) -> np.ndarray:
        x0, x1 = self._plot.x_of(0.0), self._plot.x_of(1.0)
        y0, y1 = self._plot.y_of(0.0), self._plot.y_of(1.0)
        return np.stack([x0 + time * (x1 - x0), y0 + values * (y1 - y0)], axis=1)

    def _paint_degrees(self) -> None:
        palette, room = current_palette(), self._room
        low, high = self._plot._degrees
        step = next((s for s in _DEGREE_STEPS if (high - low) / s <= room.height() / (3 * GRID)), 180.0)
        for n in range(math.ceil(low / step), math.floor(high / step) + 1):
            y = self._plot.y_of(n * step)
            self._painter.setPen(QPen(color(palette.line), 1.5 if n == 0 else 1.0))
            self._painter.drawLine(QLineF(room.left(), y, room.right(), y))
            self._painter.setPen(color(palette.muted))
            label = f"{n * step:.0f}°".replace("-", "−")
            box = QRectF(0, y - 2 * GRID, room.left() - HALF, 4 * GRID)
            self._painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, label)

    def _paint_times(self) -> None:
        palette, room, plot = current_palette(), self._room, self._plot
        first, last = plot.seconds_at(room.left()), plot.seconds_at(room.right())
        step = nice_step((last - first) * _TICK_SPACING / room.width())
        self._painter.setPen(color(palette.muted))
        align = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        for n in range(math.ceil(first / step), math.floor(last / step) + 1):
            box = QRectF(plot.x_of(n * step) - 5 * GRID, room.bottom() + HALF, 10 * GRID, 3 * GRID)
            self._painter.drawText(box, align, time_label(n * step, step))
        if first <= 0 <= last:
            self._painter.setPen(QPen(color(palette.muted), 1.0, Qt.PenStyle.DashLine))
            self._painter.drawLine(QLineF(plot.x_of(0), room.top(), plot.x_of(0), room.bottom()))

    def _paint_legend(self) -> None:
        """Name the lines of A and B, with a sample each, and time 0 at the right."""
        palette, metrics = current_palette(), QFontMetricsF(font("small"))
        line = QRectF(self._room.left(), HALF, self._room.width(), metrics.height())
        there = {trace.place for trace in self._plot.traces}
        zero = self._plot.tr("time since {name}").format(name=self._plot.zero_name)
        self._painter.setPen(color(palette.muted))
        self._painter.drawText(line, Qt.AlignmentFlag.AlignRight, zero)
        budget = (line.width() - metrics.horizontalAdvance(zero) - 2 * GRID) / max(1, len(there))
        x = line.left()
        for place in sorted(there):
            draw_sample(self._painter, place, QLineF(x, line.center().y(), x + _SAMPLE, line.center().y()))
            words = metrics.elidedText(
                self._plot.legend[place], Qt.TextElideMode.ElideRight, max(0.0, budget - _SAMPLE - 3 * GRID)
            )
            self._painter.setPen(color(palette.text))
            self._painter.drawText(QPointF(x + _SAMPLE + GRID, line.top() + metrics.ascent()), words)
            x += _SAMPLE + metrics.horizontalAdvance(words) + 4 * GRID
