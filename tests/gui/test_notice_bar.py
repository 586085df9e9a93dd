"""One sentence, one action."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from poseapp.gui.notice_bar import NoticeBar

pytestmark = pytest.mark.gui


@pytest.fixture
def bar(qtbot):
    made = NoticeBar()
    qtbot.addWidget(made)
    made.resize(600, 48)
    return made


def test_hidden_until_there_is_something_to_say(bar):
    assert bar.isHidden()
    assert bar.text == ""


@pytest.mark.parametrize(("kind", "word"), [("info", "Note"), ("warning", "Warning"), ("error", "Error")])
def test_kind_is_told_in_words_and_picture(bar, kind, word):
    bar.show_notice("The file was moved", kind, "Locate file…")
    assert bar.text == "The file was moved"
    assert bar.accessibleName() == f"{word}: The file was moved"
    assert not bar._icon.pixmap().isNull()
    bar.grab()


def test_action_and_dismissal(qtbot, bar):
    bar.show_notice("The file was moved", "warning", "Locate file…")
    with qtbot.waitSignal(bar.actionTriggered):
        qtbot.mouseClick(bar._action, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(bar.dismissed):
        qtbot.mouseClick(bar._close, Qt.MouseButton.LeftButton)
    assert bar.isHidden()


def test_escape_dismisses(qtbot, bar):
    bar.show_notice("Done")
    assert bar._action.isHidden()
    with qtbot.waitSignal(bar.dismissed):
        qtbot.keyClick(bar._close, Qt.Key.Key_Escape)


def test_a_long_sentence_wraps_instead_of_being_cut(bar):
    bar.show_notice("word " * 60, "error", "Locate file…")
    assert bar.heightForWidth(600) > bar.heightForWidth(3000)
    bar.clear()
    assert bar.isHidden()


def test_markup_in_a_file_name_stays_text(bar):
    bar.show_notice("<b>x</b>.mp4 cannot be read")
    assert bar._text.textFormat() == Qt.TextFormat.PlainText
