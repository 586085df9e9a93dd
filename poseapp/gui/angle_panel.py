"""Joint angles over time: what the clip measures, beside the picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from poseapp.core.analysis import PersonMeasures
from poseapp.core.skeleton import AngleDefinition
from poseapp.gui.angle_groups import DEFAULT_SHOWN, AngleGroup, group_angles
from poseapp.gui.angle_head import AngleHead
from poseapp.gui.empty_state import EmptyState
from poseapp.gui.facing_strip import FacingStrip
from poseapp.gui.theme import GRID, HALF, lie_on_surface
from poseapp.gui.time_axis import TimeAxis, same_view

if TYPE_CHECKING:
    from poseapp.gui.angle_plot import AnglePlot

_LEAST_FRAMES = 4  # the closest zoom


class AnglePanel(QWidget):
    """One plot a joint, right and left together, with the value at the playhead.

    Signals:
        seekRequested(int): A plot was clicked at this frame.
        facingChosen(int, int, int): In the frames start .. stop the person faces +1 = picture right,
            -1 = left; 0 = decide by vote.
        shownChanged(): The user chose other angles (`shown_angles()`).
        visibleRangeChanged(float, float): The plots show these seconds.
    """

    seekRequested = Signal(int)
    facingChosen = Signal(int, int, int)
    shownChanged = Signal()
    visibleRangeChanged = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[str, ...] = DEFAULT_SHOWN
        self._groups: tuple[AngleGroup, ...] = ()
        self._prepared: tuple[AngleDefinition, ...] = ()
        self._plots: dict[str, AnglePlot] = {}
        self._measures: PersonMeasures | None = None
        self._time: npt.NDArray[np.float64] = np.zeros(0)
        self._playhead = 0
        self._view = (0.0, 0.0)
        self._head = AngleHead(self)
        self._head.shownChosen.connect(self._on_shown_chosen)
        self._head.wholeRequested.connect(lambda: self.set_visible_range(float(self._time[0]), self._end()))
        self._facing = FacingStrip(self)
        self._facing.facingChosen.connect(self.facingChosen)
        self._column = QVBoxLayout()
        self._scroll = QScrollArea(self)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(EmptyState("angle", self.tr("Press Analyze to measure"), parent=self))
        self._stack.addWidget(self._compose())
        lie_on_surface(self)

    def set_measures(self, measures: PersonMeasures | None, time: npt.NDArray[np.float64]) -> None:
        """Show the angles of a person with frames at `time` (T,) s; None shows the empty state."""
        if measures is None or not np.array_equal(time, self._time):
            self._view = (0.0, 0.0)
        self._measures = measures
        self._time = time
        self._stack.setCurrentIndex(0 if measures is None or len(time) == 0 else 1)
        if measures is None or len(time) == 0:
            return
        groups = group_angles(measures.angles.definitions)
        if groups != self._groups:
            self._groups = groups
            self._head.set_groups(groups, self._shown)
        self._facing.set_stretches(measures.facing, time)
        self._head.set_filter(measures.filter)
        self._build_plots()
        for plot in self._plots.values():
            self._feed(plot)
        if self._view[1] <= self._view[0]:
            self.set_visible_range(float(time[0]), self._end())
        self._align_strip()
        self.set_playhead(self._playhead)

    def set_playhead(self, i: int) -> None:
        """Move the cursor and the read-outs to a frame."""
        self._playhead = i
        if self._measures is None or len(self._time) == 0:
            return
        i = min(max(i, 0), len(self._time) - 1)
        self._facing.set_playhead(i)
        for plot in self._plots.values():
            plot.set_playhead(i, float(self._time[i]))

    def shown_angles(self) -> tuple[str, ...]:
        """Return the names of the joints on show, such as "knee_flexion"."""
        return self._shown

    def set_shown_angles(self, names: Sequence[str]) -> None:
        """Choose the joints on show; names that this skeleton does not have are kept but not shown."""
        self._shown = tuple(names)
        self._head.set_shown(self._shown)
        if self._measures is not None:
            self.set_measures(self._measures, self._time)

    def set_visible_range(self, first: float, last: float) -> None:
        """Show first .. last s in every plot."""
        if last <= first or (self._view[1] > self._view[0] and same_view((first, last), self._view)):
            return
        self._view = (first, last)
        for plot in self._plots.values():
            plot.set_view(first, last)
        self._align_strip()
        self.visibleRangeChanged.emit(first, last)

    def _compose(self) -> QWidget:
        page = QWidget()
        self._column.setContentsMargins(0, 0, 0, GRID)
        self._column.setSpacing(HALF)
        page.setLayout(self._column)
        scroll = self._scroll
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        scroll.verticalScrollBar().rangeChanged.connect(lambda *_: self._on_scroll_bar())
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._facing)
        column.addWidget(scroll, 1)
        return body

    def prepare(self, definitions: tuple[AngleDefinition, ...]) -> None:
        """Build the plots of a skeleton's angles, one an idle moment, before they are needed: each takes a while."""
        if self._measures is not None or definitions == self._prepared:
            return
        self._prepared = definitions
        self._groups = group_angles(definitions)
        self._head.set_groups(self._groups, self._shown)
        wanted = _shown_groups(self._groups, self._shown)
        self._drop_others(wanted)

        def add_next() -> None:
            n = len(self._plots)
            if self._measures is None and self._prepared is definitions and n < len(wanted):
                self._add_plot(wanted[n], is_last=n + 1 == len(wanted))
                QTimer.singleShot(0, self, add_next)

        add_next()

    def _build_plots(self) -> None:
        wanted = _shown_groups(self._groups, self._shown)
        self._drop_others(wanted)
        for group in wanted[len(self._plots) :]:
            self._add_plot(group, is_last=group is wanted[-1])
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        self._scroll.setMinimumWidth(max((p.least_width() for p in self._plots.values()), default=0) + bar)

    def _drop_others(self, wanted: list[AngleGroup]) -> None:
        have = [plot.group for plot in self._plots.values()]
        if have != wanted[: len(have)]:
            for plot in self._plots.values():
                self._column.removeWidget(plot)
                plot.deleteLater()
            self._plots = {}

    def _add_plot(self, group: AngleGroup, *, is_last: bool) -> None:
        from poseapp.gui.angle_plot import AnglePlot  # pyqtgraph takes most of a second to import

        plot = AnglePlot(group, self)
        plot.scrubbed.connect(self._on_scrubbed)
        plot.set_time_axis_visible(is_last)
        if len(self._time):
            plot.limit_view(float(self._time[0]), self._end(), least=self._least_view())
        if self._view[1] > self._view[0]:
            plot.set_view(*self._view)
        plot.rangeChanged.connect(self.set_visible_range)
        self._plots[group.name] = plot
        self._column.addWidget(plot, 1)

    def _feed(self, plot: AnglePlot) -> None:
        assert self._measures is not None
        plot.limit_view(float(self._time[0]), self._end(), least=self._least_view())
        plot.set_series(self._measures.angles, self._time)
        plot.set_turns([float(self._time[s.start]) for s in self._measures.facing[1:] if s.start < len(self._time)])

    def _on_shown_chosen(self, names: tuple[str, ...]) -> None:
        self.set_shown_angles(names)
        self.shownChanged.emit()

    def _on_scrubbed(self, seconds: float) -> None:
        i = int(np.clip(np.searchsorted(self._time, seconds), 1, max(1, len(self._time) - 1)))
        nearest = i if len(self._time) > 1 and self._time[i] - seconds < seconds - self._time[i - 1] else i - 1
        self.set_playhead(nearest)
        self.seekRequested.emit(nearest)

    def _on_scroll_bar(self) -> None:
        if self._measures is not None:
            self._align_strip()

    def _end(self) -> float:
        return TimeAxis.whole(self._time, 1.0).end

    def _least_view(self) -> float:
        return (self._end() - float(self._time[0])) * min(1.0, _LEAST_FRAMES / len(self._time))

    def _align_strip(self) -> None:
        from poseapp.gui.angle_plot import axis_width

        bar = self._scroll.verticalScrollBar()
        left = axis_width()
        taken = left + GRID + (bar.width() if bar.isVisible() else 0)
        self._facing.set_view(*self._view, left=left, width=self.width() - taken)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with the arrow keys while a part of the panel has the keyboard."""
        n_frames = len(self._time)
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -n_frames, Qt.Key.Key_End: n_frames}
        step = steps.get(Qt.Key(event.key()))
        if step is None or n_frames == 0:
            super().keyPressEvent(event)
            return
        frame = min(max(self._playhead + step, 0), n_frames - 1)
        self.set_playhead(frame)
        self.seekRequested.emit(frame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the facing strip over the plots."""
        super().resizeEvent(event)
        if self._measures is not None:
            self._align_strip()


def _shown_groups(groups: Sequence[AngleGroup], shown: Sequence[str]) -> list[AngleGroup]:
    return [group for group in groups if group.name in shown]
