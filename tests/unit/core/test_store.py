"""The store: marks on top, swaps in between, undo right by construction, cost without the clip's length."""

from __future__ import annotations

import copy
import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poseapp.core.edit_builders import (
    build_absent,
    build_facing,
    build_marks,
    build_move,
    build_restore,
    build_swap_persons,
    build_swap_sides,
)
from poseapp.core.edits import (
    AcceptEdit,
    Edit,
    EditGroup,
    FacingEdit,
    HideEdit,
    ItemsEdit,
    MarkChange,
    MarksEdit,
    SwapPersonsEdit,
    SwapSidesEdit,
    inverse,
)
from poseapp.core.errors import BadInputError, EditConflictError
from poseapp.core.items import Event, ItemChange
from poseapp.core.layers import MarkLayer, PredictionLayer
from poseapp.core.moments import Accepted
from poseapp.core.skeleton import load_skeleton
from poseapp.core.spans import joined_spans
from poseapp.core.store import ChangeSet, PoseStore, fork, mean_score, propagated_frames, snapshot
from poseapp.core.stretches import user_stretch, user_stretches
from poseapp.core.types import Key, Mark, MarkState, PoseChunk, Source

K = 16
SKELETON = load_skeleton("mpii16")
RIGHT_KNEE, LEFT_KNEE = SKELETON.index("right_knee"), SKELETON.index("left_knee")


def make_chunk(start: int, n: int, persons: int = 1, offset: float = 0.0) -> PoseChunk:
    """Keypoint k of person p in frame f: at (1000 p + 10 k + offset, f), score (k + 1) / 16, variance 4 and 16."""
    x = 1000.0 * np.arange(persons)[:, None] + 10.0 * np.arange(K) + offset
    xy = np.stack(np.broadcast_arrays(x, (start + np.arange(n))[:, None, None]), axis=-1).astype(np.float32)
    score = np.broadcast_to((np.arange(K) + 1) / K, (n, persons, K)).astype(np.float32)
    return PoseChunk(start, xy, score, np.broadcast_to([4.0, 0.0, 16.0], (*score.shape, 3)).astype(np.float32))


def make_store(n_frames: int = 20, persons: int = 1) -> PoseStore:
    store = PoseStore(SKELETON, n_frames)
    store.add_chunk(make_chunk(0, n_frames, persons))
    return store


def visible_state(store: PoseStore) -> tuple:
    """Everything a person can see of a store, as comparable bytes."""
    tracks = [store.track(person) for person in range(store.n_persons)]
    arrays = tuple(getattr(t, name).tobytes() for t in tracks for name in ("xy", "raw", "score", "cov", "source"))
    held = [
        store.mark(Key(int(f), p, k)) for f in store.marked_frames() for p in range(store.n_persons) for k in range(K)
    ]
    strips = tuple(store.score_strip(person).tobytes() for person in range(store.n_persons))
    said = tuple((store.facing(p), store.hidden.of(p)) for p in range(4))
    return store.n_persons, arrays, strips, tuple(held), said


def test_an_empty_store_has_nobody() -> None:
    store = PoseStore(SKELETON, 5)
    assert store.n_persons == 0
    assert store.view(4).xy.shape == (0, K, 2)
    assert not store.predicted(4)
    assert np.isnan(store.track(0).xy).all()
    assert np.isnan(store.score_strip(0)).all()


def test_view_gives_predictions() -> None:
    view = make_store(persons=2).view(7)
    assert view.xy[1, 3].tolist() == [1030.0, 7.0]
    assert view.score[1, 3] == 0.25
    assert view.sigma[1, 3] == pytest.approx(math.sqrt((4 + 16) / 2))
    assert (view.source == Source.PREDICTED).all()
    assert not view.xy.flags.writeable


