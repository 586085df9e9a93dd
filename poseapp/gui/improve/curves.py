"""The live curves of a fine-tuning: the error on held-out frames, and the loss, over its steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetrics, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from poseapp.gui.style.elided_label import ElidedLabel
from poseapp.gui.style.theme import GRID, HALF, color, current_palette, font

_HEIGHT = 15 * GRID
_TICK_SPACING = (48, 24)  # px, across and up
_DOT = 6  # px

Points = Sequence[tuple[float, float]]


class CurvePlot(QWidget):
    """One curve with its newest value beside the title, and a dashed line at what it began with where that matters.

    `unit` follows numbers; `decimals` of the newest value.
    """

    def __init__(self, title: str, unit: str, *, decimals: int, dotted: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit, self._decimals, self._dotted = unit, decimals, dotted
        self.points: tuple[tuple[float, float], ...] = ()
        self._title = ElidedLabel(title, self)
        self._title.setFont(font("strong"))
        self._value = QLabel(self)
        self._value.setFont(font("strong"))
        self._box = pg.ViewBox(enableMenu=False)
        self._axes: dict[str, Any] = {"left": _NumberAxis("left"), "bottom": _NumberAxis("bottom")}
        self.canvas = pg.PlotWidget(parent=self, viewBox=self._box, axisItems=self._axes)
        self._curve = pg.PlotDataItem(antialias=True)
        self._start = pg.InfiniteLine(angle=0, movable=False)
        self._start.setVisible(False)
        self.setAccessibleName(title)
        self._compose()
        self.restyle()

    @property
    def text(self) -> str:
        """The newest value in words."""
        return self._value.text()

    def show_points(self, points: Points, steps: int) -> None:
        """Show (step, value) so far, of `steps` in all."""
        known = tuple((float(x), float(y)) for x, y in points if math.isfinite(y))
        if known != self.points:
            self.points = known
            self._curve.setData([x for x, _ in known], [y for _, y in known])
            self._start.setVisible(self._dotted and bool(known))
            if known:
                self._start.setValue(known[0][1])
            self._value.setText(self._words())
            self.setAccessibleDescription(self._value.text())
        high = max((y for _, y in known), default=1.0)
        self._box.setXRange(0, max([1, steps, *(x for x, _ in known[-1:])]), padding=0.02)
        self._box.setYRange(0, 1.1 * high or 1.0, padding=0)

    def restyle(self) -> None:
        """Take over the theme."""
        palette, ratio = current_palette(), self.devicePixelRatioF()
        self.canvas.setBackground(color(palette.surface))
        for axis in self._axes.values():
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            axis.setTextPen(color(palette.muted))
            axis.setStyle(tickFont=font("small"))
        ink = color(palette.accent if self._dotted else palette.muted)
        self._curve.setPen(pg.mkPen(ink, width=2 * ratio))
        if self._dotted:
            self._curve.setSymbol("o")
            self._curve.setSymbolSize(_DOT)
            self._curve.setSymbolBrush(ink)
            self._curve.setSymbolPen(pg.mkPen(None))
        self._start.setPen(pg.mkPen(color(palette.muted), width=ratio, style=Qt.PenStyle.DashLine))

    def _words(self) -> str:
        if not self.points:
            return ""
        last = f"{self.points[-1][1]:.{self._decimals}f}{self._unit}"
        if not self._dotted or len(self.points) == 1:
            return last
        return self.tr("{first} → {last}").format(first=f"{self.points[0][1]:.{self._decimals}f}", last=last)

    def _compose(self) -> None:
        metrics = QFontMetrics(font("small"))
        self._axes["left"].setWidth(max(4 * GRID, metrics.horizontalAdvance("00.00") + HALF))
        self._axes["bottom"].setHeight(max(2 * GRID, metrics.height() + HALF))
        self.canvas.addItem(self._start, ignoreBounds=True)
        self.canvas.addItem(self._curve, ignoreBounds=True)
        self.canvas.setFixedHeight(_HEIGHT)
        self.canvas.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.canvas.hideButtons()
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.canvas.setMinimumWidth(0)
        self.canvas.plotItem.layout.setContentsMargins(0, GRID, GRID, 0)
        # The wheel scrolls the panel: there is nothing to look for in so short a curve.
        self.canvas.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._box.setMouseEnabled(x=False, y=False)
        self._box.disableAutoRange()
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self._title, 1)
        head.addWidget(self._value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.canvas)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.restyle()


class ImproveCurves(QWidget):
    """Both curves, one above the other, over the same steps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.error = CurvePlot(self.tr("Held-out error"), "\u00a0px", decimals=1, dotted=True, parent=self)
        self.error.setToolTip(
            self.tr("Median distance to what was corrected, on frames that it does not learn from; dashed: before")
        )
        self.loss = CurvePlot(self.tr("Loss while learning"), "", decimals=4, dotted=False, parent=self)
        self.loss.setToolTip(self.tr("What it tries to make small: it should fall, and then level out"))
        steps = QLabel(self.tr("Steps"), self)
        steps.setFont(font("small"))
        steps.setProperty("tone", "muted")
        steps.setAlignment(Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.error)
        column.addWidget(self.loss)
        column.addWidget(steps)

    def show_curves(self, errors: Points, losses: Points, steps: int) -> None:
        """Show the errors, px, and the losses so far."""
        self.error.show_points(errors, steps)
        self.loss.show_points(losses, steps)


class _NumberAxis(pg.AxisItem):  # type: ignore[misc, unused-ignore]
    """A few round numbers."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        spacing = _TICK_SPACING[self.orientation == "left"]
        step = _nice((maxVal - minVal) * spacing / max(1.0, size))
        first, last = math.ceil(minVal / step - 1e-9), math.floor(maxVal / step + 1e-9)
        return [(step, [n * step for n in range(first, last + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        decimals = max(0, -math.floor(math.log10(spacing) + 1e-9))
        return [f"{value:.{decimals}f}" for value in values]


def _nice(least: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(max(least, 1e-9)))
    return next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= least * (1 - 1e-9))
