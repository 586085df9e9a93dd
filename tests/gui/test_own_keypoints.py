"""Keypoints of one's own in the window: added, placed on the canvas, plotted, exported, taken back."""

from __future__ import annotations

import numpy as np

from poseapp.core.edit_builders import build_move
from poseapp.core.own_builders import build_add_keypoints
from poseapp.core.own_keypoints import OwnKeypoint
from poseapp.core.types import Key
from poseapp.services import measuring
from poseapp.storage.project import ProjectFile

TIP = OwnKeypoint("racket_tip", ("right_wrist",))
K = 16


def add(session, *points):
    assert session.perform(build_add_keypoints(session.document.store, points))


def test_what_is_measured_and_reviewed_follows_the_keypoints_there_are(session, dots, analyse, qtbot):
    analyse(session, dots)
    session.select(0, 3)
    shapes = []
    session.measuring.measured.connect(lambda p: shapes.append(session.measuring.measures(p)))
    add(session, TIP)
    assert session.measuring.measures(0) is None, "nothing of other keypoints is looked up any more"
    assert session.selection.keypoint is None
    qtbot.waitUntil(lambda: session.measuring.measures(0) is not None, timeout=20_000)
    assert session.measuring.measures(0).final.shape == (60, K + 1, 2)
    for frame in (3, 30, 57):
        assert session.perform(build_move(session.document.store, Key(frame, 0, K), (10.0, frame)))
    qtbot.waitUntil(lambda: not session.measuring.busy and not session.reviewing.busy, timeout=20_000)
    assert np.isfinite(session.measuring.measures(0).final[[3, 30, 57], K]).all()
    assert not [moment for moment in session.reviewing.moments if K in moment.keypoints]
    for _ in range(4):
        assert session.undo()
    assert session.document.store.skeleton.n_keypoints == K
    qtbot.waitUntil(lambda: not session.measuring.busy, timeout=20_000)
    assert session.measuring.measures(0).final.shape == (60, K, 2)
    assert session.redo()
    qtbot.waitUntil(lambda: not session.measuring.busy and not session.reviewing.busy, timeout=20_000)
    assert session.measuring.measures(0).final.shape == (60, K + 1, 2)


def test_a_long_clip_is_measured_anew_piece_by_piece(session, dots, analyse, qtbot, monkeypatch):
    monkeypatch.setattr(measuring, "WHOLE_FRAMES", 10)
    analyse(session, dots)
    add(session, TIP)
    qtbot.waitUntil(lambda: not session.measuring.busy, timeout=20_000)
    assert session.measuring.measures(0).final.shape == (60, K + 1, 2)
    assert session.perform(build_move(session.document.store, Key(5, 0, K), (10.0, 5.0)))
    qtbot.waitUntil(lambda: not session.measuring.busy, timeout=20_000)
    assert session.measuring.measures(0).final[5, K].tolist() == [10, 5]
    assert np.isfinite(session.measuring.measures(0).final[:, 3]).all()


def test_the_network_runs_again_on_a_project_with_keypoints_of_its_own(session, dots, analyse, qtbot):
    analyse(session, dots)
    add(session, TIP)
    assert session.perform(build_move(session.document.store, Key(5, 0, K), (10.0, 5.0)))
    from poseapp.services.analysing import AnalyzeOptions

    with qtbot.waitSignal(session.analysing.statusChanged, timeout=30_000, check_params_cb=lambda s: s is None):
        session.analyze(AnalyzeOptions(model=str(dots.network)))
    store = session.document.store
    assert store.view(5).xy[0, K].tolist() == [10, 5]
    assert np.isfinite(store.view(6).xy[0, :K]).all()
    qtbot.waitUntil(lambda: not session.document.saving, timeout=20_000)
    with ProjectFile.open(session.document.project.path, readonly=True) as project:
        assert len(project.runs()) == 2
        assert project.load().skeleton.keypoints[K:] == ("racket_tip",)
