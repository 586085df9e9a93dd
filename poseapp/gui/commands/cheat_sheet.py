"""All shortcuts on one page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from poseapp.gui.style.theme import GRID, HALF, font, lie_on_surface

ShortcutRow = tuple[str, str, str]  # group, title, shortcut
_Group = tuple[str, list[ShortcutRow]]
_TWO_COLUMNS = 80 * GRID  # px, from which groups stand in two columns
_SYMBOLS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


class CheatSheet(QDialog):
    """A dialog made from (group, title, shortcut) rows, in their order, with a field that narrows them.

    A shortcut is written as Qt writes it ("Ctrl+Shift+Z"); alternatives are parted by " / ".
    """

    def __init__(self, rows: Sequence[ShortcutRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = tuple(rows)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        lie_on_surface(self)
        self._find = QLineEdit(self)
        self._find.setPlaceholderText(self.tr("Find a shortcut"))
        self._find.setAccessibleName(self.tr("Find a shortcut"))
        self._find.setClearButtonEnabled(True)
        self._find.textChanged.connect(lambda _: self._fill())
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addWidget(self._find)
        column.addWidget(self._scroll, 1)
        column.addWidget(buttons)
        self._n_columns = 1
        self._fill()

    def shown_rows(self) -> list[ShortcutRow]:
        """Return the rows that hold every word of the search field."""
        words = self._find.text().casefold().split()
        return [row for row in self._rows if all(word in " ".join(row).casefold() for word in words)]

    def sizeHint(self) -> QSize:
        """Room for two columns."""
        return QSize(95 * GRID, 75 * GRID)

    def _fill(self) -> None:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 2 * GRID, 0)
        row.setSpacing(6 * GRID)
        groups = [(name, list(members)) for name, members in groupby(self.shown_rows(), key=lambda r: r[0])]
        for share in _balance(groups, self._n_columns):
            column = QVBoxLayout()
            column.setSpacing(3 * GRID)
            for name, members in share:
                column.addLayout(self._group(name, members))
            column.addStretch(1)
            row.addLayout(column, 1)
        if not groups:
            nothing = QLabel(self.tr("No shortcut by that name"), page)
            nothing.setProperty("tone", "muted")
            row.addWidget(nothing)
        self._scroll.setWidget(page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use two columns where there is room."""
        super().resizeEvent(event)
        wanted = 2 if self.width() >= _TWO_COLUMNS else 1
        if wanted != self._n_columns:
            self._n_columns = wanted
            self._fill()

    def _group(self, name: str, members: Sequence[ShortcutRow]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(HALF)
        grid.setColumnStretch(0, 1)
        heading = QLabel(name)
        heading.setFont(font("strong"))
        heading.setContentsMargins(0, 0, 0, HALF)
        grid.addWidget(heading, 0, 0, 1, 2)
        for line, (_, title, shortcut) in enumerate(members, start=1):
            label = QLabel(title)
            label.setWordWrap(True)
            grid.addWidget(label, line, 0)
            grid.addLayout(_keys(shortcut), line, 1)
        return grid


def split_keys(shortcut: str) -> list[str]:
    """Return the keys of "Ctrl+Shift+Z" one by one; the plus key itself stays whole."""
    if shortcut in ("", "+"):
        return [shortcut] if shortcut else []
    if shortcut.endswith("++"):
        return [*split_keys(shortcut[:-2]), "+"]
    return shortcut.split("+")


def _keys(shortcut: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(HALF)
    row.addStretch(1)
    for position, alternative in enumerate(shortcut.split(" / ")):
        if position:
            slash = QLabel("/")
            slash.setProperty("tone", "muted")
            row.addWidget(slash)
        for key in split_keys(alternative):
            cap = QLabel(_SYMBOLS.get(key, key))
            cap.setAccessibleName(key)
            cap.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            cap.setProperty("kind", "key")
            cap.setFont(font("small"))
            cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
            cap.setFixedWidth(max(3 * GRID, QFontMetrics(cap.font()).horizontalAdvance(cap.text()) + 2 * GRID))
            row.addWidget(cap)
    return row


def _balance(groups: list[_Group], n_columns: int) -> list[list[_Group]]:
    """Deal groups to columns in their order, so that the columns are about equally long."""
    total = sum(len(members) + 2 for _, members in groups)
    columns: list[list[_Group]] = [[] for _ in range(n_columns)]
    height = 0
    for name, members in groups:
        columns[min(n_columns - 1, height * n_columns // max(1, total))].append((name, members))
        height += len(members) + 2
    return [column for column in columns if column]
