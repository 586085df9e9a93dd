"""The head of the angle panel says how keypoints were smoothed."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from poseapp.core.analysis import FilterReport
from poseapp.gui.plots.angle_head import AngleHead


@pytest.mark.gui
def test_a_remark_does_not_hide_the_cut_off(qtbot: QtBot) -> None:
    head = AngleHead()
    qtbot.addWidget(head)
    head.set_filter(FilterReport("butterworth", 4, 6.0, 5.96, 30.0))
    assert head.note.text() == "Butterworth 6.0 Hz"
    head.set_filter(FilterReport("butterworth", 4, 6.0, 6.0, 30.0, "1 of 20 stretches is too short to be filtered"))
    assert head.note.text() == "Butterworth 6.0 Hz *"
    assert "order 4" in head.note.toolTip()
    assert "too short" in head.note.toolTip()
    head.set_filter(FilterReport("none", 4, 14.0, math.nan, 30.0, "the cut-off is too high for 30 frames/s"))
    assert head.note.text() == "Not filtered"
    assert "too high" in head.note.toolTip()
    head.set_filter(FilterReport("median", 4, math.nan, math.nan, 30.0, "", "7 frames (0.20 s)", 7), neutral=True)
    assert head.note.text() == "Median · zero: own posture"
    assert "7 frames" in head.note.toolTip()
    assert "taken as zero" in head.note.toolTip()


@pytest.mark.gui
def test_the_cut_off_can_be_read_in_a_narrow_panel(qtbot: QtBot) -> None:
    head = AngleHead()
    qtbot.addWidget(head)
    head.set_filter(FilterReport("butterworth", 4, 6.0, 5.96, 30.0))
    choose = head.findChild(QToolButton, "choose_plots")
    styles = Qt.ToolButtonStyle
    for width, words in ((328, styles.ToolButtonIconOnly), (480, styles.ToolButtonTextBesideIcon)):
        head.resize(width, head.sizeHint().height())
        head.show()
        QApplication.processEvents()
        assert QFontMetrics(head.note.font()).horizontalAdvance(head.note.text()) <= head.note.width()
        assert choose.toolButtonStyle() == words
        assert choose.accessibleName() == "Choose what is plotted"
