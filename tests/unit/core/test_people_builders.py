"""Persons added, named, removed and merged; every such edit is taken back whole."""

from __future__ import annotations

from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poseapp.core.edit_builders import build_absent, build_facing, build_move, build_swap_persons
from poseapp.core.edits import Edit, HideEdit, MarkChange, MarksEdit, inverse
from poseapp.core.errors import BadInputError
from poseapp.core.items import PersonNote
from poseapp.core.people import first_choice, listed_persons, person_name, person_notes, subject_of
from poseapp.core.people_builders import build_add_person, build_merge, build_note, build_remove_person
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.stretches import user_stretch
from poseapp.core.types import Key, Mark, MarkState, PoseChunk, Source

SKELETON = load_skeleton("mpii16")
K = SKELETON.n_keypoints
T = 20


def make_store(*seen: range) -> PoseStore:
    """Person p is seen in the frames of `seen[p]`, keypoint k at (1000 p + k, frame)."""
    store = PoseStore(SKELETON, T)
    x = 1000.0 * np.arange(len(seen))[:, None] + np.arange(K)
    xy = np.stack(np.broadcast_arrays(x, np.arange(T)[:, None, None]), axis=-1).astype(np.float32)
    for person, frames in enumerate(seen):
        xy[[f for f in range(T) if f not in frames], person] = np.nan
    score = np.where(np.isfinite(xy[..., 0]), 0.5, np.nan).astype(np.float32)
    store.add_chunk(PoseChunk(0, xy, score, np.repeat(score[..., None], 3, axis=-1)))
    return store


def state(store: PoseStore) -> tuple:
    """Everything that anybody can see of a store."""
    tracks = [store.track(person) for person in range(6)]
    arrays = tuple(getattr(t, name).tobytes() for t in tracks for name in ("xy", "raw", "score", "cov", "source"))
    marks = {(f, p, k): store.mark(Key(f, p, k)) for f in range(T) for p in range(4) for k in range(4)}
    said = tuple((store.facing(p), store.hidden.of(p)) for p in range(6))
    return store.n_persons, arrays, marks, said, person_notes(store), listed_persons(store)


def x_of(store: PoseStore, person: int) -> list[int]:
    """The x of keypoint 0 of a person in every frame, -1 where it is not seen."""
    return np.nan_to_num(store.track(person).xy[:, 0, 0], nan=-1).astype(int).tolist()


def test_an_added_person_is_listed_before_anything_is_placed() -> None:
    store = make_store(range(T))
    edit = build_add_person(store)
    store.apply(edit)
    assert (edit.label, listed_persons(store), store.n_persons) == ("Add person 2", (0, 1), 1)
    assert build_add_person(store).changes[0].after == PersonNote(2)
    store.apply(build_move(store, Key(3, 1, 0), (5, 6)))
    assert store.view(3).xy[1, 0].tolist() == [5, 6]


def test_a_removed_person_is_nowhere_and_comes_back_whole() -> None:
    store = make_store(range(T), range(5, 15))
    store.apply(build_note(store, PersonNote(1, "Ann", subject=True), "Name person 2"))
    store.apply(build_move(store, Key(7, 1, 3), (1, 2)))
    store.apply(build_facing(store, 1, 0, 20, -1))
    before = state(store)
    edit = build_remove_person(store, 1)
    store.apply(edit)
    assert listed_persons(store) == (0,)
    assert (store.track(1).source == Source.MISSING).all()
    assert (store.facing(1), store.mark(Key(7, 1, 3)), person_notes(store)) == ((), None, {})
    assert edit.label == "Remove person 2"
    with pytest.raises(BadInputError, match="there is no person 2"):
        build_remove_person(store, 1)
    store.apply(inverse(edit))
    assert state(store) == before


