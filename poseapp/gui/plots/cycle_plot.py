"""One plot of cycles: single ones thin, their mean with a band of one standard deviation, left over right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPolygonF, QResizeEvent, QTransform
from PySide6.QtWidgets import QSizePolicy, QStyleOptionGraphicsItem, QVBoxLayout, QWidget

from poseapp.core.norms import NormBand, Norms
from poseapp.core.skeleton import Side
from poseapp.gui.canvas.layer_keeper import LayerKeeper
from poseapp.gui.canvas.strokes import draw_lines
from poseapp.gui.plots.angle_curve import DASHES, columns_band, polylines
from poseapp.gui.plots.angle_groups import PlotGroup
from poseapp.gui.plots.cycle_data import CycleData
from poseapp.gui.plots.plot_axes import PercentAxisItem, ValueAxisItem, axis_width, value_range
from poseapp.gui.plots.plot_box import PlotBox
from poseapp.gui.plots.plot_head import PlotHead
from poseapp.gui.plots.read_out import ReadOut
from poseapp.gui.plots.tall_item import TallItem
from poseapp.gui.style.elided_label import ElidedLabel
from poseapp.gui.style.theme import GRID, HALF, blend, color, current_palette, font

_LEAST_HEIGHT = 12 * GRID
_PERCENT = np.linspace(0.0, 100.0, 101)


@dataclass(frozen=True)
class _Shape:
    band: list[QRectF]
    single: list[QPolygonF]
    mean: list[QPolygonF]


class _CycleCurve(TallItem):
    """The cycles of one side, in percent."""

    def __init__(self, side: Side) -> None:
        super().__init__()
        self._side = side
        self._data: CycleData | None = None
        self.keeper: LayerKeeper[_Shape] = LayerKeeper()
        self.enclose(0.0, 100.0)

    def set_data(self, data: CycleData) -> None:
        """Show other cycles."""
        self._data = data
        self.keeper.forget()
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint what is kept, or paint it anew."""
        box, data = self.getViewBox(), self._data
        if box is not None and data is not None:
            self.keeper.paint(painter, box, lambda _view, to_px, ratio: _shape(data, to_px, ratio), self._draw)

    def _draw(self, painter: QPainter, shape: _Shape) -> None:
        palette = current_palette()
        ink = palette.side(self._side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(ink, 0.22))
        painter.drawRects(shape.band)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_lines(painter, shape.single, blend(ink, palette.surface, 0.4), width=1.0)
        draw_lines(painter, shape.mean, color(ink), width=2.25, dashes=DASHES[self._side])


