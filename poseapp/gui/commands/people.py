"""Corrections of persons: chosen, named, added, removed, merged, and swapped with each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from poseapp.core.edit_builders import build_swap_persons
from poseapp.core.edits import Edit, ItemsEdit
from poseapp.core.errors import BadInputError
from poseapp.core.items import PersonNote
from poseapp.core.people import first_choice, listed_persons, person_name, person_notes
from poseapp.core.people_builders import build_add_person, build_merge, build_note, build_remove_person
from poseapp.core.store import PoseStore
from poseapp.gui.canvas.choosing import ask_person
from poseapp.gui.canvas.editing import Editing
from poseapp.gui.people.person_row import person_letter
from poseapp.gui.style.theme import current_palette

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow


class PeopleCommands:
    """The submenu of persons, and the list of them."""

    def __init__(self, window: MainWindow, editing: Editing) -> None:
        self._window = window
        self._editing = editing
        self._session = editing.session

    def step(self, by: int) -> None:
        """Choose the next (+1) or previous (-1) person of the list."""
        store = self._editing.store
        persons = () if store is None else listed_persons(store)
        if persons:
            now = self._editing.person
            place = persons.index(now) + by if now in persons else min(by, 0)
            self._session.select(persons[place % len(persons)], self._session.selection.keypoint)

    def rename(self) -> None:
        """Let the name of the chosen person be typed in the list."""
        self._window.people.edit_name(self._editing.person)

    def set_name(self, person: int, name: str) -> None:
        """Call a person something; "" goes back to the number."""
        name = name.strip()
        store = self._editing.store
        if store is None or name == person_name(store, person):
            return
        self._note(person, lambda note: replace(note, name=name), f"Name person {person + 1}")

    def set_subject(self) -> None:
        """Say that the chosen person is the one to be measured, or no longer is."""
        label = f"Choose the subject: person {self._editing.person + 1}"
        self._note(self._editing.person, lambda note: replace(note, subject=not note.subject), label)

    def next_colour(self) -> None:
        """Give the chosen person the next colour."""
        person, n = self._editing.person, len(current_palette().persons)

        def turned(note: PersonNote) -> PersonNote:
            hue = ((person if note.hue < 0 else note.hue) + 1) % n
            return replace(note, hue=-1 if hue == person % n else hue)

        self._note(person, turned, f"Colour person {person + 1}")

    def toggle(self) -> None:
        """Show or hide the poses of the chosen person."""
        self._window.people.toggle(self._editing.person)

    def add(self) -> None:
        """Add a person, whose keypoints are then placed by clicks in the body's order."""
        store = self._editing.store
        if store is None:
            return
        self._session.playback.pause()
        if self._editing.perform(build_add_person):
            person = max(person_notes(store))
            self._session.select(person, store.skeleton.order[0])
            self._window.placing.start()
            self._window.canvas.setFocus()

    def remove(self) -> None:
        """Remove the chosen person from the whole clip."""
        self._remove(whole=True)

    def remove_stretch(self) -> None:
        """Remove the chosen person from the working zone, or from the shown frame."""
        self._remove(whole=False)

    def merge(self) -> None:
        """Let another person become part of the chosen one, where that one is not seen."""
        first = self._editing.person
        self._with_other("Merge into this person", lambda other: lambda store: build_merge(store, first, other))

    def swap(self) -> None:
        """Let the chosen person and another one trade places."""
        span = self._editing.stretch_to_end()
        first = self._editing.person
        self._with_other("Swap with", lambda other: lambda _store: build_swap_persons(first, other, *span))

    def _remove(self, *, whole: bool) -> None:
        here = self._editing
        span = () if whole else here.stretch()
        person, store = here.person, here.store
        done = here.perform(lambda store: build_remove_person(store, person, *span))
        if done and store is not None and person not in listed_persons(store):
            self._session.select(first_choice(store), None)

    def _with_other(self, title: str, build: Callable[[int], Callable[[PoseStore], Edit]]) -> None:
        """Have an edit done with another person: the only other one, or the one that is chosen from a list."""
        store, chosen = self._editing.store, self._editing.person
        if store is None:
            return
        others = [person for person in listed_persons(store) if person != chosen]
        if not others:
            self._session.notify(BadInputError("there is nobody else in this clip"))
            return
        words = [(person, f"{person_letter(person)}  {person_name(store, person)}") for person in others]
        ask_person(self._window.canvas, title, words, lambda other: self._editing.perform(build(other)))

    def _note(self, person: int, change: Callable[[PersonNote], PersonNote], label: str) -> None:
        def build(store: PoseStore) -> ItemsEdit:
            held = person_notes(store).get(person)
            note = change(PersonNote(person) if held is None else held[1])
            return build_note(store, note, label)

        self._editing.perform(build)