def test_accepted_moments_are_kept_and_taken_back() -> None:
    store = make_store()
    one, other = (Accepted(person, 3, 5, 4, "jump", (2,), ((1.0, 2.0),)) for person in (0, 1))
    edit = AcceptEdit((one,), (), "Accept")
    change = store.apply(edit)
    assert (change.start, change.stop, change.persons, change.kind) == (0, 0, frozenset(), "review")
    assert (store.accepted.of(0), store.accepted.of(1)) == ((one,), ())
    with pytest.raises(EditConflictError):
        store.apply(edit)
    with pytest.raises(EditConflictError):
        store.apply(AcceptEdit((), (other,), "Not there"))
    store.apply(inverse(edit))
    assert store.accepted.of(0) == ()


@pytest.mark.parametrize("frame", [-1, 20])
def test_a_frame_outside_the_clip_is_an_error(frame: int) -> None:
    with pytest.raises(IndexError):
        make_store().view(frame)


def test_a_propagated_mark_lies_on_top_says_how_sure_it_is_and_is_no_correction() -> None:
    store = make_store()
    key = Key(7, 0, 3)
    store.apply(build_marks(store, {key: Mark(1.5, 2.5, MarkState.PROPAGATED, sigma=3.0)}, "Propagate"))
    view, track = store.view(7), store.track(0, 7, 8)
    assert view.source[0, 3] == track.source[0, 3] == Source.PROPAGATED
    assert (view.xy[0, 3].tolist(), float(view.sigma[0, 3])) == ([1.5, 2.5], 3.0)
    assert track.cov[0, 3].tolist() == [9, 0, 9]
    assert 0 < view.score[0, 3] < 1
    assert (store.marked_frames().tolist(), propagated_frames(store).tolist()) == ([], [7])
    assert (store.predictions(0, 7, 8).xy[0, 0] == track.raw[0]).all()
    store.apply(build_move(store, key, (4, 5)))
    assert store.view(7).source[0, 3] == Source.CORRECTED
    assert (store.marked_frames().tolist(), propagated_frames(store).tolist()) == ([7], [])
    with pytest.raises(IndexError):
        store.predictions(0, 7, 99)


def test_a_visible_mark_lies_on_top() -> None:
    store = make_store()
    change = store.apply(build_move(store, Key(7, 0, 3), (1.5, 2.5)))
    view, track = store.view(7), store.track(0, 6, 9)
    assert change == ChangeSet(7, 8, frozenset({0}), "marks")
    assert (view.xy[0, 3].tolist(), view.score[0, 3], view.sigma[0, 3]) == ([1.5, 2.5], 1.0, 0.0)
    assert view.source[0, 3] == Source.CORRECTED
    assert track.xy[1, 3].tolist() == [1.5, 2.5]
    assert track.raw[1, 3].tolist() == [30.0, 7.0]
    assert track.cov[1, 3].tolist() == [0, 0, 0]
    assert track.source[:, 3].tolist() == [Source.PREDICTED, Source.CORRECTED, Source.PREDICTED]


def test_occluded_keeps_a_place_and_absent_has_none() -> None:
    store = make_store()
    store.apply(build_move(store, Key(0, 0, 3), (1, 2), state=MarkState.OCCLUDED))
    store.apply(build_absent(store, Key(0, 0, 4)))
    view = store.view(0)
    assert view.source[0, 3:5].tolist() == [Source.OCCLUDED, Source.ABSENT]
    assert view.xy[0, 3].tolist() == [1, 2]
    assert np.isnan([*view.xy[0, 4], view.score[0, 4], view.sigma[0, 4]]).all()


def test_removing_a_mark_shows_the_prediction_again() -> None:
    store = make_store()
    before = visible_state(store)
    store.apply(build_absent(store, Key(0, 0, 4)))
    store.apply(build_restore(store, Key(0, 0, 4)))
    assert visible_state(store) == before
    assert store.marked_frames().tolist() == []


