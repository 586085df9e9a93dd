"""Angles, velocities and keypoints over time: what the clip measures, beside the picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QStackedWidget, QVBoxLayout, QWidget

from poseapp.core.analysis import PersonMeasures
from poseapp.core.items import Event
from poseapp.core.scene import Scene
from poseapp.core.skeleton import Skeleton
from poseapp.gui.empty_state import EmptyState
from poseapp.gui.plots.angle_head import AngleHead
from poseapp.gui.plots.curve_data import CurveData, Metres, make_curves
from poseapp.gui.plots.cycle_page import CyclePage
from poseapp.gui.plots.latest_maker import LatestMaker
from poseapp.gui.style.theme import lie_on_surface
from poseapp.gui.timeline.time_page import TimePage
from poseapp.kinematics.cycles import turn_frames
from poseapp.services.playback import Zone

AT_ONCE = 20_000  # frames; the curves of longer clips are made ready beside the GUI thread
_Made = tuple[npt.NDArray[np.float64], dict[str, tuple[CurveData, ...]]]


class AnglePanel(QWidget):
    """One plot a joint or keypoint, right and left together, with the value at the playhead.

    Attributes:
        head: Says and chooses what is plotted.
        over_time, over_cycles: The plots over time, and over percent of a cycle.
        maker: Makes the curves of long clips.
        measures, time: What is shown, None for nothing, and when its frames are, (T,) s.
        curves: By the name of the plot.

    Signals:
        seekRequested(int): A plot was clicked at this frame.
        zoneChosen(object): A `Zone` was swept over, or None: it was taken away.
        facingChosen(int, int, int): In the frames start .. stop the person faces +1 = picture right,
            -1 = left; 0 = decide by vote.
        shownChanged(): The user chose other plots (`shown_angles()`).
        visibleRangeChanged(float, float): The plots show these seconds.
    """

    seekRequested = Signal(int)
    zoneChosen = Signal(object)
    facingChosen = Signal(int, int, int)
    shownChanged = Signal()
    visibleRangeChanged = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._skeleton: Skeleton | None = None
        self.measures: PersonMeasures | None = None
        self.time: npt.NDArray[np.float64] = np.zeros(0)
        self._playhead = 0
        self.head = AngleHead(self)
        self.over_time = TimePage(self)
        self.over_cycles = CyclePage(self)
        self.curves: dict[str, tuple[CurveData, ...]] = {}
        self._events: tuple[tuple[Event, ...], int] = ((), 0)
        self._zone: Zone | None = None
        self._metres: Metres | None = None
        self._modes = QStackedWidget(self)
        self.maker = LatestMaker(self)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(EmptyState("angle", self.tr("Press Analyze to measure"), parent=self))
        self._stack.addWidget(self._compose())
        self._connect()
        lie_on_surface(self)

    def set_skeleton(self, skeleton: Skeleton) -> None:
        """Offer what can be measured of a skeleton, before there are measures."""
        if skeleton is not self._skeleton and skeleton != self._skeleton:
            self._skeleton = skeleton
            self.head.offer(skeleton.angles, skeleton)

    def set_scene(self, scene: Scene, height: int) -> None:
        """Plot keypoints in metres where a scene has a scale; `height` of the picture, px. Holds from the next measures
        on."""
        known = self._skeleton is not None and scene.is_metric
        self._metres = Metres(scene, height, self._skeleton) if known and self._skeleton is not None else None

    def prepare(self) -> None:
        """Build the plots, one an idle moment, before they are needed: each takes a while."""
        if self.measures is None:
            self.over_time.column.set_groups(self.head.wanted(), gently=True)

    def set_measures(self, measures: PersonMeasures | None, time: npt.NDArray[np.float64]) -> None:
        """Show what was measured of a person with frames at `time` (T,) s; None shows the empty state."""
        self.measures = measures if len(time) else None
        self.time = time
        self._stack.setCurrentIndex(0 if self.measures is None else 1)
        if self.measures is None:
            self.over_time.column.forget_view()
            self.maker.forget()
            return
        self.head.offer(self.measures.angles.definitions, self._skeleton, metric=self._metres is not None)
        self.head.set_filter(self.measures.filter, neutral=bool(self.measures.angles.neutral))
        self.over_time.set_clip(self.measures.facing, time, self.head.wanted())
        self._order()

    def set_playhead(self, i: int) -> None:
        """Move the cursor and the read-outs to a frame."""
        self._playhead = i
        if self.measures is None:
            return
        if self.head.cycles_shown:
            self.over_cycles.set_playhead(i)
        else:
            self.over_time.set_playhead(i)

    def set_zone(self, zone: Zone | None) -> None:
        """Shade the working zone; only cycles within it count."""
        self._zone = zone
        self.over_time.zone.set_zone(zone)
        self._feed_cycles()

    def set_events(self, events: Sequence[Event], person: int) -> None:
        """Cut cycles at the events of a person."""
        self._events = tuple(events), person
        self._feed_cycles()

    def shown_angles(self) -> tuple[str, ...]:
        """Return the names of the plots on show, such as "knee_flexion" or "x:knee"."""
        return self.head.shown

    def set_shown_angles(self, names: Sequence[str]) -> None:
        """Choose the plots on show; names that this skeleton does not have are kept but not shown."""
        self.head.set_shown(names)
        if self.measures is not None:
            self.set_measures(self.measures, self.time)

    def set_visible_range(self, first: float, last: float) -> None:
        """Show first .. last s in every plot."""
        self.over_time.column.set_view(first, last)

    def _compose(self) -> QWidget:
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._modes, 1)
        for page in (self.over_time, self.over_cycles):
            self._modes.addWidget(page)
        return body

    def _connect(self) -> None:
        head, page = self.head, self.over_time
        head.shownChosen.connect(self._on_shown_chosen)
        head.cyclesToggled.connect(self._on_mode)
        head.rawToggled.connect(lambda _on: self._order())
        head.wholeRequested.connect(page.column.show_whole)
        page.facing.facingChosen.connect(self.facingChosen)
        page.zone.chosen.connect(self.zoneChosen)
        page.seekRequested.connect(self._seek)
        self.over_cycles.seekRequested.connect(self._seek)
        page.column.rangeChanged.connect(self.visibleRangeChanged)
        self.maker.made.connect(self._on_made)

    def _order(self) -> None:
        """Have the curves made that the plots show."""
        measures, time, raw = self.measures, self.time, self.head.raw_shown
        if measures is None:
            return
        groups, metres = self.head.wanted(), self._metres

        def make() -> _Made:
            return time, {group.name: make_curves(measures, time, group, raw=raw, metres=metres) for group in groups}

        self.maker.want(make, at_once=len(time) <= AT_ONCE)

    def _on_made(self, made: _Made) -> None:
        time, curves = made
        if time is not self.time or self.measures is None:
            return
        self.curves = curves
        for name, data in curves.items():
            self.over_time.column.set_curves(name, data)
        self._feed_cycles()
        self.set_playhead(self._playhead)

    def _feed_cycles(self) -> None:
        """Bring the cycles up to date, when they are looked at."""
        if self.measures is not None and self.head.cycles_shown:
            self.over_cycles.set_events(*self._events, self._zone, turns=turn_frames(self.measures.facing))
            self.over_cycles.set_curves(self.head.wanted(), self.curves, self.time)

    def _on_mode(self, cycles: bool) -> None:
        self._modes.setCurrentIndex(int(cycles))
        self._feed_cycles()
        self.set_playhead(self._playhead)

    def _on_shown_chosen(self, names: tuple[str, ...]) -> None:
        self.set_shown_angles(names)
        self.shownChanged.emit()

    def _seek(self, frame: int) -> None:
        self.set_playhead(frame)
        self.seekRequested.emit(frame)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with the arrow keys while a part of the panel has the keyboard."""
        n_frames = len(self.time)
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -n_frames, Qt.Key.Key_End: n_frames}
        step = steps.get(Qt.Key(event.key()))
        if step is None or n_frames == 0:
            super().keyPressEvent(event)
            return
        self._seek(min(max(self._playhead + step, 0), n_frames - 1))
