"""One plot of a joint: title and values at the playhead above, curves of both sides below."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from poseapp.core.analysis import AngleSeries
from poseapp.gui.angle_curve import AngleCurve
from poseapp.gui.angle_groups import AngleGroup
from poseapp.gui.elided_label import ElidedLabel
from poseapp.gui.read_out import ReadOut
from poseapp.gui.theme import GRID, HALF, color, current_palette, font
from poseapp.gui.time_axis import nice_step, step_decimals
from poseapp.gui.wording import format_time

Float64 = npt.NDArray[np.float64]

_LEAST_HEIGHT = 6 * GRID + HALF  # four plots fit a window of 1280 x 800
_SNAP = 10.0  # degrees; the range of a plot does not twitch while a curve heals
_LEAST_RANGE = 20.0
_TICK_SPACING = 64  # px


def axis_width() -> int:
    """Return the px of the degrees at the left: equal in all plots, so that times align."""
    return max(6 * GRID, QFontMetrics(font("small")).horizontalAdvance("−180°") + GRID)


class _TimeAxisItem(pg.AxisItem):  # type: ignore[misc, unused-ignore]
    """Seconds as m:ss."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        step = nice_step((maxVal - minVal) * _TICK_SPACING / max(1.0, size))
        return [(step, [n * step for n in range(math.ceil(minVal / step), math.floor(maxVal / step) + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [format_time(value, decimals=step_decimals(spacing)) for value in values]


class _DegreeAxisItem(pg.AxisItem):  # type: ignore[misc, unused-ignore]
    """Degrees with their sign, at few round numbers."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        room = max(1.0, size / (2.75 * GRID))
        step = next((s for s in (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0) if (maxVal - minVal) / s <= room), 180.0)
        first = math.ceil(minVal / step - 1e-9)
        return [(step, [n * step for n in range(first, math.floor(maxVal / step + 1e-9) + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{value:.0f}°".replace("-", "−") for value in values]


class _ClickBox(pg.ViewBox):  # type: ignore[misc, unused-ignore]
    """Left click and drag go to a time; the wheel zooms time; the middle button pans."""

    scrubbed = Signal(float)

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.setMouseEnabled(x=True, y=False)
        self.disableAutoRange()

    def mouseClickEvent(self, ev: Any) -> None:
        if ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            self.scrubbed.emit(float(self.mapToView(ev.pos()).x()))

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        if ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            self.scrubbed.emit(float(self.mapToView(ev.pos()).x()))
        elif ev.button() == Qt.MouseButton.MiddleButton:
            super().mouseDragEvent(ev, axis)


class AnglePlot(QWidget):
    """The curves of one `AngleGroup`.

    Signals:
        scrubbed(float): The user went to that time, s.
        rangeChanged(float, float): Seconds in view.
    """

    scrubbed = Signal(float)
    rangeChanged = Signal(float, float)

    def __init__(self, group: AngleGroup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group = group
        self._series: AngleSeries | None = None
        self._curves = {d.side: AngleCurve(d.side) for d in group.definitions}
        self.read_outs = {d.side: ReadOut(d.side, d.title, self) for d in group.definitions}
        self._title = ElidedLabel(group.title, self)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._box = _ClickBox()
        self._axes: dict[str, Any] = {"left": _DegreeAxisItem("left"), "bottom": _TimeAxisItem("bottom")}
        self.canvas = pg.PlotWidget(parent=self, viewBox=self._box, axisItems=self._axes)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._turns: list[Any] = []
        self._span: tuple[float, float] | None = None
        self._compose()
        self.restyle()

    def set_series(self, series: AngleSeries, time: Float64) -> None:
        """Show the group's columns of a series with frames at `time` (T,) s."""
        self._series = series
        for column, definition in zip(self.group.columns, self.group.definitions, strict=True):
            self._curves[definition.side].set_data(
                time, values=series.values[:, column], raw=series.raw[:, column], sigma=series.sigma[:, column]
            )
        span = _range(series.values[:, self.group.columns])
        if span != self._span:
            self._span = span
            self._box.setYRange(*span, padding=0)

    def set_turns(self, times: list[float]) -> None:
        """Mark the times, s, at which the person turns."""
        if times == [line.value() for line in self._turns]:
            return
        for line in self._turns:
            self.canvas.removeItem(line)
        self._turns = [pg.InfiniteLine(pos=time, angle=90, movable=False) for time in times]
        for line in self._turns:
            self.canvas.addItem(line, ignoreBounds=True)
        self._restyle_lines()

    def set_playhead(self, i: int, time: float) -> None:
        """Move the cursor and the read-outs to a frame at `time` s."""
        self._cursor.setValue(time)
        if self._series is None:
            return
        for column, definition in zip(self.group.columns, self.group.definitions, strict=True):
            value, sigma = self._series.values[i, column], self._series.sigma[i, column]
            self.read_outs[definition.side].set_value(float(value), float(sigma))

    def set_view(self, first: float, last: float) -> None:
        """Show first .. last s."""
        self._box.setXRange(first, last, padding=0)

    def least_width(self) -> int:
        """Return the px that the values need, whatever stands beside them."""
        return sum(read_out.sizeHint().width() + GRID for read_out in self.read_outs.values()) + 3 * GRID

    def limit_view(self, first: float, last: float, *, least: float) -> None:
        """Keep zoom and pan within first .. last s, and never closer than `least` s."""
        self._box.setLimits(xMin=first, xMax=last, minXRange=least)

    def set_time_axis_visible(self, visible: bool) -> None:
        """Label the time under this plot; only the lowest one does."""
        self._axes["bottom"].setStyle(showValues=visible)
        text = QFontMetrics(font("small")).height()
        self._axes["bottom"].setHeight(max(3 * GRID, text + HALF) if visible else HALF)

    def restyle(self) -> None:
        """Take over the theme."""
        palette = current_palette()
        self.canvas.setBackground(color(palette.surface))
        for axis in self._axes.values():
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            axis.setTextPen(color(palette.muted))
            axis.setStyle(tickFont=font("small"))
        self._restyle_lines()

    def _restyle_lines(self) -> None:
        palette = current_palette()
        ratio = self.devicePixelRatioF()  # cosmetic pens count device pixels
        self._cursor.setPen(color(palette.text), width=1.5 * ratio)
        self._zero.setPen(color(palette.line), width=ratio)
        for line in self._turns:
            line.setPen(color(palette.muted, 0.7), width=ratio, style=Qt.PenStyle.DashLine)

    def _compose(self) -> None:
        self._title.setFont(font("strong"))
        self._title.setToolTip(self._explanation())
        values = QHBoxLayout()
        values.setSpacing(GRID)
        for read_out in self.read_outs.values():
            read_out.setToolTip(self._explanation())
            values.addWidget(read_out)
        values.addStretch(1)
        self._head.setContentsMargins(2 * GRID, GRID, GRID, 0)
        self._head.setSpacing(0)
        self._head.addWidget(self._title, 1)
        self._head.addLayout(values)
        self._axes["left"].setWidth(axis_width())
        self._zero = pg.InfiniteLine(pos=0, angle=0, movable=False)
        for item in (self._zero, *self._curves.values(), self._cursor):
            self.canvas.addItem(item, ignoreBounds=True)
        self.canvas.setMinimumHeight(_LEAST_HEIGHT)
        self.canvas.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.canvas.hideButtons()
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.canvas.plotItem.layout.setContentsMargins(0, GRID, GRID, 0)
        self._box.scrubbed.connect(self.scrubbed)
        self._box.sigXRangeChanged.connect(self._on_range)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addWidget(self.canvas, 1)
        self.setAccessibleName(self.group.title)
        self.setAccessibleDescription(self._explanation())

    def _on_range(self, _box: Any, span: tuple[float, float]) -> None:
        if self._series is not None:  # an empty plot has nothing to say
            self.rangeChanged.emit(float(span[0]), float(span[1]))

    def _explanation(self) -> str:
        text = self.tr("{title}, degrees\n0° = {zero}\nPositive = {positive}\nValue ± one standard deviation")
        return text.format(title=self.group.title, zero=self.group.zero, positive=self.group.positive)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the values under the title where they do not fit beside it."""
        super().resizeEvent(event)
        fits = self._title.sizeHint().width() + self.least_width() <= self.width()
        self._head.setDirection(QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.restyle()


def _range(values: npt.NDArray[Any]) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return 0.0, 90.0
    low, high = float(known.min()), float(known.max())
    pad = max(0.06 * (high - low), (_LEAST_RANGE - (high - low)) / 2, 2.0)
    return math.floor((low - pad) / _SNAP) * _SNAP, math.ceil((high + pad) / _SNAP) * _SNAP
