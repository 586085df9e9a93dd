"""The first page leads to a video."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout

from poseapp.gui.welcome import Welcome

pytestmark = pytest.mark.gui


@pytest.fixture
def welcome(qtbot):
    made = Welcome()
    qtbot.addWidget(made)
    made.resize(900, 640)
    made.show()
    return made


def test_buttons(qtbot, welcome):
    with qtbot.waitSignal(welcome.openRequested):
        qtbot.mouseClick(welcome.open_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(welcome.sampleRequested):
        qtbot.keyClick(welcome.sample_button, Qt.Key.Key_Space)


def test_recent_files(qtbot, welcome):
    assert welcome._recent.isHidden()
    paths = [f"/videos/walk {i}.mp4" for i in range(9)]
    welcome.set_recent(paths)
    rows = welcome._recent._rows
    assert [r.path for r in rows] == paths[:5]
    assert rows[2].accessibleName() == "Open walk 2.mp4"
    with qtbot.waitSignal(welcome.recentChosen) as caught:
        qtbot.mouseClick(rows[2], Qt.MouseButton.LeftButton)
    assert caught.args == ["/videos/walk 2.mp4"]
    welcome.set_recent([])
    assert welcome._recent.isHidden()


def test_three_steps_stand_side_by_side_where_there_is_room(welcome, qapp):
    assert len(welcome._cards) == 3
    assert welcome._steps.direction() == QBoxLayout.Direction.LeftToRight
    welcome.resize(420, 640)
    qapp.processEvents()
    assert welcome._steps.direction() == QBoxLayout.Direction.TopToBottom
    assert welcome.open_button.visibleRegion().boundingRect().height() > 0  # still in sight


def test_nothing_is_cut(welcome, qapp):
    qapp.processEvents()
    for card in welcome._cards:
        assert card.height() >= card.heightForWidth(card.width())


def test_drop_hint_is_painted(welcome):
    plain = welcome.grab().toImage()
    welcome.set_drop_shown(True)
    assert welcome.grab().toImage() != plain
    welcome.set_drop_shown(False)
    assert welcome.grab().toImage() == plain
