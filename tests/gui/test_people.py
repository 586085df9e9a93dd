"""Persons in the real window: chosen, named, coloured, added, removed, merged, swapped; kept in the project."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from fixtures.dot_person import SKELETON
from fixtures.three_people import put_three_people
from poseapp.core.items import PersonNote
from poseapp.core.people import listed_persons, person_name, person_notes, subject_of
from poseapp.core.types import Key, MarkState, Source
from poseapp.services.playback import Zone
from poseapp.storage.project import ProjectFile

pytestmark = pytest.mark.gui

Left, NoModifier = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Ctrl, Shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def people(window, dots, qtbot):
    """The window with three persons, at frame 20."""
    session = window.session
    with qtbot.waitSignal(session.frameReady, timeout=10_000):
        session.open(dots.clip)
    window.actions_by_name["propagate"].setChecked(False)
    put_three_people(session, dots.n_frames)
    session.playback.seek(20)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == 20, timeout=5000)
    qtbot.waitUntil(lambda: len(listed(window)) == 3, timeout=5000)
    window.canvas.setFocus()
    return window


def store_of(window):
    return window.session.document.store


def listed(window):
    rows = [window.people._row(index) for index in range(window.people._list.count())]
    return [row.person for row in rows]


def trigger(window, name):
    assert window.actions_by_name[name].isEnabled(), name
    window.actions_by_name[name].trigger()


def pick(window, words):
    """Choose from the list that asks whom."""
    (menu,) = [menu for menu in window.canvas.findChildren(QMenu, "choose person") if menu.isVisible()]
    (action,) = [action for action in menu.actions() if words in action.text()]
    action.trigger()
    menu.close()


def xy(window, person, frame=20, keypoint=0):
    return store_of(window).track(person, frame, frame + 1).xy[0, keypoint].tolist()


def test_persons_are_chosen_by_key_and_stay_with_their_keypoint(people):
    people.session.select(0, 3)
    for person in (1, 2, 0):
        QTest.keyClick(people.canvas, Qt.Key.Key_Q)
        assert (people.session.selection.person, people.session.selection.keypoint) == (person, 3)
    QTest.keyClick(people.canvas, Qt.Key.Key_Q, Shift)
    assert (people.session.selection.person, people.people.chosen) == (2, 2)


def test_a_name_is_typed_in_the_list_and_kept_in_the_project(people, qtbot):
    people.session.select(1)
    trigger(people, "rename_person")
    field = people.people._row(1)._field
    assert field.isVisible()
    qtbot.keyClicks(field, "Ann")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert person_name(store_of(people), 1) == "Ann"
    qtbot.waitUntil(lambda: people.people._row(1)._name.text() == "Ann")
    qtbot.waitUntil(lambda: not people.session.document.saving, timeout=20_000)
    with ProjectFile.open(people.session.document.project.path, readonly=True) as project:
        assert person_notes(project.load().store)[1][1] == PersonNote(1, "Ann")
    trigger(people, "undo")
    qtbot.waitUntil(lambda: people.people._row(1)._name.text() == "Person 2")
    assert not people.actions_by_name["undo"].isEnabled()


def test_the_subject_is_chosen_when_the_clip_is_opened_again(people, qtbot):
    people.session.select(2)
    trigger(people, "subject")
    assert subject_of(store_of(people)) == 2
    qtbot.waitUntil(lambda: "Subject" in people.people._row(2)._score.text())
    qtbot.waitUntil(lambda: not people.session.document.saving, timeout=20_000)
    path = people.session.document.project.path
    people.session.close_document()
    with qtbot.waitSignal(people.session.clipChanged, timeout=10_000):
        people.open_path(str(path))
    assert people.session.selection.person == 2
    qtbot.waitUntil(lambda: people.overlays.shown_frame == 0, timeout=5000)
    trigger(people, "subject")
    assert subject_of(store_of(people)) is None


def test_the_colour_goes_round_and_shows_on_the_picture(people, qtbot):
    people.session.select(1)
    trigger(people, "person_colour")
    assert person_notes(store_of(people))[1][1].hue == 2
    qtbot.waitUntil(lambda: people.canvas.scene.hues == {1: 2})
    for _ in range(7):
        trigger(people, "person_colour")
    assert person_notes(store_of(people))[1][1].hue == -1, "once round is the own colour"


def test_poses_are_hidden_by_key(people):
    people.session.select(1)
    trigger(people, "person_shown")
    assert people.canvas.scene.hidden == {1}
    trigger(people, "person_shown")
    assert people.canvas.scene.hidden == frozenset()


def test_a_person_is_added_and_placed_by_clicks_in_the_bodys_order(people, qtbot):
    QTest.keyClick(people.canvas, Qt.Key.Key_Insert)
    order = SKELETON.order
    assert (people.session.selection.person, people.session.selection.keypoint) == (3, order[0])
    qtbot.waitUntil(lambda: listed(people) == [0, 1, 2, 3])
    assert people.placing.under_way
    first = SKELETON.keypoints[order[0]].replace("_", " ")
    assert f"Click where the {first} is" in people.hint.text()
    on_another = people.canvas.scene.poses.xy[1, 4]
    at = [on_another.tolist(), *([100.0 + 5 * k, 60.0 + 3 * k] for k in range(1, 16))]
    for place, (x, y) in enumerate(at):
        if place == 2:
            QTest.keyClick(people.canvas, Qt.Key.Key_X)
            continue
        where = QPoint(*(round(v) for v in people.canvas.view.to_widget(x, y)))
        QTest.mouseClick(people.canvas, Left, NoModifier, where)
    track = store_of(people).track(3, 20, 21)
    assert track.source[0, order[2]] == Source.ABSENT
    assert (np.delete(track.source[0], order[2]) == Source.CORRECTED).all()
    assert track.xy[0, order[0]] == pytest.approx(on_another, abs=1)
    assert track.xy[0, order[15]] == pytest.approx(at[15], abs=1)
    assert not people.placing.under_way
    assert people.session.selection.keypoint is None
    assert np.isfinite(store_of(people).view(20).xy[1]).all(), "nobody else has moved"
    assert len(people.session.document.keeper.journal()) == 17


def test_a_person_is_added_by_keyboard_alone(people):
    QTest.keyClick(people.canvas, Qt.Key.Key_Insert)
    order = SKELETON.order
    QTest.keyClick(people.canvas, Qt.Key.Key_Right)
    assert xy(people, 3, keypoint=order[0]) == [161, 120], "the middle of the picture, and a step"
    assert people.session.selection.keypoint == order[1]
    QTest.keyClick(people.canvas, Qt.Key.Key_Backtab)
    for _ in range(3):
        QTest.keyClick(people.canvas, Qt.Key.Key_Up, Shift)
    assert people.session.selection.keypoint == order[0], "it can be moved on"
    assert xy(people, 3, keypoint=order[0]) == [161, 90]
    QTest.keyClick(people.canvas, Qt.Key.Key_Tab)
    QTest.keyClick(people.canvas, Qt.Key.Key_Down)
    assert xy(people, 3, keypoint=order[1]) == [161, 91], "beside what is placed"


def test_placing_ends_with_escape_and_the_person_can_be_taken_out(people, qtbot):
    QTest.keyClick(people.canvas, Qt.Key.Key_Insert)
    QTest.keyClick(people.canvas, Qt.Key.Key_Escape)
    assert not people.placing.under_way
    assert listed_persons(store_of(people)) == (0, 1, 2, 3)
    trigger(people, "remove_person")
    qtbot.waitUntil(lambda: listed(people) == [0, 1, 2])
    assert people.session.selection.person == 0


def test_a_removed_person_is_missing_everywhere_and_undo_brings_everything_back(people, qtbot):
    people.session.select(1)
    before = store_of(people).track(1).xy.copy()
    QTest.keyClick(people.canvas, Qt.Key.Key_Delete, Ctrl)
    assert (store_of(people).track(1).source == Source.MISSING).all()
    qtbot.waitUntil(lambda: listed(people) == [0, 2])
    assert people.session.selection.person == 0
    assert np.isnan(people.canvas.scene.poses.xy[1]).all()
    qtbot.waitUntil(lambda: not people.session.measuring.busy, timeout=10_000)
    measures = people.session.measuring.measures(1)
    assert measures is None or np.isnan(measures.angles.values).all()
    trigger(people, "undo")
    np.testing.assert_array_equal(store_of(people).track(1).xy, before)
    qtbot.waitUntil(lambda: listed(people) == [0, 1, 2])


def test_a_person_is_removed_from_the_zone_only(people):
    people.session.playback.set_zone(Zone(15, 25))
    people.session.select(1)
    assert people.actions_by_name["remove_zone"].text() == "Remove the person from the &zone"
    trigger(people, "remove_zone")
    seen = np.isfinite(store_of(people).track(1).xy[:, 0, 0])
    assert seen.tolist() == [not 15 <= frame < 25 for frame in range(60)]
    assert people.session.document.history.undo_label == "Remove person 2 from frames 15 to 24"


def test_one_of_several_is_chosen_to_swap_with(people):
    people.session.playback.set_zone(Zone(18, 22))
    before = {person: xy(people, person) for person in (0, 1, 2)}
    people.session.select(2)
    QTest.keyClick(people.canvas, Qt.Key.Key_P)
    pick(people, "Person 2")
    assert (xy(people, 2), xy(people, 1), xy(people, 0)) == (before[1], before[2], before[0])
    assert xy(people, 1, 22) == before[1]
    assert people.session.document.history.undo_label == "Swap persons 3 and 2"


def test_another_person_is_merged_into_the_chosen_one(people, qtbot):
    people.session.select(2)
    trigger(people, "merge_person")
    pick(people, "Person 2")
    seen = np.isfinite(store_of(people).track(2).xy[:, 0, 0])
    assert seen.all()
    assert xy(people, 2, 20)[0] - xy(people, 2, 40)[0] == pytest.approx(80)
    qtbot.waitUntil(lambda: listed(people) == [0, 2])
    trigger(people, "undo")
    assert np.isfinite(store_of(people).track(2).xy[:, 0, 0]).sum() == 20


def test_a_person_is_marked_absent_in_the_zone_and_restored(people):
    people.session.select(1)
    people.session.playback.set_zone(Zone(15, 18))
    QTest.keyClick(people.canvas, Qt.Key.Key_X, Shift)
    assert store_of(people).mark(Key(16, 1, 3)).state is MarkState.ABSENT
    assert (store_of(people).track(1, 15, 18).source == Source.ABSENT).all()
    assert store_of(people).mark(Key(18, 1, 3)) is None
    QTest.keyClick(people.canvas, Qt.Key.Key_R, Shift)
    assert (store_of(people).track(1).source == Source.PREDICTED).all()
