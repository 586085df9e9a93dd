"""The part of the tool bar that says how to analyse: whom, and with which network."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from poseapp.gui.theme import GRID, HALF

MAX_PERSONS = 6


class AnalyzeControls(QWidget):
    """Number of persons and network.

    Signals:
        modelChosen(str): The user chose a network.
    """

    modelChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._persons = QComboBox(self)
        self._persons.setObjectName("persons")
        self._persons.addItems([str(n) for n in range(1, MAX_PERSONS + 1)])
        self._persons.setToolTip(self.tr("How many persons to follow"))
        self._persons.setAccessibleName(self.tr("Number of persons"))
        self._model = QComboBox(self)
        self._model.setObjectName("model")
        self._model.addItem("default")
        self._model.setMinimumContentsLength(14)
        self._model.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._model.setToolTip(self.tr("Network to analyse with"))
        self._model.setAccessibleName(self.tr("Network"))
        self._model.textActivated.connect(self.modelChosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, 0, GRID, 0)
        row.setSpacing(HALF)
        for text, field in ((self.tr("Persons"), self._persons), (self.tr("Network"), self._model)):
            label = QLabel(text, self)
            label.setProperty("tone", "muted")
            label.setBuddy(field)
            row.addWidget(label)
            row.addWidget(field)
            row.addSpacing(GRID)

    @property
    def persons(self) -> int:
        """How many people to follow."""
        return self._persons.currentIndex() + 1

    @property
    def model(self) -> str:
        """Name of the network."""
        return self._model.currentText()

    def set_persons(self, n: int) -> None:
        """Choose how many people to follow."""
        self._persons.setCurrentIndex(min(max(n, 1), MAX_PERSONS) - 1)

    def set_models(self, names: Sequence[str], chosen: str) -> None:
        """Offer these networks."""
        self._model.clear()
        self._model.addItems(list(names) or ["default"])
        self._model.setCurrentIndex(max(0, self._model.findText(chosen)))
        self.setEnabled(True)
