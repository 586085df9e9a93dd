"""How well two people, or two sessions, agree: intraclass correlation, error of measurement, limits of agreement."""

from __future__ import annotations

import math

import numpy as np

from poseapp.core.agreement import Agreement
from poseapp.core.types import Array, Float64
from poseapp.kinematics.change import minimal_detectable_change

__all__ = ["Agreement", "compute_agreement", "intraclass_correlation", "mean_squares"]


def compute_agreement(first: Array, second: Array) -> Agreement:
    """Return how well paired values (n,) agree; pairs with a NaN are left out.

    Values of neighbouring frames are not independent: the interval of the correlation is then too narrow.

    Raises:
        ValueError: The lengths differ.
    """
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(f"{first.shape} and {second.shape} are no pairs")
    pairs = np.column_stack([first, second]).astype(np.float64)
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    n = len(pairs)
    if n < 3:
        return Agreement(n, *[math.nan] * 7)
    rows, columns, error = mean_squares(pairs)
    icc = _icc(rows, columns, error, n)
    sem = math.sqrt(max(0.0, (columns - error) / n) + error)
    difference = pairs[:, 1] - pairs[:, 0]
    spread = float(difference.std(ddof=1))
    interval = _icc_interval(rows, columns, error, n=n, icc=icc)
    return Agreement(n, icc, *interval, sem, minimal_detectable_change(sem), float(difference.mean()), spread)


def mean_squares(values: Float64) -> tuple[float, float, float]:
    """Return mean squares between rows, between columns and of the residual, of values (n, k) without a NaN."""
    n, k = values.shape
    mean = values.mean()
    rows = k * float(((values.mean(axis=1) - mean) ** 2).sum())
    columns = n * float(((values.mean(axis=0) - mean) ** 2).sum())
    error = float(((values - mean) ** 2).sum()) - rows - columns
    return rows / (n - 1), columns / (k - 1), max(0.0, error) / ((n - 1) * (k - 1))


def intraclass_correlation(values: Float64) -> float:
    """Return ICC(2,1) of values (n, k): n targets measured by k raters; NaN where nothing varies."""
    n, k = values.shape
    rows, columns, error = mean_squares(values)
    return _icc(rows, columns, error, n, k)


def _icc(rows: float, columns: float, error: float, n: int, k: int = 2) -> float:
    whole = rows + (k - 1) * error + k * (columns - error) / n
    return (rows - error) / whole if whole > 0 else math.nan


def _icc_interval(rows: float, columns: float, error: float, *, n: int, icc: float, k: int = 2) -> tuple[float, float]:
    """McGraw & Wong 1996, table 7, ICC(A,1): F quantiles with Satterthwaite's degrees of freedom."""
    from scipy.stats import f as f_distribution

    if math.isnan(icc) or icc >= 1:
        return icc, icc
    if error == 0:  # nothing but a shift between the raters: no degrees of freedom are left to say how sure it is
        return math.nan, math.nan
    a, b = k * icc / (n * (1 - icc)), 1 + k * icc * (n - 1) / (n * (1 - icc))
    freedom = (a * columns + b * error) ** 2
    freedom /= (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    lower = float(f_distribution.ppf(0.975, n - 1, freedom))
    upper = float(f_distribution.ppf(0.975, freedom, n - 1))
    shared = k * columns + (k * n - k - n) * error
    low = n * (rows - lower * error) / (lower * shared + n * rows)
    high = n * (upper * rows - error) / (shared + n * upper * rows)
    return low, high
