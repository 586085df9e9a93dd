"""Keys that the user changes: kept, refused where they are taken, reset, and shown wherever keys are shown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from poseapp.gui.commands.actions import ACTIONS
from poseapp.gui.commands.cheat_sheet import CheatSheet
from poseapp.gui.commands.shortcut_dialog import ShortcutDialog
from poseapp.gui.commands.shortcuts import FIXED_KEYS, Shortcuts, normal_key
from poseapp.services import settings
from poseapp.services.settings import Settings

pytestmark = pytest.mark.gui

Ctrl, Shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def dialog(window, qtbot):
    window.actions_by_name["change_shortcuts"].trigger()
    (found,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, ShortcutDialog) and w.isVisible()]
    qtbot.waitExposed(found)
    yield found
    for left in QApplication.topLevelWidgets():
        if isinstance(left, ShortcutDialog):
            left.close()


def shown(window, name):
    return [key.toString() for key in window.actions_by_name[name].shortcuts()]


def test_without_changes_every_action_has_the_keys_of_the_table(window):
    for spec in ACTIONS:
        assert shown(window, spec.name) == [normal_key(text) for text in spec.shortcuts], spec.name


def test_no_default_key_is_one_that_cannot_be_given_away_but_where_it_is_the_same_thing(window):
    owners = {spec.name for spec in ACTIONS for text in spec.shortcuts if normal_key(text) in FIXED_KEYS}
    assert owners == {"play", "back", "forward", "back10", "forward10", "previous_marked", "next_marked"}


def test_a_pressed_key_holds_at_once_and_is_kept(window, dialog, qtbot, tmp_path):
    dialog.choose("swap")
    qtbot.keyClick(dialog.field, Qt.Key.Key_J, Ctrl | Shift)
    assert dialog.words.text() == ""
    assert dialog.field.text() == "Ctrl+Shift+J"
    assert shown(window, "swap") == ["Ctrl+Shift+J"]
    assert "Ctrl+Shift+J" in window.actions_by_name["swap"].toolTip()
    assert window.settings.get(settings.SHORTCUTS) == ("swap=Ctrl+Shift+J",)
    window.settings.save()
    again = Settings(tmp_path / "settings" / "window.ini")
    assert Shortcuts(again, window.actions_by_name).keys("swap") == ("Ctrl+Shift+J",)


def test_the_new_key_works_and_the_old_one_no_longer_does(window, dots, qtbot, analyse):
    analyse(window.session, dots)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == 0)
    assert window.shortcuts.set_key("swap", "Ctrl+Shift+J") == ""
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_S)
    assert not window.session.document.history.can_undo
    qtbot.keyClick(window.canvas, Qt.Key.Key_J, Ctrl | Shift)
    assert window.session.document.history.undo_label == "Swap left and right"


def test_taken_keys_are_refused_in_a_sentence(window, dialog, qtbot):
    dialog.choose("swap")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Z, Ctrl)
    assert dialog.words.text() == "Ctrl+Z is the key of “Undo” already."
    qtbot.keyClick(dialog.field, Qt.Key.Key_Left, Shift)
    assert dialog.words.text() == "Shift+Left works on the picture and cannot be given away."
    assert shown(window, "swap") == ["S"]
    assert dialog.field.text() == "S"


def test_no_key_frees_one_for_another_action_and_reset_is_refused_while_it_is_taken(window, dialog, qtbot):
    dialog.choose("swap")
    qtbot.mouseClick(dialog.no_key, Qt.MouseButton.LeftButton)
    assert shown(window, "swap") == []
    dialog.choose("suggest_frames")
    qtbot.keyClick(dialog.field, Qt.Key.Key_S)
    assert shown(window, "suggest_frames") == ["S"]
    dialog.choose("swap")
    qtbot.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    assert dialog.words.text() == "S is the key of “Suggest frames for fine-tuning” already."
    qtbot.mouseClick(dialog.reset_all, Qt.MouseButton.LeftButton)
    assert (shown(window, "swap"), shown(window, "suggest_frames")) == (["S"], [])
    assert window.settings.get(settings.SHORTCUTS) == ()


def test_one_is_reset_alone(window, dialog, qtbot):
    window.shortcuts.set_key("swap", "Ctrl+Shift+J")
    window.shortcuts.set_key("undo", "")
    dialog.choose("swap")
    assert dialog.reset.isEnabled()
    qtbot.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    assert (shown(window, "swap"), shown(window, "undo")) == (["S"], [])
    assert not dialog.reset.isEnabled()


def test_signs_that_need_shift_are_kept_as_the_sign(window, dialog, qtbot):
    dialog.choose("suggest_frames")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Exclam, Shift)
    assert shown(window, "suggest_frames") == ["!"]


def test_every_action_is_listed_and_words_narrow(window, dialog, qtbot):
    assert dialog.shown_names() == [spec.name for spec in ACTIONS]
    qtbot.keyClicks(dialog.search, "undo ctrl+z")
    assert dialog.shown_names() == ["undo"]


def test_tab_and_escape_leave_the_field(window, dialog, qtbot):
    dialog.field.setFocus()
    qtbot.keyClick(dialog.field, Qt.Key.Key_Tab)
    assert not dialog.field.hasFocus()
    dialog.field.setFocus()
    qtbot.keyClick(dialog.field, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_cheat_sheet_shows_what_holds(window, qtbot):
    window.shortcuts.set_key("swap", "Ctrl+Shift+J")
    window.shortcuts.set_key("undo", "")
    window.actions_by_name["cheat_sheet"].trigger()
    (sheet,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, CheatSheet) and w.isVisible()]
    rows = {title: key for _, title, key in sheet.shown_rows()}
    assert rows["Swap left and right here"] == QKeySequence("Ctrl+Shift+J").toString()
    assert "Undo" not in rows
    assert sheet.findChildren(QLabel)
    sheet.done(QDialog.DialogCode.Rejected)


@pytest.mark.parametrize("kept", ["nonsense=Ctrl+J", "swap", "swap=", "=S"])
def test_odd_settings_do_no_harm(window, tmp_path, kept):
    own = Settings(tmp_path / "odd.ini")
    own.set(settings.SHORTCUTS, (kept,))
    keys = Shortcuts(own, window.actions_by_name).keys("swap")
    assert keys == (() if kept.startswith("swap") else ("S",))


def test_a_key_of_the_user_wins_over_one_of_the_table(window, tmp_path):
    own = Settings(tmp_path / "own.ini")
    own.set(settings.SHORTCUTS, ("suggest_frames=S",))
    kept = Shortcuts(own, window.actions_by_name)
    assert (kept.keys("suggest_frames"), kept.keys("swap")) == (("S",), ())
