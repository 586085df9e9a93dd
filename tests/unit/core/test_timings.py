"""Rows of a benchmark: medians, percentiles, and ratios to the shortest clip."""

from __future__ import annotations

import pytest

from poseapp.core.timings import Sample, compare, summarise


def row(n_frames, *walls, name="step"):
    return summarise("gui", name, "offscreen", n_frames, [Sample(wall, wall / 2, 2.0) for wall in walls])


def test_a_row_tells_middle_and_tail():
    timing = row(300, *range(1, 102))
    assert (timing.ms_median, timing.ms_p95, timing.n) == (51, 96, 101)
    assert timing.cpu_p95 == pytest.approx(48)
    assert timing.floor_multiple == pytest.approx(48)  # loops that took 2 ms each
    assert timing.ratio is None


def test_nothing_timed_is_an_error():
    with pytest.raises(ValueError, match="step was never timed"):
        row(300)


def test_rows_are_compared_with_the_shortest_clip_of_the_same_name():
    short, long, other = compare([row(300, 4.0), row(20_000, 6.0), row(20_000, 9.0, name="seek")])
    assert (short.ratio, short.reference) == (None, "")
    assert (long.ratio, long.reference) == (pytest.approx(1.5), "300 frames")
    assert other.ratio is None
