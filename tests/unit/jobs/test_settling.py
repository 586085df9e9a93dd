"""Poses that come in chunks, settled window by window."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.figure import walk
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import PoseChunk, Source
from poseapp.inference.sides import exchange_sides, settle_sides
from poseapp.jobs.settling import OVERLAP, WINDOW, Settler

BODY = load_skeleton("body18")
LEGS = np.array([name.endswith(("knee", "ankle", "heel", "toe")) for name in BODY.keypoints])


def build(n: int, swaps: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the truth (n, 2, K, 2) of two people, and as read: the second one's legs exchanged in some frames."""
    one = walk(BODY, np.arange(n) / 30, speed=0.0) + np.random.default_rng(0).normal(0, 1, (n, 18, 2))
    truth = np.stack([one, one + 400], axis=1).astype(np.float32)
    where = np.zeros((n, 18), dtype=bool)
    for start, stop in swaps:
        where[start:stop] = LEGS
    read = truth.copy()
    read[:, 1] = exchange_sides(truth[:, 1], where, BODY)
    return truth, read


def chunks_of(xy: np.ndarray, size: int = 50, start: int = 0) -> list[PoseChunk]:
    """Return chunks whose scores and covariances say where a keypoint is, so that one sees whether they move along."""
    cov = np.concatenate([xy, xy[..., :1]], axis=-1)
    rows = range(0, len(xy), size)
    return [PoseChunk(start + i, xy[i : i + size], xy[i : i + size, ..., 0], cov[i : i + size]) for i in rows]


def settle(chunks: list[PoseChunk]) -> tuple[list[list[PoseChunk]], Settler]:
    """Return the replacements after every chunk and at the end."""
    settler = Settler(BODY, 30.0)
    return [*(list(settler.add(chunk)) for chunk in chunks), list(settler.finish())], settler


def test_only_what_changed_is_replaced_and_everything_moves_along() -> None:
    truth, read = build(300, [(40, 44), (254, 260)])
    replaced, settler = settle(chunks_of(read, start=20))
    assert not any(replaced[:-1])  # shorter than a window: at the end
    assert settler.exchanged == (0, 10)
    # Blocks of 256 frames, as projects keep them: 20 + 40 .. 20 + 44, 20 + 254 .. 20 + 260.
    assert [(chunk.start, chunk.stop) for chunk in replaced[-1]] == [(60, 64), (274, 280)]
    for chunk in replaced[-1]:
        wanted = truth[chunk.start - 20 : chunk.stop - 20]
        np.testing.assert_array_equal(chunk.xy[:, :, LEGS], wanted[:, :, LEGS])
        np.testing.assert_array_equal(chunk.score, chunk.xy[..., 0])
        np.testing.assert_array_equal(chunk.cov, np.concatenate([chunk.xy, chunk.xy[..., :1]], axis=-1))


def test_nothing_exchanged_nothing_replaced() -> None:
    _, read = build(200, [])
    replaced, settler = settle(chunks_of(read))
    assert not any(replaced)
    assert settler.exchanged == (0, 0)


@pytest.mark.parametrize("size", [16, 64, 5000])
def test_long_clips_are_settled_on_the_way_and_without_a_seam(size: int) -> None:
    n = 2 * WINDOW + 300
    swaps = [(WINDOW - 5, WINDOW + 4), (WINDOW + 500, WINDOW + 503), (2 * WINDOW, 2 * WINDOW + 6), (n - 20, n - 15)]
    truth, read = build(n, swaps)
    chunks = chunks_of(read, size)
    replaced, settler = settle(chunks)
    store = PoseStore(BODY, n)
    for chunk, corrections in zip([*chunks, None], replaced, strict=True):
        if chunk is not None:
            store.add_chunk(chunk)
        for correction in corrections:
            assert len(correction.xy) <= 256
            store.add_chunk(correction)
            done = n if chunk is None else chunk.stop
            assert correction.stop <= done
            assert done - correction.start <= WINDOW + OVERLAP + size
    apart = np.linalg.norm(store.track(1).raw - truth[:, 1], axis=-1)
    assert apart.max() < 15  # where legs cross, noise may exchange what lies together
    whole = exchange_sides(read[:, 1], settle_sides(read[:, 1], BODY), BODY)
    np.testing.assert_array_equal(store.track(1).raw, whole)
    assert settler.exchanged[0] == 0


