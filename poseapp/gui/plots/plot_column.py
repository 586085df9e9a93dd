"""The plots over time, one below the other: they share their time, playhead and zone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from poseapp.gui.plots.angle_groups import PlotGroup, Quantity
from poseapp.gui.plots.curve_data import CurveData
from poseapp.gui.plots.plot_scroll import PlotScroll
from poseapp.gui.timeline.time_axis import TimeAxis, same_view

if TYPE_CHECKING:
    from poseapp.gui.plots.angle_plot import AnglePlot
    from poseapp.gui.plots.reference_data import ReferenceData

_LEAST_FRAMES = 4  # the closest zoom


class PlotColumn(PlotScroll):
    """Plots by name, in order.

    Attributes:
        plots: By name. view: First and last second in view. shade: The working zone, s, None for none.
        reference: Curves of another system that are drawn, too; None for none.

    Signals:
        clicked(float): The user went to that time, s.
        doubleClicked(float): There, s.
        swept(float, float, bool): The user dragged from a time to a time, s; whether the button was let go.
        rangeChanged(float, float): The plots show these seconds.
    """

    clicked = Signal(float)
    doubleClicked = Signal(float)
    swept = Signal(float, float, bool)
    rangeChanged = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plots: dict[str, AnglePlot] = {}
        self.view = (0.0, 0.0)
        self._time: npt.NDArray[np.float64] = np.zeros(0)
        self.shade: tuple[float, float] | None = None
        self.reference: ReferenceData | None = None
        self._wanted: tuple[PlotGroup, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._build_next)

    @property
    def end(self) -> float:
        """When the last frame ends, s."""
        return TimeAxis.whole(self._time, 1.0).end

    def set_time(self, time: npt.NDArray[np.float64]) -> None:
        """Show frames at `time` (T,) s, T > 0; another clip is shown as a whole."""
        if time is self._time and self.view[1] > self.view[0]:
            return
        is_other = time is not self._time and not np.array_equal(time, self._time)  # which takes 4 ms for a day
        is_new = is_other or self.view[1] <= self.view[0]
        self._time = time
        if is_new:
            for plot in self.plots.values():
                self._limit(plot)
            self.view = (0.0, 0.0)
            self.set_view(float(time[0]), self.end)
            self.set_reference(self.reference)

    def forget_view(self) -> None:
        """Show the whole of the next clip."""
        self.view = (0.0, 0.0)

    def set_groups(self, groups: Sequence[PlotGroup], *, gently: bool = False) -> None:
        """Have these plots; `gently` builds one at each idle moment, for each takes a while."""
        self._wanted = tuple(groups)
        names = {group.name: group for group in groups}
        for name in [n for n, plot in self.plots.items() if names.get(n) != plot.group]:
            plot = self.plots.pop(name)
            self.column.removeWidget(plot)
            plot.deleteLater()
        if gently:
            self._build_next()
        else:
            while self._build_one():
                pass

    def set_curves(self, name: str, curves: Sequence[CurveData]) -> None:
        """Give a plot its curves."""
        if name in self.plots:
            self.plots[name].set_curves(curves, self._time)

    def set_turns(self, times: npt.NDArray[np.float64]) -> None:
        """Mark where the person turns, (n,) s."""
        for plot in self.plots.values():
            plot.set_turns(times)

    def set_reference(self, reference: ReferenceData | None) -> None:
        """Draw the curves of another system, too, or none any more."""
        self.reference = reference
        for plot in self.plots.values():
            plot.set_reference(reference, self._start())

    def set_zone(self, span: tuple[float, float] | None) -> None:
        """Shade the working zone, s; None for none."""
        self.shade = span
        for plot in self.plots.values():
            plot.set_zone(span)

    def set_playhead(self, i: int, seconds: float) -> None:
        """Move the cursor and the read-outs to a frame."""
        for plot in self.plots.values():
            plot.set_playhead(i, seconds)

    def set_view(self, first: float, last: float) -> None:
        """Show first .. last s in every plot."""
        if last <= first or (self.view[1] > self.view[0] and same_view((first, last), self.view)):
            return
        self.view = (first, last)
        for plot in self.plots.values():
            plot.set_view(first, last)
        self.rangeChanged.emit(first, last)

    def show_whole(self) -> None:
        """Show the whole clip."""
        if len(self._time):
            self.set_view(float(self._time[0]), self.end)

    def axis_width(self) -> int:
        """Return the px at the left that every plot keeps for its numbers."""
        from poseapp.gui.plots.plot_axes import axis_width

        quantities: set[Quantity] = {plot.group.quantity for plot in self.plots.values()}
        return axis_width(quantities)

    def _build_next(self) -> None:
        if self._build_one():
            self._timer.start(0)

    def _build_one(self) -> bool:
        """Build the first plot that is missing; return False when there is none."""
        missing = next((group for group in self._wanted if group.name not in self.plots), None)
        if missing is not None:
            self.plots[missing.name] = self._make(missing)
            order = [group.name for group in self._wanted if group.name in self.plots]
            self.plots = {name: self.plots[name] for name in order}
            self.column.insertWidget(order.index(missing.name), self.plots[missing.name], 1)
        self._arrange()
        return missing is not None

    def _arrange(self) -> None:
        width = self.axis_width() if self.plots else 0
        for name, plot in self.plots.items():
            plot.set_axis_width(width)
            plot.set_time_axis_visible(name == next(reversed(self.plots)))
        self.hold(max((plot.least_width() for plot in self.plots.values()), default=0))

    def _make(self, group: PlotGroup) -> AnglePlot:
        from poseapp.gui.plots.angle_plot import AnglePlot  # pyqtgraph takes most of a second to import

        plot = AnglePlot(group, self.page)
        plot.clicked.connect(self.clicked)
        plot.doubleClicked.connect(self.doubleClicked)
        plot.swept.connect(self.swept)
        if len(self._time):
            self._limit(plot)
        if self.view[1] > self.view[0]:
            plot.set_view(*self.view)
        plot.set_zone(self.shade)
        if self.reference is not None:
            plot.set_reference(self.reference, self._start())
        plot.rangeChanged.connect(self.set_view)
        return plot

    def _start(self) -> float:
        return float(self._time[0]) if len(self._time) else 0.0

    def _limit(self, plot: AnglePlot) -> None:
        first = float(self._time[0])
        least = (self.end - first) * min(1.0, _LEAST_FRAMES / len(self._time))
        plot.limit_view(first, self.end, least=least)
