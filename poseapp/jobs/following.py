"""Who is who in a file that does not say so: people are followed, and matched with those of a project."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from poseapp.core.types import Float64
from poseapp.formats.tracks import Tracks

_FAR = 1e9  # px: more than any two points of a picture, for pairs that share nothing


def followed(tracks: Tracks) -> Tracks:
    """Return the same with each person in one column: in every row people go to whom they are nearest to.

    Near is the mean distance over the keypoints that both have, to where the person was seen last. There are as many
    columns as people in the fullest row.
    """
    T, P = tracks.xy.shape[:2]
    order = np.tile(np.arange(P), (T, 1))
    last = np.full(tracks.xy.shape[1:], np.nan)
    for row in range(T):
        cost = _distances(last, tracks.xy[row])
        _, chosen = linear_sum_assignment(cost)
        order[row] = chosen
        here = tracks.xy[row, chosen]
        last = np.where(np.isfinite(here), here, last)
    rows = np.arange(T)[:, None]
    return replace(
        tracks,
        xy=tracks.xy[rows, order],
        score=tracks.score[rows, order],
        source=tracks.source[rows, order],
        follows=True,
    )


def matched_persons(xy: Float64, others: Float64) -> list[int]:
    """Return for each person of xy (T, P, K, 2) the nearest one of others (T, Q, K, 2), each taken once; new numbers
    from Q on for those who have nobody near: none who is ever seen with them in one frame.
    """
    P, Q = xy.shape[1], others.shape[1]
    cost = np.full((P, max(P, Q)), _FAR)
    for p in range(P):
        for q in range(Q):
            apart = np.linalg.norm(xy[:, p] - others[:, q], axis=-1)
            if np.isfinite(apart).any():
                cost[p, q] = float(np.nanmedian(apart))
    rows, columns = linear_sum_assignment(cost)
    found = {int(p): int(q) for p, q in zip(rows, columns, strict=True) if q < Q and cost[p, q] < _FAR}
    free = iter(number for number in range(P + Q) if number not in found.values() and number >= (Q if found else 0))
    return [found[p] if p in found else next(free) for p in range(P)]


def _distances(first: Float64, second: Float64) -> Float64:
    """Return (P, P) px between poses (P, K, 2), over what both have."""
    apart = np.linalg.norm(first[:, None] - second[None], axis=-1)
    known = np.isfinite(apart)
    count = known.sum(axis=-1)
    total = np.where(known, apart, 0.0).sum(axis=-1)
    mean: Float64 = np.where(count > 0, total / np.maximum(count, 1), _FAR)
    return mean
