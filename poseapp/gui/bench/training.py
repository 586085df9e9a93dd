"""Times the window while a network is fine-tuned beside it, against the same window at rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from poseapp.core.errors import BadInputError
from poseapp.core.timings import Sample, Timing
from poseapp.gui.bench.window import SIZE, WindowBench
from poseapp.services.improving import ImproveOrder

IDLE, TRAINING = "at rest", "training"
_STEPS = 3  # of the training, before anything is timed
_MINUTES = 60.0  # longer than anything is timed: it is cancelled, and no network is made


class TrainingBench(WindowBench):
    """One clip in one window: steps and seeks, first at rest, then with a training; the clip must be a real one."""

    def run(self) -> Iterator[Timing]:
        """Open the clip, let everything settle, and time it twice."""
        window = self._window
        window.resize(*SIZE)
        window.show()
        list(self._open())
        idle = list(self._rows(IDLE))
        yield from idle
        window.actions_by_name["improve"].setChecked(True)
        window.session.improving.start(ImproveOrder((str(self._order.project),), minutes=_MINUTES, name="benchmark"))
        self._time(lambda: None, self._trains)
        try:
            for rest, busy in zip(idle, self._rows(TRAINING), strict=True):
                yield replace(busy, ratio=busy.ms_p95 / max(rest.ms_p95, 1e-3), reference=IDLE)
        finally:
            window.session.improving.close()

    def _rows(self, when: str) -> Iterator[Timing]:
        yield self._row(f"frame step, {when}", self._repeat(self._step))
        yield self._row(f"frame step until it shows, {when}", self._repeat(self._whole_step))
        yield self._row(f"random seek, {when}", self._repeat(self._seek))

    def _whole_step(self) -> Sample:
        """Return what passes from the key until the next frame is painted, waiting for the decoder included."""
        n = self._order.n_frames
        if self._window.session.playback.playhead > n - 3:
            self._time(lambda: self._window.session.playback.seek(0), self._shows)
        loop = self._pump.loop()
        work = self._time(self._window.actions_by_name["forward"].trigger, self._shows)
        return Sample(work.took, work.cpu, loop)

    def _trains(self) -> bool:
        """Tell whether the training is under way. Raises BadInputError where it ended."""
        state = self._window.session.improving.state
        if state.phase in ("stopped", "finished"):
            raise BadInputError("the training ended before anything was timed", remedy=state.problem.rstrip("."))
        return len(self._window.session.improving.losses) >= _STEPS
