"""Between seconds, frames and pixels of a view on a clip's timestamps."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from poseapp.gui.style.wording import format_time

Float64 = npt.NDArray[np.float64]

_STEPS = (
    *(m * 10.0**e for e in (-3, -2, -1) for m in (1, 2, 5)),
    *(1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0),
    *(3600.0, 7200.0, 14400.0, 21600.0, 43200.0, 86400.0),
)
_HOUR = 3600.0  # s
_MIN_FRAMES = 4  # the closest zoom


@dataclass(frozen=True)
class Tick:
    """A labelled line of the ruler: `x` px."""

    x: float
    label: str


@dataclass(frozen=True)
class TimeAxis:
    """A view on frames at `pts` (T,) s: `first` .. `last` s lie on 0 .. `width` px.

    Frame i covers pts[i] .. pts[i + 1]; the last frame lasts as long as the median one.
    """

    pts: Float64
    first: float
    last: float
    width: float

    @classmethod
    def whole(cls, pts: Float64, width: float) -> TimeAxis:
        """Return the view on the whole clip. `pts` must not be empty."""
        return cls(pts, float(pts[0]), _end(pts), width)

    @property
    def start(self) -> float:
        """Time of the first frame, s."""
        return float(self.pts[0])

    @property
    def end(self) -> float:
        """Time at which the last frame ends, s."""
        return _end(self.pts)

    @property
    def is_whole(self) -> bool:
        """Tell whether the whole clip is in view."""
        return self.first <= self.start and self.last >= self.end

    def x(self, seconds: float) -> float:
        """Return the px of a time."""
        return (seconds - self.first) / (self.last - self.first) * self.width

    def seconds(self, x: float) -> float:
        """Return the time at a px."""
        return self.first + x / max(1.0, self.width) * (self.last - self.first)

    def frame(self, x: float) -> int:
        """Return the frame shown at a px, clamped to the clip."""
        found = int(np.searchsorted(self.pts, self.seconds(x), side="right")) - 1
        return min(max(found, 0), len(self.pts) - 1)

    def span(self, frame: int) -> tuple[float, float]:
        """Return the px at which a frame begins and ends."""
        stop = float(self.pts[frame + 1]) if frame + 1 < len(self.pts) else self.end
        return self.x(float(self.pts[frame])), self.x(stop)

    def frames(self) -> tuple[int, int]:
        """Return (start, stop) of the frames in view."""
        hair = 1e-9 * (self.last - self.first)  # a view that ends where a frame begins does not show it
        start = int(np.searchsorted(self.pts, self.first + hair, side="right")) - 1
        stop = int(np.searchsorted(self.pts, self.last - hair, side="left"))
        return max(start, 0), min(max(stop, 1), len(self.pts))

    def edges(self, columns: int) -> npt.NDArray[np.intp]:
        """Return the frames (columns + 1,) at which equal columns begin: each frame belongs to one column."""
        times = np.linspace(self.first, self.last, columns + 1)
        return np.searchsorted(self.pts, times, side="left").astype(np.intp)

    def zoomed(self, factor: float, x: float) -> TimeAxis:
        """Return the view with `factor` times the span, keeping the time under px `x` in place."""
        anchor = self.seconds(x)
        span = (self.last - self.first) * factor
        span = min(self.end - self.start, max(span, self._least_span()))
        first = anchor - x / max(1.0, self.width) * span
        return self.moved_to(first, first + span)

    def panned(self, dx: float) -> TimeAxis:
        """Return the view moved by px, kept within the clip."""
        shift = self.seconds(dx) - self.first
        return self.moved_to(self.first + shift, self.last + shift)

    def moved_to(self, first: float, last: float) -> TimeAxis:
        """Return the view on first .. last s, shifted and cut to lie within the clip."""
        span = min(last - first, self.end - self.start)
        first = min(max(first, self.start), self.end - span)
        return replace(self, first=first, last=first + span)

    def showing(self, frame: int) -> TimeAxis:
        """Return this view, or one a page further where the frame is out of sight."""
        time = float(self.pts[frame])
        span = self.last - self.first
        if self.first <= time < self.last:
            return self
        lead = 0.1 * span if time >= self.last else 0.9 * span
        return self.moved_to(time - lead, time - lead + span)

    def ticks(self, spacing: float) -> list[Tick]:
        """Return round times at least `spacing` px apart."""
        least = spacing / max(1.0, self.width) * (self.last - self.first)
        step = nice_step(least)
        decimals = step_decimals(step)
        numbers = range(math.ceil(self.first / step - 1e-9), math.floor(self.last / step + 1e-9) + 1)
        long = self.end >= _HOUR  # "0:30:00" beside "1:00:00": nobody takes minutes for hours
        return [Tick(self.x(n * step), format_time(n * step, decimals=decimals, hours=long)) for n in numbers]

    def _least_span(self) -> float:
        step = (self.end - self.start) / len(self.pts)
        return step * min(_MIN_FRAMES, len(self.pts))


def same_view(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Tell whether two views (first, last) s differ by less than can be seen, so that linked views come to rest."""
    hair = 1e-6 * (other[1] - other[0])
    return abs(one[0] - other[0]) <= hair and abs(one[1] - other[1]) <= hair


def nice_step(least: float) -> float:
    """Return the smallest round step of time, s, that is not below `least`."""
    return next((s for s in _STEPS if s >= least), _STEPS[-1] * math.ceil(least / _STEPS[-1]))


def step_decimals(step: float) -> int:
    """Return the decimals of a second that times a `step` s apart need, 0 .. 3."""
    return max(0, min(3, -math.floor(math.log10(step) + 1e-9)))


def _end(pts: Float64) -> float:
    if len(pts) < 2:
        return float(pts[-1]) + 1.0
    # The median step of at most a thousand frames: exact enough for the length of one frame, and never O(T).
    steps = np.diff(pts[-1000:])
    return float(pts[-1] + np.median(steps))
