"""What repeats, in percent of a cycle: which event cuts, and a plot for each thing that is plotted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from poseapp.core.items import Event
from poseapp.core.norms import Norms
from poseapp.core.skeleton import Side
from poseapp.gui.empty_state import EmptyState
from poseapp.gui.plots.angle_groups import PlotGroup
from poseapp.gui.plots.curve_data import CurveData
from poseapp.gui.plots.cycle_data import CycleData, Cycles, cycles_of, event_names, make_cycles
from poseapp.gui.plots.latest_maker import LatestMaker
from poseapp.gui.plots.plot_scroll import PlotScroll
from poseapp.gui.plots.plot_zone import nearest_frame
from poseapp.gui.style.theme import GRID, font
from poseapp.services.playback import Zone

if TYPE_CHECKING:
    from poseapp.gui.plots.cycle_plot import CyclePlot

AT_ONCE = 120  # cycles of all curves together; more are made ready beside the GUI thread
_SIDES: tuple[Side, ...] = ("right", "left", "middle")


class CyclePage(QWidget):
    """Plots of cycles by name, in order.

    Attributes:
        events: The names of the events that may cut.
        plots: By name.
        maker: Makes the cycles of long clips.

    Signals:
        seekRequested(int): A plot was clicked at what is this frame.
    """

    seekRequested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plots: dict[str, CyclePlot] = {}
        self.maker = LatestMaker(self)
        self.maker.made.connect(self._show)
        self.events = QComboBox(self)
        self.events.setAccessibleName(self.tr("The event that begins a cycle"))
        self.events.setToolTip(self.tr("The event that begins a cycle and ends the one before"))
        self.events.currentIndexChanged.connect(lambda _: self._order())
        self._note = QLabel(self)
        self._note.setFont(font("small"))
        self._note.setProperty("tone", "muted")
        self._scroll = PlotScroll(self)
        self._pages = QStackedLayout()
        self._time: npt.NDArray[np.float64] = np.zeros(0)
        self._curves: Mapping[str, Sequence[CurveData]] = {}
        self._known: tuple[tuple[Event, ...], int, Zone | None, tuple[int, ...]] = ((), 0, None, ())
        self._norms: Norms | None = None
        self._cycles: Cycles = {}
        self._playhead = 0
        self._compose()

    def set_curves(
        self, groups: Sequence[PlotGroup], curves: Mapping[str, Sequence[CurveData]], time: npt.NDArray[np.float64]
    ) -> None:
        """Show the cycles of these curves over frames at `time` (T,) s."""
        self._time, self._curves = time, curves
        self._build([group for group in groups if group.name in curves])
        self._order()

    def set_norms(self, norms: Norms | None) -> None:
        """Draw what is usual behind the cycles; None for nothing."""
        self._norms = norms
        for plot in self.plots.values():
            plot.set_norms(norms)

    def set_events(self, events: Sequence[Event], person: int, zone: Zone | None, *, turns: Sequence[int] = ()) -> None:
        """Cut at the events of a person, within the zone where there is one; no cycle reaches over a turn."""
        known = tuple(events), person, zone, tuple(turns)
        if known == self._known:
            return
        self._known = known
        chosen, names = self.events.currentText(), event_names(events, person)
        blocker = QSignalBlocker(self.events)
        self.events.clear()
        self.events.addItems(list(names))
        self.events.setCurrentIndex(max(0, self.events.findText(chosen)) if names else -1)
        blocker.unblock()
        self._order()

    def set_playhead(self, i: int) -> None:
        """Show where in its cycle each side is."""
        self._playhead = i
        percent = {side: share for side in _SIDES if (share := self._percent(side, i)) is not None}
        for plot in self.plots.values():
            plot.set_percent(percent)

    def _compose(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(2 * GRID, 0, GRID, 0)
        head.addWidget(self.events)
        head.addWidget(self._note, 1)
        filled = QWidget(self)
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)
        words = self.tr("Mark the same event at least twice, such as every heel strike, and cycles are cut there")
        self._pages.addWidget(EmptyState("angle", words, parent=self))
        self._pages.addWidget(filled)
        self.setLayout(self._pages)

    def _build(self, groups: Sequence[PlotGroup]) -> None:
        from poseapp.gui.plots.cycle_plot import CyclePlot  # pyqtgraph takes most of a second to import
        from poseapp.gui.plots.plot_axes import axis_width

        names = {group.name: group for group in groups}
        for name in [n for n, plot in self.plots.items() if names.get(n) != plot.group]:
            plot = self.plots.pop(name)
            self._scroll.column.removeWidget(plot)
            plot.deleteLater()
        width = axis_width({group.quantity for group in groups})
        for row, group in enumerate(groups):
            if group.name not in self.plots:
                self.plots[group.name] = CyclePlot(group, self._scroll.page)
                self.plots[group.name].clicked.connect(self._on_clicked)
                self.plots[group.name].set_norms(self._norms)
                self._scroll.column.insertWidget(row, self.plots[group.name], 1)
            self.plots[group.name].set_axis_width(width)
        self.plots = {group.name: self.plots[group.name] for group in groups}
        self._scroll.hold(max((plot.least_width() for plot in self.plots.values()), default=0))

    def _order(self) -> None:
        events, person, zone, turns = self._known
        name, curves, time = self.events.currentText(), dict(self._curves), self._time
        self._cycles = cycles = cycles_of(events, name, person, zone, time, turns=turns)
        n = sum(len(cycles[data.member.side]) for group in curves.values() for data in group)
        self._pages.setCurrentIndex(1 if any(cycles.values()) else 0)
        self._note.setText(self.tr("in the working zone") if zone is not None else "")
        self.maker.want(
            lambda: {key: make_cycles(group, time, cycles) for key, group in curves.items()}, at_once=n <= AT_ONCE
        )

    def _show(self, made: dict[str, tuple[CycleData, ...]]) -> None:
        for name, cycles in made.items():
            if name in self.plots:
                self.plots[name].set_cycles(cycles)
        self.set_playhead(self._playhead)

    def _percent(self, side: Side, frame: int) -> float | None:
        cycles = self._cycles.get(side, ())
        cycle = next((c for c in cycles if c.start <= frame < c.stop), None)
        if cycle is None or cycle.stop >= len(self._time):
            return None
        first, last = self._time[cycle.start], self._time[cycle.stop]
        return float((self._time[frame] - first) / (last - first) * 100)

    def _on_clicked(self, percent: float) -> None:
        """Go to that part of the cycle at the playhead, or of the first one."""
        all_cycles = [cycle for side in _SIDES for cycle in self._cycles.get(side, ())]
        here = [cycle for cycle in all_cycles if cycle.start <= self._playhead < cycle.stop]
        if all_cycles:
            cycle = (here or all_cycles)[0]
            first, last = self._time[cycle.start], self._time[cycle.stop]
            frame = nearest_frame(self._time, float(first + np.clip(percent, 0, 100) / 100 * (last - first)))
            self.seekRequested.emit(min(frame, cycle.stop - 1))
