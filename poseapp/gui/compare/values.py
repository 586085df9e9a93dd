"""What both clips measure at the playhead, and the difference, with their uncertainties."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from poseapp.core.skeleton import Side
from poseapp.gui.compare.trace import Trace, difference
from poseapp.gui.style.theme import GRID, HALF, color, current_palette, font
from poseapp.gui.style.wording import format_angle
from poseapp.kinematics.change import judge_change

_SIDES: dict[Side, str] = {"right": "Right", "left": "Left", "middle": "Middle"}
_STYLES: dict[Side, Qt.PenStyle] = {
    "right": Qt.PenStyle.SolidLine,
    "left": Qt.PenStyle.DashLine,
    "middle": Qt.PenStyle.DotLine,
}
_COLUMNS = ("A", "B", "A − B", "Beyond chance")
_LONGEST = ("−88.8 ± 8.8°", "−88.8 ± 8.8°", "−88.8 ± 8.8°", "yes, > 88.8°")  # a label as wide holds −188 ± 18°, too
_VERDICTS = {"beyond": "yes, > {mdc:.1f}°", "within": "no, ≤ {mdc:.1f}°", "unknown": "–"}
_CHANCE = (
    "Minimal detectable change, 95 %: 1.96 √2 SEM\n"
    "SEM: the standard deviations of both clips, and 1.6° for placing camera and person anew"
)


class _SideName(QLabel):
    """The name of a side behind a piece of its line."""

    def __init__(self, side: Side, parent: QWidget) -> None:
        super().__init__(_SIDES[side], parent)
        self._side = side
        self.setIndent(3 * GRID)
        self.setFont(font())

    def sizeHint(self) -> QSize:
        """Room for the line."""
        return super().sizeHint() + QSize(GRID, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line before the name."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(QPen(color(current_palette().side(self._side)), 2, _STYLES[self._side]))
        y = self.height() / 2
        painter.drawLine(QLineF(0, y, 2.25 * GRID, y))
        painter.end()


class CompareValues(QWidget):
    """A row a side; a column for each clip and one for the difference."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(HALF)
        for column in range(1, 5):
            self._grid.setColumnStretch(column, 1)
        self._cells: dict[tuple[Side, int], QLabel] = {}
        self._sides: tuple[Side, ...] = ()
        self.setAccessibleName(self.tr("Values at the playhead"))

    def set_sides(self, sides: Sequence[Side]) -> None:
        """Show these sides."""
        if tuple(sides) == self._sides:
            return
        self._sides = tuple(sides)
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        self._cells = {}
        for column, title in enumerate(_COLUMNS, start=1):
            self._grid.addWidget(self._label(column, title, tone="muted"), 0, column)
        for row, side in enumerate(sides, start=1):
            self._grid.addWidget(_SideName(side, self), row, 0)
            for column, title in enumerate(_COLUMNS, start=1):
                cell = self._label(column, "–", strong=title == _COLUMNS[2])
                cell.setAccessibleName(f"{_SIDES[side]}, {title}")
                if title == _COLUMNS[3]:
                    cell.setToolTip(self.tr(_CHANCE))
                self._cells[side, column] = cell
                self._grid.addWidget(cell, row, column)

    def show_values(
        self, traces: Sequence[Trace], frames: tuple[int | None, int | None], *, period: float = float("inf")
    ) -> None:
        """Show the values of the curves at a frame of each clip, None where a clip shows nothing."""
        found = {(t.side, t.place): t.at(frames[t.place]) for t in traces}
        nothing = (float("nan"), float("nan"))
        for side in self._sides:
            first, second = (found.get((side, place), nothing) for place in (0, 1))
            apart = difference(first, second, period=period)
            for column, value in enumerate((first, second, apart), start=1):
                self._cells[side, column].setText(format_angle(*value))
            change = judge_change(apart[0], first[1], second[1])
            self._cells[side, 4].setText(self.tr(_VERDICTS[change.verdict]).format(mdc=change.mdc))

    def text(self, side: Side, column: int) -> str:
        """Return what a cell says; column 1 = A, 2 = B, 3 = the difference, 4 = whether it is more than chance."""
        return self._cells[side, column].text()

    def _label(self, column: int, text: str, *, tone: str = "", strong: bool = False) -> QLabel:
        label = QLabel(text, self)
        label.setFont(font("strong" if strong else "body"))
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        longest = label.fontMetrics().horizontalAdvance(_LONGEST[column - 1])
        label.setMinimumWidth(max(longest, label.sizeHint().width()))
        if tone:
            label.setProperty("tone", tone)
        return label
