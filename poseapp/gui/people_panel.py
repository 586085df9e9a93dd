"""The list of persons: who is in the clip, how sure the network was of each, and whose poses are shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QToolButton, QVBoxLayout, QWidget

from poseapp.gui.elided_label import ElidedLabel
from poseapp.gui.empty_state import EmptyState
from poseapp.gui.icons import icon
from poseapp.gui.theme import GRID, HALF, color, current_palette, font, lie_on_surface
from poseapp.gui.wording import format_percent

# The panel is no higher than what it lists, so that the review below gets the rest.
_LEAST_HEIGHT, _EMPTY_HEIGHT = 12 * GRID, 20 * GRID
_ALWAYS_SHOWN = 3  # persons


@dataclass(frozen=True)
class PersonRow:
    """What the list shows of a person.

    Attributes:
        score: 0 .. 1, mean over the clip; NaN when unknown.
        visible: Whether the poses are shown; None leaves that as the list has it (shown, in a new row).
    """

    name: str
    score: float = float("nan")
    visible: bool | None = None


def person_letter(index: int) -> str:
    """Return the letter that goes with a person's colour: A, B .. Z, A2, B2 .."""
    letter, turn = chr(ord("A") + index % 26), index // 26
    return letter if turn == 0 else f"{letter}{turn + 1}"


class PeoplePanel(QWidget):
    """A list with a swatch, a name, a score and an eye for each person.

    Signals:
        personChosen(int): The user chose a person.
        visibilityChanged(int, bool): The user showed or hid a person's poses.
    """

    personChosen = Signal(int)
    visibilityChanged = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = _PersonList(self)
        self._list.setAccessibleName(self.tr("Persons"))
        self._list.currentRowChanged.connect(self._on_row_changed)
        self._list.toggleRequested.connect(self._toggle)
        self._empty = EmptyState("person", self.tr("Nobody yet. Analyze finds the persons in the clip."), parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._empty)
        column.addWidget(self._list, 1)
        self._muted = False
        lie_on_surface(self)
        self.set_persons(())

    def set_persons(self, persons: Sequence[PersonRow]) -> None:
        """Show these persons, in order. Rows that were there stay: chosen, hidden and hovered as they are."""
        chosen = max(0, self._list.currentRow())
        self._muted = True
        while self._list.count() > len(persons):
            self._list.takeItem(self._list.count() - 1)
        for index, person in enumerate(persons):
            if index == self._list.count():
                self._add_row(index)
            self._list.item(index).setData(Qt.ItemDataRole.AccessibleTextRole, self._spoken(index, person))
            if (row := self._row(index)) is not None:
                row.show_person(person)
        self._list.setCurrentRow(min(chosen, len(persons) - 1))
        self._muted = False
        self._show_chosen()
        heights = [self._list.sizeHintForRow(row) for row in range(len(persons))]
        self.setMinimumHeight(sum(heights[:_ALWAYS_SHOWN]))
        self.setMaximumHeight(max(_LEAST_HEIGHT, sum(heights)) if persons else _EMPTY_HEIGHT)
        self._list.setVisible(len(persons) > 0)
        self._empty.setVisible(len(persons) == 0)

    def set_chosen(self, index: int) -> None:
        """Mark a person as chosen; sends no signal."""
        self._muted = True
        self._list.setCurrentRow(index)
        self._muted = False
        self._show_chosen()

    def _spoken(self, index: int, person: PersonRow) -> str:
        return self.tr("{letter}, {name}, mean confidence {score}").format(
            letter=person_letter(index), name=person.name, score=format_percent(person.score)
        )

    def _show_chosen(self) -> None:
        for index in range(self._list.count()):
            if (row := self._row(index)) is not None:
                row.set_chosen(index == self._list.currentRow())

    def _on_row_changed(self, index: int) -> None:
        self._show_chosen()
        if index >= 0 and not self._muted:
            self.personChosen.emit(index)

    def _toggle(self, index: int) -> None:
        if (row := self._row(index)) is not None:
            row.eye.click()

    def _add_row(self, index: int) -> None:
        row = _PersonRowWidget(index)
        row.visibilityToggled.connect(self.visibilityChanged)
        item = QListWidgetItem(self._list)
        item.setSizeHint(QSize(0, row.sizeHint().height()))
        self._list.setItemWidget(item, row)

    def _row(self, index: int) -> _PersonRowWidget | None:
        row = self._list.itemWidget(self._list.item(index))
        return row if isinstance(row, _PersonRowWidget) else None


class _PersonList(QListWidget):
    """Space shows or hides the chosen person."""

    toggleRequested = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentRow() >= 0:
            self.toggleRequested.emit(self.currentRow())
            return
        super().keyPressEvent(event)


class _Swatch(QWidget):
    """A disc in the person's colour with the letter that says the same."""

    def __init__(self, index: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._index = index
        side = max(3 * GRID, QFontMetrics(font("strong")).height() + HALF)
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = current_palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(palette.person(self._index)))
        painter.drawEllipse(self.rect())
        painter.setPen(color(palette.background if palette.is_dark else palette.surface))
        painter.setFont(font("strong"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, person_letter(self._index))


class _PersonRowWidget(QWidget):
    """One row: swatch, name, score, eye."""

    visibilityToggled = Signal(int, bool)

    def __init__(self, index: int) -> None:
        super().__init__()
        self._index = index
        self._name = ElidedLabel(parent=self)
        self._chosen = False
        self._score = ElidedLabel(parent=self)
        self._score.setFont(font("small"))
        self._score.setProperty("tone", "muted")
        self._score.setToolTip(self.tr("Mean confidence over the clip"))
        self.eye = QToolButton(self)
        self.eye.setCheckable(True)
        self.eye.setChecked(True)
        self.eye.setProperty("kind", "bare")
        self.eye.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Space in the list does the same
        self.eye.toggled.connect(self._on_toggled)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID + HALF, GRID, GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(_Swatch(index, self))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._score)
        row.addLayout(words, 1)
        row.addWidget(self.eye)
        self._dress_eye()

    def show_person(self, person: PersonRow) -> None:
        """Show what is known of the person; sends no signal."""
        self._name.setText(person.name)
        self._score.setText(self.tr("{score} sure").format(score=format_percent(person.score)))
        self._score.setVisible(not math.isnan(person.score))
        if person.visible is not None:
            self.eye.blockSignals(True)  # noqa: FBT003
            self.eye.setChecked(person.visible)
            self.eye.blockSignals(False)  # noqa: FBT003
        self._dress_eye()

    def set_chosen(self, chosen: bool) -> None:
        """Show the row as the chosen one: a bar at its start and a bold name."""
        self._chosen = chosen
        self._name.setFont(font("strong" if chosen else "body"))
        self.update()

    def _on_toggled(self, visible: bool) -> None:
        self._dress_eye()
        self.visibilityToggled.emit(self._index, visible)

    def _dress_eye(self) -> None:
        shown = self.eye.isChecked()
        title = self.tr("Hide the poses") if shown else self.tr("Show the poses")
        self.eye.setIcon(icon("eye" if shown else "eye-off", "muted"))
        self.eye.setToolTip(title)
        self.eye.setAccessibleName(title)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._chosen:
            QPainter(self).fillRect(0, 0, HALF, self.height(), color(current_palette().accent))
