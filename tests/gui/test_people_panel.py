"""Who is in the clip, who is chosen, whose poses are shown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from poseapp.gui.people.people_panel import PeoplePanel
from poseapp.gui.people.person_row import PersonRow, person_letter

pytestmark = pytest.mark.gui

THREE = (PersonRow(0, "Person 1", 0.83), PersonRow(1, "Person 2", 0.5, visible=False), PersonRow(2, "Person 3"))


@pytest.fixture
def panel(qtbot):
    made = PeoplePanel()
    qtbot.addWidget(made)
    made.resize(260, 300)
    made.set_persons(THREE)
    made.show()
    return made


def row(panel, index):
    return panel._list.itemWidget(panel._list.item(index))


def test_click_chooses(qtbot, panel):
    where = panel._list.visualItemRect(panel._list.item(1)).center()
    with qtbot.waitSignal(panel.personChosen) as caught:
        qtbot.mouseClick(panel._list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert caught.args == [1]


def test_arrow_keys_choose(qtbot, panel):
    with qtbot.waitSignal(panel.personChosen) as caught:
        qtbot.keyClick(panel._list, Qt.Key.Key_Down)
    assert caught.args == [1]


def test_eye_hides_and_space_does_the_same(qtbot, panel):
    with qtbot.waitSignal(panel.visibilityChanged) as caught:
        qtbot.mouseClick(row(panel, 0).eye, Qt.MouseButton.LeftButton)
    assert caught.args == [0, False]
    panel.set_chosen(1)
    with qtbot.waitSignal(panel.visibilityChanged) as caught:
        qtbot.keyClick(panel._list, Qt.Key.Key_Space)
    assert caught.args == [1, True]
    assert row(panel, 1).eye.accessibleName() == "Hide the poses"


def test_being_told_sends_nothing(qtbot, panel):
    with qtbot.assertNotEmitted(panel.personChosen), qtbot.assertNotEmitted(panel.visibilityChanged):
        panel.set_chosen(2)
        panel.set_persons(THREE)
    assert panel._list.currentRow() == 2
    with qtbot.assertNotEmitted(panel.personChosen):
        panel.set_persons(THREE[:1])
    assert panel._list.currentRow() == 0


def test_chosen_row_differs_by_more_than_colour(panel):
    panel.set_chosen(1)
    assert (
        row(panel, 1)._name.font().bold() or row(panel, 1)._name.font().weight() > row(panel, 0)._name.font().weight()
    )


def test_empty_panel_says_what_will_come(panel):
    panel.set_persons(())
    assert panel._list.isHidden()
    assert "Nobody yet" in panel._empty.text


def test_screen_readers_hear_letter_name_and_score(panel):
    assert panel._list.item(0).data(Qt.ItemDataRole.AccessibleTextRole) == "A, Person 1, mean confidence 83 %"


def test_long_names_are_shortened_with_a_tooltip(panel):
    panel.set_persons((PersonRow(0, "A name that is much longer than the panel will ever be wide"),))
    panel.grab()
    assert row(panel, 0)._name.toolTip().startswith("A name")


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "A2"), (53, "B3")])
def test_letters(index, letter):
    assert person_letter(index) == letter


def test_news_leave_rows_as_the_user_has_them(qtbot, panel):
    row(panel, 0).eye.click()
    kept = row(panel, 0)
    panel.set_chosen(2)
    with qtbot.assertNotEmitted(panel.visibilityChanged), qtbot.assertNotEmitted(panel.personChosen):
        panel.set_persons([PersonRow(i - 1, f"Person {i}", 0.9) for i in range(1, 5)])
    assert row(panel, 0) is kept
    assert not kept.eye.isChecked()
    assert kept._score.text() == "90 % sure"
    assert panel._list.currentRow() == 2
    assert panel._list.count() == 4
    panel.set_persons([PersonRow(0, "Person 1", visible=True)])
    assert row(panel, 0).eye.isChecked()
    assert row(panel, 0)._score.isHidden()


def test_signals_name_the_person_and_not_the_row(qtbot, panel):
    panel.set_persons((PersonRow(0, "Person 1"), PersonRow(4, "Person 5"), PersonRow(7, "Person 8")))
    panel.set_chosen(7)
    assert (panel._list.currentRow(), panel.chosen) == (2, 7)
    with qtbot.waitSignal(panel.personChosen) as caught:
        qtbot.keyClick(panel._list, Qt.Key.Key_Up)
    assert caught.args == [4]
    with qtbot.waitSignal(panel.visibilityChanged) as caught:
        panel.toggle(7)
    assert caught.args == [7, False]
    kept = row(panel, 2)
    panel.set_persons((PersonRow(0, "Person 1"), PersonRow(2, "Person 3"), PersonRow(7, "Person 8")))
    assert row(panel, 2) is kept
    assert [row(panel, i).person for i in range(3)] == [0, 2, 7]
    assert panel.chosen == 0, "who is gone is not chosen any longer"


def test_a_name_is_typed_in_its_place(qtbot, panel):
    panel.set_chosen(1)
    qtbot.keyClick(panel._list, Qt.Key.Key_F2)
    field = row(panel, 1)._field
    assert field.isVisible()
    assert field.text() == "Person 2"
    with qtbot.waitSignal(panel.renamed) as caught:
        qtbot.keyClicks(field, " Ann ")
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert caught.args == [1, "Ann"]
    assert not field.isVisible()


def test_escape_leaves_the_name_and_a_double_click_begins(qtbot, panel):
    where = panel._list.visualItemRect(panel._list.item(2)).center()
    qtbot.mouseClick(panel._list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.mouseDClick(panel._list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    field = row(panel, 2)._field
    assert field.isVisible()
    with qtbot.assertNotEmitted(panel.renamed):
        qtbot.keyClicks(field, "Ann")
        qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert row(panel, 2)._name.text() == "Person 3"


def test_the_subject_is_said_in_words(panel):
    panel.set_persons((PersonRow(0, "Ann", 0.83, is_subject=True), PersonRow(1, "Bob", is_subject=True)))
    assert row(panel, 0)._score.text() == "Subject · 83 % sure"
    assert row(panel, 1)._score.text() == "Subject"
    assert "Ann, the subject" in panel._list.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