def test_a_mark_of_a_new_person_makes_one_and_undo_takes_it_back() -> None:
    store = make_store()
    edit = build_move(store, Key(2, 3, 0), (1, 1))
    store.apply(edit)
    assert store.n_persons == 4
    assert store.view(2).source[3].tolist() == [Source.CORRECTED] + [Source.MISSING] * 15
    store.apply(inverse(edit))
    assert store.n_persons == 1


def test_more_persons_in_a_later_chunk_widen_the_clip() -> None:
    store = PoseStore(SKELETON, 600)
    store.add_chunk(make_chunk(0, 10, persons=1))
    change = store.add_chunk(make_chunk(5, 300, persons=3))
    assert change == ChangeSet(5, 305, frozenset({0, 1, 2}), "predictions")
    assert store.n_persons == 3
    assert np.isnan(store.track(2, 0, 5).xy).all()
    assert store.track(2, 5, 305).xy[:, 0, 1].tolist() == list(range(5, 305))
    assert [store.predicted(f) for f in (304, 305, 599)] == [True, False, False]


def test_a_later_chunk_replaces_whole_frames() -> None:
    store = make_store(persons=2)
    store.add_chunk(make_chunk(3, 2, persons=1, offset=0.5))
    assert store.view(3).xy[0, 0].tolist() == [0.5, 3.0]
    assert np.isnan(store.view(3).xy[1]).all()
    assert store.view(5).xy[1, 0].tolist() == [1000.0, 5.0]


def test_a_new_run_keeps_marks_and_swaps() -> None:
    store = make_store()
    store.apply(build_swap_sides(store, 0, 0, 20, ["leg"]))
    store.apply(build_move(store, Key(3, 0, 0), (5, 5)))
    assert store.clear_predictions() == ChangeSet(0, 20, frozenset({0}), "predictions")
    assert store.view(3).source[0].tolist() == [Source.CORRECTED] + [Source.MISSING] * 15
    store.add_chunk(make_chunk(0, 20, offset=0.5))
    assert store.view(3).xy[0, 0].tolist() == [5, 5]
    assert store.view(3).xy[0, RIGHT_KNEE, 0] == 10 * LEFT_KNEE + 0.5


def test_chunks_that_do_not_fit_are_refused() -> None:
    store = make_store()
    with pytest.raises(BadInputError, match="do not fit a clip of 20 frames"):
        store.add_chunk(make_chunk(15, 6))
    narrow = make_chunk(0, 2)
    with pytest.raises(BadInputError, match="the network predicts 15 keypoints, the poses have 16"):
        store.add_chunk(PoseChunk(0, narrow.xy[:, :, 1:], narrow.score[:, :, 1:], narrow.cov[:, :, 1:]))


def test_swapping_sides_takes_predictions_and_marks_along() -> None:
    store = make_store()
    store.apply(build_move(store, Key(5, 0, LEFT_KNEE), (1, 2)))
    change = store.apply(build_swap_sides(store, 0, 5, 8, ["leg"]))
    assert change == ChangeSet(5, 8, frozenset({0}), "all")
    assert store.mark(Key(5, 0, RIGHT_KNEE)) == Mark(1, 2)
    assert store.mark(Key(5, 0, LEFT_KNEE)) is None
    assert store.view(5).xy[0, LEFT_KNEE, 0] == 10 * RIGHT_KNEE
    raw = store.track(0).raw[:, RIGHT_KNEE, 0]
    assert (raw[5:8] == 10 * LEFT_KNEE).all()
    assert (raw[[4, 8]] == 10 * RIGHT_KNEE).all()


