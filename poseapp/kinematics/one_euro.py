"""The One-Euro filter: for what is watched live, where no later sample is known (Casiez, Roussel & Vogel, CHI 2012).

A first-order low-pass whose cut-off rises with the speed: steady at rest, quick in motion. It is causal, so what it
smooths lags behind; a recorded clip is better served by a filter that looks both ways.
"""

from __future__ import annotations

import math

import numpy as np

from poseapp.core.types import Array, Float64

SPEED_CUTOFF_HZ = 1.0  # of the low-pass on the speed, as in the paper


class OneEuro:
    """Smooths numbers as they arrive; each number of the array by itself.

    Args:
        min_cutoff_hz: Least cut-off, Hz: at rest.
        beta: Hz that the cut-off rises for each unit/s of speed.
    """

    def __init__(self, min_cutoff_hz: float, beta: float) -> None:
        self._min_cutoff, self._beta = min_cutoff_hz, beta
        self._time = math.nan
        self._value: Float64 | None = None
        self._speed: Float64 | None = None

    def update(self, seconds: float, values: Array) -> Float64:
        """Take the numbers of a moment and return them smoothed; NaN stays, and the number begins anew after it."""
        new = np.array(values, dtype=np.float64)
        if self._value is None or self._speed is None or not seconds > self._time:
            self._value, self._speed = new, np.zeros_like(new)
        else:
            dt = seconds - self._time
            begins = np.isnan(self._value)
            slope = np.where(begins, 0.0, (new - self._value) / dt)
            before = np.where(np.isnan(self._speed), 0.0, self._speed)
            self._speed = before + smoothing_share(SPEED_CUTOFF_HZ, dt) * (slope - before)
            share = smoothing_share(self._min_cutoff + self._beta * np.abs(self._speed), dt)
            self._value = np.where(begins, new, self._value + share * (new - self._value))
        self._time = seconds
        return self._value.copy()


def smooth_one_euro(values: Float64, time: Float64, min_cutoff_hz: float, beta: float) -> Float64:
    """Smooth values (n, ...) at times (n,) s, as if they arrived one after the other."""
    filter_ = OneEuro(min_cutoff_hz, beta)
    return np.stack([filter_.update(t, row) for t, row in zip(time.tolist(), values, strict=True)])


def smoothing_share(cutoff_hz: Array | float, dt: float) -> Float64:
    """Return what share of a new sample counts: 1 / (1 + tau / dt), tau = 1 / (2 pi cut-off)."""
    return np.asarray(1.0 / (1.0 + 1.0 / (2 * math.pi * np.asarray(cutoff_hz) * dt)))


def one_euro_cutoff(min_cutoff_hz: float, rate: float) -> float:
    """Return the -3 dB frequency at rest, Hz, of y += a (x - y): |H|^2 = a^2 / (1 + b^2 - 2 b cos w), b = 1 - a.

    NaN where a is so large that no frequency is damped that much.
    """
    share = float(smoothing_share(min_cutoff_hz, 1 / rate))
    rest = 1 - share
    cosine = (1 + rest**2 - 2 * share**2) / (2 * rest)
    return math.acos(cosine) * rate / (2 * math.pi) if abs(cosine) <= 1 else math.nan
