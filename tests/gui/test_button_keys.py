"""Space presses what the keyboard is on, and plays the clip otherwise."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

pytestmark = pytest.mark.gui


@pytest.fixture
def shown(window, dots, qtbot):
    """A window with a clip, and how often it was told to play or pause."""
    window.open_path(str(dots.clip))
    qtbot.waitUntil(lambda: window.session.document is not None, timeout=20_000)
    qtbot.waitUntil(window.actions_by_name["play"].isEnabled)
    calls = []
    window.canvas.playToggled.connect(lambda: calls.append(1))
    window.actions_by_name["play"].triggered.connect(lambda *_: calls.append(1))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window, calls


def test_space_presses_the_box_that_tab_went_to(shown, qtbot):
    window, played = shown
    window.actions_by_name["improve"].trigger()
    box = window.improve_panel.setup.specialise
    qtbot.waitUntil(box.isVisible)
    box.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert box.isChecked()
    assert not played
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Space)
    assert len(played) == 1


def test_a_click_leaves_the_keyboard_where_it_was(shown, qtbot):
    window, played = shown
    window.actions_by_name["improve"].trigger()
    box = window.improve_panel.setup.specialise
    qtbot.waitUntil(box.isVisible)
    window.canvas.setFocus()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    assert box.isChecked()
    assert window.canvas.hasFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Space)
    assert box.isChecked()
    assert len(played) == 1