def test_swapping_persons_takes_predictions_marks_and_facing_along() -> None:
    store = make_store(persons=2)
    store.apply(build_move(store, Key(5, 0, 1), (1, 2)))
    store.apply(build_facing(store, 0, 0, 20, -1))
    change = store.apply(build_swap_persons(0, 1, 5, 20))
    assert change == ChangeSet(5, 20, frozenset({0, 1}), "all")
    assert store.view(5).xy[0, 2].tolist() == [1020.0, 5.0]
    assert store.mark(Key(5, 1, 1)) == Mark(1, 2)
    assert store.facing(0) == (user_stretch(0, 5, -1),)
    assert store.facing(1) == (user_stretch(5, 20, -1),)


def test_a_person_can_trade_places_with_nobody() -> None:
    store = make_store()
    store.apply(build_swap_persons(0, 2, 10, 20))
    assert store.n_persons == 3
    assert np.isnan(store.view(10).xy[:2]).all()
    assert store.view(10).xy[2, 4].tolist() == [40.0, 10.0]


def test_hidden_predictions_are_seen_by_nobody_and_marks_stay() -> None:
    store = make_store(persons=2)
    store.apply(build_move(store, Key(6, 1, 3), (1, 2)))
    change = store.apply(HideEdit(1, (), ((5, 8),), "Remove"))
    assert change == ChangeSet(5, 8, frozenset({1}), "all")
    assert store.view(6).source[1].tolist() == [Source.MISSING] * 3 + [Source.CORRECTED] + [Source.MISSING] * 12
    assert (store.view(6).source[0] == Source.PREDICTED).all()
    assert np.isnan(store.track(1).raw[5:8]).all()
    assert np.isnan(store.predictions(1, 5, 8).xy).all()
    assert np.isfinite(store.track(1).xy[[4, 8]]).all()
    assert np.isnan(store.score_strip(1)[[5, 7]]).all()
    store.apply(HideEdit(1, ((5, 8),), ((5, 6),), "Bring back"))
    assert store.view(7).source[1].tolist() == [Source.PREDICTED] * 16


def test_a_new_run_stays_hidden_where_a_person_was_taken_out() -> None:
    store = make_store(persons=2)
    store.apply(HideEdit(1, (), ((5, 20),), "Remove"))
    store.clear_predictions()
    store.add_chunk(make_chunk(0, 20, persons=2, offset=0.5))
    assert store.view(4).xy[1, 0].tolist() == [1000.5, 4.0]
    assert np.isnan(store.view(5).xy[1]).all()


def test_hidden_frames_go_along_when_persons_trade_places() -> None:
    store = make_store(persons=2)
    store.apply(HideEdit(1, (), ((5, 10),), "Remove"))
    store.apply(build_swap_persons(0, 1, 8, 20))
    assert (store.hidden.of(0), store.hidden.of(1)) == (((8, 10),), ((5, 8),))
    assert np.isnan(store.view(9).xy[0]).all()
    assert store.view(9).xy[1, 0].tolist() == [0.0, 9.0]


def test_a_group_touches_what_its_parts_touch() -> None:
    store = make_store(persons=2)
    marks = MarksEdit((MarkChange(Key(12, 0, 1), None, Mark(1, 1)),), "")
    change = store.apply(EditGroup((marks, HideEdit(1, (), ((3, 5),), "")), "Both"))
    assert change == ChangeSet(3, 13, frozenset({0, 1}), "all")
    again = MarksEdit((MarkChange(Key(1, 0, 1), None, Mark(1, 1)),), "")
    assert store.apply(EditGroup((again,), "One")) == ChangeSet(1, 2, frozenset({0}), "marks")


def test_facing_touches_only_the_frames_that_turned() -> None:
    store = make_store()
    store.apply(build_facing(store, 0, 0, 20, 1))
    assert store.apply(build_facing(store, 0, 4, 6, -1)) == ChangeSet(4, 6, frozenset({0}), "facing")


def test_marks_touch_the_range_they_span() -> None:
    store = make_store()
    changes = (MarkChange(Key(4, 0, 1), None, Mark(1, 1)), MarkChange(Key(9, 2, 1), None, Mark(1, 1)))
    assert store.apply(MarksEdit(changes, "two")) == ChangeSet(4, 10, frozenset({0, 2}), "marks")
    assert store.marked_frames().tolist() == [4, 9]


