"""Which pose is which person: likeness of poses, doubles, and the assignment of poses to rows."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import numpy.typing as npt

from poseapp.core.types import Float32

Float64Array = npt.NDArray[np.float64]

_AREA_SHARE = 0.18  # of the squared diagonal: an upright person's COCO segment area, whatever the posture
_EXACT_UP_TO = 6  # 720 orders; beyond, the best pair first


def compute_oks(first: Float32, second: Float32, sigmas: npt.ArrayLike) -> Float64Array:
    """Return the object keypoint similarity (N, M), 0 .. 1, of poses (N, K, 2) and (M, K, 2), px.

    OKS = mean over keypoints of exp(-d^2 / (2 s^2 k^2)) with k = 2 sigma (COCO keypoint evaluation), s^2 a share
    of the larger pose's squared diagonal. Keypoints NaN in either pose do not count; 0 where none is left.
    """
    if not len(first) or not len(second):
        return np.zeros((len(first), len(second)))
    area = _AREA_SHARE * np.maximum(_diagonal2(first)[:, None], _diagonal2(second)[None])
    distance2 = ((first[:, None].astype(np.float64) - second[None]) ** 2).sum(axis=-1)
    variance = 2 * (2 * np.asarray(sigmas, np.float64)) ** 2
    with np.errstate(invalid="ignore"):
        like = np.exp(-distance2 / (variance * np.maximum(area, 1.0)[..., None]))
    present = np.isfinite(like)
    count = present.sum(axis=-1)
    return np.where(count > 0, np.where(present, like, 0.0).sum(axis=-1) / np.maximum(count, 1), 0.0)


def suppress_doubles(poses: Float32, merits: npt.ArrayLike, sigmas: npt.ArrayLike, *, limit: float) -> list[int]:
    """Return the indices of poses (N, K, 2) to keep, best merit first: none like a better one by OKS > limit."""
    likeness = compute_oks(poses, poses, sigmas)
    kept: list[int] = []
    for i in np.argsort(-np.asarray(merits, np.float64), kind="stable"):
        if all(likeness[i, j] <= limit for j in kept):
            kept.append(int(i))
    return kept


def assign(gain: Float64Array, *, least: float) -> list[tuple[int, int]]:
    """Return pairs (row, column) of a gain matrix (R, C) with the greatest sum, each row and column at most once.

    Pairs that gain less than `least` are not made. Exact up to 6 rows and columns, the best pair first beyond.
    """
    rows, columns = gain.shape
    usable = np.where(gain >= least, gain, 0.0)
    exact = max(rows, columns) <= _EXACT_UP_TO
    pairs = _assign_exactly(usable) if exact else _assign_best_first(usable)
    return [(r, c) for r, c in pairs if gain[r, c] >= least]


def _assign_exactly(gain: Float64Array) -> list[tuple[int, int]]:
    if gain.shape[0] > gain.shape[1]:
        return [(r, c) for c, r in _assign_exactly(gain.T)]
    rows = range(gain.shape[0])
    best = max(
        permutations(range(gain.shape[1]), gain.shape[0]), key=lambda order: sum(gain[r, order[r]] for r in rows)
    )
    return list(zip(rows, best, strict=True))


def _assign_best_first(gain: Float64Array) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    order = np.dstack(np.unravel_index(np.argsort(-gain, axis=None, kind="stable"), gain.shape))[0]
    for r, c in order.tolist():
        if all(r != row and c != column for row, column in pairs):
            pairs.append((r, c))
    return pairs


def _diagonal2(poses: Float32) -> Float64Array:
    """Return the squared diagonal (N,) of the box of each pose, px^2; 0 without points."""
    poses = np.asarray(poses, np.float64)
    present = np.isfinite(poses)
    low = np.where(present, poses, np.inf).min(axis=1)
    high = np.where(present, poses, -np.inf).max(axis=1)
    extent = np.where(np.isfinite(high - low), high - low, 0.0)
    return np.asarray((extent**2).sum(axis=1), np.float64)
