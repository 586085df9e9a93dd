"""All shortcuts on one page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from poseapp.gui.theme import GRID, HALF, font

ShortcutRow = tuple[str, str, str]  # group, title, shortcut


class CheatSheet(QDialog):
    """A dialog made from (group, title, shortcut) rows, in their order, with a field that narrows them."""

    def __init__(self, rows: Sequence[ShortcutRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = tuple(rows)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
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
        column.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        column.setSpacing(GRID * 2)
        column.addWidget(self._find)
        column.addWidget(self._scroll, 1)
        column.addWidget(buttons)
        self._fill()
        self.resize(720, 560)

    def _fill(self) -> None:
        wanted = self._find.text().casefold()
        rows = [row for row in self._rows if wanted in " ".join(row).casefold()]
        page = QWidget()
        grid = QGridLayout(page)
        grid.setHorizontalSpacing(GRID * 3)
        grid.setVerticalSpacing(HALF)
        line = 0
        for group, members in groupby(rows, key=lambda row: row[0]):
            heading = QLabel(group, page)
            heading.setFont(font("strong"))
            grid.addWidget(heading, line, 0, 1, 2)
            line += 1
            for _, title, shortcut in members:
                grid.addWidget(QLabel(title, page), line, 0)
                grid.addWidget(QLabel(shortcut, page), line, 1, Qt.AlignmentFlag.AlignRight)
                line += 1
        grid.setRowStretch(line, 1)
        self._scroll.setWidget(page)
