"""Summaries say what a look at every frame would say, to within a block of half a column."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseapp.gui.plots.decimation import Pyramid

NAN = np.nan


def columns(values, edges):
    return Pyramid(np.array(values, dtype=float)).columns(np.array(edges, dtype=np.intp))


def test_by_hand():
    found = columns([1, 2, NAN, 4, NAN, NAN, 7, 8], [0, 2, 4, 6, 8])
    np.testing.assert_array_equal(found.low, [1, 4, NAN, 7])
    np.testing.assert_array_equal(found.high, [2, 4, NAN, 8])
    np.testing.assert_array_equal(found.mean, [1.5, 4, NAN, 7.5])


def test_columns_without_a_frame_are_missing():
    found = columns([1, 2, 3], [0, 0, 1, 1, 3, 3])
    np.testing.assert_array_equal(found.mean, [NAN, 1, NAN, 2.5, NAN])


def test_nothing_at_all():
    assert np.isnan(columns([], [0, 0, 0]).mean).all()
    assert np.isnan(columns([1.0], [1, 1]).low).all()


@given(st.integers(1, 5000), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_whole_extremes_and_means_hold(n_frames, n_columns, seed):
    random = np.random.default_rng(seed)
    values = random.random(n_frames)
    values[random.random(n_frames) < 0.2] = NAN
    edges = np.linspace(0, n_frames, n_columns + 1).astype(np.intp)
    found = Pyramid(values).columns(edges)
    known = np.isfinite(values)
    assert np.isfinite(found.mean).any() == known.any()
    if known.any():
        assert np.nanmin(found.low) == pytest.approx(values[known].min())
        assert np.nanmax(found.high) == pytest.approx(values[known].max())


def test_blocks_shift_an_edge_by_half_a_column_at_most():
    values = np.zeros(100_000)
    values[50_000] = 1.0
    edges = np.linspace(0, 100_000, 101).astype(np.intp)  # 1000 frames a column: blocks of 64 or 512
    found = np.flatnonzero(Pyramid(values).columns(edges).high)
    assert len(found) == 1
    assert found[0] in (49, 50)


@given(st.integers(0, 3000), st.integers(1, 900))
def test_update_equals_building_anew(start, length):
    values = np.sin(np.arange(3000.0))
    pyramid = Pyramid(values)
    edges = np.linspace(0, 3000, 11).astype(np.intp)
    pyramid.columns(edges)  # builds the levels, which the update must then repair
    fresh = np.linspace(5, 6, length)
    pyramid.update(start, fresh)
    stop = min(3000, start + length)
    values[start:stop] = fresh[: stop - start]
    for mine, theirs in zip(
        vars(pyramid.columns(edges)).values(), vars(Pyramid(values).columns(edges)).values(), strict=True
    ):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5)