def test_removing_from_a_stretch_leaves_the_rest() -> None:
    store = make_store(range(T), range(T))
    for frame in (3, 7):
        store.apply(build_move(store, Key(frame, 1, 0), (1, 2)))
    store.apply(build_note(store, PersonNote(1, "Ann"), "Name person 2"))
    edit = build_remove_person(store, 1, 5, 10)
    store.apply(edit)
    assert [x >= 0 for x in x_of(store, 1)] == [not 5 <= f < 10 for f in range(T)]
    assert (store.mark(Key(3, 1, 0)), store.mark(Key(7, 1, 0))) == (Mark(1, 2), None)
    assert (listed_persons(store), person_name(store, 1)) == ((0, 1), "Ann")
    assert edit.label == "Remove person 2 from frames 5 to 9"
    with pytest.raises(BadInputError, match="removed from these frames already"):
        build_remove_person(store, 1, 6, 10)


def test_merging_fills_where_the_first_is_missing_and_the_first_wins() -> None:
    store = make_store(range(8), range(5, T))
    store.apply(build_move(store, Key(6, 1, 0), (1, 2)))
    store.apply(build_move(store, Key(12, 1, 0), (1234, 2)))
    store.apply(build_absent(store, Key(10, 0, 5)))
    store.apply(build_note(store, PersonNote(1, "Ann"), "Name person 2"))
    before = state(store)
    edit = build_merge(store, 0, 1)
    store.apply(edit)
    assert x_of(store, 0) == [0] * 8 + [1000] * 4 + [1234] + [1000] * 7
    assert store.mark(Key(12, 0, 0)) == Mark(1234, 2)
    assert store.view(10).source[0, 5] == Source.PREDICTED, "the second is seen where the first was called absent"
    assert (store.track(1).source == Source.MISSING).all()
    assert listed_persons(store) == (0,)
    assert edit.label == "Merge person 2 into person 1"
    store.apply(inverse(edit))
    assert state(store) == before


def test_a_set_facing_comes_along_when_persons_are_merged() -> None:
    store = make_store(range(8), range(8, T))
    store.apply(build_facing(store, 0, 0, 12, 1))
    store.apply(build_facing(store, 1, 10, 20, -1))
    store.apply(build_merge(store, 0, 1))
    assert store.facing(0) == (user_stretch(0, 10, 1), user_stretch(10, 20, -1))
    assert store.facing(1) == ()


def test_a_merged_person_does_not_come_back_with_a_new_run() -> None:
    store = make_store(range(8), range(5, T))
    store.apply(build_merge(store, 0, 1))
    store.clear_predictions()
    store.add_chunk(PoseChunk(0, *(getattr(make_run(), name) for name in ("xy", "score", "cov"))))
    assert (store.track(1).source == Source.MISSING).all()
    assert x_of(store, 0) == [0] * 8 + [1000] * 12


def make_run() -> PoseChunk:
    source = make_store(range(T), range(T))
    chunks = [source.predictions(person) for person in (0, 1)]
    return PoseChunk(0, *(np.concatenate([getattr(c, n) for c in chunks], axis=1) for n in ("xy", "score", "cov")))


def test_merging_a_track_of_many_pieces_stays_quick() -> None:
    n = 4000
    store = PoseStore(SKELETON, n)
    xy = np.ones((n, 2, K, 2), np.float32)
    xy[::2, 0] = np.nan
    score = np.where(np.isfinite(xy[..., 0]), 0.5, np.nan).astype(np.float32)
    store.add_chunk(PoseChunk(0, xy, score, np.repeat(score[..., None], 3, axis=-1)))
    began = process_time()
    edit = build_merge(store, 0, 1)
    store.apply(edit)
    assert process_time() - began < 5, "the cost grows with the pieces, not with their square (then it takes minutes)"
    assert len(edit.parts) == n // 2 + 1
    assert np.isfinite(store.track(0).xy).all()
    store.apply(inverse(edit))
    assert np.isnan(store.track(0).xy[::2]).all()
    assert (len(store._swaps._starts), store._swaps.n_slots) == (1, 0)


@pytest.mark.parametrize("frame", [0, 7, 8, 12, T - 1])
def test_merging_leaves_no_mark_of_the_second_behind(frame: int) -> None:
    store = make_store(range(8), range(5, T))
    store.apply(build_move(store, Key(frame, 1, 0), (1, 2)))
    store.apply(build_merge(store, 0, 1))
    assert (store.track(1).source == Source.MISSING).all()
    assert x_of(store, 0)[frame] == (0 if frame < 8 else 1)


