"""Who is in a clip, and what is said of each: name, colour, and whether this is the one to be measured."""

from __future__ import annotations

import math
from collections.abc import Iterator

from poseapp.core.items import PersonNote
from poseapp.core.store import PoseStore, marked_persons, mean_score


def person_notes(store: PoseStore) -> dict[int, tuple[int, PersonNote]]:
    """Return (number of the item, note) of the persons that have one."""
    return {note.person: (number, note) for number, note in store.items.of(PersonNote)}


def listed_persons(store: PoseStore) -> tuple[int, ...]:
    """Return the persons that are seen somewhere, were marked, or have a note, in order."""
    return tuple(_listed(store))


def person_name(store: PoseStore, person: int) -> str:
    """Return what a person is called: the name of the note, or "Person 1"."""
    held = person_notes(store).get(person)
    return held[1].name if held is not None and held[1].name else f"Person {person + 1}"


def subject_of(store: PoseStore) -> int | None:
    """Return the person that is to be measured, None when nobody was chosen."""
    return next((person for person, (_, note) in sorted(person_notes(store).items()) if note.subject), None)


def first_choice(store: PoseStore) -> int:
    """Return whom to begin with: the subject, else the first who is there."""
    subject = subject_of(store)
    return subject if subject is not None else next(_listed(store), 0)


def _listed(store: PoseStore) -> Iterator[int]:
    """Yield them one by one: to look whether a person is seen may take time in long clips."""
    some = person_notes(store).keys() | marked_persons(store)
    for person in range(max([store.n_persons, *(p + 1 for p in some)])):
        if person in some or not math.isnan(mean_score(store, person)):
            yield person
