"""Filters beside the Butterworth: Savitzky-Golay, running median, Hampel, and the GCV spline.

Each smooths one continuous stretch of samples; `smoothing.smooth_keypoints` runs them over keypoints with gaps.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy import fft, ndimage, optimize, signal
from scipy.interpolate import make_smoothing_spline

from poseapp.core.types import Float64

# Of normally distributed samples the standard deviation is so many median absolute deviations (Hampel 1974).
MAD_TO_SD = 1.4826
_LEAST_SPLINE = 5  # samples that scipy's smoothing spline needs
_LEAST_SPLINE_HZ = 0.5  # cut-off below which no spline is chosen
_SPLINE_STEPS = 120  # cut-offs that are tried, 3 % apart


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


def fit_gcv_spline(values: Float64, time: Float64) -> tuple[Float64, Float64]:
    """Smooth series by the cubic splines that generalised cross-validation chooses (Craven & Wahba 1979).

    The splines are `scipy.interpolate.make_smoothing_spline`, on the real times. What weighs their roughness, lambda,
    is found in the cosine transform of the detrended series, where a spline damps each frequency by itself (Garcia,
    Comput. Stat. Data Anal. 2010): scipy's own search takes a second for each keypoint.

    Args:
        values: (n, m), n at least 5.
        time: (n,) s, increasing; need not be even.

    Returns:
        (n, m) smoothed values, and (m,) the -3 dB frequencies, Hz: a frequency is damped by
        1 / (1 + lambda omega^4 / rate).
    """
    rate = (len(time) - 1) / float(time[-1] - time[0])
    grid = np.linspace(time[0], time[-1], len(time))
    even = np.stack([np.interp(grid, time, column) for column in values.T], axis=1)
    cutoffs = find_gcv_cutoffs(even, rate)
    lambdas = (math.sqrt(2) - 1) * rate / (2 * math.pi * cutoffs) ** 4
    smooth = [
        make_smoothing_spline(time, column, lam=lam)(time)
        for column, lam in zip(values.T, lambdas.tolist(), strict=True)
    ]
    return np.stack(smooth, axis=1), cutoffs


def find_gcv_cutoffs(values: Float64, rate: float) -> Float64:
    """Return (m,) the cut-offs, Hz, at which splines through (n, m) even samples have the least GCV score.

    GCV = (sum of squared residuals / n) / (1 - trace / n)^2, looked for from 0.5 Hz to 0.9 of half the rate.
    """
    n = len(values)
    power = fft.dct(signal.detrend(values, axis=0), axis=0, norm="ortho") ** 2
    cutoffs = np.geomspace(_LEAST_SPLINE_HZ, max(0.45 * rate, 2 * _LEAST_SPLINE_HZ), _SPLINE_STEPS)
    frequency = np.arange(n)[:, None] * rate / (2 * n)
    damped = 1 - 1 / (1 + (math.sqrt(2) - 1) * (frequency / cutoffs) ** 4)  # (n, cut-offs): what is taken away
    scores = (damped**2).T @ power / (damped.mean(axis=0)[:, None] ** 2)
    best = scores.argmin(axis=0)
    return np.asarray(cutoffs[best])


def can_fit_spline(n_samples: int) -> bool:
    """Tell whether a stretch is long enough for a smoothing spline."""
    return n_samples >= _LEAST_SPLINE
