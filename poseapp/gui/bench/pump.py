"""Turns the event loop by hand and times every turn: what the GUI thread really does, waiting left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, sleep, thread_time

from PySide6.QtWidgets import QApplication

from poseapp.core.timings import Sample

_PAUSE = 0.0005  # s between turns, in which other threads get the interpreter
_PAINTED = 0.012  # s after which what asked to be painted has been
_LOOP_MS = 1.0


@dataclass
class Work:
    """What the GUI thread did, ms on the wall and of processor: in all, and in its longest turn; `took` with waits."""

    wall: float = 0.0
    cpu: float = 0.0
    longest: float = 0.0
    longest_cpu: float = 0.0
    took: float = 0.0


class Pump:
    """Runs the events of an application; for benchmarks only, a window runs its own loop."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._rounds = _rounds_of(_LOOP_MS)

    def time(self, act: Callable[[], object], until: Callable[[], bool], *, limit: float = 30.0) -> Work:
        """Act, and turn the loop until something holds and is painted.

        Raises:
            TimeoutError: It never did.
        """
        work = Work()
        began = perf_counter()
        self._turn(work, act)
        while not until():
            if perf_counter() - began > limit:
                raise TimeoutError(f"nothing came of {act}")
            sleep(_PAUSE)
            self._turn(work, self._app.processEvents)
        work.took = 1000 * (perf_counter() - began)
        held = perf_counter()
        while perf_counter() - held < _PAINTED:
            sleep(_PAUSE)
            self._turn(work, self._app.processEvents)
        return work

    def sample(self, act: Callable[[], object], until: Callable[[], bool] = lambda: True) -> Sample:
        """Return what it takes to act, and for the window to follow."""
        loop = self.loop()
        work = self.time(act, until)
        return Sample(work.wall, work.cpu, (loop + self.loop()) / 2)

    def loop(self) -> float:
        """Return how many ms a loop takes now that takes one ms of processor."""
        began = perf_counter()
        _spin(self._rounds)
        return 1000 * (perf_counter() - began)

    def _turn(self, work: Work, act: Callable[[], object]) -> None:
        wall, cpu = perf_counter(), thread_time()
        act()
        took = 1000 * (perf_counter() - wall)
        work.wall += took
        spent = 1000 * (thread_time() - cpu)
        work.cpu += spent
        work.longest, work.longest_cpu = max(work.longest, took), max(work.longest_cpu, spent)


def _spin(rounds: int) -> int:
    total = 0
    for i in range(rounds):
        total += i & 7
    return total


def _rounds_of(ms: float) -> int:
    rounds, rate = 20_000, []
    for _ in range(20):
        began = thread_time()
        _spin(rounds)
        rate.append(rounds / (1000 * (thread_time() - began)))
    return round(ms * max(rate))
