"""What is measured over time: the way the person faces above, the plots below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from poseapp.core.analysis import FacingStretch
from poseapp.gui.plots.angle_groups import PlotGroup
from poseapp.gui.plots.facing_strip import FacingStrip
from poseapp.gui.plots.plot_column import PlotColumn
from poseapp.gui.plots.plot_zone import PlotZone, nearest_frame
from poseapp.gui.style.theme import GRID


class TimePage(QWidget):
    """The facing strip and the column of plots, one under the other on the same time.

    Attributes:
        facing, column, zone: Its parts.

    Signals:
        seekRequested(int): A plot was clicked at this frame.
    """

    seekRequested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._time: npt.NDArray[np.float64] = np.zeros(0)
        self.facing = FacingStrip(self)
        self.column = PlotColumn(self)
        self.zone = PlotZone(self.column)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.facing)
        column.addWidget(self.column, 1)
        self.column.rangeChanged.connect(lambda *_: self._align_strip())
        self.column.verticalScrollBar().rangeChanged.connect(lambda *_: self._align_strip())
        self.column.clicked.connect(lambda seconds: self.seekRequested.emit(nearest_frame(self._time, seconds)))

    def set_clip(
        self, facing: Sequence[FacingStretch], time: npt.NDArray[np.float64], groups: Sequence[PlotGroup]
    ) -> None:
        """Have plots of these groups over frames at `time` (T,) s, T > 0."""
        self._time = time
        self.facing.set_stretches(facing, time)
        self.column.set_groups(groups)
        self.column.set_time(time)
        starts = np.fromiter((s.start for s in facing[1:]), np.intp)
        self.column.set_turns(time[starts[starts < len(time)]])
        self.zone.set_time(time)
        self._align_strip()

    def set_playhead(self, i: int) -> None:
        """Move the cursor and the read-outs to a frame."""
        if len(self._time):
            i = min(max(i, 0), len(self._time) - 1)
            self.facing.set_playhead(i)
            self.column.set_playhead(i, float(self._time[i]))

    def _align_strip(self) -> None:
        if len(self._time):
            left = self.column.axis_width()
            width = self.width() - left - GRID - self.column.bar_width()
            self.facing.set_view(*self.column.view, left=left, width=width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the facing strip over the plots."""
        super().resizeEvent(event)
        self._align_strip()
