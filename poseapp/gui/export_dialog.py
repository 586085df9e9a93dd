"""Asks in which format to export, and says what each of them loses."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from poseapp.gui.style.theme import GRID, font, lie_on_surface
from poseapp.services.exporting import ExportChoice

_SMOOTHED = "The positions that the angles are measured from: unsure ones left out, short gaps filled, smoothed."
_SHOWN = "The positions that the window shows: neither smoothed nor filled."


class ExportDialog(QDialog):
    """The formats with what they lose.

    Signals:
        chosen: (ExportChoice, whether smoothed positions are wanted).
    """

    chosen = Signal(object, bool)

    def __init__(self, choices: Sequence[ExportChoice], first: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = tuple(choices)
        self.setObjectName("export")
        self.setWindowTitle(self.tr("Export"))
        lie_on_surface(self)
        self.formats = QListWidget(self)
        self.formats.setAccessibleName(self.tr("Format"))
        self.formats.setUniformItemSizes(True)
        self.title, self.loses, self.missing = (QLabel(self) for _ in range(3))
        self.files = QLabel(self)
        self.smoothed = QCheckBox(self.tr("&Smoothed positions"), self)
        self.positions = QLabel(self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = self.buttons.addButton(self.tr("Choose a &file…"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._lay_out()
        for choice in self._choices:
            item = QListWidgetItem(choice.title)
            item.setSizeHint(QSize(0, 3 * GRID))
            self.formats.addItem(item)
        self.formats.currentRowChanged.connect(lambda _row: self._show_choice())
        self.formats.itemActivated.connect(lambda _item: self._on_accepted())
        self.smoothed.toggled.connect(lambda _on: self._show_positions())
        self.buttons.accepted.connect(self._on_accepted)
        self.buttons.rejected.connect(self.reject)
        names = [choice.name for choice in self._choices]
        self.formats.setCurrentRow(names.index(first) if first in names else 0)
        self.formats.setFocus()
        self.resize(self.sizeHint())

    @property
    def choice(self) -> ExportChoice:
        """The chosen format."""
        return self._choices[max(self.formats.currentRow(), 0)]

    def choose(self, name: str) -> None:
        """Choose a format by its name."""
        self.formats.setCurrentRow([choice.name for choice in self._choices].index(name))

    def sizeHint(self) -> QSize:
        """Room for all formats and two lines of words."""
        return QSize(92 * GRID, 60 * GRID)

    def _lay_out(self) -> None:
        self.title.setFont(font("title"))
        for label in (self.title, self.loses, self.files, self.missing, self.positions):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(2 * GRID)
        words.addWidget(self.title)
        words.addWidget(self.loses)
        words.addWidget(self.files)
        words.addWidget(self.missing)
        words.addWidget(self.smoothed)
        words.addWidget(self.positions)
        words.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(3 * GRID)
        row.addWidget(self.formats, 5)
        row.addLayout(words, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addLayout(row, 1)
        column.addWidget(self.buttons)

    def _show_choice(self) -> None:
        choice = self.choice
        self.title.setText(choice.title)
        self.loses.setText(choice.loses)
        self.missing.setText(f"Not installed here. {choice.missing}." if choice.missing else "")
        self.missing.setVisible(bool(choice.missing))
        self.go.setEnabled(not choice.missing)
        self.files.setText(_files_of(choice))
        self.smoothed.setVisible(choice.can_smooth)
        self.positions.setVisible(choice.can_smooth)
        if not choice.can_smooth:
            self.smoothed.setChecked(False)
        self._show_positions()

    def _show_positions(self) -> None:
        self.positions.setText(_SMOOTHED if self.smoothed.isChecked() else _SHOWN)

    def _on_accepted(self) -> None:
        if self.go.isEnabled():
            self.accept()
            self.chosen.emit(self.choice, self.smoothed.isChecked())


def _files_of(choice: ExportChoice) -> str:
    if choice.is_folder:
        return "A folder with a file for each frame."
    suffixes = " or ".join(choice.suffixes)
    return f"A {suffixes} file for each person." if choice.one_person else f"One {suffixes} file."