def test_what_was_settled_is_not_settled_again() -> None:
    """A window that begins in the middle of an exchange that was settled goes on with it."""
    n = WINDOW + OVERLAP + 200
    truth, read = build(n, [(WINDOW - 8, WINDOW + 10)])
    replaced, _ = settle(chunks_of(read, 64))
    store = PoseStore(BODY, n)
    for chunk in [*chunks_of(read, 64), *(c for some in replaced for c in some)]:
        store.add_chunk(chunk)
    assert np.linalg.norm(store.track(1).raw - truth[:, 1], axis=-1).max() < 15


def test_nobody() -> None:
    replaced, settler = settle([])
    assert replaced == [[]]
    assert settler.exchanged == ()
    replaced, settler = settle(chunks_of(np.full((40, 1, 18, 2), np.nan, np.float32)))
    assert not any(replaced)
    assert settler.exchanged == (0,)


def astray(truth: np.ndarray, runs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return poses with the second person's right wrist elsewhere in some frames, and where (n,)."""
    where = np.zeros(len(truth), dtype=bool)
    for start, stop in runs:
        where[start:stop] = True
    read = truth.copy()
    read[where, 1, BODY.index("right_wrist")] += (90, -40)
    return read, where


def sure_chunks(xy: np.ndarray, size: int) -> list[PoseChunk]:
    """Return chunks of keypoints that are all as sure."""
    cov = np.broadcast_to(np.array([4, 0, 4], np.float32), (*xy.shape[:3], 3))
    rows = range(0, len(xy), size)
    scores = np.full(xy.shape[:3], 0.8, np.float32)
    return [PoseChunk(i, xy[i : i + size], scores[i : i + size], cov[i : i + size]) for i in rows]


@pytest.mark.parametrize("size", [16, 64, 5000])
def test_what_is_astray_is_bridged_on_the_way_and_across_the_seams_of_windows(size: int) -> None:
    n = 2 * WINDOW + 300
    truth, _ = build(n, [])
    runs = [(300, 304), (WINDOW - 3, WINDOW + 2), (WINDOW + 600, WINDOW + 601), (2 * WINDOW, 2 * WINDOW + 4)]
    read, where = astray(truth, runs)
    store = PoseStore(BODY, n)
    chunks = sure_chunks(read, size)
    replaced, settler = settle(chunks)
    for chunk in [*chunks, *(c for some in replaced for c in some)]:
        store.add_chunk(chunk)
    apart = np.linalg.norm(store.track(1).raw - truth[:, 1], axis=-1)
    assert apart.max() < 15
    assert settler.bridged == (0, where.sum())
    assert settler.exchanged == (0, 0)
    scores = store.track(1).score[:, BODY.index("right_wrist")]
    assert scores[where].max() <= 0.4  # half; half of it again behind a seam
    np.testing.assert_allclose(scores[~where], 0.8)
    sources = store.track(1).source[:, BODY.index("right_wrist")]
    np.testing.assert_array_equal(sources == Source.INTERPOLATED, where)
    np.testing.assert_array_equal(store.predictions(1).bridged[:, 0, BODY.index("right_wrist")], where)
    np.testing.assert_array_equal(store.track(0).raw, truth[:, 0])


def test_exchanges_come_before_what_is_astray() -> None:
    """A leg on the other side and an arm elsewhere, in the same frames."""
    truth, read = build(300, [(100, 106)])
    both, where = astray(read, [(103, 109)])
    chunks = sure_chunks(both, 50)
    replaced, settler = settle(chunks)
    store = PoseStore(BODY, 300)
    for chunk in [*chunks, *(c for some in replaced for c in some)]:
        store.add_chunk(chunk)
    assert settler.exchanged == (0, 6)
    assert settler.bridged == (0, where.sum())
    assert np.linalg.norm(store.track(1).raw - truth[:, 1], axis=-1).max() < 15


def test_pictures_that_do_not_follow_each_other_are_not_bridged() -> None:
    truth, _ = build(100, [])
    read, _ = astray(truth, [(50, 53)])
    settler = Settler(BODY, 0.0)
    for chunk in sure_chunks(read, 50):
        assert not list(settler.add(chunk))
    assert not list(settler.finish())
    assert settler.bridged == (0, 0)
