"""Asks which person is meant: a short list beside the pointer or in the middle of a widget, closed by Escape."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget


def ask_person(
    parent: QWidget, title: str, persons: Sequence[tuple[int, str]], then: Callable[[int], object]
) -> QMenu | None:
    """Let one of (person, words) be chosen, and call `then` with it; with one there is nothing to ask.

    Returns the list that is shown, None when nothing is asked.
    """
    if len(persons) == 1:
        then(persons[0][0])
        return None
    menu = QMenu(title, parent)
    menu.setObjectName("choose person")
    menu.setAccessibleName(title)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addSection(title)
    for place, (person, words) in enumerate(persons):
        digit = f"&{place + 1}  " if place < 9 else ""
        action = menu.addAction(f"{digit}{words.replace('&', '&&')}")
        action.triggered.connect(lambda _checked=False, person=person: then(person))
    menu.setActiveAction(menu.actions()[1])
    menu.popup(parent.mapToGlobal(parent.rect().center()))
    return menu
