"""Every shortcut on a page, and a way to find one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from poseapp.gui.commands.cheat_sheet import CheatSheet, split_keys

pytestmark = pytest.mark.gui

ROWS = [
    ("Play", "Play or pause", "Space"),
    ("Play", "One frame", "Left / Right"),
    ("View", "Zoom in", "Ctrl++"),
    ("Correct", "Undo", "Ctrl+Z"),
]


@pytest.fixture
def sheet(qtbot):
    made = CheatSheet(ROWS)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    ("shortcut", "keys"),
    [("Ctrl+Shift+Z", ["Ctrl", "Shift", "Z"]), ("+", ["+"]), ("Ctrl++", ["Ctrl", "+"]), ("", []), ("?", ["?"])],
)
def test_split_keys(shortcut, keys):
    assert split_keys(shortcut) == keys


def test_all_rows_are_shown(sheet):
    words = [label.text() for label in sheet._scroll.widget().findChildren(QLabel)]
    assert {"Play", "View", "Correct", "Zoom in", "Ctrl", "+", "Z", "←", "→"} <= set(words)


def test_typing_narrows(qtbot, sheet):
    qtbot.keyClicks(sheet._find, "und ctrl")
    assert sheet.shown_rows() == [ROWS[3]]
    qtbot.keyClicks(sheet._find, "qqq")
    assert [label.text() for label in sheet._scroll.widget().findChildren(QLabel)] == ["No shortcut by that name"]


def test_columns_follow_the_width(sheet, qapp):
    sheet.resize(900, 500)
    qapp.processEvents()
    assert sheet._n_columns == 2
    sheet.resize(400, 500)
    qapp.processEvents()
    assert sheet._n_columns == 1


def test_keys_are_never_cut(sheet, qapp):
    sheet.resize(420, 500)
    qapp.processEvents()
    for cap in sheet._scroll.widget().findChildren(QLabel):
        if cap.property("kind") == "key":
            assert cap.width() >= cap.fontMetrics().horizontalAdvance(cap.text())


def test_escape_closes(qtbot, sheet):
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert sheet.isHidden()