CONFLICTS = {
    "wrong before": MarksEdit((MarkChange(Key(1, 0, 0), Mark(9, 9), None),), ""),
    "second change wrong": MarksEdit(
        (MarkChange(Key(1, 0, 0), None, Mark(1, 1)), MarkChange(Key(1, 0, 1), Mark(9, 9), None)), ""
    ),
    "frame outside": MarksEdit((MarkChange(Key(20, 0, 0), None, Mark(1, 1)),), ""),
    "negative frame": MarksEdit((MarkChange(Key(-1, 0, 0), None, Mark(1, 1)),), ""),
    "keypoint outside": MarksEdit((MarkChange(Key(1, 0, 16), None, Mark(1, 1)),), ""),
    "person outside": MarksEdit((MarkChange(Key(1, 10**9, 0), None, Mark(1, 1)),), ""),
    "swap beyond the end": SwapSidesEdit(0, 5, 21, ((2, 6),), ""),
    "swap of nothing": SwapPersonsEdit(0, 1, 5, 5, ""),
    "swap of a keypoint that is not there": SwapSidesEdit(0, 5, 6, ((2, 16),), ""),
    "facing before": FacingEdit(0, (user_stretch(0, 5, 1),), (), ""),
    "hidden before": HideEdit(0, ((0, 5),), (), ""),
    "hidden beyond the end": HideEdit(0, (), ((0, 21),), ""),
    "hidden of a person outside": HideEdit(10**9, (), ((0, 2),), ""),
    "second of a group": EditGroup(
        (HideEdit(0, (), ((0, 4),), ""), MarksEdit((MarkChange(Key(1, 0, 0), Mark(9, 9), None),), "")), ""
    ),
    "facing beyond the end": FacingEdit(0, (), (user_stretch(0, 21, 1),), ""),
}


@pytest.mark.parametrize("edit", CONFLICTS.values(), ids=CONFLICTS)
def test_what_does_not_fit_is_refused_and_changes_nothing(edit: Edit) -> None:
    store = make_store()
    before = visible_state(store)
    with pytest.raises(EditConflictError):
        store.apply(edit)
    assert visible_state(store) == before


def test_a_conflict_says_where() -> None:
    with pytest.raises(EditConflictError, match="frame 1: head_top of person 1 is not what the edit expects"):
        make_store().apply(CONFLICTS["wrong before"])


def test_score_strip_follows_chunks_marks_and_swaps() -> None:
    store = PoseStore(SKELETON, 300)
    assert np.isnan(store.score_strip(0)).all()
    store.add_chunk(make_chunk(250, 20))
    first = store.score_strip(0)
    mean = (16 + 1) / 2 / 16
    assert first[250:270] == pytest.approx(mean)
    assert np.isnan(first[[249, 270]]).all()
    store.apply(build_move(store, Key(260, 0, 0), (0, 0)))
    store.apply(build_absent(store, Key(261, 0, 15)))
    second = store.score_strip(0)
    assert second[260] == pytest.approx(mean + (1 - 1 / 16) / 16)
    assert second[261] == pytest.approx(np.mean(np.arange(1, 16) / 16))
    assert not first.flags.writeable
    assert mean_score(store, 0) == pytest.approx(np.nanmean(second))
    store.apply(build_swap_persons(0, 1, 255, 300))
    assert np.isnan(store.score_strip(0)[255:]).all()
    assert store.score_strip(1)[269] == pytest.approx(mean)


def test_score_strip_without_predictions_shows_the_marks_that_stay() -> None:
    store = make_store(900)
    store.apply(build_move(store, Key(600, 0, 0), (0, 0)))
    assert np.isfinite(store.score_strip(0)).all()
    store.clear_predictions()
    strip = store.score_strip(0)
    assert np.flatnonzero(np.isfinite(strip)).tolist() == [600]
    assert mean_score(store, 0) == 1
    store.add_chunk(make_chunk(0, 10))
    assert np.isfinite(store.score_strip(0)).sum() == 11


