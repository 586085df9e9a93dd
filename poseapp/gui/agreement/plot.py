"""A Bland-Altman plot: the difference of two values over their mean, with bias and limits of agreement."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from poseapp.core.agreement import AgreementRow
from poseapp.gui.agreement.words import UNITS, with_unit
from poseapp.gui.plots.plot_box import PlotBox
from poseapp.gui.style.theme import GRID, HALF, color, current_palette, font

_POINT = 6.0  # px
_REACH = 10.0  # px, from a point, in which a click means it
_MOST = 4000  # points that are drawn
_LEAST_SPAN = 2.0  # degrees or px


class _Box(PlotBox):
    """The mouse of this plot: a click may mean a point, the wheel zooms both ways, a double click shows all.

    Signals:
        pointed(float, float): Where it was clicked.
    """

    pointed = Signal(float, float)
    restored = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMouseEnabled(x=True, y=True)

    def mouseClickEvent(self, ev: Any) -> None:
        if ev.button() != Qt.MouseButton.LeftButton:
            return
        ev.accept()
        if ev.double():
            self.restored.emit()
            return
        at = self.mapToView(ev.pos())
        self.pointed.emit(float(at.x()), float(at.y()))

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        if ev.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            pg.ViewBox.mouseDragEvent(self, ev, axis)


class _Axis(pg.AxisItem):  # type: ignore[misc, unused-ignore]
    """Numbers with a true minus."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [text.replace("-", "−") for text in super().tickStrings(values, scale, spacing)]


class _Points(pg.ScatterPlotItem):  # type: ignore[misc, unused-ignore]
    """Points that leave the mouse to the box: a click may be meant for one that it just misses."""

    def mouseClickEvent(self, ev: Any) -> None:
        ev.ignore()


