"""A long clip is measured piece by piece, near the playhead first, and a change touches its surroundings only."""

from __future__ import annotations

import numpy as np
import pytest

from poseapp.core.analysis import MeasureSettings
from poseapp.core.edit_builders import build_move
from poseapp.core.filter_settings import FilterSettings
from poseapp.core.types import Key
from poseapp.jobs.bench_clip import BenchClips
from poseapp.kinematics.measure import measure_person
from poseapp.services.session import Session

pytestmark = pytest.mark.gui

N = 9000
PATIENCE = 60_000


@pytest.fixture
def long_session(qapp, qtbot, tmp_path):
    clips = BenchClips(tmp_path)
    session = Session(clips.open)
    with qtbot.waitSignal(session.frameReady, timeout=PATIENCE):
        session.open(clips.make(N))
    yield session
    session.close()


def settle(session, qtbot):
    qtbot.waitUntil(lambda: not session.measuring.busy, timeout=PATIENCE)


def whole(session):
    document = session.document
    return measure_person(document.store.track(0), document.clip.pts, document.store.skeleton)


def assert_same(measures, other):
    np.testing.assert_allclose(measures.angles.values, other.angles.values, atol=0.05)
    np.testing.assert_array_equal(measures.track.xy, other.track.xy)
    assert [(s.start, s.stop, s.direction) for s in measures.facing] == [
        (s.start, s.stop, s.direction) for s in other.facing
    ]


def test_the_frames_in_sight_come_first_and_all_in_the_end(long_session, qtbot):
    session, first = long_session, []
    session.playback.seek(5000)
    session.measuring.measured.connect(
        lambda _person: first.append(np.isfinite(session.measuring.measures(0).angles.values[:, 0]))
    )
    settle(session, qtbot)
    assert 0 < first[0].sum() < N
    assert_same(session.measuring.measures(0), whole(session))


def test_a_correction_is_measured_without_the_rest_of_the_clip(long_session, qtbot):
    session = long_session
    settle(session, qtbot)
    knee = session.document.store.skeleton.index("right_knee")
    column = session.measuring.measures(0).angles.column("right_knee_flexion")
    before = session.measuring.measures(0).angles.raw[4000, column]
    x, y = session.document.store.view(4000).xy[0, knee]
    with qtbot.waitSignal(session.measuring.measured, timeout=PATIENCE):
        session.perform(build_move(session.document.store, Key(4000, 0, knee), (float(x) + 25, float(y))))
    assert abs(session.measuring.measures(0).angles.raw[4000, column] - before) > 3
    settle(session, qtbot)
    assert_same(session.measuring.measures(0), whole(session))


def test_the_curve_follows_a_drag_and_comes_back(long_session, qtbot):
    session = long_session
    settle(session, qtbot)
    knee = session.document.store.skeleton.index("right_knee")
    column = session.measuring.measures(0).angles.column("right_knee_flexion")

    def angle():
        return session.measuring.measures(0).angles.raw[4000, column]

    before = angle()
    x, y = session.document.store.view(4000).xy[0, knee]
    session.measuring.preview(Key(4000, 0, knee), float(x) + 25, float(y))
    qtbot.waitUntil(lambda: abs(angle() - before) > 3, timeout=PATIENCE)
    session.measuring.preview(None)
    qtbot.waitUntil(lambda: angle() == pytest.approx(before), timeout=PATIENCE)


def test_a_cutoff_found_in_the_data_is_one_for_the_whole_clip(long_session, qtbot):
    session = long_session
    session.measure_choice.choose(MeasureSettings(FilterSettings(cutoff_rule="residual")))
    settle(session, qtbot)
    report = session.measuring.measures(0).filter
    assert "residual analysis" in report.detail
    again = MeasureSettings(FilterSettings(cutoff_hz=report.requested_hz))
    document = session.document
    one = measure_person(document.store.track(0), document.clip.pts, document.store.skeleton, settings=again)
    assert_same(session.measuring.measures(0), one)