def test_score_strip_stays_right_under_many_changes() -> None:
    store = make_store(300)
    store.score_strip(0)
    for frame in range(0, 300, 3):
        store.apply(build_absent(store, Key(frame, 0, frame % K)))
    fresh = np.nanmean(store.track(0).score, axis=1)
    assert store.score_strip(0) == pytest.approx(fresh)


def random_edit(store: PoseStore, data: st.DataObject) -> Edit:
    """Draw an edit that fits what the store holds."""
    frame = st.integers(0, store.n_frames - 1)
    person = st.integers(0, 2)
    start, stop = sorted(data.draw(st.tuples(frame, frame), label="span"))
    match data.draw(st.sampled_from(["marks", "sides", "persons", "facing", "hide", "group"])):
        case "group":
            return random_group(store, data)
        case "hide":
            who = data.draw(person)
            ends = sorted(data.draw(st.lists(frame, min_size=4, max_size=4, unique=True)))
            after = data.draw(st.sampled_from([((ends[0], ends[1]), (ends[2], ends[3])), ((start, stop + 1),), ()]))
            before, after = store.hidden.of(who), joined_spans(after)
            return HideEdit(
                who, before, after if after != before else ((0, 12),) if before != ((0, 12),) else (), "hide"
            )
        case "marks":
            # Few frames and keypoints, so that marks meet each other and the swaps.
            keys = st.builds(Key, st.integers(0, 4), person, st.sampled_from([2, 6, 10, 13]))
            marks = st.none() | st.builds(Mark, st.floats(0, 9), st.floats(0, 9), st.sampled_from(MarkState))
            new = data.draw(st.dictionaries(keys, marks, min_size=1, max_size=3))
            return MarksEdit(tuple(MarkChange(key, store.mark(key), mark) for key, mark in new.items()), "marks")
        case "sides":
            limbs = data.draw(st.sampled_from([None, ["arm"], ["leg"]]))
            return build_swap_sides(store, data.draw(person), start, stop + 1, limbs)
        case "persons":
            first, second = data.draw(st.sampled_from([(0, 1), (1, 2), (2, 0)]))
            return build_swap_persons(first, second, start, stop + 1)
    who = data.draw(person)
    ends = sorted(data.draw(st.lists(frame, min_size=4, max_size=4, unique=True)))
    directions = data.draw(st.tuples(*[st.sampled_from([1, -1])] * 2))
    after = (user_stretch(ends[0], ends[1], directions[0]), user_stretch(ends[1], ends[3], directions[1]))
    return FacingEdit(who, store.facing(who), user_stretches(after), "facing")


