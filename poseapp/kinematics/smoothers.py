"""Filters beside the Butterworth: Savitzky-Golay, running median, Hampel, and the GCV spline.

Each smooths one continuous stretch of samples; `smoothing.smooth_keypoints` runs them over keypoints with gaps.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy import ndimage, optimize, signal
from scipy.interpolate import BSpline, make_smoothing_spline

from poseapp.core.types import Float64

# Of normally distributed samples the standard deviation is so many median absolute deviations (Hampel 1974).
MAD_TO_SD = 1.4826
_LEAST_SPLINE = 5  # samples that scipy's smoothing spline needs
_LEAST_SPLINE_HZ = 0.5  # cut-off below which no spline is chosen


def window_frames(window_seconds: float, rate: float) -> int:
    """Return the odd number of frames, at least three, whose first and last are about a window apart."""
    return 2 * max(1, round(window_seconds * rate / 2)) + 1


def smooth_savitzky_golay(values: Float64, window: int, degree: int) -> Float64:
    """Fit polynomials by least squares to `window` even samples (Savitzky & Golay 1964) of values (n, m), n >= window.

    The ends take the polynomial of the first and last whole window, as `scipy.signal.savgol_filter` does.
    """
    return np.asarray(signal.savgol_filter(values, window, degree, axis=0, mode="interp"))


@lru_cache(maxsize=256)
def savitzky_golay_cutoff(window: int, degree: int, rate: float) -> float:
    """Return the -3 dB frequency, Hz, of a Savitzky-Golay filter, read from its response; NaN where it has none."""
    kernel = signal.savgol_coeffs(window, degree)

    def excess(frequency: float) -> float:
        response = signal.freqz(kernel, worN=[frequency], fs=rate)[1]
        return float(abs(response[0]) - math.sqrt(0.5))

    grid = np.linspace(0.0, 0.5 * rate, 20 * window)
    below = np.flatnonzero([excess(f) < 0 for f in grid])
    if not len(below):
        return math.nan
    return float(optimize.brentq(excess, grid[below[0] - 1], grid[below[0]], xtol=1e-9))


def smooth_median(values: Float64, window: int) -> Float64:
    """Return the running median over `window` samples of values (n, m); beyond the ends the end value repeats."""
    return np.asarray(ndimage.median_filter(values, size=(window, 1), mode="nearest"))


def replace_outliers(values: Float64, window: int, threshold: float) -> Float64:
    """Replace outliers by the median of their window (Hampel identifier; Pearson, Signal Process. 2002).

    A sample is one when it is more than `threshold` robust standard deviations, 1.4826 times the median absolute
    deviation of its window, from the median of its window. Beyond the ends the end value repeats.

    Args:
        values: (n, m).
        window: Odd number of samples.
        threshold: 3 by custom; 0 replaces everything.
    """
    middle = smooth_median(values, window)
    half = window // 2
    padded = np.pad(values, ((half, half), (0, 0)), mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, window, axis=0)
    spread = MAD_TO_SD * np.median(np.abs(around - middle[..., None]), axis=-1)
    return np.where(np.abs(values - middle) > threshold * spread, middle, values)


def fit_gcv_spline(values: Float64, time: Float64) -> tuple[Float64, float]:
    """Smooth a series by the cubic spline that generalised cross-validation chooses (Craven & Wahba 1979).

    `scipy.interpolate.make_smoothing_spline` (after Woltring 1986's criterion), on the real times.

    Args:
        values: (n,), n at least 5.
        time: (n,) s, increasing; need not be even.

    Returns:
        (n,) smoothed values, and the -3 dB frequency, Hz: a spline that weighs its roughness by lambda damps a
        frequency by 1 / (1 + lambda omega^4 / rate). NaN where nothing was smoothed.
    """
    unit = _spline_unit(time)
    spline = make_smoothing_spline(time / unit, values)
    smooth = np.asarray(spline(time / unit), dtype=np.float64)
    return smooth, _spline_cutoff(spline, values, smooth, time / unit) / unit


def _spline_unit(time: Float64) -> float:
    """Return the unit of time, s, in which scipy's search for lambda, from 0 to n, begins at `_LEAST_SPLINE_HZ`.

    In seconds every lambda of human movement lies within the tolerance of that search, next to 0.
    """
    rate = (len(time) - 1) / float(time[-1] - time[0])
    greatest = (math.sqrt(2) - 1) * rate / (2 * math.pi * _LEAST_SPLINE_HZ) ** 4
    return float((greatest / len(time)) ** (1 / 3))


def _spline_cutoff(spline: BSpline, values: Float64, smooth: Float64, time: Float64) -> float:
    """Return the -3 dB frequency, per unit of time.

    What scipy does not tell, lambda, follows from the spline being the best one: the sum of (y - f) g equals lambda
    times the integral of f'' g'' for any spline g, such as f less its mean.
    """
    bent = spline.derivative(2)(time)
    steps = np.diff(time)
    roughness = float((steps * (bent[:-1] ** 2 + bent[:-1] * bent[1:] + bent[1:] ** 2) / 3).sum())
    explained = float(((values - smooth) * (smooth - smooth.mean())).sum())
    if not (roughness > 0 and explained > 0):
        return math.nan
    rate = (len(time) - 1) / float(time[-1] - time[0])
    omega = ((math.sqrt(2) - 1) * rate * roughness / explained) ** 0.25
    return float(min(omega / (2 * math.pi), rate / 2))


def can_fit_spline(n_samples: int) -> bool:
    """Tell whether a stretch is long enough for a smoothing spline."""
    return n_samples >= _LEAST_SPLINE
