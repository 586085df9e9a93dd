"""A small table of numbers before and after, as high as its rows, that scrolls with what it lies in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from poseapp.gui.style.theme import GRID, font

_Right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_Left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CHANGE = 3  # column


@dataclass(frozen=True)
class NumbersRow:
    """What, its value before and after, and how that changed, in words; `hint` explains it."""

    name: str
    before: str
    after: str
    change: str = ""
    hint: str = ""


class NumbersTable(QTableWidget):
    """Names at the left, numbers at the right."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self.setAccessibleName(title)
        for column, words in enumerate((title, self.tr("Before"), self.tr("After"), self.tr("Change"))):
            head = QTableWidgetItem(words)
            head.setTextAlignment(_Left if column == 0 else _Right)
            self.setHorizontalHeaderItem(column, head)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(5 * GRID)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setFont(font("small"))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setMinimumWidth(0)

    def set_rows(self, rows: Sequence[NumbersRow]) -> None:
        """Show other rows; none hides the table."""
        self.setRowCount(len(rows))
        for i, row in enumerate(rows):
            for column, text in enumerate((row.name, row.before, row.after, row.change)):
                item = QTableWidgetItem(text)
                item.setTextAlignment(_Left if column == 0 else _Right)
                item.setToolTip(row.hint or (row.name if column == 0 else ""))
                self.setItem(i, column, item)
        self.setVisible(bool(rows))
        self._fit()
        self.updateGeometry()

    def texts(self) -> list[tuple[str, ...]]:
        """Return what is shown, row by row."""
        model = self.model()
        return [tuple(str(model.index(i, j).data()) for j in range(4)) for i in range(self.rowCount())]

    def sizeHint(self) -> QSize:
        """As high as all rows."""
        self.resizeRowsToContents()
        height = self.horizontalHeader().sizeHint().height() + sum(self.rowHeight(i) for i in range(self.rowCount()))
        return QSize(30 * GRID, height + 2)

    def minimumSizeHint(self) -> QSize:
        """Never lower; as narrow as need be."""
        return QSize(20 * GRID, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the change, which can be told from the numbers, where names would be cut."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self.rowCount():
            return
        widths = [max(self.sizeHintForColumn(i), self.horizontalHeader().sectionSizeHint(i)) for i in range(4)]
        self.setColumnHidden(_CHANGE, sum(widths) > self.viewport().width())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what the table lies in."""
        event.ignore()
