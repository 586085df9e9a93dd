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
from scipy.interpolate import CubicSpline

from poseapp.core.analysis import FILTER_ORDERS, FilterReport
from poseapp.core.types import Array, Float64
from poseapp.kinematics.stretches import Bools, find_pauses, find_present, find_stretches

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
    done, skipped, uneven = _filter_groups(columns, time, rate, (cutoff_hz, order))
    kind = "butterworth" if done else "none"
    effective = effective_cutoff(cutoff_hz, order, round(rate, 3)) if done else math.nan
    note = _note(done, skipped, rate if uneven else None)
    return filtered, FilterReport(kind, order, cutoff_hz, effective, rate, note)


def estimate_rate(time: Float64) -> float:
    """Return the frame rate, frames/s, of the densely sampled part of (T,) s; 0 for fewer than two frames.

    The mean of the short steps: the rounding of timestamps averages out, dropped frames and pauses do not count.
    """
    if len(time) < 2:
        return 0.0
    steps = np.diff(time)
    short = float(np.quantile(steps, 0.1))
    return float(1 / steps[steps <= 1.5 * short].mean())


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


def _filter_groups(columns: Float64, time: Float64, rate: float, design: tuple[float, int]) -> tuple[int, int, bool]:
    """Filter (T, M, C) in place; return stretches done and skipped, and whether any was resampled."""
    pauses = find_pauses(time)
    valid = find_present(columns)
    done = skipped = 0
    uneven = False
    for members in _groups(valid):
        for start, stop in find_stretches(valid[:, members[0]], pauses):
            part = columns[start:stop, members].reshape(stop - start, -1)
            smooth, resampled = _filter_stretch(part, time[start:stop], rate, design)
            if smooth is None:
                skipped += len(members)
                continue
            columns[start:stop, members] = smooth.reshape(stop - start, len(members), -1)
            done += len(members)
            uneven |= resampled
    return done, skipped, uneven


def _groups(valid: Bools) -> list[list[int]]:
    """Return the columns of (T, M) with equal missing samples, together: one pass of the filter for each group."""
    packed = np.packbits(valid, axis=0)
    groups: dict[bytes, list[int]] = {}
    for column in range(valid.shape[1]):
        groups.setdefault(packed[:, column].tobytes(), []).append(column)
    return list(groups.values())


def _filter_stretch(
    part: Float64, time: Float64, rate: float, design: tuple[float, int]
) -> tuple[Float64 | None, bool]:
    """Filter (n, m) of one stretch; return None where it is too short, and whether it was resampled."""
    n = len(part)
    if n < 3:
        return None, False
    duration = time[-1] - time[0]
    even = _is_even(time, (n - 1) / duration)
    count = n if even else round(duration * rate) + 1
    own_rate = round((count - 1) / duration, 3)
    if design[0] > NYQUIST_SHARE * own_rate / 2:
        return None, False
    padding = pad_length(design[0], design[1], own_rate)
    if min(count, n) <= padding:
        return None, False
    sos, steady = _design(*design, own_rate)
    if even:
        return _zero_phase(sos, steady, part, padding), False
    grid = np.linspace(time[0], time[-1], count)
    smooth = _zero_phase(sos, steady, CubicSpline(time, part)(grid), padding)
    return np.asarray(CubicSpline(grid, smooth)(time)), True


def pad_length(cutoff_hz: float, order: int, rate: float) -> int:
    """Return how many samples are mirrored at each end: nine (more for high orders), or a period of the cut-off."""
    sections = (order // 2 + 1) // 2
    return max(3 * (2 * sections + 1), math.ceil(rate / cutoff_hz))


def _is_even(time: Float64, rate: float) -> bool:
    """Tell whether (n,) s lie on an even grid, but for a container's rounding to milliseconds."""
    grid = np.linspace(time[0], time[-1], len(time))
    return bool(np.abs(time - grid).max() <= min(1e-3, 0.25 / rate))


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


def _note(done: int, skipped: int, resampled_hz: float | None) -> str:
    """Return what a reader must know, "" when nothing."""
    notes = []
    if resampled_hz is not None:
        notes.append(f"uneven timestamps, resampled to {resampled_hz:.2f} frames/s and back")
    if skipped and not done:
        notes.append("not filtered: too short")
    elif skipped:
        notes.append(f"{skipped} of {done + skipped} keypoint stretches are too short and were left unfiltered")
    return "; ".join(notes)
