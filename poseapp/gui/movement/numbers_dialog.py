"""The numbers of a walk, or the jumps, in a table that can be copied."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from poseapp.core.movement import GAIT_MEASURES, SYMMETRY_FORMULA, GaitNumbers, Spread
from poseapp.gui.style.theme import GRID, font, lie_on_surface

Row = tuple[str, ...]
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def gait_rows(gait: GaitNumbers) -> list[Row]:
    """Return (measure, right, left, symmetry index) in words; "–" for what is not known."""
    rows: list[Row] = []
    for name, (title, unit, decimals) in GAIT_MEASURES.items():
        right, left = (_spread_words(spread, unit, decimals) for spread in (gait.right[name], gait.left[name]))
        index = gait.symmetry(name)
        rows.append((title, right, left, "–" if math.isnan(index) else f"{index:+.0f} %".replace("-", "−")))
    return rows


def _spread_words(spread: Spread, unit: str, decimals: int) -> str:
    if not spread.n:
        return "–"
    sd = "" if math.isnan(spread.sd) else f" ± {spread.sd:.{decimals}f}"
    return f"{spread.mean:.{decimals}f}{sd} {unit}  (n = {spread.n})"


def gait_words(gait: GaitNumbers, scale: str) -> str:
    """Return what belongs to the table: cadence, speed, and how sure times and lengths are."""
    cadence = "–" if math.isnan(gait.cadence) else f"{gait.cadence:.0f} steps/min"
    speed = "" if math.isnan(gait.speed) else f" · Speed {gait.speed:.2f} m/s"
    belt = "on a treadmill or on the spot" if gait.treadmill else "over ground"
    lines = [f"Cadence {cadence}{speed} · {belt}"]
    lines.append(f"Mean ± standard deviation. A single time is sure to ± {1000 * gait.time_sigma:.0f} ms by the frame "
                 f"rate alone. Symmetry index: {SYMMETRY_FORMULA}.")  # fmt: skip
    lines.append("Where events were found and not marked, stance reads some 5 % of the stride too long on both sides.")
    lines.append(scale or "Lengths need a scale: Measure › Scale and time of the recording.")
    return "\n".join(lines)


class NumbersDialog(QDialog):
    """A table with words beneath; its text can be copied."""

    def __init__(self, title: str, head: Row, rows: Sequence[Row], words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("numbers")
        self.setWindowTitle(title)
        lie_on_surface(self)
        self._lines = [head, *rows]
        self.table = QTableWidget(len(rows), len(head), self)
        self.table.setAccessibleName(title)
        self.table.setHorizontalHeaderLabels(list(head))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setDefaultAlignment(_RIGHT)
        for y, row in enumerate(rows):
            for x, text in enumerate(row):
                item = QTableWidgetItem(text)
                if x:
                    item.setTextAlignment(_RIGHT)
                self.table.setItem(y, x, item)
            self.table.setRowHeight(y, 3 * GRID)
        self.words = QLabel(words, self)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setFont(font("small"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton(self.tr("&Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda _=False: self.copy())
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addWidget(self.table, 1)
        column.addWidget(self.words)
        column.addWidget(buttons)
        self.resize(self.sizeHint())  # Qt by itself makes a dialog no larger than two thirds of a small screen
        copy.setFocus()

    def text(self) -> str:
        """Return the table with tabs between columns, and the words."""
        return "\n".join(["\t".join(line) for line in self._lines] + ["", self.words.text()])

    def copy(self) -> None:
        """Put the text into the clipboard."""
        QGuiApplication.clipboard().setText(self.text())

    def sizeHint(self) -> QSize:
        """Room for the table of a walk."""
        return QSize(88 * GRID, (24 + 3 * len(self._lines)) * GRID)
