"""One plot: title and values at the playhead above, curves of both sides below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from poseapp.core.skeleton import Side
from poseapp.gui.plots.angle_curve import AngleCurve, ReferenceLine
from poseapp.gui.plots.angle_groups import OWN_ZERO, PlotGroup, range_words
from poseapp.gui.plots.curve_data import CurveData
from poseapp.gui.plots.plot_axes import TimeAxisItem, ValueAxisItem, axis_width, value_range
from poseapp.gui.plots.plot_box import DRAG_PX, PlotBox
from poseapp.gui.plots.plot_head import PlotHead
from poseapp.gui.plots.plot_turns import TurnLines
from poseapp.gui.plots.read_out import ReadOut
from poseapp.gui.plots.reference_data import ReferenceData
from poseapp.gui.style.elided_label import ElidedLabel
from poseapp.gui.style.theme import GRID, HALF, color, current_palette, font
from poseapp.gui.style.wording import format_percent

Float64 = npt.NDArray[np.float64]

_LEAST_HEIGHT = 6 * GRID  # four plots fit a window of 1280 x 800


class AnglePlot(QWidget):
    """The curves of one `PlotGroup`.

    Signals:
        clicked(float): The user went to that time, s.
        doubleClicked(float): There, s.
        swept(float, float, bool): The user dragged from a time to a time, s; whether the button was let go.
        rangeChanged(float, float): Seconds in view.
    """

    clicked = Signal(float)
    doubleClicked = Signal(float)
    swept = Signal(float, float, bool)
    rangeChanged = Signal(float, float)

    def __init__(self, group: PlotGroup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group = group
        self._data: tuple[CurveData, ...] = ()
        self._reference: tuple[str, tuple[CurveData, ...]] = ("", ())
        self.reference_lines: dict[Side, ReferenceLine] = {}
        self._curves = {m.side: AngleCurve(m.side) for m in group.members}
        self.read_outs = {m.side: ReadOut(m.side, m.title, self, unit=group.unit) for m in group.members}
        self._title = ElidedLabel(group.title, self)
        self._head = PlotHead(self._title, self.read_outs.values())
        self._box = PlotBox()
        self._box.invertY(group.quantity == "y")  # up in the picture is up in the plot
        self._axes: dict[str, Any] = {"left": ValueAxisItem(group.quantity), "bottom": TimeAxisItem("bottom")}
        self.canvas = pg.PlotWidget(parent=self, viewBox=self._box, axisItems=self._axes)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._zone = pg.LinearRegionItem(movable=False)
        self._turns = TurnLines()
        self._span: tuple[float, float] | None = None
        self._compose()
        self.restyle()

    def set_curves(self, curves: Sequence[CurveData], time: Float64) -> None:
        """Show curves, one for each member of the group, of frames at `time` (T,) s."""
        self._data = tuple(curves)
        for data in curves:
            self._curves[data.member.side].set_data(time, data)
        self._fit()

    def set_reference(self, reference: ReferenceData | None, start: float) -> None:
        """Draw the curves of another system, whose 0 s is at `start` s; None draws none."""
        found = () if reference is None else reference.of(self.group)
        self._reference = ("" if reference is None else reference.title, found)
        wanted = {data.member.side: data for data in found}
        for side in {*wanted, *self.reference_lines}:
            if side not in self.reference_lines:
                self.reference_lines[side] = ReferenceLine(side)
                self.canvas.addItem(self.reference_lines[side], ignoreBounds=True)
            line = self.reference_lines[side]
            line.setVisible(side in wanted)
            if reference is not None and side in wanted:
                line.set_data(reference.time + start, wanted[side])
        self._fit()

    def _fit(self) -> None:
        """Say what is drawn, and show all of its values."""
        self._explain()
        drawn = (*self._data, *self._reference[1])
        known = [data.extent for data in drawn if data.extent[0] == data.extent[0]]
        low, high = (min(e[0] for e in known), max(e[1] for e in known)) if known else (np.nan, np.nan)
        span = value_range(self.group.quantity, low, high)
        if span != self._span:
            self._span = span
            self._box.setYRange(*span, padding=0)

    def set_zone(self, span: tuple[float, float] | None) -> None:
        """Shade the working zone, s; None for none."""
        self._zone.setVisible(span is not None)
        if span is not None:
            self._zone.setRegion(span)

    def set_turns(self, times: Float64) -> None:
        """Mark the times (n,) s, ascending, at which the person turns."""
        self._turns.set_times(times)

    def set_playhead(self, i: int, time: float) -> None:
        """Move the cursor and the read-outs to a frame at `time` s."""
        self._cursor.setValue(time)
        for data in self._data:
            read_out = self.read_outs[data.member.side]
            read_out.set_value(float(data.values.values[i]), float(data.sigma[i]), off_plane=data.is_off_plane(i))

    def set_view(self, first: float, last: float) -> None:
        """Show first .. last s."""
        self._box.setXRange(first, last, padding=0)

    def least_width(self) -> int:
        """Return the px that the values need, whatever stands beside them."""
        return self._head.least_width()

    def limit_view(self, first: float, last: float, *, least: float) -> None:
        """Keep zoom and pan within first .. last s, and never closer than `least` s."""
        self._box.setLimits(xMin=first, xMax=last, minXRange=least)

    def set_axis_width(self, width: int) -> None:
        """Make room for the numbers at the left, px."""
        self._axes["left"].setWidth(width)

    def set_time_axis_visible(self, visible: bool) -> None:
        """Label the time under this plot; only the lowest one does."""
        self._axes["bottom"].setStyle(showValues=visible)
        text = QFontMetrics(font("small")).height()
        height = max(3 * GRID, text + HALF) if visible else HALF
        self._axes["bottom"].setHeight(height)
        self.canvas.setMinimumHeight(_LEAST_HEIGHT + height - HALF)

    def restyle(self) -> None:
        """Take over the theme."""
        palette = current_palette()
        self.canvas.setBackground(color(palette.surface))
        for axis in self._axes.values():
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            axis.setTextPen(color(palette.muted))
            axis.setStyle(tickFont=font("small"))
        ratio = self.devicePixelRatioF()  # cosmetic pens count device pixels
        self._cursor.setPen(color(palette.text), width=1.5 * ratio)
        self._zero.setPen(color(palette.line), width=ratio)
        self._zone.setBrush(color(palette.accent, 0.16))
        for edge in self._zone.lines:
            edge.setPen(color(palette.accent), width=1.5 * ratio)
        pen = QPen(color(palette.muted, 0.7), ratio, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        self._turns.set_pen(pen)

    def _compose(self) -> None:
        self._explain()
        self.set_axis_width(axis_width([self.group.quantity]))
        self._zone.setZValue(-10)
        self._zone.setAcceptHoverEvents(False)
        self.set_zone(None)
        self._zero = pg.InfiniteLine(pos=0, angle=0, movable=False)
        for item in (self._zone, self._zero, self._turns, *self._curves.values(), self._cursor):
            self.canvas.addItem(item, ignoreBounds=True)
        self.canvas.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.canvas.hideButtons()
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.canvas.plotItem.layout.setContentsMargins(0, GRID, GRID, 0)
        self.canvas.scene().setMoveDistance(DRAG_PX)
        self._box.clicked.connect(self.clicked)
        self._box.doubleClicked.connect(self.doubleClicked)
        self._box.swept.connect(self.swept)
        self._box.sigXRangeChanged.connect(self._on_range)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addWidget(self.canvas, 1)
        self.setAccessibleName(self.group.title)

    def _on_range(self, _box: Any, span: tuple[float, float]) -> None:
        if self._data:  # an empty plot has nothing to say
            self.rangeChanged.emit(float(span[0]), float(span[1]))

    def _explain(self) -> None:
        words = "\n".join([self._explanation(), *self._off_plane_words()])
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
            for widget in (self._title, *self.read_outs.values()):
                widget.setToolTip(words)

    def _off_plane_words(self) -> list[str]:
        """Return a sentence for each curve that leaves the plane of the picture."""
        said = self.tr("{title}: {share} of the frames are not in the plane of the picture")
        shares = ((data.member.title, np.diff(data.off_plane).sum() / max(1, len(data.values))) for data in self._data)
        return [said.format(title=title, share=format_percent(share)) for title, share in shares if share > 0]

    def _explanation(self) -> str:
        group = self.group
        unit = {"°": self.tr("degrees"), "°/s": self.tr("degrees per second"), "px": self.tr("picture px"),
                "m": self.tr("metres"), "m/s": self.tr("metres per second")}[group.unit]  # fmt: skip
        text = self.tr("{title}, {unit}\n{zero}\nPositive = {positive}\n{band}\n{marks}")
        bands = {"velocity": self.tr("Band = one standard deviation, where the errors of frames are independent")}
        band = bands.get(group.quantity, self.tr("Value ± one standard deviation"))
        marks = self.tr("Ring: corrected by hand. Dot: healed by a correction nearby")
        if group.quantity in ("angle", "velocity"):
            marks += self.tr("\nHatched below, ~ before the value: not in the plane of the picture")
        if group.quantity == "angle":
            marks += f"\n{range_words(group.members[0].period)}"
        zero = self.tr(OWN_ZERO) if any(data.own_zero for data in self._data) else group.zero
        title, curves = self._reference
        if curves:
            sources = ", ".join(data.member.title for data in curves)
            marks += "\n" + self.tr("Dash-dotted: {sources} of {file}").format(sources=sources, file=title)
        return text.format(title=group.title, unit=unit, zero=zero, positive=group.positive, band=band, marks=marks)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the values under the title where they do not fit beside it."""
        super().resizeEvent(event)
        self._head.fit(self.width())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.restyle()
