"""Events, bookmarks, names and drawings."""

from __future__ import annotations

import pytest

from poseapp.core.edit_text import edit_from_json, edit_to_json
from poseapp.core.edits import ItemsEdit, inverse
from poseapp.core.errors import BadInputError, EditConflictError
from poseapp.core.items import Annotation, Bookmark, Event, Item, ItemChange, PersonNote, Shape
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore

STRIKE = Event(12, "heel strike", person=0, side="left")
NAMED = PersonNote(1, "Ana Ñ", hue=3, subject=True)
RULER = Annotation(Shape.RULER, ((1.5, 2.0), (3.0, 4.25)), 0, 20, metres=1.8)


def put(number: int, item: Item) -> ItemsEdit:
    return ItemsEdit((ItemChange(number, None, item),), "Put in")


def make_store() -> PoseStore:
    return PoseStore(load_skeleton("body21"), 20)


def test_items_are_kept_changed_and_taken_back() -> None:
    store = make_store()
    change = store.apply(put(1, STRIKE))
    assert (change.start, change.stop, change.persons, change.kind) == (0, 0, frozenset(), "items")
    store.apply(put(2, Bookmark(3, "here")))
    later = ItemsEdit((ItemChange(1, STRIKE, Event(13, "heel strike", 0, "left")),), "Move an event")
    store.apply(later)
    assert store.items.of(Event) == ((1, Event(13, "heel strike", 0, "left")),)
    store.apply(inverse(later))
    assert store.items.of(Event) == ((1, STRIKE),)
    assert store.items.of(Bookmark) == ((2, Bookmark(3, "here")),)


def test_a_number_is_not_given_twice_even_when_its_item_is_gone() -> None:
    store = make_store()
    assert store.items.next_id == 1
    store.apply(put(1, STRIKE))
    store.apply(inverse(put(1, STRIKE)))
    assert store.items.of(Event) == ()
    assert store.items.next_id == 2


def test_an_edit_that_does_not_fit_changes_nothing() -> None:
    store = make_store()
    store.apply(put(1, STRIKE))
    both = ItemsEdit((ItemChange(2, None, Bookmark(1)), ItemChange(1, None, NAMED)), "Does not fit")
    with pytest.raises(EditConflictError):
        store.apply(both)
    assert store.items.get(2) is None
    assert store.items.get(1) == STRIKE


@pytest.mark.parametrize("item", [STRIKE, Bookmark(0), NAMED, RULER])
def test_the_journal_keeps_an_item(item: Item) -> None:
    edit = put(7, item)
    text = edit_to_json(edit)
    assert '"version":3' in text
    assert edit_from_json(text) == edit
    assert edit_from_json(edit_to_json(inverse(edit))) == inverse(edit)


@pytest.mark.parametrize(
    "text",
    [
        '{"version":3,"kind":"items","changes":[[1,null,{"item":"nothing"}]],"label":""}',
        '{"version":3,"kind":"items","changes":[[1,null,{"item":"event","frame":-1,"name":"x"}]],"label":""}',
        '{"version":3,"kind":"items","changes":[[1,null,{"item":"bookmark","frame":1,"more":2}]],"label":""}',
    ],
)
def test_nonsense_in_a_journal_is_an_error(text: str) -> None:
    with pytest.raises(BadInputError):
        edit_from_json(text)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Event(0, ""),
        lambda: Event(0, "x", side="up"),
        lambda: Annotation(Shape.LINE, ((0.0, 0.0),), 0, 1),
        lambda: Annotation(Shape.TEXT, ((0.0, 0.0),), 3, 3),
        lambda: ItemsEdit((), "nothing"),
        lambda: ItemsEdit((ItemChange(1, STRIKE, STRIKE),), "nothing"),
    ],
)
def test_impossible_items_are_refused(make: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        make()  # type: ignore[operator]