def random_group(store: PoseStore, data: st.DataObject) -> Edit:
    """Draw two or three edits that fit when they are done one after the other."""
    parts = []
    for _ in range(data.draw(st.integers(2, 3))):
        edit = random_edit(store, data)
        store.apply(edit)
        parts += edit.parts if isinstance(edit, EditGroup) else [edit]
    group = EditGroup(tuple(parts), "group")
    store.apply(inverse(group))
    return group


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_edit_is_undone_by_its_inverse(data: st.DataObject) -> None:
    store = make_store(n_frames=12, persons=2)
    states, done = [visible_state(store)], []
    for _ in range(data.draw(st.integers(1, 8))):
        edit = random_edit(store, data)
        store.apply(edit)
        store.apply(inverse(edit))
        assert visible_state(store) == states[-1]
        store.apply(edit)
        done.append(edit)
        states.append(visible_state(store))
    while done:
        assert visible_state(store) == states.pop()
        store.apply(inverse(done.pop()))
    assert visible_state(store) == states.pop()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_what_was_seen_before_a_swap_is_seen_swapped_after(data: st.DataObject) -> None:
    store = make_store(n_frames=12, persons=2)
    for _ in range(data.draw(st.integers(0, 5))):
        store.apply(random_edit(store, data))
    before = [store.track(person) for person in range(3)]
    start, stop = sorted(data.draw(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda ab: ab[0] != ab[1])))
    swap = build_swap_sides(store, 1, start, stop)
    store.apply(swap)
    after = [store.track(person) for person in range(3)]
    order = np.array(SKELETON.mirror)
    for name in ("xy", "raw", "score", "cov", "source"):
        expected = getattr(before[1], name).copy()
        expected[start:stop] = expected[start:stop][:, order]
        np.testing.assert_array_equal(getattr(after[1], name), expected)
        np.testing.assert_array_equal(getattr(after[0], name), getattr(before[0], name))


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_change_set_covers_all_that_changed(data: st.DataObject) -> None:
    store = make_store(n_frames=12, persons=2)
    for _ in range(data.draw(st.integers(1, 5))):
        before = [store.track(person) for person in range(3)]
        change = store.apply(random_edit(store, data))
        for person in range(3):
            old, new = before[person], store.track(person)
            same = (old.xy.view(np.int32) == new.xy.view(np.int32)).all(axis=(1, 2))
            touched = np.flatnonzero(~(same & (old.source == new.source).all(axis=1)))
            assert not len(touched) or person in change.persons
            assert not len(touched) or (change.start <= touched[0] and touched[-1] < change.stop)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_one_frame_and_a_track_tell_the_same(data: st.DataObject) -> None:
    store = make_store(n_frames=12, persons=2)
    for _ in range(data.draw(st.integers(1, 6))):
        store.apply(random_edit(store, data))
    for person in range(store.n_persons):
        track = store.track(person)
        for frame in range(12):
            view = store.view(frame)
            np.testing.assert_array_equal(view.xy[person], track.xy[frame])
            np.testing.assert_array_equal(view.source[person], track.source[frame])
            np.testing.assert_array_equal(view.score[person], track.score[frame])


def count_reads(monkeypatch: pytest.MonkeyPatch, store: PoseStore, frame: int) -> list[int]:
    """Return how many frames each layer was asked for during one view."""
    frames: list[int] = []
    for layer in (PredictionLayer, MarkLayer):
        read = layer.read

        def counted(self, start, stop, slots, read=read):
            frames.append(stop - start)
            return read(self, start, stop, slots)

        monkeypatch.setattr(layer, "read", counted)
    store.view(frame)
    monkeypatch.undo()
    return frames


