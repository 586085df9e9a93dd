"""The part of the tool bar that says how to analyse: whom, and with which network."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from poseapp.gui.style.icons import icon
from poseapp.gui.style.theme import HALF, ICON_SIZE

MAX_PERSONS = 6
DEFAULT_MODEL = "default"


class AnalyzeControls(QWidget):
    """ "2 persons" and "efficientpose-i", each with a menu.

    Signals:
        modelChosen(str): The user chose a network.
    """

    modelChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._n_persons = 1
        self._chosen = DEFAULT_MODEL
        self._more: QAction | None = None
        self._persons = self._button("persons", "person", self.tr("How many persons to follow"))
        self._model = self._button("model", "analyze", self.tr("Network to analyse with"))
        self._fill(self._persons, [self._words(n) for n in range(1, MAX_PERSONS + 1)])
        self._persons.menu().triggered.connect(lambda action: self.set_persons(int(action.text().split()[0])))
        self._model.menu().triggered.connect(self._on_model_triggered)
        row = QHBoxLayout(self)
        row.setContentsMargins(HALF, 0, 0, 0)
        row.setSpacing(HALF)
        row.addWidget(self._persons)
        row.addWidget(self._model)
        self.set_persons(1)
        self.set_models((DEFAULT_MODEL,), DEFAULT_MODEL)

    @property
    def persons(self) -> int:
        """How many people to follow."""
        return self._n_persons

    @property
    def model(self) -> str:
        """Name of the network."""
        return self._chosen

    def set_persons(self, n: int) -> None:
        """Choose how many people to follow."""
        self._n_persons = min(max(n, 1), MAX_PERSONS)
        self._show(self._persons, self._words(self._n_persons))

    def set_models(self, names: Sequence[str], chosen: str) -> None:
        """Offer these networks; the first when the chosen one is not among them."""
        offered = list(names) or [DEFAULT_MODEL]
        self._fill(self._model, offered)
        self._add_more()
        self._chosen = chosen if chosen in offered else offered[0]
        self._show(self._model, self._chosen)

    def offer_more(self, action: QAction) -> None:
        """Put an action under the networks, such as the one that shows their list."""
        self._more = action
        self._add_more()

    def _words(self, n: int) -> str:
        return self.tr("1 person") if n == 1 else self.tr("{n} persons").format(n=n)

    def _add_more(self) -> None:
        if self._more is not None:
            self._model.menu().addSeparator()
            self._model.menu().addAction(self._more)

    def _on_model_triggered(self, action: QAction) -> None:
        if action is not self._more:
            self._choose(action.text())

    def _choose(self, name: str) -> None:
        self._chosen = name
        self._show(self._model, name)
        self.modelChosen.emit(name)

    def _button(self, name: str, icon_name: str, title: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setIcon(icon(icon_name, "muted"))
        button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolTip(title)
        button.setMenu(QMenu(button))
        return button

    def _fill(self, button: QToolButton, titles: Sequence[str]) -> None:
        menu = button.menu()
        menu.clear()
        group = QActionGroup(menu)
        for title in titles:
            action = menu.addAction(title)
            action.setCheckable(True)
            group.addAction(action)

    def _show(self, button: QToolButton, title: str) -> None:
        button.setText(title)
        button.setAccessibleName(f"{button.toolTip()}: {title}")
        for action in button.menu().actions():
            action.setChecked(action.text() == title)
