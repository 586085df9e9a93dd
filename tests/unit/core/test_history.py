"""Undo and redo, and the same from a journal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseapp.core.edits import Edit, MarkChange, MarksEdit, SwapPersonsEdit, inverse
from poseapp.core.errors import BadInputError
from poseapp.core.history import History, JournalRow
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import Key, Mark, MarkState


def make_edit(number: int) -> Edit:
    return MarksEdit((MarkChange(Key(number, 0, 0), None, Mark(number, 0)),), f"Edit {number}")


def test_nothing_to_undo() -> None:
    history = History()
    assert not history.can_undo
    assert not history.can_redo
    assert (history.undo(), history.redo()) == (None, None)
    assert (history.undo_label, history.redo_label) == ("", "")


def test_undo_gives_the_inverse_and_redo_the_edit() -> None:
    history, first, second = History(), make_edit(1), make_edit(2)
    history.perform(first)
    history.perform(second)
    assert history.undo_label == "Edit 2"
    assert history.next_undo == inverse(second)
    assert history.can_undo, "looking does not undo"
    assert history.undo() == inverse(second)
    assert (history.undo_label, history.redo_label) == ("Edit 1", "Edit 2")
    assert history.undo() == inverse(first)
    assert not history.can_undo
    assert history.next_redo == first
    assert history.redo() == first
    assert history.redo() == second
    assert not history.can_redo


def test_a_new_edit_forgets_what_was_undone() -> None:
    history = History()
    history.perform(make_edit(1))
    history.undo()
    history.perform(make_edit(2))
    assert not history.can_redo
    assert history.undo() == inverse(make_edit(2))
    assert not history.can_undo


@given(st.lists(st.sampled_from(["do", "undo", "redo"]), max_size=30))
def test_a_journal_gives_history_and_store_back(actions: list[str]) -> None:
    history, store, rows = History(), PoseStore(load_skeleton("mpii16"), 40), []
    for number, action in enumerate(actions):
        edit = {"do": lambda n=number: make_edit(n), "undo": history.undo, "redo": history.redo}[action]()
        if edit is None:
            continue
        if action == "do":
            history.perform(edit)
        store.apply(edit)
        rows.append(JournalRow(action, edit, float(number), "ann"))
    again, copy = History(), PoseStore(load_skeleton("mpii16"), 40)
    again.restore(rows)
    for row in rows:
        copy.apply(row.edit)
    np.testing.assert_array_equal(copy.track(0).xy, store.track(0).xy)
    while edit := history.undo():
        assert again.undo_label == edit.label
        assert again.undo() == edit
    assert not again.can_undo
    while edit := history.redo():
        assert again.redo() == edit
    assert not again.can_redo


@pytest.mark.parametrize("kind", ["undo", "redo"])
def test_a_journal_that_undoes_nothing_is_refused(kind) -> None:
    with pytest.raises(BadInputError, match=f"the journal has one {kind} too many"):
        History().restore([JournalRow(kind, SwapPersonsEdit(0, 1, 0, 1, ""), 0.0, "")])


def following(back: int, *frames: int) -> MarksEdit:
    mark = Mark(9, 9, MarkState.PROPAGATED, sigma=2.0)
    return MarksEdit(tuple(MarkChange(Key(f, 0, 0), None, mark) for f in frames), "Propagate", back)


def test_one_undo_takes_back_an_edit_with_what_follows_from_it() -> None:
    history, follows = History(), following(1, 11, 12)
    history.perform(make_edit(1))
    history.perform(make_edit(10))
    history.perform(follows)
    assert history.n_done == 2
    assert history.undo_label == "Edit 10"
    undone = history.undo()
    assert isinstance(undone, MarksEdit)
    assert undone.keys == {Key(10, 0, 0), Key(11, 0, 0), Key(12, 0, 0)}
    assert all(change.after is None for change in undone.changes)
    assert history.undo() == inverse(make_edit(1))
    assert history.redo() == make_edit(1)
    assert history.redo() == inverse(undone)


def test_what_follows_from_an_earlier_edit_is_undone_with_that_one() -> None:
    history = History()
    history.perform(make_edit(10))
    history.perform(make_edit(20))
    history.perform(following(2, 11))
    assert history.undo() == inverse(make_edit(20))
    undone = history.undo()
    assert isinstance(undone, MarksEdit)
    assert undone.keys == {Key(10, 0, 0), Key(11, 0, 0)}


@pytest.mark.parametrize("later", [make_edit(11), SwapPersonsEdit(0, 1, 2, 3, "Swap")])
def test_what_does_not_commute_stands_by_itself(later: Edit) -> None:
    history = History()
    for edit in (make_edit(10), later, following(2, 11)):
        history.perform(edit)
    assert history.n_done == 3
    assert history.undo() == inverse(following(2, 11))


def test_a_journal_with_followers_gives_the_same_history_back() -> None:
    history, rows = History(), []
    for edit in (make_edit(10), make_edit(20), following(2, 11), following(1, 21)):
        history.perform(edit)
        rows.append(JournalRow("do", edit, 0.0, ""))
    undone = history.undo()
    assert undone is not None
    rows.append(JournalRow("undo", undone, 0.0, ""))
    again = History()
    again.restore(rows)
    assert (again.n_done, again.next_undo, again.next_redo) == (1, history.next_undo, history.next_redo)
