"""How far a fine-tuning is: a sentence, a bar, and what it learns from."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from poseapp.gui.improve.tone_line import ToneLine
from poseapp.gui.improve.words import data_words, state_words
from poseapp.gui.style.theme import GRID, HALF, font
from poseapp.services.improving import ImproveState

_SCALE = 1000


class ImproveProgress(QWidget):
    """Shown from the start of a training until there is a report."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = QLabel(self)
        self._name.setFont(font("strong"))
        self._name.setWordWrap(True)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.problem = ToneLine(self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(HALF + 2)
        self.bar.setAccessibleName(self.tr("Progress of the training"))
        self._data = QLabel(self)
        self._data.setWordWrap(True)
        self._data.setProperty("tone", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        for widget in (self._name, self.problem, self.words, self.bar, self._data):
            column.addWidget(widget)

    def show_state(self, state: ImproveState) -> None:
        """Show how far it is."""
        name = "" if state.order is None else state.order.name
        self._name.setText(name)
        self._name.setVisible(bool(name))
        self.problem.set_words("error", state.problem)
        self.words.setText(state_words(state))
        self.words.setVisible(not state.problem)
        step = state.progress
        unknown = step is None or step.steps <= 0 or state.proving
        waits = state.phase not in ("training", "starting", "cancelling")
        self.bar.setRange(0, 0 if unknown and not waits else _SCALE)
        self.bar.setValue(0 if step is None or not step.steps else round(_SCALE * min(1.0, step.step / step.steps)))
        self.bar.setAccessibleDescription(self.words.text())
        self._data.setText(data_words(state))
        self._data.setVisible(bool(self._data.text()))
