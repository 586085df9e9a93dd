"""Predictions that are meant as they are seen, such as those of a file that was exported: laid beneath the swaps."""

from __future__ import annotations

import numpy as np

from poseapp.core.layers import chunk_values
from poseapp.core.store import PoseStore
from poseapp.core.types import PoseChunk


def beneath_swaps(store: PoseStore, chunk: PoseChunk) -> PoseChunk:
    """Return the chunk that a store shows as the given one: what it shows swapped is swapped beforehand.

    The chunk has the keypoints of the store's skeleton. Where nothing was swapped it is returned as it is.
    """
    swaps = store._swaps
    if not swaps.moves(chunk.start, chunk.stop):
        return chunk
    n, P, K = chunk.xy.shape[:3]
    values = chunk_values(chunk).reshape(n, P * K, -1)
    n_slots = K * max(P, -(-swaps.n_slots // K))
    shown = np.pad(values, [(0, 0), (0, n_slots - P * K), (0, 0)], constant_values=np.nan)
    held = np.empty_like(shown)
    for start, stop, read in swaps.pieces(chunk.start, chunk.stop, np.arange(n_slots, dtype=np.intp)):
        rows = slice(start - chunk.start, stop - chunk.start)
        held[rows, read] = shown[rows]
    held = held.reshape(n, -1, K, held.shape[-1])
    return PoseChunk(chunk.start, held[..., :2], held[..., 2], held[..., 3:])
