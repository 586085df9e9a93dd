"""Times the real window with clips of different lengths: what a person waits for, at what cost in the GUI thread."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from poseapp.core.timings import Sample, Timing, summarise
from poseapp.gui.bench.pump import Pump, Work
from poseapp.gui.garbage import GuiGarbage
from poseapp.gui.main_window import MainWindow
from poseapp.gui.plots.angle_plot import AnglePlot
from poseapp.gui.style.theme import apply_theme
from poseapp.services.decoder import OpenClip
from poseapp.services.session import Session
from poseapp.services.settings import Settings

SUITE = "gui"
SIZE = (1280, 720)
_NOTCH = 120
_MOVES = 12  # of a drag
_LIMIT = 1800.0  # s, for a day of video to be opened
_AFTER_EDIT = 20.0  # s that are watched after an edit, where other frames are measured all the time

_Buttons = Qt.MouseButton


@dataclass(frozen=True)
class BenchOrder:
    """A clip to be timed.

    Attributes:
        project, n_frames: The clip.
        rounds: How often each thing is done.
        patience: s to wait until all is measured before anything else is timed; the rest is measured meanwhile.
    """

    project: Path
    n_frames: int
    rounds: int
    patience: float = 1800.0


def bench_window(
    orders: Sequence[BenchOrder], open_clip: OpenClip, settings: Path, *, bench: type[WindowBench] | None = None
) -> Iterator[Timing]:
    """Yield the timings of each clip, in a window of its own; `settings` is a file that may be written.

    `bench` says what is timed, everything that a person does where it is None.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, "dark")
    garbage = GuiGarbage()
    try:
        for order in orders:
            window = MainWindow(Session(open_clip), Settings(settings))
            window.session.clipChanged.connect(garbage.thaw)
            try:
                yield from (bench or WindowBench)(app, window, order).run()
            finally:
                window.close()
                window.deleteLater()
                app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
                del window
                gc.collect()
    finally:
        garbage.close()


