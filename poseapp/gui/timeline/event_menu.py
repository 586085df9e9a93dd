"""The menu that M opens: what happens at the playhead, the last choice first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from poseapp.gui.timeline.event_words import SIDES, Kind, describe_kind

_SIDE_TITLES = {"right": "&Right", "left": "&Left", "": "&No side"}


class EventMenu(QMenu):
    """The last kinds used, then every name with its sides, then a name of one's own.

    Goes away by itself once something is chosen, or Esc is pressed.
    """

    def __init__(
        self,
        recent: Sequence[Kind],
        names: Sequence[str],
        add: Callable[[Kind], None],
        ask_name: Callable[[], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("events")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Mark an event")
        for kind in recent:
            self._offer(self, describe_kind(kind), kind, add)
        if recent:
            self.addSeparator()
        for name in names:
            sides = self.addMenu(describe_kind((name, "")).replace("&", "&&"))
            for side in SIDES:
                self._offer(sides, _SIDE_TITLES[side], (name, side), add)
        self.addSeparator()
        self.addAction("&Other name…").triggered.connect(lambda: ask_name())

    def open_at(self, place: QPoint) -> None:
        """Show the menu above a place on the screen, with the last choice chosen, so that Enter takes it."""
        self.popup(place - QPoint(0, self.sizeHint().height()))
        if self.actions()[0].menu() is None:
            self.setActiveAction(self.actions()[0])

    def _offer(self, menu: QMenu, title: str, kind: Kind, add: Callable[[Kind], None]) -> None:
        title = title if menu is not self else title.replace("&", "&&")
        menu.addAction(title).triggered.connect(lambda: add(kind))
