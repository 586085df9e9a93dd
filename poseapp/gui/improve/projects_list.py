"""Which further projects a network learns from, beside the one on show."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from poseapp.gui.style.icons import icon
from poseapp.gui.style.theme import GRID, HALF, ICON_SIZE

_ROWS = 4  # at most, without scrolling
_ROW = 3 * GRID + HALF  # px


class ProjectsList(QWidget):
    """Files by name, with buttons to add and to take away.

    Signals:
        addRequested(): The user wants to choose a file.
        changed(): Another set of files.
    """

    addRequested = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = _Files(self)
        self.list.setAccessibleName(self.tr("Further projects to learn from"))
        self.list.setToolTip(self.tr("Del takes the chosen project off the list"))
        self.list.removeRequested.connect(self._remove)
        self.list.currentRowChanged.connect(lambda _row: self._enable())
        self.add = QPushButton(icon("add"), self.tr("Add a project…"), self)
        self.add.setToolTip(self.tr("Learn from the corrected frames of another project, too"))
        self.add.clicked.connect(lambda _=False: self.addRequested.emit())
        self.remove = QPushButton(icon("trash"), self.tr("Remove"), self)
        self.remove.setAccessibleName(self.tr("Remove the chosen project from the list"))
        self.remove.clicked.connect(lambda _=False: self._remove())
        row = QHBoxLayout()
        row.setSpacing(HALF)
        for button in (self.add, self.remove):
            button.setIconSize(QSize(ICON_SIZE - HALF, ICON_SIZE - HALF))
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        column.addWidget(self.list)
        column.addLayout(row)
        self._show()

    @property
    def paths(self) -> tuple[str, ...]:
        """The files, in order."""
        return tuple(self.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.list.count()))

    def add_path(self, path: str) -> None:
        """Add a file, unless it is there already."""
        if path in self.paths:
            return
        item = QListWidgetItem(PurePath(path).name)
        item.setData(Qt.ItemDataRole.UserRole, path)
        item.setToolTip(path)
        item.setSizeHint(QSize(0, _ROW))
        self.list.addItem(item)
        self.list.setCurrentItem(item)
        self._show()
        self.changed.emit()

    def clear(self) -> None:
        """Forget every file; sends no signal."""
        self.list.clear()
        self._show()

    def _remove(self) -> None:
        row = self.list.currentRow()
        if row >= 0:
            self.list.takeItem(row)
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        n = self.list.count()
        self.list.setVisible(n > 0)
        self.remove.setVisible(n > 0)
        self.list.setFixedHeight(min(n, _ROWS) * _ROW)
        self._enable()

    def _enable(self) -> None:
        self.remove.setEnabled(self.list.currentRow() >= 0)


class _Files(QListWidget):
    """A list whose Del takes a row away."""

    removeRequested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the chosen row away."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removeRequested.emit()
            return
        super().keyPressEvent(event)
