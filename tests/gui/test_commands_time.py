"""The working zone, events and bookmarks in the window: by key and mouse, undone, kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton

from poseapp.core.edits import EditGroup, ItemsEdit, MarkChange, MarksEdit
from poseapp.core.items import Bookmark, Event, ItemChange
from poseapp.core.types import Key as PoseKey
from poseapp.core.types import Mark
from poseapp.gui.timeline.event_menu import EventMenu
from poseapp.gui.timeline.event_words import (
    describe_kind,
    kinds_from_texts,
    kinds_to_texts,
    names_to_offer,
    with_recent,
)
from poseapp.services import settings
from poseapp.services.playback import Zone

pytestmark = pytest.mark.gui

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
Modifier = Qt.KeyboardModifier
Ctrl, Shift, Alt = Modifier.ControlModifier, Modifier.ShiftModifier, Modifier.AltModifier


@pytest.fixture
def opened(window, dots, qtbot):
    """The window with a clip of 60 frames that nobody has analysed."""
    with qtbot.waitSignal(window.session.frameReady, timeout=10_000):
        window.open_path(str(dots.clip))
    window.activateWindow()
    window.canvas.setFocus()
    return window


def go(window, frame):
    window.session.playback.seek(frame)


def items(window, kind):
    return [item for _, item in window.session.document.store.items.of(kind)]


def popup(qtbot, kind=QMenu):
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), kind), timeout=5000)
    return QApplication.activePopupWidget()


def press(menu, *keys):
    for key in keys:
        QTest.keyClick(QApplication.activePopupWidget() or menu, key)


def place(window, name, frame) -> QPoint:
    timeline = window.timeline
    return QPoint(round(timeline._x_of(frame)), round(timeline.rows.row(name).middle))


def test_i_and_o_set_the_zone_and_shift_i_takes_it_away(opened, qtbot):
    playback = opened.session.playback
    for frame, key, zone in (
        (20, Key.Key_I, Zone(20, 60)),
        (39, Key.Key_O, Zone(20, 40)),
        (50, Key.Key_I, Zone(50, 60)),  # behind its end: to the end of the clip
        (10, Key.Key_O, Zone(0, 11)),  # before its beginning: from the beginning
    ):
        go(opened, frame)
        qtbot.keyClick(opened.canvas, key)
        assert playback.zone == zone
        assert opened.timeline.contents.zone == zone
    assert opened.transport._zone.text() == "zone 0:00.0–0:00.4 · 0.37 s · 11 frames"
    qtbot.keyClick(opened.canvas, Key.Key_I, Shift)
    assert playback.zone is None
    assert not opened.transport._zone.isVisible()
    assert not opened.actions_by_name["zone_clear"].isEnabled()


def test_the_zone_is_swept_on_the_timeline_and_taken_away_in_the_transport(opened, qtbot):
    timeline, playback = opened.timeline, opened.session.playback
    start, stop = place(opened, "source", 15), place(opened, "source", 30)
    QTest.mousePress(timeline, Left, Shift, start)
    QTest.mouseMove(timeline, stop)
    assert playback.zone is None  # at release, not before
    QTest.mouseRelease(timeline, Left, Shift, stop)
    assert playback.zone is not None
    assert abs(playback.zone.start - 15) <= 1
    assert abs(playback.zone.stop - 31) <= 1
    qtbot.mouseClick(opened.transport._clear, Left)
    assert playback.zone is None


def test_l_and_the_button_loop(opened, qtbot):
    button = opened.transport.findChild(QToolButton, "loop")
    qtbot.keyClick(opened.canvas, Key.Key_L)
    assert opened.session.playback.looping
    assert button.isChecked()
    qtbot.mouseClick(button, Left)
    assert not opened.session.playback.looping
    assert not opened.actions_by_name["loop"].isChecked()


def test_an_event_is_marked_by_keys_alone_and_the_last_choice_comes_first(opened, qtbot):
    go(opened, 12)
    qtbot.keyClick(opened.canvas, Key.Key_M)
    menu = popup(qtbot, EventMenu)
    press(menu, Key.Key_Down, Key.Key_Right)  # into the sides of the first name, whose first is chosen
    press(menu, Key.Key_Return)
    assert items(opened, Event) == [Event(12, "heel strike", -1, "right")]
    assert opened.timeline.contents.item(opened.timeline.chosen).frame == 12
    go(opened, 30)
    qtbot.keyClick(opened.canvas, Key.Key_M)
    press(popup(qtbot, EventMenu), Key.Key_Return)
    assert [event.frame for event in items(opened, Event)] == [12, 30]
    assert opened.settings.get(settings.RECENT_EVENTS) == ("heel strike|right",)
    assert [len(row.cycles) for row in opened.timeline.contents.cycles] == [1]
    opened.session.undo()
    assert len(items(opened, Event)) == 1
    assert opened.timeline.rows.row("cycles") is None
    opened.session.undo()
    assert opened.timeline.rows.row("events") is None


def test_esc_in_the_menu_marks_nothing(opened, qtbot):
    qtbot.keyClick(opened.canvas, Key.Key_M)
    press(popup(qtbot, EventMenu), Key.Key_Escape)
    assert items(opened, Event) == []


def test_an_event_can_have_a_name_of_ones_own(opened, qtbot):
    go(opened, 5)
    qtbot.keyClick(opened.canvas, Key.Key_M)
    press(popup(qtbot, EventMenu), Key.Key_Up, Key.Key_Return)
    editor = opened.timeline.editor
    qtbot.waitUntil(editor.hasFocus)
    QTest.keyClicks(editor, "ball release")
    QTest.keyClick(editor, Key.Key_Return)
    assert items(opened, Event) == [Event(5, "ball release")]
    qtbot.keyClick(opened.canvas, Key.Key_M)
    menu = popup(qtbot, EventMenu)
    assert menu.actions()[0].text() == "Ball release"
    assert "Ball release" in [action.text() for action in menu.actions() if action.menu()]
    press(menu, Key.Key_Escape)


def test_the_same_event_is_not_marked_twice(opened):
    for _ in range(2):
        opened.topics.items.add_event(("landing", ""))
    assert len(items(opened, Event)) == 1
    assert len(opened.session.document.keeper.journal()) == 1


def test_events_are_stepped_through_moved_renamed_given_a_side_and_removed(opened, qtbot):
    commands = opened.topics.items
    for frame in (10, 40):
        go(opened, frame)
        commands.add_event(("start", ""))
    go(opened, 0)
    qtbot.keyClick(opened.canvas, Key.Key_PageDown, Ctrl)
    assert opened.session.playback.playhead == 10
    qtbot.keyClick(opened.canvas, Key.Key_PageDown, Ctrl)
    qtbot.keyClick(opened.canvas, Key.Key_PageDown, Ctrl)
    assert opened.session.playback.playhead == 40
    qtbot.keyClick(opened.canvas, Key.Key_PageUp, Ctrl)
    assert opened.session.playback.playhead == 10
    go(opened, 13)
    qtbot.keyClick(opened.canvas, Key.Key_M, Shift)
    assert items(opened, Event)[0].frame == 13
    opened.actions_by_name["side_left"].trigger()
    assert items(opened, Event)[0].side == "left"
    qtbot.keyClick(opened.canvas, Key.Key_F2, Shift)
    QTest.keyClicks(opened.timeline.editor, "push")
    QTest.keyClick(opened.timeline.editor, Key.Key_Return)
    assert items(opened, Event)[0] == Event(13, "push", -1, "left")
    qtbot.keyClick(opened.canvas, Key.Key_Delete, Shift)
    assert [event.frame for event in items(opened, Event)] == [40]
    for _ in range(4):
        opened.session.undo()
    assert items(opened, Event) == [Event(10, "start"), Event(40, "start")]


def test_a_drag_on_the_timeline_is_one_edit(opened):
    go(opened, 10)
    opened.topics.items.add_event(("start", ""))
    QTest.mousePress(opened.timeline, Left, Qt.KeyboardModifier.NoModifier, place(opened, "events", 10))
    for frame in (15, 20, 25):
        QTest.mouseMove(opened.timeline, place(opened, "events", frame))
    QTest.mouseRelease(opened.timeline, Left, Qt.KeyboardModifier.NoModifier, place(opened, "events", 25))
    assert [event.frame for event in items(opened, Event)] == [25]
    assert len(opened.session.document.keeper.journal()) == 2
    assert opened.actions_by_name["undo"].text() == "&Undo move an event"
    opened.session.undo()
    assert [event.frame for event in items(opened, Event)] == [10]


def test_bookmarks_are_toggled_written_and_stepped_through(opened, qtbot):
    for frame in (8, 33):
        go(opened, frame)
        qtbot.keyClick(opened.canvas, Key.Key_B, Ctrl)
    QTest.mouseDClick(opened.timeline, Left, Qt.KeyboardModifier.NoModifier, place(opened, "bookmarks", 33))
    QTest.keyClicks(opened.timeline.editor, "knee hidden")
    QTest.keyClick(opened.timeline.editor, Key.Key_Return)
    QTest.mouseRelease(opened.timeline, Left, Qt.KeyboardModifier.NoModifier, place(opened, "bookmarks", 33))
    assert items(opened, Bookmark) == [Bookmark(8), Bookmark(33, "knee hidden")]
    go(opened, 0)
    opened.canvas.setFocus()
    qtbot.keyClick(opened.canvas, Key.Key_PageDown, Alt)
    assert opened.session.playback.playhead == 8
    qtbot.keyClick(opened.canvas, Key.Key_B, Ctrl)
    assert items(opened, Bookmark) == [Bookmark(33, "knee hidden")]
    qtbot.keyClick(opened.canvas, Key.Key_PageUp, Alt)
    assert opened.session.playback.playhead == 8  # there is none before
    opened.session.undo()
    assert len(items(opened, Bookmark)) == 2


def test_the_menu_of_an_event_offers_what_can_be_done(opened, qtbot):
    go(opened, 10)
    opened.topics.items.add_event(("start", ""))
    opened.topics.items.show_menu(opened.timeline.chosen, opened.mapToGlobal(QPoint(50, 50)))
    menu = popup(qtbot)
    assert [a.objectName() for a in menu.actions() if not a.isSeparator()] == [
        "edit_item", "move_item", "side_right", "side_left", "side_none", "remove_item"
    ]  # fmt: skip
    menu.close()
    opened.timeline.itemRemoved.emit(opened.timeline.chosen)
    assert items(opened, Event) == []


def test_items_that_change_together_with_poses_are_shown(opened):
    board = opened.session.document.store.items
    parts = (
        ItemsEdit((ItemChange(board.next_id, None, Event(30, "landing")),), "one"),
        MarksEdit((MarkChange(PoseKey(3, 0, 2), None, Mark(5, 5)),), "two"),
    )
    assert opened.session.perform(EditGroup(parts, "both"))
    assert [item.frame for _, item in opened.timeline.contents.events.items] == [30]
    opened.session.undo()
    assert len(opened.timeline.contents.events) == 0


def test_what_there_is_not_cannot_be_stepped_to(opened):
    enabled = {name for name, action in opened.actions_by_name.items() if action.isEnabled()}
    assert {"zone_start", "zone_end", "loop", "mark_event", "bookmark"} <= enabled
    assert not {"next_event", "next_bookmark", "move_item", "side_left", "remove_item", "zone_clear"} & enabled


def test_words_of_events():
    assert describe_kind(("toe-off", "left")) == "Toe-off, left"
    recent = with_recent((("a", ""), ("b", "left")), ("b", "left"))
    assert recent == (("b", "left"), ("a", ""))
    assert len(with_recent([(str(i), "") for i in range(9)], ("new", ""))) == 4
    assert kinds_from_texts(kinds_to_texts(recent)) == recent
    assert kinds_from_texts(["", "x|middle", "|left", "odd|name|right"]) == (("odd|name", "right"),)
    assert names_to_offer(["landing", "throw"])[-1] == "throw"