class _NormCurve(pg.GraphicsObject):  # type: ignore[misc, unused-ignore]
    """What is usual: a band of one standard deviation about a dotted mean, behind everything."""

    def __init__(self) -> None:
        super().__init__()
        self.band: NormBand | None = None
        self.setZValue(-10)

    def boundingRect(self) -> QRectF:
        """Return what encloses any value."""
        return QRectF(0.0, -1e5, 100.0, 2e5)

    def dataBounds(self, axis: int, frac: float = 1.0, orthoRange: object = None) -> list[float | None]:
        """Tell pyqtgraph that the plot sets the ranges itself."""
        return [None, None]

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the band in plot coordinates."""
        if self.band is None:
            return
        palette, known = current_palette(), np.isfinite(self.band.mean)
        x, mean, sd = _PERCENT[known], self.band.mean[known], self.band.sd[known]
        outline = [*zip(x, mean - sd, strict=True), *zip(x[::-1], (mean + sd)[::-1], strict=True)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(palette.muted, 0.28))
        painter.drawPolygon(QPolygonF([QPointF(*point) for point in outline]))
        pen = QPen(color(palette.muted), 1.0, Qt.PenStyle.DotLine)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF([QPointF(*point) for point in zip(x, mean, strict=True)]))


def _shape(data: CycleData, to_px: QTransform, ratio: float) -> _Shape:
    single = [line for cycle in data.single for line in polylines(_PERCENT, cycle, to_px)]
    left, right = to_px.map(QPointF(0, 0)).x(), to_px.map(QPointF(100, 0)).x()
    fine = np.linspace(0.0, 100.0, max(2, round((right - left) * ratio)))
    low, high = (np.interp(fine, _PERCENT, data.mean.mean + sign * data.mean.sd) for sign in (-1, 1))
    return _Shape(columns_band(fine, low, high, to_px=to_px, ratio=ratio), single,
                  polylines(_PERCENT, data.mean.mean, to_px))  # fmt: skip


class CyclePlot(QWidget):
    """The cycles of one `PlotGroup`.

    Attributes:
        cycles: What is shown, one set for each member.

    Signals:
        clicked(float): The user went to that percent of the cycle at the playhead.
    """

    clicked = Signal(float)

    def __init__(self, group: PlotGroup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group = group
        self.cycles: tuple[CycleData, ...] = ()
        self._curves = {m.side: _CycleCurve(m.side) for m in group.members}
        self._norm, self._norm_title = _NormCurve(), ""
        self._cursors = {m.side: pg.InfiniteLine(angle=90, movable=False) for m in group.members}
        self.read_outs = {m.side: ReadOut(m.side, m.title, self, unit=group.unit) for m in group.members}
        self._title = ElidedLabel(group.title, self)
        self._head = PlotHead(self._title, self.read_outs.values())
        self._box = PlotBox()
        self._box.invertY(group.quantity == "y")
        self._axes: dict[str, Any] = {"left": ValueAxisItem(group.quantity), "bottom": PercentAxisItem("bottom")}
        self.canvas = pg.PlotWidget(parent=self, viewBox=self._box, axisItems=self._axes)
        self._zero = pg.InfiniteLine(pos=0, angle=0, movable=False)
        self._compose()
        self.restyle()

    def set_norms(self, norms: Norms | None) -> None:
        """Draw what is usual behind the cycles of an angle, and name it; nothing where the table has none of it."""
        band = None
        if norms is not None and self.group.quantity == "angle":
            found = [norms.of(f"{m.side}_{self.group.name}".removeprefix("middle_")) for m in self.group.members]
            band = next((one for one in found if one is not None), None)
        self._norm.band = band
        self._norm_title = norms.title if norms is not None and band is not None else ""
        self._norm.update()
        self.set_cycles(self.cycles)

    def set_cycles(self, cycles: Sequence[CycleData]) -> None:
        """Show cycles, one set for each member of the group."""
        self.cycles = tuple(cycles)
        for data in cycles:
            self._curves[data.member.side].set_data(data)
        known = [data.extent for data in cycles if not math.isnan(data.extent[0])]
        if self._norm.band is not None:
            edges = [self._norm.band.mean + sign * self._norm.band.sd for sign in (-1, 1)]
            known.append((float(np.nanmin(edges)), float(np.nanmax(edges))))
        low, high = (min(e[0] for e in known), max(e[1] for e in known)) if known else (math.nan, math.nan)
        self._box.setYRange(*value_range(self.group.quantity, low, high), padding=0)
        usual = self.tr(" · grey: {title}").format(title=self._norm_title) if self._norm_title else ""
        self._title.setText(f"{self.group.title} · {counted(cycles)}{usual}" if cycles else self.group.title)
        self._title.setToolTip(self._explanation())

    def set_percent(self, percent: Mapping[Side, float]) -> None:
        """Show where in its cycle each side is, %, and the mean there; a side that is missing is in none."""
        for data in self.cycles:
            side = data.member.side
            here = percent.get(side, math.nan)
            self._cursors[side].setVisible(not math.isnan(here))
            if math.isnan(here):
                self.read_outs[side].set_value(math.nan, math.nan)
                continue
            self._cursors[side].setValue(here)
            mean, sd = (float(np.interp(here, _PERCENT, values)) for values in (data.mean.mean, data.mean.sd))
            self.read_outs[side].set_value(mean, sd)

    def least_width(self) -> int:
        """Return the px that the values need."""
        return self._head.least_width()

    def set_axis_width(self, width: int) -> None:
        """Make room for the numbers at the left, px."""
        self._axes["left"].setWidth(width)

    def restyle(self) -> None:
        """Take over the theme."""
        palette, ratio = current_palette(), self.devicePixelRatioF()
        self.canvas.setBackground(color(palette.surface))
        for axis in self._axes.values():
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            axis.setTextPen(color(palette.muted))
            axis.setStyle(tickFont=font("small"))
        self._zero.setPen(color(palette.line), width=ratio)
        for side, cursor in self._cursors.items():
            style = Qt.PenStyle.DashLine if side == "left" else Qt.PenStyle.SolidLine
            cursor.setPen(color(palette.side(side)), width=1.5 * ratio, style=style)

    def _compose(self) -> None:
        for read_out in self.read_outs.values():
            read_out.setToolTip(self.tr("Mean ± one standard deviation of the cycles, where this one is now"))
        self.set_axis_width(axis_width([self.group.quantity]))
        self._axes["bottom"].setHeight(max(3 * GRID, QFontMetrics(font("small")).height() + HALF))
        self._axes["bottom"].setStyle(hideOverlappingLabels=3 * GRID)  # px: 0 % and 100 % lie half outside
        for item in (self._norm, self._zero, *self._curves.values(), *self._cursors.values()):
            self.canvas.addItem(item, ignoreBounds=True)
        self.canvas.setMinimumHeight(_LEAST_HEIGHT)
        self.canvas.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.canvas.hideButtons()
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.canvas.plotItem.layout.setContentsMargins(0, GRID, 3 * GRID, 0)
        self._box.setXRange(0.0, 100.0, padding=0)
        self._box.setLimits(xMin=0.0, xMax=100.0)
        self._box.setMouseEnabled(x=False, y=False)
        self._box.clicked.connect(self.clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addWidget(self.canvas, 1)

    def _explanation(self) -> str:
        group, lines = self.group, [self.group.title]
        for data in self.cycles:
            told = self.tr("{title}: {n} cycles").format(title=data.member.title, n=data.mean.n)
            if data.mean.n_left_out:
                told += self.tr(", {n} left out because of a gap").format(n=data.mean.n_left_out)
            lines.append(told)
        lines += [group.zero, self.tr("Positive = {positive}").format(positive=group.positive)]
        if self._norm_title:
            lines.append(self.tr("Grey: {title}, mean ± one standard deviation").format(title=self._norm_title))
        return "\n".join([*lines, self.tr("Line: mean. Band: one standard deviation. Thin: single cycles")])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the values under the title where they do not fit beside it."""
        super().resizeEvent(event)
        self._head.fit(self.width())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.restyle()


def counted(cycles: Sequence[CycleData]) -> str:
    """Return "n = 5" or, where the sides differ, "n = 5 R, 4 L"."""
    letters = {"right": " R", "left": " L", "middle": ""}
    if len({data.mean.n for data in cycles}) == 1:
        return f"n = {cycles[0].mean.n}"
    return "n = " + ", ".join(f"{data.mean.n}{letters[data.member.side]}" for data in cycles)
