"""The one table of actions: unique, complete, and every handler is there."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from poseapp.core.edit_builders import build_move
from poseapp.core.types import Key
from poseapp.gui.commands.actions import ACTIONS, CANVAS_KEYS, cheat_sheet_rows
from poseapp.gui.commands.tables.clip_menu import TIMELINE_KEYS
from poseapp.gui.commands.tables.spec import MENUS
from poseapp.gui.style.icons import icon_names

pytestmark = pytest.mark.gui


def test_names_are_unique():
    assert [name for name, n in Counter(spec.name for spec in ACTIONS).items() if n > 1] == []


def test_no_key_means_two_things():
    keys = Counter(QKeySequence(text).toString() for spec in ACTIONS for text in spec.shortcuts)
    assert [key for key, n in keys.items() if n > 1 or not key] == []


def test_icons_and_menus_are_known():
    assert {spec.icon for spec in ACTIONS if spec.icon} <= set(icon_names())
    assert {spec.menu.partition("/")[0] for spec in ACTIONS} <= set(MENUS)


def test_menus_come_from_the_table(window):
    titles = [action.text() for action in window.menuBar().actions()]
    assert titles == list(MENUS)
    in_menus = {a for menu in window.menuBar().actions() for a in menu.menu().actions()}
    for spec in ACTIONS:
        if "/" not in spec.menu:
            assert window.actions_by_name[spec.name] in in_menus


def test_mnemonics_of_a_menu_are_unique():
    for menu in {spec.menu for spec in ACTIONS}:
        letters = Counter(
            spec.title[spec.title.index("&") + 1].lower() for spec in ACTIONS if spec.menu == menu and "&" in spec.title
        )
        assert [letter for letter, n in letters.items() if n > 1] == [], menu


def test_the_cheat_sheet_lists_every_key():
    rows = cheat_sheet_rows()
    keyed = [spec for spec in ACTIONS if spec.shortcuts and not spec.name.startswith("keypoint")]
    assert len(rows) == len(keyed) + len(CANVAS_KEYS) + len(TIMELINE_KEYS)
    assert all(group and title and shortcut for group, title, shortcut in rows)
    assert not any("&" in title for _, title, _ in rows)
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), key=[row[0] for row in rows].index)


def test_keys_that_the_guide_promises():
    taken = {QKeySequence(text).toString(): spec.name for spec in ACTIONS for text in spec.shortcuts}
    assert (taken["T"], taken["G"]) == ("trails", "ghosts")
    assert taken["P"] == "swap_persons"


def test_digits_choose_keypoints_in_the_bodys_order(window, dots, qtbot):
    window.session.open(dots.clip)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == 0)
    order = window.session.document.store.skeleton.order
    for place, key in enumerate("1234567890"):
        qtbot.keyClick(window.canvas, key)
        assert window.session.selection.keypoint == order[place]


def test_ctrl_arrows_go_to_corrected_frames_and_step_while_a_keypoint_is_chosen(window, dots, qtbot, analyse):
    analyse(window.session, dots)
    for frame in (20, 40):
        assert window.session.perform(build_move(window.session.document.store, Key(frame, 0, 4), (10, 20)))
    playback, ctrl = window.session.playback, Qt.KeyboardModifier.ControlModifier
    playback.seek(30)
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Right, ctrl)
    assert playback.playhead == 40
    qtbot.keyClick(window.canvas, Qt.Key.Key_Left, ctrl)
    assert playback.playhead == 20
    qtbot.waitUntil(lambda: window.overlays.shown_frame == 20)
    window.session.select(0, 4)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Right, ctrl)
    assert playback.playhead == 21
    qtbot.keyClick(window.canvas, Qt.Key.Key_Left, ctrl)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Left, ctrl)
    assert playback.playhead == 19
    assert len(window.session.document.keeper.journal()) == 2
