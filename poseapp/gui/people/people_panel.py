"""The list of persons: who is in the clip, what each is called, and whose poses are shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from poseapp.gui.empty_state import EmptyState
from poseapp.gui.people.person_row import PersonRow, PersonRowWidget, person_letter
from poseapp.gui.style.theme import GRID, lie_on_surface
from poseapp.gui.style.wording import format_percent

# The panel is no higher than what it lists, so that the review below gets the rest.
_LEAST_HEIGHT, _EMPTY_HEIGHT = 12 * GRID, 20 * GRID
_ALWAYS_SHOWN = 3  # persons


class PeoplePanel(QWidget):
    """A list with a swatch, a name, a score and an eye for each person.

    Signals:
        personChosen(int): The user chose a person.
        visibilityChanged(int, bool): The user showed or hid a person's poses.
        renamed(int, str): The user gave a person a name, "" for none.
    """

    personChosen = Signal(int)
    visibilityChanged = Signal(int, bool)
    renamed = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = _PersonList(self)
        self._list.setAccessibleName(self.tr("Persons"))
        self._list.currentRowChanged.connect(self._on_row_changed)
        self._list.toggleRequested.connect(self._toggle_row)
        self._list.editRequested.connect(self._edit_row)
        self._list.itemDoubleClicked.connect(lambda item: self._edit_row(self._list.row(item)))
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._empty = EmptyState("person", self.tr("Nobody yet. Analyze finds the persons in the clip."), parent=self)
        self.setFocusProxy(self._list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._empty)
        column.addWidget(self._list, 1)
        self._muted = False
        lie_on_surface(self)
        self.set_persons(())

    def set_persons(self, persons: Sequence[PersonRow]) -> None:
        """Show these persons, in order. Rows that were there stay: chosen, hidden and hovered as they are."""
        chosen = self.chosen
        self._muted = True
        wanted = [person.person for person in persons]
        for index in reversed(range(self._list.count())):
            if (row := self._row(index)) is not None and row.person not in wanted:
                self._list.takeItem(index)
        for index, person in enumerate(persons):
            there = self._row(index)
            if there is None or there.person != person.person:
                self._add_row(index, person.person)
            self._list.item(index).setData(Qt.ItemDataRole.AccessibleTextRole, self._spoken(person))
            if (row := self._row(index)) is not None:
                row.show_person(person)
        self._list.setCurrentRow(wanted.index(chosen) if chosen in wanted else min(0, len(wanted) - 1))
        self._muted = False
        self._show_chosen()
        heights = [self._list.sizeHintForRow(row) for row in range(len(persons))]
        self.setMinimumHeight(sum(heights[:_ALWAYS_SHOWN]))
        self.setMaximumHeight(max(_LEAST_HEIGHT, sum(heights)) if persons else _EMPTY_HEIGHT)
        self._list.setVisible(len(persons) > 0)
        self._empty.setVisible(len(persons) == 0)

    @property
    def chosen(self) -> int:
        """The chosen person, -1 for none."""
        row = self._row(self._list.currentRow())
        return -1 if row is None else row.person

    def set_chosen(self, person: int) -> None:
        """Mark a person as chosen; sends no signal."""
        self._muted = True
        self._list.setCurrentRow(self._index_of(person))
        self._muted = False
        self._show_chosen()

    def add_actions(self, actions: Sequence[QAction]) -> None:
        """Put actions into the menu of the list."""
        self._list.addActions(list(actions))

    def edit_name(self, person: int) -> None:
        """Let the name of a person be typed."""
        self._edit_row(self._index_of(person))

    def toggle(self, person: int) -> None:
        """Show or hide the poses of a person, as the eye does."""
        self._toggle_row(self._index_of(person))

    def _spoken(self, person: PersonRow) -> str:
        subject = self.tr(", the subject") if person.is_subject else ""
        return self.tr("{letter}, {name}{subject}, mean confidence {score}").format(
            letter=person_letter(person.person),
            name=person.name,
            subject=subject,
            score=format_percent(person.score),
        )

    def _show_chosen(self) -> None:
        for index in range(self._list.count()):
            if (row := self._row(index)) is not None:
                row.set_chosen(index == self._list.currentRow())

    def _on_row_changed(self, index: int) -> None:
        self._show_chosen()
        if not self._muted and (row := self._row(index)) is not None:
            self.personChosen.emit(row.person)

    def _toggle_row(self, index: int) -> None:
        if (row := self._row(index)) is not None:
            row.eye.click()

    def _edit_row(self, index: int) -> None:
        if (row := self._row(index)) is not None:
            self._list.setCurrentRow(index)
            row.edit_name()

    def _add_row(self, index: int, person: int) -> None:
        row = PersonRowWidget(person)
        row.visibilityToggled.connect(self.visibilityChanged)
        row.renamed.connect(self.renamed)
        item = QListWidgetItem()
        item.setSizeHint(QSize(0, row.sizeHint().height()))
        self._list.insertItem(index, item)
        self._list.setItemWidget(item, row)

    def _index_of(self, person: int) -> int:
        rows = [self._row(index) for index in range(self._list.count())]
        return next((index for index, row in enumerate(rows) if row is not None and row.person == person), -1)

    def _row(self, index: int) -> PersonRowWidget | None:
        item = self._list.item(index) if index >= 0 else None
        row = None if item is None else self._list.itemWidget(item)
        return row if isinstance(row, PersonRowWidget) else None


class _PersonList(QListWidget):
    """Space shows or hides the chosen person, F2 lets the name be typed."""

    toggleRequested = Signal(int)
    editRequested = Signal(int)

    def event(self, event: QEvent) -> bool:
        """Take F2 from the window's shortcuts."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F2:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle both."""
        asked = {Qt.Key.Key_Space: self.toggleRequested, Qt.Key.Key_F2: self.editRequested}.get(Qt.Key(event.key()))
        if asked is not None and self.currentRow() >= 0:
            asked.emit(self.currentRow())
            return
        super().keyPressEvent(event)
