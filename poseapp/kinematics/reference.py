"""Curves of a reference system: brought to the frames of a clip, and compared with what was measured there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from poseapp.core.circle import wrap_degrees
from poseapp.core.types import Float64
from poseapp.kinematics.agreement import Agreement, compute_agreement
from poseapp.kinematics.stretches import find_pauses, find_stretches

_SAME_TIME = 1e-6  # s: what files print of a time


@dataclass(frozen=True)
class CurveAgreement:
    """How well a measured curve agrees with that of a reference, degrees; NaN where there are fewer than three pairs.

    Attributes:
        agreement: Reference first, measured second: a bias above 0 is measured too large.
        rmse: Root of the mean squared difference, with its bias.
        correlation: Pearson's, which sees neither bias nor scale; NaN where one of both does not vary.
    """

    agreement: Agreement
    rmse: float
    correlation: float


def resample_curve(time: Float64, values: Float64, at: Float64, period: float) -> Float64:
    """Return a curve (N,) at other times (T,), degrees in [-period / 2, period / 2).

    A cubic spline (not-a-knot) through each stretch without a gap; nothing is told outside of a stretch, across a
    missing value or a pause of the clock: NaN. Angles go the shorter way round the circle between two samples.

    Args:
        time: (N,) s, rising. values: (N,) degrees, NaN = missing. at: (T,) s. period: Degrees of a turn.
    """
    from scipy.interpolate import make_interp_spline

    found = np.full(len(at), np.nan)
    for start, stop in find_stretches(np.isfinite(values), find_pauses(time)):
        t, v = time[start:stop], np.unwrap(values[start:stop], period=period)
        inside = (at >= t[0] - _SAME_TIME) & (at <= t[-1] + _SAME_TIME)
        if not inside.any():
            continue
        asked = np.clip(at[inside], t[0], t[-1])
        found[inside] = v[0] if len(t) == 1 else make_interp_spline(t, v, k=min(3, len(t) - 1))(asked)
    return wrap_degrees(found, period)


def compare_curves(reference: Float64, measured: Float64, period: float) -> CurveAgreement:
    """Return how well two curves (T,) agree, degrees, frames in which one is NaN left out; 179 and -179 are 2 apart."""
    near = nearest_turn(reference, measured, period)
    both = np.isfinite(near) & np.isfinite(measured)
    a, b = near[both], measured[both]
    found = compute_agreement(a, b)
    if len(a) < 3:
        return CurveAgreement(found, math.nan, math.nan)
    varies = float(np.ptp(a)) > 0 and float(np.ptp(b)) > 0
    correlation = float(np.corrcoef(a, b)[0, 1]) if varies else math.nan
    return CurveAgreement(found, float(np.sqrt(np.mean((b - a) ** 2))), correlation)


def nearest_turn(reference: Float64, measured: Float64, period: float) -> Float64:
    """Return reference (T,) moved by whole turns to where it is nearest to what was measured (T,)."""
    return np.asarray(measured + wrap_degrees(reference - measured, period))
