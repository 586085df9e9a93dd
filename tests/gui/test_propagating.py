"""One drag heals its neighbours in the background, is kept, and one undo takes it all back."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from fixtures.dot_person import SKELETON, truth
from poseapp.core.edit_builders import build_move, build_restore
from poseapp.core.types import Key, ModelSpec, PoseChunk, Source
from poseapp.storage.project import ProjectFile

pytestmark = pytest.mark.gui

KNEE = SKELETON.index("right_knee")
START, STOP, DRAGGED = 10, 18, 13
WRONG = np.array([0.0, 60.0], np.float32)
P, C, G = int(Source.PREDICTED), int(Source.CORRECTED), int(Source.PROPAGATED)
HEALED = [P, G, G, G, C, G, G, G, G, P]  # of the frames 9 to 18


SPEC = ModelSpec("dots", "Dots", "none", SKELETON, (96, 96), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def predict(session, dots, qtbot):
    """Open the clip and let a network see every dot where it is, but the knee in eight frames; return the knee."""
    with qtbot.waitSignal(session.frameReady, timeout=60_000):
        session.open(dots.clip)
    xy = truth(dots.n_frames)[:, None].copy()
    knee = xy[:, 0, KNEE].copy()
    xy[START:STOP, 0, KNEE] += WRONG
    cov = np.tile(np.array([1, 0, 1], np.float32), (*xy.shape[:3], 1))
    session.posesChanged.emit(session.document.begin_run(SPEC, ""))
    score = np.full(xy.shape[:3], 0.9, np.float32)
    session.posesChanged.emit(session.document.add_chunk(PoseChunk(0, xy, score, cov)))
    session.document.end_run("done")
    return knee


def sources(session):
    return session.document.store.track(0, 9, 19).source[:, KNEE].tolist()


def at_rest(session, qtbot):
    qtbot.waitUntil(lambda: not session.propagating.busy, timeout=60_000)


@pytest.fixture
def damaged(session, dots, qtbot):
    """A session whose network is wrong about the knee in some frames, and where the knee is."""
    knee = predict(session, dots, qtbot)
    session.propagating.is_on = True
    return session, knee


def drag(session, knee, frame=DRAGGED):
    assert session.perform(build_move(session.document.store, Key(frame, 0, KNEE), tuple(map(float, knee[frame]))))


def test_a_correction_heals_its_neighbours_and_is_kept_at_once(damaged, qtbot):
    session, knee = damaged
    drag(session, knee)
    assert session.document.history.undo_label == "Move right knee"
    at_rest(session, qtbot)
    assert sources(session) == HEALED
    assert np.abs(session.document.store.track(0).xy[:, KNEE] - knee).max() < 2
    qtbot.waitUntil(lambda: not session.document.saving, timeout=60_000)
    with ProjectFile.open(session.document.project.path, readonly=True) as project:  # as after a kill
        store, history = project.load().store, project.load().history
        assert store.track(0, 9, 19).source[:, KNEE].tolist() == HEALED
        assert (history.n_done, history.undo_label) == (1, "Move right knee")
    assert session.undo()
    assert sources(session) == [P] * 10
    assert not session.document.history.can_undo
    assert session.redo()
    assert sources(session) == HEALED
    assert [row.kind for row in session.document.keeper.journal()] == ["do", "do", "undo", "redo"]


def test_corrections_one_after_the_other_each_take_back_their_own(damaged, qtbot):
    session, knee = damaged
    ankle = SKELETON.index("left_ankle")
    drag(session, knee)
    store = session.document.store
    session.perform(build_move(store, Key(30, 0, ankle), (5.0, 5.0)))  # before anything is healed
    at_rest(session, qtbot)
    assert sources(session) == HEALED
    assert session.undo()
    assert sources(session) == HEALED
    assert session.undo()
    assert sources(session) == [P] * 10


def test_a_second_correction_of_the_keypoint_voids_the_first_and_heals_both(damaged, qtbot):
    session, knee = damaged
    drag(session, knee, 15)
    drag(session, knee)
    at_rest(session, qtbot)
    assert sources(session) == [P, G, G, G, C, G, C, G, G, P]
    session.perform(build_restore(session.document.store, Key(15, 0, KNEE)))
    at_rest(session, qtbot)
    assert sources(session) == HEALED


def test_what_is_undone_before_it_healed_heals_nothing(damaged, qtbot):
    session, knee = damaged
    drag(session, knee)
    assert session.undo()
    assert not session.propagating.busy
    qtbot.wait(400)
    assert sources(session) == [P] * 10
    assert session.document.history.can_redo


def test_nothing_is_healed_when_it_is_off(damaged, qtbot):
    session, knee = damaged
    session.propagating.is_on = False
    drag(session, knee)
    assert not session.propagating.busy
    assert sources(session) == [P] * 4 + [C] + [P] * 5


def test_leaving_the_clip_while_it_heals_lets_go_of_everything(damaged, qtbot):
    session, knee = damaged
    drag(session, knee)
    qtbot.waitUntil(lambda: session.propagating._task is not None, timeout=60_000)
    session.close_document()
    assert not session.propagating.busy


def test_a_drag_with_the_mouse_heals_and_one_undo_takes_it_all_back(window, dots, qtbot):
    session = window.session
    knee = predict(session, dots, qtbot)
    assert window.actions_by_name["propagate"].isChecked()
    with qtbot.waitSignal(session.frameReady, timeout=60_000):
        session.playback.seek(DRAGGED)
    window.canvas.fit_picture()
    before = session.document.store.view(DRAGGED).xy[0, KNEE]
    start, end = (QPoint(*(round(v) for v in window.canvas.view.to_widget(*at))) for at in (before, knee[DRAGGED]))
    QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(window.canvas, (start + end) / 2)
    QTest.mouseMove(window.canvas, end)
    QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    at_rest(session, qtbot)
    assert sources(session) == HEALED
    window.actions_by_name["undo"].trigger()
    assert sources(session) == [P] * 10
    assert not session.document.history.can_undo


def test_the_status_bar_says_what_was_healed_until_something_else_is_chosen(window, dots, qtbot):
    knee = predict(window.session, dots, qtbot)
    window.session.propagating.is_on = True
    window.session.select(0, KNEE)
    drag(window.session, knee)
    assert window.hint.text() == "Healing the frames around your correction…"
    at_rest(window.session, qtbot)
    assert window.hint.text() == "7 frames around it healed (drawn with a dot) · Ctrl+Z takes all of it back"
    assert window.session.undo()
    assert "healed" not in window.hint.text()
    window.session.redo()
    window.session.select(0, KNEE + 1)
    assert window.hint.text().startswith(SKELETON.keypoints[KNEE + 1].replace("_", " ").capitalize())
