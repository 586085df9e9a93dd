"""The table of agreement: a row for each angle or coordinate, to be sorted by any column."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from poseapp.core.agreement import AgreementRow
from poseapp.core.number_text import told
from poseapp.gui.agreement.words import heads, icc_words, limits_words
from poseapp.gui.style.theme import GRID

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
SORT_ROLE = Qt.ItemDataRole.UserRole
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEYS = (*_ENTER, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home,
         Qt.Key.Key_End)  # fmt: skip
Index = QModelIndex | QPersistentModelIndex


class AgreementModel(QAbstractTableModel):
    """Rows of one unit.

    Attributes:
        rows: On show, as they were given.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[AgreementRow, ...] = ()
        self._heads = heads("degrees")
        self._names: Sequence[str] = ()

    def set_rows(self, rows: Sequence[AgreementRow], unit: str, names: Sequence[str]) -> None:
        """Show other rows, each under a name."""
        self.beginResetModel()
        self.rows, self._names, self._heads = tuple(rows), names, heads(unit)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section][0]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._heads[section][1]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section else _LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if index.column() else _LEFT
        if role == Qt.ItemDataRole.DisplayRole:
            return self.texts(index.row())[index.column()]
        if role == SORT_ROLE:
            return self._sort_key(index.row(), index.column())
        return None

    def texts(self, row: int) -> tuple[str, ...]:
        """Return the words of a row."""
        one = self.rows[row]
        a = one.agreement
        return (
            self._names[row],
            str(a.n),
            told(a.bias),
            limits_words(one),
            icc_words(one),
            *(told(value) for value in (a.sem, a.mdc, one.point(one.worst)[1])),
            str(int(one.frames[one.worst])),
        )

    def headings(self) -> tuple[str, ...]:
        """Return the words of the head."""
        return tuple(head for head, _ in self._heads)

    def _sort_key(self, row: int, column: int) -> object:
        one = self.rows[row]
        a, worst = one.agreement, one.worst
        if column == 0:
            return row  # the order of the body
        values: tuple[float, ...] = (
            a.n, a.bias, a.spread, a.icc, a.sem, a.mdc, abs(one.point(worst)[1]), int(one.frames[worst]),
        )  # fmt: skip
        value = float(values[column - 1])
        return value if math.isfinite(value) else -math.inf


class AgreementView(QTableView):
    """The table. Enter or a double click on a row goes to its largest difference, Enter again to the next smaller one.

    Signals:
        rowChosen(object): (AgreementRow) the current one, None without any.
        wanted(int): A difference of it is to be looked at: the next smaller (+1) or larger (-1) one.
    """

    rowChosen = Signal(object)
    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("agreed")
        self.rows = AgreementModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.rows)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(3 * GRID + GRID // 2)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.selectionModel().currentRowChanged.connect(lambda *_: self.rowChosen.emit(self.current))
        self.doubleClicked.connect(lambda _index: self._want(1))

    @property
    def current(self) -> AgreementRow | None:
        """The chosen row, None without any."""
        index = self._sorted.mapToSource(self.currentIndex())
        return self.rows.rows[index.row()] if index.isValid() else None

    def show_rows(self, rows: Sequence[AgreementRow], unit: str, names: Sequence[str]) -> None:
        """Show other rows; the one of the same name and person stays chosen, else the first is."""
        before = self.current
        self.rows.set_rows(rows, unit, names)
        places = [i for i, row in enumerate(rows) if before is not None and _is_same(row, before)]
        if rows:
            first = self._sorted.mapFromSource(self.rows.index(places[0], 0)) if places else self._sorted.index(0, 0)
            self.setCurrentIndex(first)
            self.scrollTo(first)
        self.rowChosen.emit(self.current)

    def choose(self, name: str, person: int = 0) -> None:
        """Choose a row by its name."""
        for i, row in enumerate(self.rows.rows):
            if (row.name, row.person) == (name, person):
                self.setCurrentIndex(self._sorted.mapFromSource(self.rows.index(i, 0)))

    def wanted_width(self) -> int:
        """Return the px that show every column."""
        return self.horizontalHeader().length() + self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()

    def lines(self) -> list[tuple[str, ...]]:
        """Return the head and the rows, in the order on show, as words."""
        order = [self._sorted.mapToSource(self._sorted.index(y, 0)).row() for y in range(self._sorted.rowCount())]
        return [self.rows.headings(), *(self.rows.texts(row) for row in order)]

    def event(self, event: QEvent) -> bool:
        """Keep the keys that move in a table from the shortcuts of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to a frame of the chosen row."""
        if event.key() in _ENTER:
            self._want(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            return
        super().keyPressEvent(event)

    def _want(self, by: int) -> None:
        if self.current is not None:
            self.wanted.emit(by)


def _is_same(one: AgreementRow, other: AgreementRow) -> bool:
    return (one.name, one.person) == (other.name, other.person)