def test_merging_with_nobody_is_refused() -> None:
    store = make_store(range(T))
    with pytest.raises(BadInputError, match="person 2 is seen nowhere"):
        build_merge(store, 0, 1)
    with pytest.raises(BadInputError, match="needs two persons"):
        build_merge(store, 0, 0)


def test_there_is_one_subject_and_it_is_chosen_first() -> None:
    store = make_store(range(T), range(T), range(T))
    assert (subject_of(store), first_choice(store)) == (None, 0)
    store.apply(build_note(store, PersonNote(2, subject=True), "This is the subject"))
    store.apply(build_note(store, PersonNote(1, "Ann", subject=True), "This is the subject"))
    assert (subject_of(store), first_choice(store)) == (1, 1)
    assert [note.subject for _, note in person_notes(store).values()] == [False, True]
    assert (person_name(store, 1), person_name(store, 2)) == ("Ann", "Person 3")
    with pytest.raises(BadInputError, match="nothing to do"):
        build_note(store, PersonNote(1, "Ann", subject=True), "This is the subject")
    store.apply(build_remove_person(store, 0))
    store.apply(build_note(store, PersonNote(1, "Ann"), "No subject"))
    assert first_choice(store) == 1, "the first who is there"


def test_nobody_is_listed_who_has_nothing() -> None:
    store = make_store(range(T), range(0))
    assert listed_persons(store) == (0,)
    store.apply(build_absent(store, Key(2, 1, 3)))
    assert listed_persons(store) == (0, 1), "somebody said something of this person"


def anything(store: PoseStore, data: st.DataObject) -> Edit:
    start, stop = sorted(data.draw(st.tuples(st.integers(0, T), st.integers(0, T)).filter(lambda ab: ab[0] != ab[1])))
    person, other = data.draw(st.permutations([0, 1, 2]))[:2]
    match data.draw(st.sampled_from(["mark", "face", "hide", "swap", "note", "remove", "merge"])):
        case "mark":
            mark = Mark(data.draw(st.integers(0, 9)), 1, data.draw(st.sampled_from(MarkState)))
            key = Key(start, person, data.draw(st.integers(0, 3)))
            return MarksEdit((MarkChange(key, store.mark(key), mark),), "mark")
        case "face":
            return build_facing(store, person, start, stop, data.draw(st.sampled_from([1, -1])))
        case "hide":
            after = () if store.hidden.of(person) == ((start, stop),) else ((start, stop),)
            return HideEdit(person, store.hidden.of(person), after, "hide")
        case "swap":
            return build_swap_persons(person, other, start, stop)
        case "note":
            return build_note(store, PersonNote(person, data.draw(st.text("ab", max_size=2)), subject=True), "note")
        case "remove":
            return build_remove_person(store, person, start, stop)
    return build_merge(store, person, other)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_was_done_is_taken_back(data: st.DataObject) -> None:
    store = make_store(range(8), range(5, T), range(3, 4))
    states, done = [state(store)], []
    for _ in range(data.draw(st.integers(1, 7))):
        try:
            edit = anything(store, data)
        except BadInputError:
            continue
        store.apply(edit)
        done.append(edit)
        states.append(state(store))
    while done:
        assert state(store) == states.pop()
        store.apply(inverse(done.pop()))
    assert state(store) == states.pop()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_merging_loses_nobody_who_was_alone(data: st.DataObject) -> None:
    store = make_store(range(8), range(5, T), range(3, 4))
    for _ in range(data.draw(st.integers(0, 4))):
        try:
            store.apply(anything(store, data))
        except BadInputError:
            continue
    one, other = store.track(0), store.track(1)
    try:
        store.apply(build_merge(store, 0, 1))
    except BadInputError:
        return
    seen = np.isfinite(one.xy).all(axis=2).any(axis=1)
    expected = np.where(seen[:, None, None], one.xy, np.where(np.isfinite(other.xy), other.xy, np.nan))
    np.testing.assert_array_equal(store.track(0).xy, expected)
    assert (store.track(1).source == Source.MISSING).all()
