"""Finds a cut-off in the data: where a filter begins to take away movement rather than noise.

Residual analysis (Winter, Biomechanics and Motor Control of Human Movement, 4th ed. 2009, section 3.4.4.3): the root
mean square of what is taken away falls with the cut-off; far up it falls in a straight line, that of noise alone,
which meets 0 Hz at the size of the noise. The cut-off is where as much is taken away as there is noise.

Autocorrelation (Challis, J. Appl. Biomech. 1999): what is taken away should be white, so the best cut-off is the one
that leaves residuals with the least autocorrelation.
"""

from __future__ import annotations

import math

import numpy as np

from poseapp.core.types import Float64
from poseapp.kinematics.filters import NYQUIST_SHARE, pad_length, smooth_evenly

LEAST_HZ, STEP_HZ, MOST_HZ = 1.0, 0.25, 20.0
_TAIL = 0.5  # upper share of the range of cut-offs in which the residual is taken to be that of noise
_LAGS = 10  # of the autocorrelation
_BRIEFEST_S = 2.0  # of a stretch that a cut-off can be found in


def find_cutoffs(values: Float64, rate: float, rule: str, order: int = 4) -> Float64:
    """Return the cut-off, Hz, that a rule finds for each series of even samples.

    Args:
        values: (n, m), nothing missing.
        rate: Samples/s.
        rule: "residual" or "autocorrelation".
        order: Of the whole zero-phase Butterworth filter.

    Returns:
        (m,) Hz; NaN where the stretch is too short, or a series holds no noise that could be told from movement.
    """
    cutoffs = candidate_cutoffs(rate)
    if len(values) < _BRIEFEST_S * rate or len(cutoffs) < 4 or len(values) <= pad_length(LEAST_HZ, order, rate):
        return np.full(values.shape[1], math.nan)
    judge = root_mean_square if rule == "residual" else autocorrelation_sum
    judged = np.stack([judge(values - smooth_evenly(values, rate, float(f), order)) for f in cutoffs])
    if rule == "residual":
        return np.array([cutoff_of_residuals(cutoffs, column) for column in judged.T])
    return np.asarray(cutoffs[judged.argmin(axis=0)])


def candidate_cutoffs(rate: float) -> Float64:
    """Return the cut-offs that are tried, Hz: steps of 0.25 Hz from 1 Hz to 20 Hz or 0.8 of half the rate."""
    return np.arange(LEAST_HZ, min(MOST_HZ, NYQUIST_SHARE * rate / 2) + 1e-9, STEP_HZ)


def cutoff_of_residuals(cutoffs: Float64, rms: Float64) -> float:
    """Return where the residual (m,) at cut-offs (m,), Hz, falls to the size of the noise; NaN where it does not.

    The line is fitted to the upper half of the range; between cut-offs the residual is interpolated.
    """
    tail = slice(int(len(cutoffs) * _TAIL), None)
    _, noise = np.polyfit(cutoffs[tail], rms[tail], 1)
    below = np.flatnonzero(rms <= noise)
    if not noise > 0 or not len(below):
        return math.nan
    first = int(below[0])
    if first == 0:
        return float(cutoffs[0])
    before, after = rms[first - 1], rms[first]
    return float(cutoffs[first - 1] + (before - noise) / (before - after) * (cutoffs[first] - cutoffs[first - 1]))


def root_mean_square(residuals: Float64) -> Float64:
    """Return (m,) of residuals (n, m)."""
    return np.asarray(np.sqrt((residuals**2).mean(axis=0)))


def autocorrelation_sum(residuals: Float64) -> Float64:
    """Return (m,): the sum of the squared autocorrelations of residuals (n, m) at lags 1 to 10; 0 for white noise."""
    centred = residuals - residuals.mean(axis=0)
    power = (centred**2).sum(axis=0)
    lags = [(centred[:-lag] * centred[lag:]).sum(axis=0) for lag in range(1, _LAGS + 1)]
    with np.errstate(divide="ignore", invalid="ignore"):
        total = ((np.stack(lags) / power) ** 2).sum(axis=0)
    return np.where(power > 0, total, math.inf)
