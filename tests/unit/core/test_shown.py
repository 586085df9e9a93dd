"""Predictions beneath swaps are seen as they were meant."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from poseapp.core.edit_builders import build_swap_persons, build_swap_sides
from poseapp.core.shown import beneath_swaps
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import PoseChunk

BODY = load_skeleton("lsp14")
T, K = 300, BODY.n_keypoints


def chunk_of(start: int, n: int, persons: int) -> PoseChunk:
    """Keypoint k of person p in frame f at (1000 p + k, f)."""
    f, p, k = np.ogrid[start : start + n, :persons, :K]
    x, y = np.broadcast_arrays(1000.0 * p + k, f)
    xy = np.stack([x, y], axis=-1).astype(np.float32)
    return PoseChunk(start, xy, np.full(xy.shape[:3], 0.5, np.float32), np.ones((*xy.shape[:3], 3), np.float32))


def test_without_swaps_nothing_is_copied() -> None:
    chunk = chunk_of(0, 5, 1)
    assert beneath_swaps(PoseStore(BODY, T), chunk) is chunk


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, T - 2), st.integers(1, 200)), max_size=5), st.integers(1, 3))
def test_what_is_meant_is_seen(swaps: list[tuple[bool, int, int]], persons: int) -> None:
    store = PoseStore(BODY, T)
    for sides, start, length in swaps:
        stop = min(start + length, T)
        store.apply(build_swap_sides(store, 0, start, stop) if sides else build_swap_persons(0, 1, start, stop))
    meant = chunk_of(20, 260, persons)
    store.add_chunk(beneath_swaps(store, meant))
    for person in range(persons):
        seen = store.track(person, 20, 280)
        np.testing.assert_array_equal(seen.xy, meant.xy[:, person])
        np.testing.assert_array_equal(seen.score, meant.score[:, person])
    if persons == 1:
        assert np.isnan(store.track(1, 20, 280).xy).all()
