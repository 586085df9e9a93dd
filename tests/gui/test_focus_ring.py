"""The ring shows for the keyboard, not for a click."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from poseapp.gui.style.theme import apply_theme
from poseapp.gui.timeline.timeline import Timeline

pytestmark = pytest.mark.gui


def test_ring_comes_with_tab_and_goes(qtbot, qapp):
    apply_theme(qapp, "dark")
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    field, timeline = QLineEdit(), Timeline()
    timeline.set_clip(np.arange(30) / 30)
    column.addWidget(field)
    column.addWidget(timeline)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    field.setFocus()
    without = timeline.grab().toImage()
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    qtbot.waitUntil(timeline.hasFocus)
    assert timeline.grab().toImage() != without
    back = QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.ActiveWindowFocusReason)
    qapp.sendEvent(timeline, back)  # another window had it in between
    assert timeline.grab().toImage() != without
    qtbot.keyClick(timeline, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert timeline.grab().toImage() == without
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=timeline.rect().bottomLeft())
    assert not timeline._ring
