"""Asks which events are to be found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from poseapp.core.movement import Movement
from poseapp.core.skeleton import AngleDefinition
from poseapp.gui.style.theme import GRID, lie_on_surface

# As in `poseapp.kinematics.events.MOVEMENTS`, which takes a second to import; a test compares them.
MOVEMENTS: tuple[tuple[Movement, str], ...] = (
    ("gait", "Walking or running: heel strikes and toe-offs (Zeni 2008, coordinates)"),
    ("gait-velocity", "Walking or running: heel strikes and toe-offs (Zeni 2008, velocities)"),
    ("jump", "Jumps: take-offs and landings"),
    ("squat", "Squats: start, bottom and end of each"),
    ("repetitions", "Repetitions of an angle: start, peak and end of each"),
)


@dataclass(frozen=True)
class Wish:
    """Events to find.

    Attributes:
        movement: Of `MOVEMENTS`. angle: Name of the angle for repetitions.
        afresh: Events of these names that are there already are taken away; else they stay and win.
    """

    movement: Movement
    angle: str = ""
    afresh: bool = False


class FindDialog(QDialog):
    """The kind of movement, and what becomes of events that are there."""

    def __init__(
        self, angles: Sequence[AngleDefinition], *, person: str, where: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("find-events")
        self.setWindowTitle(self.tr("Find events"))
        lie_on_surface(self)
        self.movement, self.angle = QComboBox(self), QComboBox(self)
        for name, title in MOVEMENTS:
            self.movement.addItem(title, name)
        for definition in angles:
            self.angle.addItem(definition.title, definition.name)
        self.afresh = QCheckBox(self.tr("&Take away what was marked of them before"), self)
        self.afresh.setToolTip(self.tr("Otherwise what is marked stays, and only what is missing is added"))
        words = QLabel(self.tr("Of {person}, {where}. They can be moved, renamed and undone like marked ones.").format(
            person=person, where=where), self)  # fmt: skip
        words.setWordWrap(True)
        self._form = QFormLayout()
        self._form.setSpacing(GRID)
        self._form.addRow(self.tr("&Movement:"), self.movement)
        self._form.addRow(self.tr("An&gle:"), self.angle)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        find = buttons.addButton(self.tr("&Find"), QDialogButtonBox.ButtonRole.AcceptRole)
        find.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addWidget(words)
        column.addLayout(self._form)
        column.addWidget(self.afresh)
        column.addWidget(buttons)
        self.movement.currentIndexChanged.connect(lambda _: self._narrow())
        self._narrow()

    def wish(self) -> Wish:
        """Return what was asked for."""
        movement = MOVEMENTS[self.movement.currentIndex()][0]
        angle = str(self.angle.currentData() or "") if movement == "repetitions" else ""
        return Wish(movement, angle, self.afresh.isChecked())

    def choose(self, movement: Movement) -> None:
        """Offer a movement."""
        self.movement.setCurrentIndex(max(0, self.movement.findData(movement)))

    def sizeHint(self) -> QSize:
        """Wide enough for the movements."""
        return super().sizeHint().expandedTo(QSize(66 * GRID, 0))

    def _narrow(self) -> None:
        """Ask for an angle only where one is needed."""
        self._form.setRowVisible(self.angle, self.movement.currentData() == "repetitions")
