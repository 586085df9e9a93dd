"""The working zone in the plots: shown, swept over with the mouse, taken away; Esc while sweeping puts it back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from poseapp.gui.plots.plot_column import PlotColumn
from poseapp.services.playback import Zone


class PlotZone(QObject):
    """Turns seconds of the plots into the frames of a zone, and back.

    Signals:
        chosen(object): The `Zone` that the user swept over, or None for none.
    """

    chosen = Signal(object)

    def __init__(self, column: PlotColumn) -> None:
        super().__init__(column)
        self._column = column
        self._time: npt.NDArray[np.float64] = np.zeros(0)
        self._zone: Zone | None = None
        self._before: Zone | None = None
        self._active = self._given_up = False
        column.swept.connect(self._on_swept)
        column.doubleClicked.connect(self._on_double_click)

    def set_time(self, time: npt.NDArray[np.float64]) -> None:
        """Say when the frames are, (T,) s."""
        self._time = time
        self.set_zone(self._zone)

    def set_zone(self, zone: Zone | None) -> None:
        """Shade the zone in every plot."""
        self._zone = zone
        n = len(self._time)
        if zone is None or zone.start >= n:
            self._column.set_zone(None)
            return
        stop = float(self._time[zone.stop]) if zone.stop < n else self._column.end
        self._column.set_zone((float(self._time[zone.start]), stop))

    def _choose(self, zone: Zone | None) -> None:
        self.set_zone(zone)
        self.chosen.emit(zone)

    def _on_swept(self, first: float, last: float, done: bool) -> None:
        if not self._active:
            self._begin()
        if not self._given_up:
            start, end = (nearest_frame(self._time, seconds) for seconds in sorted((first, last)))
            self._choose(Zone(start, end + 1))
        if done:
            self._end()

    def _begin(self) -> None:
        self._before, self._active, self._given_up = self._zone, True, False
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)  # Esc must be heard wherever the keyboard is

    def _end(self) -> None:
        self._active = False
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def _on_double_click(self, seconds: float) -> None:
        """Take the zone away where it was hit; without one show the whole clip."""
        zone, frame = self._zone, nearest_frame(self._time, seconds)
        if zone is None:
            self._column.show_whole()
        elif zone.start <= frame < zone.stop:
            self._choose(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give up on Esc."""
        keys = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if event.type() not in keys or not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return False
        if not self._given_up:
            self._given_up = True
            self._choose(self._before)
        event.accept()
        return True


def nearest_frame(time: npt.NDArray[np.float64], seconds: float) -> int:
    """Return the frame, of those at `time` (T,) s, that is nearest to a time."""
    if len(time) < 2:
        return 0
    after = int(np.clip(np.searchsorted(time, seconds), 1, len(time) - 1))
    return after if time[after] - seconds < seconds - time[after - 1] else after - 1
