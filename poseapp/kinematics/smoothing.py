"""Smooths keypoints by the filter that the settings name; what was there before is never changed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from poseapp.core.analysis import FilterReport
from poseapp.core.filter_settings import RULE_WORDS, FilterSettings
from poseapp.core.types import Array, Float64
from poseapp.kinematics.cutoff_search import find_cutoffs
from poseapp.kinematics.filters import NYQUIST_SHARE, filter_butterworth
from poseapp.kinematics.kalman import KalmanModel, smooth_kalman
from poseapp.kinematics.one_euro import one_euro_cutoff, smooth_one_euro
from poseapp.kinematics.smoothers import (
    can_fit_spline,
    fit_gcv_spline,
    replace_outliers,
    savitzky_golay_cutoff,
    smooth_median,
    smooth_savitzky_golay,
    window_frames,
)
from poseapp.kinematics.stretch_filter import OnEvenGrid, Place, StretchFilter, estimate_rate, filter_stretches, note_of
from poseapp.kinematics.stretches import Bools

DESPIKE_S = 0.15  # window of the outlier search before a filter: in a longer one fast motion hides outliers
_MOTION_ORDER = {"velocity": 2, "acceleration": 3}


@dataclass(frozen=True)
class Keypoints:
    """What is to be smoothed.

    Attributes:
        xy: (T, K, 2) px, NaN = missing. time: (T,) s, increasing.
        cov: (T, K, 3) px^2 (xx, xy, yy), NaN where unknown; only the Kalman smoother looks at it.
        seen: (T, K) False where a value was interpolated, not measured.
    """

    xy: Array
    time: Float64
    cov: Array
    seen: Bools


def smooth_keypoints(points: Keypoints, settings: FilterSettings) -> tuple[Float64, FilterReport]:
    """Return (T, K, 2) px smoothed, and how: each continuous stretch of each keypoint by itself, NaN stays NaN.

    Where a filter cannot work (too few frames, a cut-off too high for the frame rate) values stay as they are, and
    the note of the report says it.
    """
    xy = np.array(points.xy, dtype=np.float64, order="C")
    rate = estimate_rate(points.time)
    if settings.kind == "none":
        return xy, _unfiltered(settings, rate, "no filter was asked for")
    if len(xy) < 3:
        return xy, _unfiltered(settings, rate, "not filtered: too few frames")
    if settings.despike and settings.kind != "hampel":
        filter_stretches(xy, points.time, _hampel(rate, DESPIKE_S, settings.threshold))
    smooth, report = _BY_KIND[settings.kind](replace(points, xy=xy), settings, rate)
    if settings.despike and report.kind not in ("none", "hampel"):
        report = replace(report, detail=f"{report.detail}, outliers replaced first")
    return smooth, report


def _unfiltered(settings: FilterSettings, rate: float, note: str) -> FilterReport:
    return FilterReport("none", settings.order, math.nan, math.nan, rate, note)


def _butterworth(points: Keypoints, settings: FilterSettings, rate: float) -> tuple[Float64, FilterReport]:
    if settings.cutoff_rule == "given":
        return filter_butterworth(points.xy, points.time, settings.cutoff_hz, settings.order)
    found = _find_cutoff(points, settings, rate)
    cutoff = settings.cutoff_hz if math.isnan(found[0]) else found[0]
    smooth, report = filter_butterworth(points.xy, points.time, cutoff, settings.order)
    if math.isnan(found[0]):
        note = f"no cut-off could be found in the data; {cutoff:g} Hz was taken"
        return smooth, replace(report, note="; ".join(n for n in (report.note, note) if n))
    words = f"{RULE_WORDS[settings.cutoff_rule]}: half of the keypoints between {found[1]:.1f} and {found[2]:.1f} Hz"
    return smooth, replace(report, detail=f"{report.detail}, {words}")


def _find_cutoff(points: Keypoints, settings: FilterSettings, rate: float) -> tuple[float, float, float]:
    """Return the median of the cut-offs, Hz, that are found for each coordinate, and their quartiles; NaN for none."""
    found: list[float] = []

    def look(part: Float64, own_rate: float) -> Float64:
        found.extend(find_cutoffs(part, own_rate, settings.cutoff_rule, settings.order).tolist())
        return part

    grid = OnEvenGrid(rate, lambda _count, n, _rate: n > 3, look)
    filter_stretches(np.array(points.xy, dtype=np.float64), points.time, grid)
    known = np.array([f for f in found if math.isfinite(f)])
    if not len(known):
        return math.nan, math.nan, math.nan
    low, middle, high = np.quantile(known, (0.25, 0.5, 0.75))
    return float(middle), float(low), float(high)


def _savitzky_golay(points: Keypoints, settings: FilterSettings, rate: float) -> tuple[Float64, FilterReport]:
    def fits(count: int, _n: int, own_rate: float) -> bool:
        window = window_frames(settings.window_seconds, own_rate)
        return count >= window > settings.degree

    def apply(part: Float64, own_rate: float) -> Float64:
        return smooth_savitzky_golay(part, window_frames(settings.window_seconds, own_rate), settings.degree)

    window = window_frames(settings.window_seconds, rate)
    cutoff = savitzky_golay_cutoff(window, settings.degree, round(rate, 3)) if window > settings.degree else math.nan
    words = f"{_window_words(window, rate)}, degree {settings.degree}, zero phase"
    draft = replace(_draft(settings, rate, cutoff, words), window=window, degree=settings.degree)
    return _run(points, OnEvenGrid(rate, fits, apply), draft)


def _median(points: Keypoints, settings: FilterSettings, rate: float) -> tuple[Float64, FilterReport]:
    def apply(part: Float64, own_rate: float) -> Float64:
        return smooth_median(part, window_frames(settings.window_seconds, own_rate))

    window = window_frames(settings.window_seconds, rate)
    draft = replace(_draft(settings, rate, math.nan, _window_words(window, rate)), window=window)
    return _run(points, OnEvenGrid(rate, _long_enough(settings), apply), draft)


def _hampel_alone(points: Keypoints, settings: FilterSettings, rate: float) -> tuple[Float64, FilterReport]:
    words = _window_words(window_frames(settings.window_seconds, rate), rate)
    words = f"outliers beyond {settings.threshold:g} robust SD replaced, {words}"
    return _run(
        points, _hampel(rate, settings.window_seconds, settings.threshold), _draft(settings, rate, math.nan, words)
    )


def _hampel(rate: float, seconds: float, threshold: float) -> StretchFilter:
    """Work on the samples as they are: an outlier must not be spread by resampling."""

    def smooth(part: Float64, _time: Float64, _place: Place, /) -> tuple[Float64 | None, bool]:
        window = window_frames(seconds, rate)
        if len(part) < window:
            return None, False
        return replace_outliers(part.reshape(len(part), -1), window, threshold).reshape(part.shape), False

    return smooth


def _gcv_spline(points: Keypoints, settings: FilterSettings, rate: float) -> tuple[Float64, FilterReport]:
    cutoffs: list[float] = []

    def smooth(part: Float64, time: Float64, _place: Place, /) -> tuple[Float64 | None, bool]:
        if not can_fit_spline(len(part)):
            return None, False
        smooth, found = fit_gcv_spline(part.reshape(len(part), -1), time)
        cutoffs.extend(found.tolist())
        return smooth.reshape(part.shape), False

    xy, report = _run(points, smooth, replace(_draft(settings, rate, math.nan, "cubic, zero phase"), order=4))
    known = np.array([f for f in cutoffs if math.isfinite(f)])
    if report.kind == "none" or not len(known):
        return xy, report
    low, middle, high = np.quantile(known, (0.25, 0.5, 0.75))
    words = f"{report.detail}, half of the keypoints between {low:.1f} and {high:.1f} Hz"
    return xy, replace(report, effective_hz=float(middle), requested_hz=float(middle), detail=words)


def _kalman(points: Keypoints, settings: FilterSettings, rate: float) -> tuple[Float64, FilterReport]:
    model = KalmanModel(_MOTION_ORDER[settings.motion], settings.cutoff_hz)
    cov = np.asarray(points.cov, dtype=np.float64)

    def smooth(part: Float64, time: Float64, place: Place, /) -> tuple[Float64 | None, bool]:
        if len(part) <= model.order:
            return None, False
        where = (slice(place.start, place.stop), place.members)
        return smooth_kalman(part, cov[where], points.seen[where], time, model)[0], False

    if settings.cutoff_hz > NYQUIST_SHARE * rate / 2:
        note = f"not filtered: a cut-off of {settings.cutoff_hz:g} Hz needs more frames/s"
        return np.asarray(points.xy, dtype=np.float64), _unfiltered(settings, rate, note)
    words = f"constant {settings.motion}, zero phase, unsure frames count less"
    return _run(points, smooth, replace(_draft(settings, rate, settings.cutoff_hz, words), order=2 * model.order))


def _one_euro(points: Keypoints, settings: FilterSettings, rate: float) -> tuple[Float64, FilterReport]:
    def smooth(part: Float64, time: Float64, _place: Place, /) -> tuple[Float64 | None, bool]:
        return smooth_one_euro(part, time, settings.cutoff_hz, settings.beta), False

    words = f"beta {settings.beta:g} Hz per px/s, cut-off at rest, higher in motion"
    draft = _draft(settings, rate, one_euro_cutoff(settings.cutoff_hz, rate), words)
    xy, report = _run(points, smooth, draft)
    return xy, replace(report, note="; ".join(n for n in (report.note, "causal: the curve lags behind") if n))


def _run(points: Keypoints, smooth: StretchFilter, draft: FilterReport) -> tuple[Float64, FilterReport]:
    """Run a filter over every stretch and complete the report."""
    xy = np.array(points.xy, dtype=np.float64, order="C")
    tally = filter_stretches(xy, points.time, smooth)
    note = note_of(tally, draft.rate_hz)
    if not tally.done:
        return xy, replace(draft, kind="none", effective_hz=math.nan, detail="", note=note)
    return xy, replace(draft, note=note)


def _draft(settings: FilterSettings, rate: float, effective_hz: float, detail: str) -> FilterReport:
    requested = settings.cutoff_hz if settings.kind in ("kalman", "one-euro") else math.nan
    return FilterReport(settings.kind, settings.order, requested, effective_hz, rate, "", detail)


def _long_enough(settings: FilterSettings) -> Callable[[int, int, float], bool]:
    return lambda count, _n, own_rate: count >= window_frames(settings.window_seconds, own_rate)


def _window_words(window: int, rate: float) -> str:
    return f"{window} frames ({(window - 1) / rate:.2f} s)" if rate > 0 else f"{window} frames"


_BY_KIND: dict[str, Callable[[Keypoints, FilterSettings, float], tuple[Float64, FilterReport]]] = {
    "butterworth": _butterworth,
    "savitzky-golay": _savitzky_golay,
    "median": _median,
    "hampel": _hampel_alone,
    "gcv-spline": _gcv_spline,
    "kalman": _kalman,
    "one-euro": _one_euro,
}