def drawn_points(row: AgreementRow) -> npt.NDArray[np.intp]:
    """Return the positions of a row that are drawn: of a long clip the largest differences, and others evenly."""
    if len(row.frames) <= _MOST:
        return np.arange(len(row.frames))
    evenly = np.linspace(0, len(row.frames) - 1, _MOST // 2).astype(np.intp)
    return np.union1d(evenly, row.worst_first[: _MOST // 2])


class AgreementPlot(QWidget):
    """The plot of one row, with the shown frame ringed.

    Signals:
        clicked(int): A point was clicked: its place in the row's frames.
    """

    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: AgreementRow | None = None
        self._frame = -1
        self._zoomed = False
        self._label_height = QFontMetrics(font("small")).height() + HALF
        self._box = _Box()
        axes = {name: _Axis(name) for name in ("left", "bottom")}
        self.canvas = pg.PlotWidget(parent=self, viewBox=self._box, axisItems=axes)
        self.points = _Points(pxMode=True, size=_POINT)
        self.ring = _Points(pxMode=True, size=_POINT + 8)
        self._zero = pg.InfiniteLine(pos=0, angle=0, movable=False)
        names = ("bias", "low", "high")
        self.lines = {name: pg.InfiniteLine(angle=0, movable=False, label="") for name in names}
        self._compose()
        self.restyle()

    def set_row(self, row: AgreementRow | None) -> None:
        """Show a row, or nothing."""
        self._row = row
        known = row is not None and row.agreement.n > 0
        for item in (self.points, self._zero, *self.lines.values()):
            item.setVisible(known)
        if row is None or not known:
            self.points.setData([], [])
            self.ring.setData([], [])
            return
        drawn = drawn_points(row)
        self.points.setData(row.mean[drawn], row.difference[drawn])
        a, unit = row.agreement, UNITS[row.unit]
        for line, value, title in (
            ("bias", a.bias, self.tr("bias")),
            ("low", a.low, self.tr("bias − 1.96 SD")),
            ("high", a.high, self.tr("bias + 1.96 SD")),
        ):
            self.lines[line].setVisible(math.isfinite(value))
            if math.isfinite(value):
                self.lines[line].setValue(value)
                self.lines[line].label.setText(f"{title} {with_unit(value, row.unit)}")
        self.canvas.setLabel("bottom", self.tr("Mean of both, {unit}").format(unit=unit))
        self.canvas.setLabel("left", self.tr("Second − first, {unit}").format(unit=unit))
        self.show_all()
        self.set_frame(self._frame)

    def set_frame(self, frame: int) -> None:
        """Ring the point of a frame, where it has one."""
        self._frame = frame
        place = self._place(frame)
        if self._row is None or place < 0:
            self.ring.setData([], [])
        else:
            x, y = self._row.point(place)
            self.ring.setData([x], [y])

    def show_all(self) -> None:
        """Show every point, both limits, and zero where it is near."""
        row = self._row
        if row is None or not row.agreement.n:
            return
        self._zoomed = False
        a = row.agreement
        ys = [float(v) for v in (row.difference.min(), row.difference.max(), a.low, a.high, 0.0) if math.isfinite(v)]
        xs = [float(row.mean.min()), float(row.mean.max())]
        label = self._label_height / max(self._box.height() - 2 * self._label_height, 1.0)
        for edges, set_range, pad in ((xs, self._box.setXRange, 0.04), (ys, self._box.setYRange, min(label, 0.5))):
            low, high = min(edges), max(edges)
            span = max(high - low, _LEAST_SPAN)
            spare = (span - (high - low)) / 2 + pad * span
            set_range(low - spare, high + spare, padding=0)

    def restyle(self) -> None:
        """Take over the theme."""
        palette, ratio = current_palette(), self.devicePixelRatioF()
        self.canvas.setBackground(color(palette.surface))
        for name in ("left", "bottom"):
            axis = self.canvas.getAxis(name)
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            axis.setTextPen(color(palette.muted))
            axis.setStyle(tickFont=font("small"))
            axis.label.setFont(font("small"))
        self.points.setPen(None)
        self.points.setBrush(color(palette.right, 0.6))
        self.ring.setBrush(None)
        self.ring.setPen(color(palette.text), width=2 * ratio)
        self._zero.setPen(color(palette.line), width=ratio)
        for name, line in self.lines.items():
            dashed = Qt.PenStyle.SolidLine if name == "bias" else Qt.PenStyle.DashLine
            line.setPen(color(palette.text), width=1.25 * ratio, style=dashed)
            line.label.setColor(color(palette.text))
            line.label.fill = pg.mkBrush(color(palette.surface, 0.8))
            line.label.setFont(font("small"))

    def _compose(self) -> None:
        for name, line in self.lines.items():
            below = name == "low"
            line.label.setPosition(0.98)
            line.label.anchors = [(1.0, 0.0 if below else 1.0)] * 2
        for item in (self._zero, *self.lines.values(), self.points, self.ring):
            self.canvas.addItem(item, ignoreBounds=True)
        self.canvas.hideButtons()
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.canvas.setMinimumSize(30 * GRID, 16 * GRID)
        self.canvas.setAccessibleName(self.tr("Bland–Altman plot"))
        self.canvas.plotItem.layout.setContentsMargins(0, GRID, 2 * GRID, 0)
        self._box.pointed.connect(self._on_pointed)
        self._box.restored.connect(self.show_all)
        self._box.sigResized.connect(lambda _box: None if self._zoomed else self.show_all())
        self._box.sigRangeChangedManually.connect(self._on_zoomed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas, 1)

    def _on_zoomed(self, *_: object) -> None:
        self._zoomed = True

    def _on_pointed(self, x: float, y: float) -> None:
        place = self.point_at(x, y)
        if place >= 0:
            self.clicked.emit(place)

    def point_at(self, x: float, y: float) -> int:
        """Return the point at a place of the plot, -1 where none is near."""
        row = self._row
        if row is None or not row.agreement.n:
            return -1
        wide, high = self._box.viewPixelSize()
        apart = np.hypot((row.mean - x) / wide, (row.difference - y) / high)
        nearest = int(np.argmin(apart))
        return nearest if float(apart[nearest]) <= _REACH else -1

    def _place(self, frame: int) -> int:
        if self._row is None:
            return -1
        place = int(np.searchsorted(self._row.frames, frame))
        return place if place < len(self._row.frames) and int(self._row.frames[place]) == frame else -1

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.restyle()
