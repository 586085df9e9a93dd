"""The buttons under the panel: what can be done now, the most likely first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QWidget

from poseapp.gui.style.icons import icon
from poseapp.gui.style.theme import GRID, HALF, ICON_SIZE
from poseapp.services.improving import ImproveState

# Name -> words and icon; and what the words leave out.
BUTTONS: Mapping[str, tuple[str, str]] = {
    "start": ("Start", "improve"),
    "go_on": ("Go on", "play"),
    "start_over": ("Start over", "restore"),
    "pause": ("Pause", "pause"),
    "cancel": ("Cancel", "cancel"),
    "analyze": ("Analyze again with it", "analyze"),
    "use": ("Use it", "check"),
    "back": ("Go back", "undo"),
    "keep": ("Keep the old one", "check"),
    "again": ("Train another", "improve"),
    "settings": ("Settings", "settings"),
}

_HINTS = {
    "go_on": "Go on where it was",
    "start_over": "Forget what was learnt, and begin again",
    "analyze": "Find the person again in every frame with the new network; corrections stay on top",
    "use": "From now on clips are analysed with the new network",
    "back": "From now on clips are analysed with the old network again",
    "keep": "Leave everything as it was; the new network stays in the list of networks",
    "again": "Put the report away, and set up another training",
    "settings": "Put this training away, and set up another one",
}
_NEVER_PRIMARY = ("pause", "cancel")


def wanted_buttons(state: ImproveState, *, unfinished: bool, in_use: bool) -> tuple[str, ...]:
    """Return which buttons there are, the most likely one first.

    Args:
        state: How far it is.
        unfinished: An earlier training of the project on show can go on.
        in_use: The new network is the one used by default.
    """
    if state.phase == "finished":
        if in_use:
            return "analyze", "back", "again"
        adopted = state.report is not None and state.report.adopted
        return ("use", "again") if adopted else ("keep", "use", "again")
    return {
        "idle": ("go_on", "start_over") if unfinished else ("start",),
        "starting": ("cancel",),
        "training": ("pause", "cancel"),
        "pausing": ("go_on", "cancel"),
        "paused": ("go_on", "cancel"),
        "cancelling": ("cancel",),
        "stopped": ("go_on", "start_over", "settings"),
    }[state.phase]


class ImproveButtons(QWidget):
    """Beside each other where there is room, else the first above the others, else one below the other.

    Signals:
        pressed(str): One of `BUTTONS`.
    """

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons = {name: self._button(name) for name in BUTTONS}
        self._shown: tuple[str, ...] = ()
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lines.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self._lines.setSpacing(GRID)
        self._first, self._rest = QHBoxLayout(), QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for line in (self._first, self._rest):
            line.setSpacing(GRID)
            self._lines.addLayout(line)

    @property
    def shown(self) -> tuple[str, ...]:
        """Which there are, in order."""
        return self._shown

    def button(self, name: str) -> QPushButton:
        """Return one of `BUTTONS`."""
        return self._buttons[name]

    def show_buttons(self, names: Sequence[str], *, disabled: frozenset[str] = frozenset()) -> None:
        """Offer these, the first as the most likely one."""
        if tuple(names) != self._shown:
            focused = next((name for name, button in self._buttons.items() if button.hasFocus()), "")
            self._lay_out(tuple(names))
            if focused and focused not in names:  # the keyboard stays where the hands are
                self._buttons[names[0]].setFocus()
        for name in names:
            if self._buttons[name].isEnabled() == (name in disabled):
                self._buttons[name].setEnabled(name not in disabled)
                self._draw_icon(name)

    def describe(self, text: str) -> None:
        """Let the most likely button tell those who do not see the panel how far it is."""
        for name in self._shown[:1]:
            self._buttons[name].setAccessibleDescription(text)

    def _lay_out(self, names: tuple[str, ...]) -> None:
        for line in (self._first, self._rest):
            for name in self._shown:
                line.removeWidget(self._buttons[name])
        self._shown = names
        for name, button in self._buttons.items():
            primary = name == names[0] and name not in _NEVER_PRIMARY
            kind = "primary" if primary else ""
            if button.property("kind") != kind:
                button.setProperty("kind", kind)
                button.style().polish(button)
                self._draw_icon(name)
            button.setVisible(name in names)
        for name in names:
            (self._first if name == names[0] else self._rest).addWidget(self._buttons[name])
        for first, second in pairwise(names):
            QWidget.setTabOrder(self._buttons[first], self._buttons[second])
        self._fit()

    def _draw_icon(self, name: str) -> None:
        button = self._buttons[name]
        on_accent = button.property("kind") == "primary" and button.isEnabled()
        button.setIcon(icon(BUTTONS[name][1], "on_accent" if on_accent else "text"))

    def _button(self, name: str) -> QPushButton:
        words, icon_name = BUTTONS[name]
        button = QPushButton(icon(icon_name), words, self)
        button.setIconSize(QSize(ICON_SIZE - HALF, ICON_SIZE - HALF))
        button.setMinimumHeight(4 * GRID)
        button.setToolTip(_HINTS.get(name, ""))
        button.clicked.connect(lambda _=False: self.pressed.emit(name))
        button.hide()
        return button

    def _fit(self) -> None:
        room = self.width() - 4 * GRID
        all_of_them, others = (sum(self._width(name) for name in names) for names in (self._shown, self._shown[1:]))
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._lines.setDirection(across if all_of_them <= room else down)
        self._rest.setDirection(across if others <= room else down)

    def _width(self, name: str) -> int:
        return self._buttons[name].sizeHint().width() + GRID

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand below each other where there is little width."""
        super().resizeEvent(event)
        self._fit()
