"""Which way a person faces is seen and can be set."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from poseapp.core.analysis import FacingStretch
from poseapp.gui.plots.facing_strip import FacingStrip

pytestmark = pytest.mark.gui

STRETCHES = (FacingStretch(0, 60, 1, 0.93), FacingStretch(60, 100, -1, 1.0, by_user=True))


@pytest.fixture
def strip(qtbot):
    made = FacingStrip()
    qtbot.addWidget(made)
    made.resize(400, 24)
    made.set_stretches(STRETCHES, np.arange(100) / 10)
    made.set_view(0.0, 10.0, left=0.0, width=400.0)
    made.show()
    return made


def opened_menu(strip) -> QMenu:
    return next(m for m in strip.findChildren(QMenu) if m.isVisible())


def test_stretches_lie_on_time(strip):
    assert strip._box(STRETCHES[0]).right() == pytest.approx(239)
    assert strip._box(STRETCHES[1]).left() == pytest.approx(241)


def test_click_opens_a_menu_that_sets_the_stretch(qtbot, strip):
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(300, 12))
    menu = opened_menu(strip)
    with qtbot.waitSignal(strip.facingChosen) as caught:
        menu.actions()[0].trigger()
    assert caught.args == [60, 100, 1]
    menu.close()


def test_keyboard_sets_the_stretch_at_the_playhead(qtbot, strip):
    strip.set_playhead(10)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    menu = opened_menu(strip)
    with qtbot.waitSignal(strip.facingChosen) as caught:
        menu.actions()[1].trigger()
    assert caught.args == [0, 60, -1]
    menu.close()


def test_only_a_set_stretch_can_be_given_back_to_the_vote(strip):
    voted, chosen = (strip.build_menu(s) for s in STRETCHES)
    assert [a.isEnabled() for a in voted.actions()] == [True, True, False]
    assert [a.isEnabled() for a in chosen.actions()] == [True, True, True]


def test_words_say_how_sure_and_who_decided(strip):
    assert strip._explain(STRETCHES[0]) == "faces right: 93 % of the vote over these frames. Click to set it."
    assert strip._explain(STRETCHES[1]) == "faces left, set by you. Click to change."


def test_painted_zoomed_in_and_empty(strip):
    strip.grab()
    strip.set_view(5.9, 6.1, left=40.0, width=300.0)
    assert strip._box(STRETCHES[0]).left() == pytest.approx(41)
    strip.grab()
    strip.set_stretches((), np.zeros(0))
    strip.grab()