def test_one_frame_costs_the_same_in_a_long_clip(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = {}
    for n_frames in (300, 200_000):
        store = PoseStore(SKELETON, n_frames)
        for start in range(0, n_frames, 10_000):
            store.add_chunk(make_chunk(start, min(10_000, n_frames - start)))
        store.apply(build_move(store, Key(10, 0, 3), (1, 1)))
        store.apply(build_swap_sides(store, 0, 5, 250))
        counts[n_frames] = count_reads(monkeypatch, store, 200), len(store._swaps._starts)
    assert counts[300] == counts[200_000] == ([1, 1], 3)


def test_a_swap_of_the_whole_clip_costs_one_entry() -> None:
    store = make_store(5000)
    edit = build_swap_sides(store, 0, 0, 5000)
    store.apply(edit)
    assert len(store._swaps._starts) == 2
    store.apply(edit)
    assert len(store._swaps._starts) == 1


def test_a_snapshot_stays_as_it_was() -> None:
    store = make_store(600, persons=2)
    key = Key(300, 0, RIGHT_KNEE)
    store.apply(build_move(store, key, (5.0, 6.0)))
    before, state = snapshot(store), visible_state(store)
    assert visible_state(before)[0] == state[0]
    store.apply(ItemsEdit((ItemChange(before.items.next_id, None, Event(3, "jump")),), "Mark a jump"))
    assert (len(store.items.of(Event)), before.items.of(Event)) == (1, ())
    tracks = [before.track(person) for person in range(2)]
    store.apply(build_move(store, key, (50.0, 60.0)))
    store.apply(build_move(store, Key(301, 1, RIGHT_KNEE), (7.0, 8.0)))
    store.apply(build_swap_sides(store, 0, 250, 400))
    store.apply(build_facing(store, 0, 0, 10, 1))
    store.add_chunk(make_chunk(200, 200, 3, offset=99.0))
    assert before.n_persons == 2
    assert before.facing(0) == ()
    for person, track in enumerate(tracks):
        for name in ("xy", "raw", "score", "cov", "source"):
            np.testing.assert_array_equal(getattr(before.track(person), name), getattr(track, name))
    assert tuple(before.view(300).xy[0, RIGHT_KNEE]) == (5.0, 6.0)
    assert store.view(300).xy[0, LEFT_KNEE].tolist() == [50.0, 60.0]


def whole_state(store: PoseStore) -> tuple:
    return (
        *visible_state(store),
        store.marked_frames().tolist(),
        propagated_frames(store).tolist(),
        store._marks.spans(),
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_fork_is_the_same_and_goes_its_own_way(data: st.DataObject) -> None:
    """What is done to one of the two is what would have been done to a copy, and is not seen in the other one."""
    store = make_store(n_frames=12, persons=2)
    for _ in range(data.draw(st.integers(0, 4))):
        store.apply(random_edit(store, data))
    pairs = [(store, copy.deepcopy(store)), (fork(store), copy.deepcopy(store))]
    assert whole_state(pairs[1][0]) == whole_state(store)
    for _ in range(data.draw(st.integers(1, 6))):
        ours, model = data.draw(st.sampled_from(pairs))
        if data.draw(st.booleans()):
            edit = random_edit(ours, data)
            ours.apply(edit)
            model.apply(edit)
        else:
            chunk = make_chunk(data.draw(st.integers(0, 10)), 2, 3, offset=data.draw(st.floats(0, 50)))
            ours.add_chunk(chunk)
            model.add_chunk(chunk)
        for ours, model in pairs:
            assert whole_state(ours) == whole_state(model)


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize(
    "change",
    [
        lambda store: store.apply(build_move(store, Key(1, 0, RIGHT_KNEE), (7.0, 8.0))),
        lambda store: store.apply(build_move(store, Key(2, 0, RIGHT_KNEE), (7.0, 8.0))),
        lambda store: store.add_chunk(make_chunk(3, 4, 2, offset=99.0)),
        lambda store: store.apply(build_swap_sides(store, 0, 0, 12)),
        lambda store: store.apply(HideEdit(1, (), ((0, 5),), "hide")),
        lambda store: store.apply(build_facing(store, 0, 0, 10, 1)),
    ],
)
def test_what_happens_to_a_store_or_its_fork_is_not_seen_in_the_other(first: int, change) -> None:
    store = make_store(n_frames=12, persons=2)
    store.apply(build_move(store, Key(1, 0, RIGHT_KNEE), (5.0, 6.0)))
    pair = (store, fork(store))
    before = whole_state(store)
    assert whole_state(pair[1]) == before
    change(pair[first])
    assert whole_state(pair[first]) != before
    assert whole_state(pair[1 - first]) == before


def test_a_fork_costs_little_of_the_thread_that_makes_it() -> None:
    store = make_store(n_frames=20_000, persons=2)
    for i in range(2000):
        store.apply(build_move(store, Key(9 * i, 0, RIGHT_KNEE), (5.0, 6.0)))
    before = time.thread_time()
    fork(store)
    assert time.thread_time() - before < 0.008  # a deep copy takes some 50 ms
