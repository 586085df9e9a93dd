"""Playing, stepping and the read-out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from poseapp.gui.timeline.transport import SPEEDS, Transport

pytestmark = pytest.mark.gui


@pytest.fixture
def transport(qtbot):
    made = Transport()
    qtbot.addWidget(made)
    made.show()
    return made


def press(qtbot, transport, name):
    qtbot.mouseClick(transport.findChild(QToolButton, name), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("button", "signal", "args"),
    [
        ("play", "playToggled", []),
        ("step-back", "stepRequested", [-1]),
        ("step-forward", "stepRequested", [1]),
        ("first", "seekRequested", [0]),
        ("last", "seekRequested", [229]),
    ],
)
def test_buttons_ask(qtbot, transport, button, signal, args):
    transport.set_position(97, 230, 3.217)
    with qtbot.waitSignal(getattr(transport, signal)) as caught:
        press(qtbot, transport, button)
    assert caught.args == args


def test_read_out(transport):
    transport.set_position(97, 230, 3.217)
    assert transport._time.text() == "0:03.217"
    assert transport._frame.text() == "frame 97 / 229"


def test_nothing_to_play_without_a_clip(qtbot, transport):
    transport.set_position(0, 0, 0.0)
    with qtbot.assertNotEmitted(transport.playToggled):
        press(qtbot, transport, "play")
    assert transport._frame.text() == ""


def test_read_out_does_not_move_while_digits_change(transport):
    transport.set_position(0, 1000, 0.0)
    before = transport._frame.minimumWidth()
    transport.set_position(999, 1000, 33.3)
    assert (
        transport._frame.minimumWidth() == before >= transport._frame.fontMetrics().horizontalAdvance("frame 999 / 999")
    )


def test_speed_menu(qtbot, transport):
    transport.set_position(0, 10, 0.0)
    actions = transport._speed.menu().actions()
    assert [a.data() for a in actions] == list(SPEEDS)
    with qtbot.waitSignal(transport.speedChosen) as caught:
        actions[0].trigger()
    assert caught.args == [SPEEDS[0]]
    assert transport._speed.text() == "0.1×"
    with qtbot.assertNotEmitted(transport.speedChosen):
        transport.set_speed(2.0)
    assert [a.data() for a in actions if a.isChecked()] == [2.0]


def test_the_loop_button_asks_and_shows(qtbot, transport):
    transport.set_position(0, 10, 0.0)
    with qtbot.waitSignal(transport.loopToggled) as caught:
        press(qtbot, transport, "loop")
    assert caught.args == [True]
    transport.set_looping(False)
    assert not transport.findChild(QToolButton, "loop").isChecked()


def test_the_zone_is_there_only_while_there_is_one(qtbot, transport):
    transport.set_position(0, 10, 0.0)
    assert not transport._zone.isVisible()
    transport.set_zone("zone 0:01.2–0:03.4 · 2.20 s · 66 frames")
    assert transport._zone.isVisible()
    with qtbot.waitSignal(transport.zoneCleared):
        press(qtbot, transport, "close")
    transport.set_zone("")
    assert not transport._clear.isVisible()


def test_play_button_shows_the_state(transport):
    transport.set_position(0, 10, 0.0)
    still = transport._play.icon().cacheKey()
    transport.set_playing(True)
    assert transport._play.icon().cacheKey() != still


def test_everything_has_a_name_and_the_keyboard_reaches_it(transport):
    buttons = transport.findChildren(QToolButton)
    assert len(buttons) == 8
    assert all(b.accessibleName() and b.toolTip() for b in buttons)
    assert all(b.focusPolicy() & Qt.FocusPolicy.TabFocus for b in buttons)
