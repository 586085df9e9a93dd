"""Verbs on whole poses in the real window: over the working zone, else in the shown frame or from here to the end."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtTest import QTest

from fixtures.dot_person import SKELETON
from fixtures.three_people import put_three_people
from poseapp.core.edit_builders import build_move
from poseapp.core.pose_moves import mirrored_pose
from poseapp.core.types import Key, Source
from poseapp.gui.canvas.whole_person_paint import knob_places
from poseapp.services.playback import Zone

pytestmark = pytest.mark.gui

Left, NoModifier = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Ctrl, Shift, Alt = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
KNEE, LEFT_KNEE = SKELETON.index("right_knee"), SKELETON.index("left_knee")
WRIST, LEFT_WRIST = SKELETON.index("right_wrist"), SKELETON.index("left_wrist")
HERE = 20


@pytest.fixture
def clip(window, dots, qtbot):
    """The window with people who stand still, the second chosen, at frame 20."""
    session = window.session
    with qtbot.waitSignal(session.frameReady, timeout=10_000):
        session.open(dots.clip)
    window.actions_by_name["propagate"].setChecked(False)
    put_three_people(session, dots.n_frames)
    go_to(window, qtbot, HERE)
    session.select(1)
    window.canvas.setFocus()
    return window


def go_to(window, qtbot, frame):
    window.session.playback.seek(frame)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == frame, timeout=5000)


def key(window, key, modifiers=NoModifier):
    QTest.keyClick(window.canvas, key, modifiers)


def trigger(window, name):
    assert window.actions_by_name[name].isEnabled(), name
    window.actions_by_name[name].trigger()


def pose(window, frame=HERE, person=1):
    return window.session.document.store.track(person, frame, frame + 1).xy[0]


def changed_frames(window, before, keypoint):
    after = window.session.document.store.track(1).xy
    return np.flatnonzero((after != before)[:, keypoint].any(axis=1)).tolist()


def whole_track(window):
    return window.session.document.store.track(1).xy.copy()


@pytest.mark.parametrize(
    ("name", "moved", "still"),
    [("swap_to_end", KNEE, None), ("swap_legs", KNEE, WRIST), ("swap_arms", WRIST, KNEE)],
)
def test_sides_are_swapped_over_the_zone_else_to_the_end(clip, name, moved, still):
    before = whole_track(clip)
    trigger(clip, name)
    assert changed_frames(clip, before, moved) == list(range(HERE, 60))
    trigger(clip, "undo")
    clip.session.playback.set_zone(Zone(5, 9))
    trigger(clip, name)
    assert changed_frames(clip, before, moved) == [5, 6, 7, 8]
    assert pose(clip, 6)[moved].tolist() == before[6, SKELETON.mirror[moved]].tolist()
    assert still is None or changed_frames(clip, before, still) == []


def test_one_pair_is_swapped_here_or_over_the_zone(clip):
    before = whole_track(clip)
    assert not clip.actions_by_name["swap_pair"].isEnabled()
    clip.session.select(1, WRIST)
    trigger(clip, "swap_pair")
    assert changed_frames(clip, before, LEFT_WRIST) == [HERE]
    assert changed_frames(clip, before, KNEE) == []
    assert clip.session.document.history.undo_label == "Swap left and right wrist"
    clip.session.playback.set_zone(Zone(2, 5))
    trigger(clip, "swap_pair")
    assert changed_frames(clip, before, WRIST) == [2, 3, 4, HERE]
    clip.session.select(1, SKELETON.index("neck"))
    trigger(clip, "swap_pair")
    assert "neck has no left and right" in clip.notice_bar.text


def test_titles_say_what_the_zone_changes(clip):
    action = clip.actions_by_name["swap_to_end"]
    assert action.text() == "&Swap left and right from here to the end"
    clip.session.playback.set_zone(Zone(2, 5))
    assert action.text() == "&Swap left and right in the zone"
    clip.session.playback.set_zone(None)
    assert action.text() == "&Swap left and right from here to the end"


def test_a_pose_is_copied_and_pasted_here_and_into_the_zone(clip, qtbot):
    key(clip, Qt.Key.Key_V, Ctrl)
    assert "no pose is copied" in clip.notice_bar.text
    copied = pose(clip).copy()
    key(clip, Qt.Key.Key_C, Ctrl)
    assert clip.notice_bar.text == "The pose of frame 20 is copied."
    go_to(clip, qtbot, 40)
    clip.session.select(0)
    key(clip, Qt.Key.Key_V, Ctrl)
    np.testing.assert_allclose(pose(clip, 40, person=0), copied)
    assert pose(clip, 41, person=0)[KNEE, 0] != copied[KNEE, 0]
    key(clip, Qt.Key.Key_V, Ctrl | Shift)
    assert "there is no working zone" in clip.notice_bar.text
    clip.session.playback.set_zone(Zone(50, 54))
    key(clip, Qt.Key.Key_V, Ctrl | Shift)
    for frame in range(50, 54):
        np.testing.assert_allclose(pose(clip, frame, person=0), copied)
    assert clip.session.document.store.view(54).source[0, KNEE] == Source.PREDICTED
    trigger(clip, "undo")
    assert clip.session.document.store.view(50).source[0, KNEE] == Source.PREDICTED
    assert clip.session.document.store.view(40).source[0, KNEE] == Source.CORRECTED


def test_the_pose_of_the_nearest_corrected_frame_is_copied(clip):
    store = clip.session.document.store
    for frame, x in ((10, 1.0), (15, 2.0), (30, 3.0)):
        clip.session.perform(build_move(store, Key(frame, 1, KNEE), (x, 5.0)))
    clip.session.perform(build_move(store, Key(18, 0, KNEE), (9.0, 9.0)))
    key(clip, Qt.Key.Key_C, Shift)
    assert pose(clip)[KNEE].tolist() == [2.0, 5.0]
    key(clip, Qt.Key.Key_C, Ctrl | Shift)
    assert pose(clip)[KNEE].tolist() == [3.0, 5.0]
    clip.session.select(2)
    key(clip, Qt.Key.Key_C, Shift)
    assert "person 3 has no corrected frame before this one" in clip.notice_bar.text


def test_mirroring_is_in_place_and_twice_is_nothing(clip):
    before = whole_track(clip)
    trigger(clip, "mirror_pose")
    np.testing.assert_allclose(pose(clip), mirrored_pose(before[HERE], SKELETON), atol=1e-3)
    assert changed_frames(clip, before, KNEE) == [HERE]
    trigger(clip, "mirror_pose")
    np.testing.assert_allclose(pose(clip), before[HERE], atol=1e-3)
    clip.session.playback.set_zone(Zone(3, 6))
    trigger(clip, "mirror_pose")
    assert set(changed_frames(clip, before, KNEE)) - {HERE} == {3, 4, 5}


def test_absent_and_restored_over_the_zone_act_on_the_chosen_keypoint(clip):
    clip.session.select(1, KNEE)
    clip.session.playback.set_zone(Zone(3, 6))
    key(clip, Qt.Key.Key_X, Shift)
    source = clip.session.document.store.track(1, 2, 7).source
    assert (source[:, KNEE] == Source.ABSENT).tolist() == [False, True, True, True, False]
    assert not (source[:, LEFT_KNEE] == Source.ABSENT).any()
    assert clip.session.document.history.undo_label == "Mark right knee as absent in frames 3 to 5"
    key(clip, Qt.Key.Key_R, Shift)
    assert (clip.session.document.store.track(1).source == Source.PREDICTED).all()


def test_restoring_brings_a_removed_person_back(clip):
    before = whole_track(clip)
    clip.session.playback.set_zone(Zone(3, 6))
    trigger(clip, "remove_zone")
    assert np.isnan(pose(clip, 4)).all()
    key(clip, Qt.Key.Key_R, Shift)
    np.testing.assert_array_equal(whole_track(clip), before)


def test_the_handle_moves_the_chosen_person_by_one_edit(clip, qtbot):
    canvas, before = clip.canvas, pose(clip).copy()
    others = clip.session.document.store.view(HERE).xy[[0, 2]].copy()
    at = knob_places(before, canvas.view, QRectF(canvas.rect()))["move"].toPoint()
    QTest.mousePress(canvas, Left, NoModifier, at)
    QTest.mouseMove(canvas, at + QPoint(4, 4))
    QTest.mouseMove(canvas, at + QPoint(30, -20))
    QTest.mouseRelease(canvas, Left, NoModifier, at + QPoint(30, -20))
    by = np.array([30, -20]) / canvas.view.scale
    np.testing.assert_allclose(pose(clip), before + by, atol=1e-3)
    np.testing.assert_array_equal(clip.session.document.store.view(HERE).xy[[0, 2]], others)
    assert clip.session.document.history.undo_label == "Move person 2"
    trigger(clip, "undo")
    np.testing.assert_array_equal(pose(clip), before)
    assert not clip.session.document.history.can_undo


def test_the_whole_person_is_moved_by_keys_alone(clip):
    before = pose(clip).copy()
    key(clip, Qt.Key.Key_U)
    assert "Arrows move the whole person" in clip.hint.text()
    key(clip, Qt.Key.Key_Right)
    key(clip, Qt.Key.Key_Down, Shift)
    key(clip, Qt.Key.Key_Left, Alt)
    np.testing.assert_allclose(pose(clip), before + np.array((0.9, 10)), atol=1e-3)
    assert clip.session.playback.playhead == HERE
    key(clip, Qt.Key.Key_BracketRight)
    assert clip.session.document.history.undo_label == "Turn person 2"
    key(clip, Qt.Key.Key_PageUp)
    assert clip.session.document.history.undo_label == "Scale person 2"
    key(clip, Qt.Key.Key_Escape)
    assert not clip.actions_by_name["whole_person"].isChecked()
    key(clip, Qt.Key.Key_Right)
    assert clip.session.playback.playhead == HERE + 1


@pytest.mark.parametrize(("modifiers", "by"), [(NoModifier, 1.0), (Shift, 10.0), (Alt, 0.1)])
def test_a_keypoint_is_nudged_by_arrows(clip, modifiers, by):
    before = pose(clip).copy()
    clip.session.select(1, KNEE)
    key(clip, Qt.Key.Key_Right, modifiers)
    key(clip, Qt.Key.Key_Up, modifiers)
    np.testing.assert_allclose(pose(clip)[KNEE], before[KNEE] + (by, -by), atol=1e-4)
    np.testing.assert_array_equal(np.delete(pose(clip), KNEE, axis=0), np.delete(before, KNEE, axis=0))


def test_every_verb_can_be_reached_by_keyboard(clip):
    """A key of its own, or a menu whose mnemonics lead there."""
    for spec_name in ("merge_person", "person_colour", "mirror_pose", "remove_zone", "subject", "add_person"):
        action = clip.actions_by_name[spec_name]
        assert action.shortcuts() or "&" in action.text(), spec_name


def test_what_follows_from_moving_the_whole_person_is_taken_back_with_it(clip, qtbot):
    before = whole_track(clip)
    clip.actions_by_name["propagate"].setChecked(True)
    clip.actions_by_name["whole_person"].setChecked(True)
    key(clip, Qt.Key.Key_Down, Shift)
    qtbot.waitUntil(lambda: not clip.session.propagating.busy, timeout=120_000)
    source = clip.session.document.store.track(1).source
    assert (source[HERE] == Source.CORRECTED).all()
    assert (source[[HERE - 1, HERE + 1]] == Source.PROPAGATED).any()
    trigger(clip, "undo")
    np.testing.assert_array_equal(whole_track(clip), before)
    assert not clip.session.document.history.can_undo
