"""Zero-phase Butterworth smoothing whose stated cut-off is the one that holds.

A filter run forward and backward attenuates twice, so its -3 dB frequency falls below the one it was designed for
(4.8 Hz for 6 Hz at order 4). The design frequency is raised accordingly (Winter, Biomechanics and Motor Control of
Human Movement, 4th ed., eq. 3.8; here on the bilinear frequency scale, where it is exact), and the effective cut-off
is then read from the response of the filter as designed.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy import optimize, signal

from poseapp.core.analysis import FilterReport
from poseapp.core.filter_settings import FILTER_ORDERS
from poseapp.core.types import Array, Float64
from poseapp.kinematics.stretch_filter import OnEvenGrid, estimate_rate, filter_stretches, note_of

__all__ = ["effective_cutoff", "estimate_rate", "filter_butterworth", "pad_length", "smooth_evenly"]

# Above this share of half the frame rate a cut-off leaves nothing to remove and the design is ill-conditioned.
NYQUIST_SHARE = 0.8


def filter_butterworth(values: Array, time: Float64, cutoff_hz: float, order: int = 4) -> tuple[Float64, FilterReport]:
    """Smooth values (T, ...) without delay; each continuous stretch by itself.

    Uneven timestamps are resampled to an even grid by cubic splines and back. Values across the last axis are
    missing together. Stretches not longer than nine samples or one period of the cut-off are left as they are, and
    so is everything when the cut-off is above 0.8 of half the frame rate; the report's note says it.

    Args:
        values: (T, ..., C); NaN stays NaN.
        time: (T,) s, increasing.
        cutoff_hz: -3 dB frequency of the whole filter.
        order: Of the whole filter: 2, 4, 6 or 8.

    Raises:
        ValueError: Another order, or a cut-off that is not positive.
    """
    if order not in FILTER_ORDERS or not cutoff_hz > 0:
        raise ValueError(f"cannot design a filter of order {order} at {cutoff_hz} Hz")
    filtered = np.array(values, dtype=np.float64, order="C")
    rate = estimate_rate(time)
    refusal = _refusal(time, cutoff_hz)
    if refusal:
        return filtered, FilterReport("none", order, cutoff_hz, math.nan, rate, refusal)
    columns = filtered.reshape(len(filtered), -1, filtered.shape[-1])
    tally = filter_stretches(columns, time, _on_stretches(rate, cutoff_hz, order))
    note = note_of(tally, rate)
    if not tally.done:
        return filtered, FilterReport("none", order, cutoff_hz, math.nan, rate, note)
    effective = effective_cutoff(cutoff_hz, order, round(rate, 3))
    detail = f"order {order}, zero phase"
    return filtered, FilterReport("butterworth", order, cutoff_hz, effective, rate, note, detail)


def smooth_evenly(values: Float64, rate: float, cutoff_hz: float, order: int = 4) -> Float64:
    """Smooth (n, m) of even samples at `rate` frames/s; n must be above `pad_length`."""
    sos, steady = _design(cutoff_hz, order, rate)
    return _zero_phase(sos, steady, values, pad_length(cutoff_hz, order, rate))


@lru_cache(maxsize=256)
def effective_cutoff(cutoff_hz: float, order: int, rate: float) -> float:
    """Return the -3 dB frequency, Hz, of the forward-backward filter as designed, from its response."""
    sos, _ = _design(cutoff_hz, order, rate)

    def excess(frequency: float) -> float:
        response = signal.sosfreqz(sos, worN=[frequency], fs=rate)[1]
        return float(abs(response[0]) ** 2 - math.sqrt(0.5))

    return float(optimize.brentq(excess, 1e-9 * rate, 0.5 * rate * (1 - 1e-9), xtol=1e-9))


@lru_cache(maxsize=1024)
def _design(cutoff_hz: float, order: int, rate: float) -> tuple[Float64, Float64]:
    """Return the second-order sections of one pass (half the order) and their steady state."""
    passes = order // 2
    lift = (math.sqrt(2) - 1) ** (-1 / (2 * passes))
    single = math.atan(math.tan(math.pi * cutoff_hz / rate) * lift) * rate / math.pi
    sos = signal.butter(passes, single, fs=rate, output="sos")
    return sos, signal.sosfilt_zi(sos)


def _on_stretches(rate: float, cutoff_hz: float, order: int) -> OnEvenGrid:
    def fits(count: int, n_frames: int, own_rate: float) -> bool:
        wide = cutoff_hz > NYQUIST_SHARE * own_rate / 2
        return not wide and min(count, n_frames) > pad_length(cutoff_hz, order, own_rate)

    return OnEvenGrid(rate, fits, lambda part, own_rate: smooth_evenly(part, own_rate, cutoff_hz, order))


def pad_length(cutoff_hz: float, order: int, rate: float) -> int:
    """Return how many samples are mirrored at each end: nine (more for high orders), or a period of the cut-off."""
    sections = (order // 2 + 1) // 2
    return max(3 * (2 * sections + 1), math.ceil(rate / cutoff_hz))


def _zero_phase(sos: Float64, steady: Float64, x: Float64, padding: int) -> Float64:
    """Filter (n, m) forward and backward: `scipy.signal.sosfiltfilt` with odd padding, without its cost per call."""
    head = 2 * x[:1] - x[padding:0:-1]
    tail = 2 * x[-1:] - x[-2 : -padding - 2 : -1]
    y = np.concatenate([head, x, tail])
    for _ in range(2):
        y, _ = signal.sosfilt(sos, y, axis=0, zi=steady[:, :, None] * y[0])
        y = y[::-1]
    return np.asarray(y[padding : len(y) - padding])


def _refusal(time: Float64, cutoff_hz: float) -> str:
    if len(time) < 3:
        return "not filtered: too few frames"
    limit = NYQUIST_SHARE / 2 / float(np.median(np.diff(time)))
    if cutoff_hz > limit:
        return f"not filtered: a cut-off of {cutoff_hz:g} Hz needs more frames/s; this clip allows {limit:.1f} Hz"
    return ""
