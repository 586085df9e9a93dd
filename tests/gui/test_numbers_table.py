"""The table of numbers before and after: as high as its rows, and names are never cut for the sake of the change."""

from __future__ import annotations

import pytest

from poseapp.gui.improve.numbers_table import NumbersRow, NumbersTable

pytestmark = pytest.mark.gui
ROWS = [NumbersRow("Right shoulder", "14.0", "5.2", "−8.8", "Median of 9"), NumbersRow("Knee", "4.1", "4.4", "+0.3")]


@pytest.fixture
def table(qtbot):
    table = NumbersTable("Keypoint, px")
    qtbot.addWidget(table)
    table.resize(400, 200)
    table.set_rows(ROWS)
    table.show()
    return table


def test_it_shows_rows_and_is_as_high_as_they_are(table):
    assert table.texts() == [("Right shoulder", "14.0", "5.2", "−8.8"), ("Knee", "4.1", "4.4", "+0.3")]
    two = table.sizeHint().height()
    table.set_rows([*ROWS, *ROWS])
    assert table.sizeHint().height() - two == table.rowHeight(0) + table.rowHeight(1)
    assert table.item(0, 0).toolTip() == "Median of 9"
    assert table.accessibleName() == "Keypoint, px"


def test_without_rows_it_is_not_there(table):
    table.set_rows([])
    assert not table.isVisible()


def test_where_there_is_little_room_the_change_goes_before_the_names(table, qtbot):
    assert not table.isColumnHidden(3)
    table.resize(230, 200)
    qtbot.waitUntil(lambda: table.isColumnHidden(3))
    assert table.columnWidth(0) >= table.sizeHintForColumn(0)
    table.resize(400, 200)
    qtbot.waitUntil(lambda: not table.isColumnHidden(3))
