"""Keypoints to heatmaps and back: the two directions live here so that one test can prove they cancel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from poseapp.core.errors import UsageError
from poseapp.core.types import Float32, frozen_arrays

FloatArray = npt.NDArray[np.float64]

_WINDOW_SHARE = 12  # the window reaches this part of the shorter side of the map to each side of the peak
_MIN_RADIUS = 4
_LEVEL = 0.25  # second moments are taken over what rises above this share of the peak
_NARROWEST = 0.65  # px, least spread of the weights: below it they snap to the pixel grid
_GRID_VARIANCE = 1.0 / 12.0  # px^2, of a position known to one pixel


@dataclass(frozen=True)
class Decoded:
    """Keypoints read from N x K heatmaps, in heatmap px.

    Attributes:
        points: (N, K, 2), NaN where a map has no positive or only non-finite values.
        peak: (N, K) peak after the activation times the gain, 0..1; NaN where the point is NaN.
        cov: (N, K, 3) px^2, covariance (xx, xy, yy) of the position; NaN where the point is NaN.
    """

    points: Float32
    peak: Float32
    cov: Float32

    def __post_init__(self) -> None:
        frozen_arrays(self)


@dataclass(frozen=True)
class _Windows:
    """The surroundings of M peaks: values (M, S, S) with 0 outside the map, offsets dx, dy (M, 1, S) and (M, S, 1)."""

    values: Float32
    dx: Float32
    dy: Float32


def encode(points: npt.ArrayLike, size: tuple[int, int], sigma: float) -> Float32:
    """Return Gaussian targets (N, K, h, w) with their mean at the exact sub-pixel position (LPN eq. 5).

    Args:
        points: (N, K, 2) heatmap px; a NaN point gives a map of zeros.
        size: (h, w).
        sigma: Standard deviation, heatmap px; the peak of a centred Gaussian is 1.
    """
    points = np.asarray(points, dtype=np.float64)
    height, width = size
    gx = np.exp(-((np.arange(width) - points[..., 0:1]) ** 2) / (2 * sigma**2))
    gy = np.exp(-((np.arange(height) - points[..., 1:2]) ** 2) / (2 * sigma**2))
    gx, gy = (np.nan_to_num(line, nan=0.0).astype(np.float32) for line in (gx, gy))
    maps: Float32 = gy[..., :, None] * gx[..., None, :]
    return maps


def decode(
    heatmaps: Float32,
    *,
    activation: str = "none",
    method: str = "soft-argmax",
    beta: float = 160.0,
    gain: float = 1.0,
) -> Decoded:
    """Read one keypoint from each heatmap (N, K, h, w); see `Decoded` for shapes and the NaN rule.

    `gain` is what the network's peaks have to be multiplied with for a sure keypoint to reach 1.

    Methods: "argmax"; "quarter", the maximum moved 0.25 px towards its higher neighbour on each axis;
    "soft-argmax", beta-Soft-Argmax (LPN, Zhang et al. 2019, eq. 7) with four differences:

    - H is divided by its peak, so that beta means the same for a hesitant map as for a sure one;
    - sums run over a window about the maximum, so that a second peak elsewhere has no pull;
    - weights are exp(beta H) - exp(beta H0), not below 0, where H0 is what a Gaussian of the peak's width has left
      at the window's edge (0 for a narrow one): empty pixels weigh nothing (eq. 7 leaves them 1), and a wide peak
      is cut by a disc about itself, not by the window about the maximum;
    - beta is lowered for a narrow peak: the weights of a peak of width s spread over s / sqrt(beta) px, kept wider
      than 0.65 px (the paper's 160 on a Gaussian of 2 px spreads 0.16 px, which is the argmax again).

    The covariance comes from the second moments S of the map above a quarter of its peak, scaled to those of a
    whole Gaussian. A network trained on Gaussian targets of variance s0^2 answers a position of uncertainty U
    with a Gaussian of covariance S = s0^2 I + U and, its mass being kept, a peak of p = s0^2 / sqrt(det S).
    So U = S - p sqrt(det S) I, with eigenvalues of at least 1/12 px^2 (one pixel).

    Raises:
        UsageError: Unknown activation or method.
    """
    if activation not in ("none", "sigmoid"):
        raise UsageError(f"unknown heatmap activation {activation!r}", remedy="Use none or sigmoid")
    if method not in ("argmax", "quarter", "soft-argmax"):
        raise UsageError(f"unknown decoding {method!r}", remedy="Use argmax, quarter or soft-argmax")
    n, k, height, width = heatmaps.shape
    flat = np.ascontiguousarray(heatmaps, dtype=np.float32).reshape(n * k, height * width)
    best = flat.argmax(axis=1)  # an activation is monotonic: the maximum stays where it is
    peak = _activate(flat[np.arange(n * k), best], activation)
    with np.errstate(invalid="ignore"):
        found = np.isfinite(peak) & (peak > 0)
    centre = np.stack([best % width, best // width], axis=1)
    windows = _gather(flat, centre, (height, width), activation, np.where(found, peak, 1.0))
    moments = _second_moments(windows)
    points = centre + _offset(windows, moments, method, beta)
    peak = np.clip(gain * peak, 0.0, 1.0)
    cov = _uncertainty(moments, peak)
    points[~found], cov[~found], peak[~found] = np.nan, np.nan, np.nan
    return Decoded(
        points.reshape(n, k, 2).astype(np.float32),
        peak.reshape(n, k).astype(np.float32),
        cov.reshape(n, k, 3).astype(np.float32),
    )


def activate(heatmaps: Float32, activation: str) -> Float32:
    """Return heatmaps as `decode` sees them: sigmoid of the values, or the values ("none")."""
    return _activate(heatmaps, activation)


def _activate(values: Float32, activation: str) -> Float32:
    if activation == "sigmoid":
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -60.0, 60.0))), dtype=np.float32)
    return values


def _gather(
    flat: Float32, centre: npt.NDArray[np.int64], size: tuple[int, int], activation: str, peak: Float32
) -> _Windows:
    """Cut a window about each peak, activated, without negatives and scaled to a peak of 1."""
    height, width = size
    radius = max(_MIN_RADIUS, -(-min(size) // _WINDOW_SHARE))
    steps = np.arange(-radius, radius + 1)
    columns, rows = centre[:, 0:1] + steps, centre[:, 1:2] + steps
    index = np.clip(rows, 0, height - 1)[:, :, None] * width + np.clip(columns, 0, width - 1)[:, None, :]
    values = _activate(np.take_along_axis(flat, index.reshape(len(flat), -1), axis=1), activation)
    values = np.maximum(np.nan_to_num(values.reshape(index.shape), nan=0.0), 0.0) / peak[:, None, None]
    inside = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None, :]
    values *= inside
    line = steps.astype(np.float32)
    return _Windows(values, line[None, None, :], line[None, :, None])


def _second_moments(windows: _Windows) -> FloatArray:
    """Return (M, 3) px^2, (xx, xy, yy) about the centroid of what rises above `_LEVEL`.

    For a Gaussian cut at the level t, variance over true variance is
    (1 - t (1 + L) - t L^2 / 2) / (1 - t - t L), L = -ln t; dividing by it restores the whole Gaussian.
    """
    log = -np.log(_LEVEL)
    ratio = (1 - _LEVEL * (1 + log) - _LEVEL * log**2 / 2) / (1 - _LEVEL - _LEVEL * log)
    weights = np.maximum(windows.values - _LEVEL, 0.0)
    by_x, by_y = weights.sum(axis=1), weights.sum(axis=2)
    total = np.maximum(by_x.sum(axis=1), 1e-12)
    dx, dy = windows.dx[0, 0], windows.dy[0, :, 0]
    mx, my = by_x @ dx / total, by_y @ dy / total
    xx = by_x @ dx**2 / total - mx**2
    yy = by_y @ dy**2 / total - my**2
    xy = (weights @ dx) @ dy / total - mx * my
    floor = _GRID_VARIANCE
    return np.stack([np.maximum(xx / ratio, floor), xy / ratio, np.maximum(yy / ratio, floor)], axis=1)


def _offset(windows: _Windows, moments: FloatArray, method: str, beta: float) -> FloatArray:
    """Return the sub-pixel step (M, 2) from the maximum."""
    values = windows.values
    if method == "argmax":
        return np.zeros((len(values), 2))
    if method == "quarter":
        c = values.shape[1] // 2
        step_x = np.sign(values[:, c, c + 1] - values[:, c, c - 1])
        step_y = np.sign(values[:, c + 1, c] - values[:, c - 1, c])
        return 0.25 * np.stack([step_x, step_y], axis=1)
    variance = np.sqrt(np.maximum(moments[:, 0] * moments[:, 2] - moments[:, 1] ** 2, 1e-6))
    radius = values.shape[1] // 2
    edge = np.exp(-((radius - 0.5) ** 2) / (2 * variance)).astype(np.float32)[:, None, None]
    bounded = np.minimum(beta, variance / _NARROWEST**2).astype(np.float32)[:, None, None]
    weights = np.exp(bounded * (values - 1.0)) - np.exp(bounded * (edge - 1.0))
    weights = np.maximum(weights, 0.0)
    by_x, by_y = weights.sum(axis=1), weights.sum(axis=2)
    total = np.maximum(by_x.sum(axis=1), 1e-12)
    return np.stack([by_x @ windows.dx[0, 0] / total, by_y @ windows.dy[0, :, 0] / total], axis=1)


def _uncertainty(moments: FloatArray, peak: Float32) -> FloatArray:
    """Return U = S - p sqrt(det S) I as (M, 3), its eigenvalues at least `_GRID_VARIANCE`."""
    xx, xy, yy = moments[:, 0], moments[:, 1], moments[:, 2]
    target = peak * np.sqrt(np.maximum(xx * yy - xy**2, 0.0))
    middle, half = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    high = np.maximum(middle + half - target, _GRID_VARIANCE)
    low = np.maximum(middle - half - target, _GRID_VARIANCE)
    stretch = np.divide(high - low, 2 * half, out=np.zeros_like(half), where=half > 1e-9)
    mean = (high + low) / 2
    return np.stack([mean + stretch * (xx - yy) / 2, stretch * xy, mean - stretch * (xx - yy) / 2], axis=1)