class WindowBench:
    """One clip in one window."""

    def __init__(self, app: QApplication, window: MainWindow, order: BenchOrder) -> None:
        self._app, self._window, self._order = app, window, order
        self._pump = Pump(app)
        self._rng = np.random.default_rng(order.n_frames)

    def run(self) -> Iterator[Timing]:
        """Open the clip, let everything settle, and do each thing again and again."""
        window = self._window
        window.resize(*SIZE)
        window.show()
        yield from self._open()
        yield self._row("frame step", self._repeat(self._step))
        yield self._row("random seek", self._repeat(self._seek))
        yield self._row("timeline zoom", self._repeat(lambda: self._wheel(window.timeline)))
        yield self._row("timeline pan", self._repeat(lambda: self._wheel(window.timeline, shift=True)))
        plot = window.angle_panel.findChildren(AnglePlot)[0].canvas.viewport()
        yield self._row("plot zoom", self._repeat(lambda: self._wheel(plot)))
        yield self._row("plot pan", self._pan(plot))
        yield from self._drag()

    def _open(self) -> Iterator[Timing]:
        window, loop = self._window, self._pump.loop()
        first = self._time(lambda: window.open_path(str(self._order.project)), self._is_open)
        after = self._settle(self._order.patience)
        loop = (loop + self._pump.loop()) / 2
        yield self._row("open project, until poses show", [Sample(first.took, first.cpu, loop)])
        yield self._row("open project, longest block", [Sample(first.longest, first.longest_cpu, loop)])
        if self._is_quiet():
            whole = Sample(first.took + after.took, first.cpu + after.cpu, loop)
            yield self._row("open project, until all is measured", [whole])
        yield self._row("measuring, longest block", [Sample(after.longest, after.longest_cpu, loop)])

    def _settle(self, patience: float) -> Work:
        """Wait until all is measured, or for a while; but at least until there are curves."""
        until = perf_counter() + patience

        def is_enough() -> bool:
            has_plots = bool(self._window.angle_panel.findChildren(AnglePlot))
            return self._is_quiet() or (has_plots and perf_counter() > until)

        return self._time(lambda: None, is_enough)

    def _time(self, act: Callable[[], object], until: Callable[[], bool]) -> Work:
        return self._pump.time(act, until, limit=_LIMIT + self._order.patience)

    def _is_open(self) -> bool:
        poses = self._window.canvas.scene.poses
        return self._window.overlays.shown_frame >= 0 and poses is not None and len(poses.xy) > 0

    def _is_quiet(self) -> bool:
        session = self._window.session
        is_measured = session.measuring.measures(0) is not None and not session.measuring.busy
        return is_measured and session.reviewing.looked and not session.reviewing.busy and not session.propagating.busy

    def _row(self, name: str, samples: Sequence[Sample]) -> Timing:
        row = summarise(SUITE, name, self._app.platformName(), self._order.n_frames, samples)
        return replace(row, peak_mb=peak_memory())

    def _repeat(self, once: Callable[[], Sample]) -> list[Sample]:
        once()  # what is done for the first time is another matter
        return [once() for _ in range(self._order.rounds)]

    def _shows(self) -> bool:
        return self._window.overlays.shown_frame == self._window.session.playback.playhead

    def _step(self) -> Sample:
        n = self._order.n_frames
        if self._window.session.playback.playhead > n - 3:
            self._time(lambda: self._window.session.playback.seek(0), self._shows)
        return self._pump.sample(self._window.actions_by_name["forward"].trigger, self._shows)

    def _seek(self) -> Sample:
        frame = int(self._rng.integers(self._order.n_frames))
        return self._pump.sample(lambda: self._window.session.playback.seek(frame), self._shows)

    def _wheel(self, widget: QWidget, *, shift: bool = False) -> Sample:
        notches = int(self._rng.choice([-_NOTCH, _NOTCH, _NOTCH]))
        at = QPointF(widget.width() * float(self._rng.uniform(0.4, 0.9)), widget.height() / 2)
        keys = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        phase = Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(
            at,
            widget.mapToGlobal(at),
            QPoint(),
            QPoint(0, notches),
            _Buttons.NoButton,
            keys,
            phase,
            False,  # noqa: FBT003
        )
        return self._pump.sample(lambda: self._app.sendEvent(widget, event))

    def _pan(self, plot: QWidget) -> list[Sample]:
        at, samples = QPointF(plot.width() / 2, plot.height() / 2), []
        self._mouse(plot, QEvent.Type.MouseButtonPress, at, _Buttons.MiddleButton)
        for i in range(self._order.rounds + 1):
            at = at + QPointF(6 if i % 16 < 8 else -6, 0)
            samples.append(self._mouse(plot, QEvent.Type.MouseMove, at, _Buttons.MiddleButton))
        self._mouse(plot, QEvent.Type.MouseButtonRelease, at, _Buttons.MiddleButton)
        return samples[1:]

    def _drag(self) -> Iterator[Timing]:
        moves, commits, blocks = [], [], []
        for _ in range(max(3, self._order.rounds // 8)):
            frame = int(self._rng.integers(self._order.n_frames))
            self._time(lambda frame=frame: self._window.session.playback.seek(frame), self._shows)  # type: ignore[misc]
            at = self._some_keypoint()
            self._mouse(self._window.canvas, QEvent.Type.MouseButtonPress, at, _Buttons.LeftButton)
            for _ in range(_MOVES):
                at = at + QPointF(*self._rng.uniform(-6, 6, 2).tolist())
                moves.append(self._mouse(self._window.canvas, QEvent.Type.MouseMove, at, _Buttons.LeftButton))
            commits.append(self._mouse(self._window.canvas, QEvent.Type.MouseButtonRelease, at, _Buttons.LeftButton))
            after = self._settle(_AFTER_EDIT)
            blocks.append(Sample(after.longest, after.longest_cpu, self._pump.loop()))
        yield self._row("drag repaint", moves)
        yield self._row("edit commit", commits)
        yield self._row("after an edit, longest block", blocks)

    def _some_keypoint(self) -> QPointF:
        canvas, poses = self._window.canvas, self._window.canvas.scene.poses
        assert poses is not None
        known = np.flatnonzero(np.isfinite(poses.xy[0]).all(axis=1))
        x, y = poses.xy[0, self._rng.choice(known)]
        return QPointF(*canvas.view.to_widget(float(x), float(y)))

    def _mouse(self, widget: QWidget, kind: QEvent.Type, at: QPointF, button: _Buttons) -> Sample:
        pressed = button if kind != QEvent.Type.MouseButtonRelease else _Buttons.NoButton
        caused = button if kind != QEvent.Type.MouseMove else _Buttons.NoButton
        keys = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, at, widget.mapToGlobal(at), caused, pressed, keys)
        return self._pump.sample(lambda: self._app.sendEvent(widget, event))


def peak_memory() -> float:
    """Return the most memory that this process has had, MiB; NaN where the system does not say."""
    if sys.platform == "win32":
        return float("nan")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
