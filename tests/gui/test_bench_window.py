"""The window costs the same with a short clip and with a long one, measured as `poseapp bench gui` does."""

from __future__ import annotations

import pytest

from poseapp.cli.bench_gui import FRAMES, SAMPLE_FRAMES
from poseapp.core.timings import compare
from poseapp.gui.bench.training import IDLE, TRAINING, TrainingBench
from poseapp.gui.bench.window import BenchOrder, bench_window
from poseapp.jobs.bench_clip import BenchClips

pytestmark = pytest.mark.gui

# The processor's time counts, and noise is allowed for: other programs run while tests do. Work that grew with the
# clip would be 67 times as much.
RATIO = 4.0
SHORT, LONG = 300, 20_000
PER_EVENT = ("frame step", "random seek", "drag repaint", "edit commit")


def timings(qapp, folder, lengths, rounds):
    clips = BenchClips(folder)
    orders = [BenchOrder(clips.make(n), n, rounds) for n in lengths]
    return compare(list(bench_window(orders, clips.open, folder / "window.ini")))


@pytest.fixture(scope="module")
def rows(qapp, tmp_path_factory):
    measured = timings(qapp, tmp_path_factory.mktemp("bench"), (SHORT, LONG), 8)
    return {(row.name, row.n_frames): row for row in measured}


def test_everything_is_timed_with_both_clips(rows):
    names = {name for name, _ in rows}
    assert {*PER_EVENT, "timeline zoom", "timeline pan", "plot zoom", "plot pan"} <= names
    assert {"open project, until poses show", "open project, longest block"} <= names
    assert all((name, n) in rows for name in names for n in (SHORT, LONG))
    assert all(row.suite == "gui" and row.ms_median > 0 for row in rows.values())


@pytest.mark.parametrize("name", PER_EVENT)
def test_an_event_costs_the_same_however_long_the_clip(rows, name):
    assert rows[name, LONG].ratio < RATIO


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_day_of_video_costs_the_same(qapp, tmp_path):
    for row in timings(qapp, tmp_path, FRAMES, 30):
        if row.name in PER_EVENT and row.ratio is not None:
            assert row.ratio < RATIO, row


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_training_is_timed_against_the_window_at_rest(qapp, tmp_path):
    pytest.importorskip("torch")
    clips = BenchClips(tmp_path)
    order = BenchOrder(clips.make(SAMPLE_FRAMES), SAMPLE_FRAMES, 4, 60.0)
    rows = list(bench_window([order], clips.open, tmp_path / "window.ini", bench=TrainingBench))
    assert [row.name.endswith(TRAINING) for row in rows] == [False] * 3 + [True] * 3
    assert all(row.ms_p95 > 0 for row in rows)
    assert all(row.ratio is not None and row.reference == IDLE for row in rows[3:])
    assert not (tmp_path / "models").exists()
