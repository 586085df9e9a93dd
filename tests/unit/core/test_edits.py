"""Edits survive the journal's text, and builders say what a gesture means."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseapp.core.edit_builders import (
    build_absent,
    build_facing,
    build_marks,
    build_move,
    build_moves,
    build_propagation,
    build_restore,
    build_state,
    build_swap_persons,
    build_swap_sides,
)
from poseapp.core.edit_text import edit_from_json, edit_to_json
from poseapp.core.edits import (
    AcceptEdit,
    AnglesEdit,
    Edit,
    EditGroup,
    FacingEdit,
    HideEdit,
    ItemsEdit,
    KeypointsEdit,
    MarkChange,
    MarksEdit,
    SwapPersonsEdit,
    SwapSidesEdit,
    inverse,
    joined,
)
from poseapp.core.errors import BadInputError
from poseapp.core.items import ItemChange, PersonNote
from poseapp.core.moments import Accepted
from poseapp.core.own_keypoints import OwnKeypoint
from poseapp.core.pose_builders import build_paste, copy_pose
from poseapp.core.skeleton import load_angles, load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.stretches import user_stretch
from poseapp.core.types import Key, Mark, MarkState, PoseChunk

ACCEPTED = Accepted(0, 10, 14, 12, "jump", (3, 5), ((10.25, 20.5), (math.nan, math.nan)))
coordinates = st.floats(-1e6, 1e6, allow_nan=False)
marks = st.builds(
    Mark,
    coordinates,
    coordinates,
    st.sampled_from(MarkState),
    st.text('aé"\\\n', max_size=5),
    st.floats(0, 2e9),
    st.just(0.0) | st.floats(0, 1e3),
)
keys = st.builds(Key, st.integers(0, 10**6), st.integers(0, 9), st.integers(0, 15))
changes = st.lists(
    st.builds(MarkChange, keys, st.none() | marks, st.none() | marks), min_size=1, max_size=4, unique_by=lambda c: c.key
)
edits = st.one_of(
    st.builds(MarksEdit, changes.map(tuple), st.text('aé"\\\n', max_size=9)),
    st.just(SwapSidesEdit(0, 3, 90, ((2, 6), (3, 7)), "Swap arms")),
    st.just(SwapPersonsEdit(0, 2, 5, 7, "Swap persons")),
    st.just(FacingEdit(1, (), (user_stretch(0, 5, 1), user_stretch(5, 9, -1)), "Set facing")),
    st.just(AcceptEdit((ACCEPTED,), (), "Accept a jump")),
    st.just(KeypointsEdit((), (OwnKeypoint("left_a", ("nose",), ("b",)), OwnKeypoint("right_a")), "Add")),
    st.just(AnglesEdit((), (load_angles()[0], replace(load_angles()[1], unsigned=True, zero='a"é')), "Define")),
    st.just(HideEdit(1, ((0, 3),), ((0, 3), (7, 9)), "Remove person 2")),
    st.just(
        EditGroup(
            (
                MarksEdit((MarkChange(Key(3, 1, 2), Mark(1.5, 2), None),), "Unmark"),
                HideEdit(1, (), ((0, 9),), "Hide"),
                FacingEdit(1, (user_stretch(0, 5, 1),), (), "Turn"),
                SwapPersonsEdit(0, 2, 5, 7, "Swap persons"),
                ItemsEdit((ItemChange(4, PersonNote(1, "Ann"), None),), "Forget"),
            ),
            "Remove person 2",
        )
    ),
)


def make_store(n_frames: int = 10) -> PoseStore:
    """One person whose keypoint k stands at (10 k + frame, k) in every frame but the last, which is empty."""
    store = PoseStore(load_skeleton("mpii16"), n_frames)
    n, K = n_frames - 1, 16
    xy = np.stack(np.broadcast_arrays(10.0 * np.arange(K) + np.arange(n)[:, None], np.arange(K)), axis=-1)
    xy = xy[:, None].astype(np.float32)
    store.add_chunk(PoseChunk(0, xy, np.full((n, 1, K), 0.5, np.float32), np.ones((n, 1, K, 3), np.float32)))
    return store


@given(edits)
def test_json_round_trip(edit: Edit) -> None:
    assert edit_from_json(edit_to_json(edit)) == edit


@given(edits)
def test_the_inverse_of_the_inverse_is_the_edit(edit: Edit) -> None:
    assert inverse(inverse(edit)) == edit


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"version":1,"kind":"burn","label":""}', '{"version":1,"kind":"marks"}']
)
def test_foreign_text_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match="an edit cannot be read"):
        edit_from_json(text)


def test_an_edit_of_a_newer_version_is_named() -> None:
    data = json.loads(edit_to_json(SwapPersonsEdit(0, 1, 2, 3, ""))) | {"version": 99}
    with pytest.raises(BadInputError, match="newer poseapp"):
        edit_from_json(json.dumps(data))


def test_absent_marks_are_equal_and_have_no_position() -> None:
    one, other = Mark(3, 4, MarkState.ABSENT), Mark(float("nan"), 0, MarkState.ABSENT)
    assert one == other
    assert hash(one) == hash(other)
    assert math.isnan(one.x)


@pytest.mark.parametrize("sigma", [-1.0, math.inf, math.nan])
def test_a_mark_without_a_standard_deviation_is_refused(sigma: float) -> None:
    with pytest.raises(ValueError, match="standard deviation"):
        Mark(1, 1, MarkState.PROPAGATED, sigma=sigma)


def test_a_mark_without_position_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a position"):
        Mark(math.nan, 1.0, MarkState.OCCLUDED)


@pytest.mark.parametrize(
    "make",
    [
        lambda: MarksEdit((), "nothing"),
        lambda: MarksEdit((MarkChange(Key(0, 0, 0), None, Mark(1, 2)),) * 2, "twice"),
        lambda: SwapSidesEdit(0, 0, 1, ((1, 2), (2, 3)), "chain"),
        lambda: SwapPersonsEdit(1, 1, 0, 2, "itself"),
        lambda: AcceptEdit((ACCEPTED,), (ACCEPTED,), "nothing"),
        lambda: HideEdit(0, ((1, 2),), ((1, 2),), "nothing"),
        lambda: HideEdit(0, (), ((1, 2), (2, 3)), "touching"),
        lambda: HideEdit(0, (), ((2, 2),), "empty"),
        lambda: HideEdit(0, ((-1, 2),), (), "before the clip"),
        lambda: EditGroup((), "nothing"),
        lambda: FacingEdit(0, (), (user_stretch(0, 5, 1), user_stretch(4, 6, 1)), "overlap"),
        lambda: FacingEdit(0, (), (user_stretch(0, 5, 2),), "two"),
    ],
)
def test_edits_that_have_no_inverse_cannot_be_made(make) -> None:
    with pytest.raises(ValueError, match=r"an edit of|a swap|facing stretches|hidden predictions|a group"):
        make()


def test_move_keeps_what_was_there_before() -> None:
    store, key = make_store(), Key(2, 0, 11)
    edit = build_move(store, key, (7.5, 8.25), author="ann", time=12.0)
    assert edit.changes == (MarkChange(key, None, Mark(7.5, 8.25, MarkState.VISIBLE, "ann", 12.0)),)
    assert edit.label == "Move right knee"
    store.apply(edit)
    assert build_move(store, key, (1, 1)).changes[0].before == Mark(7.5, 8.25, MarkState.VISIBLE, "ann", 12.0)


def test_moving_several_keeps_occlusion() -> None:
    store = make_store()
    store.apply(build_state(store, [Key(0, 0, 3)], MarkState.OCCLUDED))
    edit = build_moves(store, {Key(0, 0, 3): (1, 2), Key(0, 0, 4): (3, 4)})
    assert [change.after.state for change in edit.changes] == [MarkState.OCCLUDED, MarkState.VISIBLE]
    assert edit.label == "Move 2 keypoints"


def test_state_is_said_where_the_keypoint_is() -> None:
    edit = build_state(make_store(), [Key(3, 0, 2)], MarkState.OCCLUDED)
    assert edit.changes[0].after == Mark(23.0, 2.0, MarkState.OCCLUDED)
    assert edit.label == "Mark right shoulder as occluded"


def test_a_keypoint_nobody_saw_cannot_be_occluded_but_absent() -> None:
    store = make_store()
    with pytest.raises(BadInputError, match=r"frame 9: right shoulder has no position yet\. Place it first\."):
        build_state(store, [Key(9, 0, 2)], MarkState.OCCLUDED)
    assert build_absent(store, Key(9, 0, 2)).changes[0].after.state is MarkState.ABSENT


def test_restore_removes_marks_and_only_marks() -> None:
    store, key = make_store(), Key(1, 0, 1)
    with pytest.raises(BadInputError, match="nothing to do"):
        build_restore(store, key)
    store.apply(build_move(store, key, (1, 2)))
    edit = build_restore(store, key, Key(1, 0, 2))
    assert edit.changes == (MarkChange(key, Mark(1, 2), None),)


def test_copy_pose_copies_what_is_seen() -> None:
    store = make_store()
    store.apply(build_move(store, Key(2, 0, 5), (1, 2), state=MarkState.OCCLUDED))
    store.apply(build_absent(store, Key(2, 0, 6)))
    edit = build_paste(store, copy_pose(store, 0, 2), 0, 9, 10, time=3.0)
    after = {change.key.keypoint: change.after for change in edit.changes}
    assert {change.key.frame for change in edit.changes} == {9}
    assert after[0] == Mark(2.0, 0.0, MarkState.VISIBLE, time=3.0)
    assert after[5] == Mark(1.0, 2.0, MarkState.OCCLUDED, time=3.0)
    assert after[6].state is MarkState.ABSENT
    assert len(after) == 16


def test_copying_an_empty_frame_says_so() -> None:
    with pytest.raises(BadInputError, match="frame 9: person 1 has no pose to copy"):
        copy_pose(make_store(), 0, 9)


def test_swap_of_limbs_names_whole_limbs() -> None:
    store = make_store()
    names = store.skeleton.keypoints
    legs = {frozenset(names[k] for k in pair) for pair in build_swap_sides(store, 0, 0, 5, ["leg"]).pairs}
    assert legs == {frozenset({f"left_{part}", f"right_{part}"}) for part in ("hip", "knee", "ankle")}
    assert len(build_swap_sides(store, 0, 0, 5).pairs) == 6
    with pytest.raises(BadInputError, match="no limb 'tail'"):
        build_swap_sides(store, 0, 0, 5, ["tail"])


def test_facing_overrides_a_stretch_and_can_be_left_to_the_vote() -> None:
    store = make_store()
    store.apply(build_facing(store, 0, 0, 8, 1))
    store.apply(build_facing(store, 0, 2, 4, -1))
    assert store.facing(0) == (user_stretch(0, 2, 1), user_stretch(2, 4, -1), user_stretch(4, 8, 1))
    store.apply(build_facing(store, 0, 1, 10, None))
    assert store.facing(0) == (user_stretch(0, 1, 1),)
    with pytest.raises(BadInputError, match="so already"):
        build_facing(store, 0, 0, 1, 1)
    with pytest.raises(BadInputError, match="not all in this clip"):
        build_facing(store, 0, 5, 11, 1)


def test_a_swap_of_one_person_is_refused() -> None:
    with pytest.raises(BadInputError, match="two persons"):
        build_swap_persons(1, 1, 0, 5)


def test_what_is_so_already_is_left_out() -> None:
    store = make_store()
    store.apply(build_move(store, Key(0, 0, 0), (1, 1)))
    edit = build_marks(store, {Key(0, 0, 0): Mark(1, 1), Key(0, 0, 1): Mark(2, 2)}, "Move")
    assert [change.key.keypoint for change in edit.changes] == [1]


def test_what_an_older_application_can_read_is_written_for_it() -> None:
    key, propagated = Key(0, 0, 0), Mark(1, 2, MarkState.PROPAGATED, sigma=1.5)
    edit = MarksEdit((MarkChange(key, None, Mark(1, 2, MarkState.OCCLUDED, "ann", 3.0)),), "Move")
    written = '{"version":1,"kind":"marks","changes":[[0,0,0,null,[1.0,2.0,1,"ann",3.0]]],"label":"Move"}'
    assert edit_to_json(edit) == written
    assert edit_from_json(written) == edit
    for newer in (
        MarksEdit((MarkChange(key, None, propagated),), ""),
        MarksEdit((MarkChange(key, propagated, None),), ""),
        MarksEdit(edit.changes, "", 1),
    ):
        text = edit_to_json(newer)
        assert json.loads(text)["version"] == 2
        assert edit_from_json(text) == newer


def test_edits_that_cancel_each_other_are_nothing_together() -> None:
    key = Key(0, 0, 0)
    there, back = (MarkChange(key, None, Mark(1, 2)),), (MarkChange(key, Mark(1, 2), None),)
    assert joined(MarksEdit(there, "Move"), MarksEdit(back, "Restore")) is None
    other = MarkChange(Key(1, 0, 0), None, Mark(3, 4))
    whole = joined(MarksEdit(there, "Move"), MarksEdit((*back, other), "Restore"))
    assert whole == MarksEdit((other,), "Move")


def test_propagation_changes_what_is_new_only() -> None:
    store = make_store()
    mark = Mark(1, 2, MarkState.PROPAGATED, sigma=1.5)
    edit = build_propagation(store, {Key(0, 0, 0): mark, Key(1, 0, 0): None}, 1)
    assert edit is not None
    assert (edit.keys, edit.follows) == ({Key(0, 0, 0)}, 1)
    store.apply(edit)
    assert build_propagation(store, {Key(0, 0, 0): mark}, 1) is None
