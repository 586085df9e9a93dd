"""What stands under each picture of a comparison: the clip, who is compared, when, and a slider that moves it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from poseapp.gui.style.elided_label import ElidedLabel
from poseapp.gui.style.theme import GRID, HALF, font
from poseapp.gui.style.wording import format_time


class CompareCaption(QWidget):
    """Letter, name, person, time and frame of a clip over a slider.

    Signals:
        frameChosen(int): The slider was moved there.
        personChosen(int): That person is to be compared.
    """

    frameChosen = Signal(int)
    personChosen = Signal(int)

    def __init__(self, letter: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letter = QLabel(letter, self)
        self._letter.setFont(font("strong"))
        self._name = ElidedLabel(parent=self)
        self.person = QComboBox(self)
        self.person.setAccessibleName(self.tr("Person of {letter}").format(letter=letter))
        self.person.setToolTip(self.tr("Who is compared"))
        self.person.activated.connect(self.personChosen)
        self.position = QLabel(self)
        self.position.setFont(font())
        self.position.setProperty("tone", "muted")
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setToolTip(hint)
        self.slider.setAccessibleName(self.tr("Frame of {letter}").format(letter=letter))
        self.slider.valueChanged.connect(self.frameChosen)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self._letter)
        row.addWidget(self._name, 1)
        row.addWidget(self.person)
        row.addWidget(self.position)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, HALF, GRID, HALF)
        column.setSpacing(HALF)
        column.addLayout(row)
        column.addWidget(self.slider)

    def show_clip(self, name: str, n_frames: int, persons: Sequence[str], person: int) -> None:
        """Show which clip this is and who is compared; a clip with one person at most needs no choice."""
        self._name.setText(name)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, n_frames - 1))
            self.slider.setPageStep(max(1, n_frames // 10))
        self.person.clear()
        self.person.addItems(list(persons))
        self.person.setCurrentIndex(min(person, len(persons) - 1))
        self.person.setVisible(len(persons) > 1)

    def show_position(self, frame: int | None, seconds: float) -> None:
        """Show where the clip is; None: it shows nothing now."""
        if frame is None:
            self.position.setText(self.tr("nothing at this time"))
            return
        self.position.setText(f"{format_time(seconds)} · frame {frame}")
        with QSignalBlocker(self.slider):
            self.slider.setValue(frame)
