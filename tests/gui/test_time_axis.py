"""Seconds, frames and pixels agree, on uneven clocks too."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseapp.gui.timeline.time_axis import TimeAxis, nice_step, step_decimals

UNEVEN = np.array([0.0, 0.1, 0.4, 0.5, 1.0])  # the median step is 0.2


def axis(pts=UNEVEN, width=120.0):
    return TimeAxis.whole(pts, width)


def test_whole_clip_lasts_one_median_frame_longer():
    assert axis().end == pytest.approx(1.2)
    assert axis().is_whole
    assert TimeAxis.whole(np.array([2.0]), 10).end == 3.0


@pytest.mark.parametrize(("x", "frame"), [(-5, 0), (0, 0), (9.9, 0), (10.1, 1), (39, 1), (41, 2), (99, 3), (500, 4)])
def test_frame_under_a_pixel_is_the_last_that_began(x, frame):
    assert axis().frame(x) == frame


def test_span_is_the_time_a_frame_is_shown():
    assert axis().span(1) == pytest.approx((10, 40))
    assert axis().span(4) == pytest.approx((100, 120))


def test_edges_deal_every_frame_once():
    edges = axis().edges(12)
    assert edges[0] == 0
    assert edges[-1] == 5
    assert (np.diff(edges) >= 0).all()


@given(st.floats(0, 800), st.floats(0.05, 3), st.floats(0, 9), st.floats(0.1, 9))
def test_zoom_keeps_the_time_under_the_cursor_where_the_clip_allows(x, factor, first, span):
    view = TimeAxis.whole(np.arange(0, 20, 0.04), 800.0).moved_to(first, first + span)
    zoomed = view.zoomed(factor, x)
    assert zoomed.first >= view.start - 1e-9
    assert zoomed.last <= view.end + 1e-9
    if zoomed.first > view.start + 1e-9 and zoomed.last < view.end - 1e-9:
        assert zoomed.seconds(x) == pytest.approx(view.seconds(x), abs=1e-6)


def test_zoom_stops_at_a_few_frames_and_at_the_whole_clip():
    view = TimeAxis.whole(np.arange(1000) / 10, 500.0)
    close = view
    for _ in range(100):
        close = close.zoomed(0.5, 250)
    start, stop = close.frames()
    assert 4 <= stop - start <= 6
    assert close.zoomed(1e9, 10).is_whole


def test_showing_turns_the_page_only_when_needed():
    view = TimeAxis.whole(np.arange(1000) / 10, 500.0).moved_to(10, 20)
    assert view.showing(150) is view
    assert view.showing(205).first == pytest.approx(19.5)
    assert view.moved_to(50, 60).showing(300).last == pytest.approx(31.0)


def test_panning_stays_within_the_clip():
    view = axis().moved_to(0.2, 0.8)
    assert view.panned(1e6).last == pytest.approx(1.2)
    assert view.panned(-1e6).first == 0


def test_ticks_are_round_and_apart():
    ticks = TimeAxis.whole(np.arange(230) / 30, 800.0).ticks(96)
    assert [t.label for t in ticks][:3] == ["0:00", "0:01", "0:02"]
    assert (np.diff([t.x for t in ticks]) >= 96).all()


@pytest.mark.parametrize(
    ("least", "step", "decimals"), [(0.0003, 0.001, 3), (0.3, 0.5, 1), (11, 15, 0), (90_000, 172_800, 0)]
)
def test_nice_step(least, step, decimals):
    assert nice_step(least) == pytest.approx(step)
    assert step_decimals(nice_step(least)) == decimals
