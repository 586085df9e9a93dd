"""One row of the list of persons: colour and letter, name, what is known, and whether the poses are shown."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from poseapp.gui.style.elided_label import ElidedLabel
from poseapp.gui.style.icons import icon
from poseapp.gui.style.theme import GRID, HALF, color, current_palette, font
from poseapp.gui.style.wording import format_percent

_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


@dataclass(frozen=True)
class PersonRow:
    """What the list shows of a person.

    Attributes:
        person: Index in the clip.
        score: 0 .. 1, mean over the clip; NaN when unknown.
        visible: Whether the poses are shown; None leaves that as the list has it (shown, in a new row).
        hue: Index of the colour, -1 for the person's own.
        is_subject: This is the one to be measured.
    """

    person: int
    name: str
    score: float = float("nan")
    visible: bool | None = None
    hue: int = -1
    is_subject: bool = False


def person_letter(index: int) -> str:
    """Return the letter that goes with a person's colour: A, B .. Z, A2, B2 .."""
    letter, turn = chr(ord("A") + index % 26), index // 26
    return letter if turn == 0 else f"{letter}{turn + 1}"


class PersonRowWidget(QWidget):
    """One row: swatch, name, score, eye.

    Attributes:
        person: Index in the clip. eye: Shows or hides the poses.

    Signals:
        visibilityToggled(int, bool): Of the person.
        renamed(int, str): The user typed another name.
    """

    visibilityToggled = Signal(int, bool)
    renamed = Signal(int, str)

    def __init__(self, person: int) -> None:
        super().__init__()
        self.person = person
        self._swatch = _Swatch(person, self)
        self._name = ElidedLabel(parent=self)
        self._field = _NameField(self)
        self._field.left.connect(self._end_editing)
        self._field.hide()
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
        self._lay_out()
        self._dress_eye()

    def show_person(self, person: PersonRow) -> None:
        """Show what is known of the person; sends no signal."""
        self._swatch.set_hue(person.hue)
        self._name.setText(person.name)
        self._score.setText(describe(person))
        self._score.setVisible(bool(describe(person)))
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

    def edit_name(self) -> None:
        """Let the name be typed: Enter takes it, Escape leaves it as it was."""
        self._field.setText(self._name.text())
        self._name.hide()
        self._score.hide()  # which makes room
        self._field.show()
        self._field.selectAll()
        self._field.setFocus()

    def _end_editing(self, text: str | None) -> None:
        if self._field.isHidden():
            return
        with QSignalBlocker(self._field):  # losing the focus would end the typing once more
            if self._field.hasFocus() and (viewport := self.parentWidget()) is not None:
                viewport.setFocus()  # which hands it to the list
            self._field.hide()
        self._name.show()
        self._score.setVisible(bool(self._score.text()))
        if text is not None and text.strip() != self._name.text():
            self.renamed.emit(self.person, text.strip())

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID + HALF, GRID, GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self._swatch)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._field)
        words.addWidget(self._score)
        row.addLayout(words, 1)
        row.addWidget(self.eye)

    def _on_toggled(self, visible: bool) -> None:
        self._dress_eye()
        self.visibilityToggled.emit(self.person, visible)

    def _dress_eye(self) -> None:
        shown = self.eye.isChecked()
        title = self.tr("Hide the poses") if shown else self.tr("Show the poses")
        self.eye.setIcon(icon("eye" if shown else "eye-off", "muted"))
        self.eye.setToolTip(title)
        self.eye.setAccessibleName(title)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar of the chosen row."""
        if self._chosen:
            QPainter(self).fillRect(0, 0, HALF, self.height(), color(current_palette().accent))


def describe(person: PersonRow) -> str:
    """Return what is known of a person, such as "Subject · 83 % sure"; "" for nothing."""
    known = "" if math.isnan(person.score) else f"{format_percent(person.score)} sure"
    return " · ".join(part for part in ("Subject" if person.is_subject else "", known) if part)


class _NameField(QLineEdit):
    """Where a name is typed.

    Signals:
        left(str or None): It is typed, None: given up.
    """

    left = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMaxLength(60)
        self.setPlaceholderText(self.tr("Name"))
        self.setAccessibleName(self.tr("Name of the person"))
        self.editingFinished.connect(lambda: self.left.emit(self.text()))

    def event(self, event: QEvent) -> bool:
        """Keep Enter and Escape from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _ENDS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit(None)
            return
        super().keyPressEvent(event)
        if event.key() in _ENDS:
            event.accept()


class _Swatch(QWidget):
    """A disc in the person's colour with the letter that says the same."""

    def __init__(self, person: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._person = person
        self._hue = person
        side = max(3 * GRID, QFontMetrics(font("strong")).height() + HALF)
        self.setFixedSize(side, side)

    def set_hue(self, hue: int) -> None:
        """Take another colour, -1: the person's own."""
        self._hue = self._person if hue < 0 else hue
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the disc."""
        palette = current_palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(palette.person(self._hue)))
        painter.drawEllipse(self.rect())
        painter.setPen(color(palette.background if palette.is_dark else palette.surface))
        painter.setFont(font("strong"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, person_letter(self._person))
