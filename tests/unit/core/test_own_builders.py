"""A project's own keypoints and angles as edits: undone by their inverse, and nothing that was said is lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poseapp.core.edit_builders import build_absent, build_move, build_restore, build_swap_persons, build_swap_sides
from poseapp.core.edit_text import EDIT_VERSION, edit_from_json, edit_to_json
from poseapp.core.edits import AcceptEdit, AnglesEdit, Edit, EditGroup, KeypointsEdit, inverse
from poseapp.core.errors import BadInputError, EditConflictError
from poseapp.core.history import History
from poseapp.core.moments import Accepted
from poseapp.core.own_builders import (
    build_add_keypoints,
    build_angles,
    build_rehang_keypoint,
    build_remove_keypoint,
    build_rename_keypoint,
    unadded,
)
from poseapp.core.own_keypoints import MAX_OWN, OwnKeypoint, extended
from poseapp.core.skeleton import AngleDefinition, load_skeleton
from poseapp.core.store import PoseStore, snapshot
from poseapp.core.types import Key, PoseChunk, Source

BASE = load_skeleton("coco17")
K = 17
TIP = OwnKeypoint("racket_tip", ("right_wrist",))
BALL = OwnKeypoint("ball")
LAG = AngleDefinition("lag", "Lag", "joint", "middle", ("right_elbow", "right_wrist", "racket_tip"), 0, 1, 360,
                      "in line", "opening")  # fmt: skip
N = 300  # frames: two blocks


def chunk(n_keypoints: int, n: int = N, persons: int = 2) -> PoseChunk:
    """Keypoint k of person p in frame f stands at (1000 p + k, f)."""
    x = 1000.0 * np.arange(persons)[:, None] + np.arange(n_keypoints)
    xy = np.stack(np.broadcast_arrays(x, np.arange(n)[:, None, None]), axis=-1).astype(np.float32)
    score = np.full(xy.shape[:3], 0.5, np.float32)
    return PoseChunk(0, xy, score, np.ones((*score.shape, 3), np.float32))


def make_store() -> PoseStore:
    store = PoseStore(BASE, N)
    store.add_chunk(chunk(K))
    return store


def do(store: PoseStore, *edits: Edit) -> None:
    for edit in edits:
        store.apply(edit)


def everything(store: PoseStore) -> tuple[object, ...]:
    """What can be seen, and what later edits and runs would see."""
    tracks = [store.track(person) for person in range(3)]
    seen = tuple(getattr(t, name).tobytes() for t in tracks for name in ("xy", "raw", "score", "source"))
    strips = tuple(store.score_strip(person).tobytes() for person in range(3))
    swaps = tuple(store._swaps._starts), tuple(store._swaps._orders), store._swaps.n_slots
    marks = tuple(sorted(store._marks.between(0, N), key=lambda pair: pair[0]))
    accepted = tuple(store.accepted.of(person) for person in range(2))
    return store.skeleton, store.own, store.n_persons, seen, strips, swaps, marks, accepted


def test_an_older_run_says_nothing_of_a_new_keypoint_and_stays_as_it_was() -> None:
    store = make_store()
    before = [store.track(person) for person in range(2)]
    change = store.apply(build_add_keypoints(store, [TIP]))
    assert (change.start, change.stop, change.persons, change.kind) == (0, N, frozenset({0, 1}), "skeleton")
    assert store.skeleton.keypoints[K] == "racket_tip"
    assert store.n_persons == 2
    for person in range(2):
        track = store.track(person)
        np.testing.assert_array_equal(track.xy[:, :K], before[person].xy)
        assert np.isnan(track.xy[:, K]).all()
        assert (track.source[:, K] == Source.MISSING).all()
    assert store.view(299).xy.shape == (2, K + 1, 2)
    assert store.view(299).xy[1, 16].tolist() == [1016.0, 299.0]


def test_a_new_keypoint_is_marked_like_any_other() -> None:
    store = make_store()
    do(store, build_move(store, Key(270, 1, 3), (5, 6)), build_add_keypoints(store, [TIP]))
    do(store, build_move(store, Key(270, 1, K), (7, 8)))
    do(store, build_absent(store, *(Key(3, 0, k) for k in range(K + 1))))
    assert store.view(270).xy[1, [3, K]].tolist() == [[5, 6], [7, 8]]
    assert store.view(270).source[1, K] == Source.CORRECTED
    assert (store.view(3).source[0] == Source.ABSENT).all(), "the new one is part of the person"
    assert snapshot(store).view(270).xy[1, K].tolist() == [7, 8]


def test_a_network_that_knows_the_new_keypoint_is_read_by_its_name() -> None:
    store = make_store()
    do(store, build_add_keypoints(store, [BALL, TIP]))
    store.clear_predictions(extended(BASE, [TIP]))
    store.add_chunk(chunk(K + 1))
    assert store.view(4).xy[1, 16].tolist() == [1016, 4]
    assert store.view(4).xy[1, K + 1].tolist() == [1000 + K, 4], "the network's 18th is the project's 19th"
    assert np.isnan(store.view(4).xy[:, K]).all()
    do(store, build_rename_keypoint(store, "racket_tip", "bat_tip"))
    assert store.view(4).xy[1, K + 1].tolist() == [1000 + K, 4]
    with pytest.raises(BadInputError, match="predicts 17 keypoints, the poses have 18"):
        store.add_chunk(chunk(K))


def test_what_only_the_network_knows_is_seen_once_it_is_added() -> None:
    store = PoseStore(BASE, N)
    store.clear_predictions(extended(BASE, [TIP, BALL]))
    store.add_chunk(chunk(K + 2))
    assert store.view(0).xy.shape == (2, K, 2)
    assert unadded(store) == (TIP, BALL)
    do(store, build_add_keypoints(store, unadded(store)[1:]))
    assert store.view(0).xy[0, K].tolist() == [K + 1, 0]
    assert unadded(store) == (TIP,)
    do(store, build_rename_keypoint(store, "ball", "puck"))
    assert unadded(store) == (TIP,), "the puck is what the network calls ball"


def test_a_keypoint_added_after_persons_were_swapped_goes_with_its_person() -> None:
    store = make_store()
    do(store, build_swap_persons(0, 1, 100, 200), build_add_keypoints(store, [TIP]))
    store.clear_predictions(extended(BASE, [TIP]))
    store.add_chunk(chunk(K + 1))
    assert store.view(99).xy[:, K, 0].tolist() == [K, 1000 + K]
    assert store.view(100).xy[:, K, 0].tolist() == [1000 + K, K]
    assert store.view(100).xy[:, 0, 0].tolist() == [1000, 0]


def test_a_pair_of_new_keypoints_swaps_with_its_arm() -> None:
    store = make_store()
    pair = [OwnKeypoint("left_marker", ("left_wrist",)), OwnKeypoint("right_marker", ("right_wrist",))]
    do(store, build_add_keypoints(store, pair))
    do(store, build_move(store, Key(5, 0, K), (1, 2)), build_swap_sides(store, 0, 0, 9, ["arm"]))
    assert store.view(5).xy[0, K + 1].tolist() == [1, 2]
    do(store, build_restore(store, Key(5, 0, K + 1)))
    with pytest.raises(BadInputError, match="left marker cannot be removed: it was swapped with its other side"):
        build_remove_keypoint(store, "left_marker")


def test_a_keypoint_goes_only_when_nothing_is_said_of_it() -> None:
    store = make_store()
    do(store, build_add_keypoints(store, [TIP, BALL]), build_angles(store, [LAG], "Define lag"))
    mark = build_move(store, Key(5, 0, K), (1, 2))
    do(store, mark)
    with pytest.raises(BadInputError, match="racket tip cannot be removed: it is marked in 1 place"):
        build_remove_keypoint(store, "racket_tip")
    with pytest.raises(EditConflictError, match="racket_tip cannot be taken out"):
        store.apply(KeypointsEdit(store.own, (BALL,), "Remove"))
    do(store, inverse(mark))
    with pytest.raises(BadInputError, match="the angle Lag uses it"):
        build_remove_keypoint(store, "racket_tip")
    do(store, build_angles(store, [], "Forget lag"))
    accepted = AcceptEdit((Accepted(0, 1, 5, 2, "missing", (K,), ((1.0, 1.0),)),), (), "Accept")
    do(store, accepted)
    with pytest.raises(BadInputError, match="an accepted moment"):
        build_remove_keypoint(store, "racket_tip")
    do(store, inverse(accepted))
    do(store, build_move(store, Key(5, 0, K + 1), (3, 4)))
    do(store, build_remove_keypoint(store, "racket_tip"))
    assert store.skeleton.keypoints == (*BASE.keypoints, "ball")
    assert store.view(5).xy[0, K].tolist() == [3, 4], "the marks of the others stay theirs"
    with pytest.raises(BadInputError, match="not a keypoint that was added"):
        build_remove_keypoint(store, "nose")


def test_a_new_name_is_followed_by_bones_and_angles() -> None:
    store = make_store()
    do(store, build_add_keypoints(store, [TIP, OwnKeypoint("ball", ("racket_tip",))]))
    do(store, build_angles(store, [LAG], "Define lag"))
    rename = build_rename_keypoint(store, "racket_tip", "bat_tip")
    assert isinstance(rename, EditGroup)
    do(store, rename)
    assert store.own == (
        OwnKeypoint("bat_tip", ("right_wrist",), ("racket_tip",)),
        OwnKeypoint("ball", ("bat_tip",)),
    )
    assert store.skeleton.own_angles == (replace(LAG, points=("right_elbow", "right_wrist", "bat_tip")),)
    with pytest.raises(BadInputError, match="bat tip was called racket tip before"):
        build_add_keypoints(store, [TIP])
    do(store, build_rename_keypoint(store, "bat_tip", "racket_tip"))
    assert store.own[0] == replace(TIP, former=("bat_tip",))
    do(store, build_angles(store, [], "Forget"))
    with pytest.raises(BadInputError, match="ball hangs on it"):
        build_remove_keypoint(store, "racket_tip")
    do(store, build_rehang_keypoint(store, "ball", ("left_wrist", "right_wrist")))
    assert store.skeleton.bones[-2:] == ((9, K + 1), (10, K + 1))
    with pytest.raises(BadInputError, match="cannot hang on ball"):
        build_rehang_keypoint(store, "racket_tip", ("ball",))


def test_what_does_not_fit_changes_nothing() -> None:
    store = make_store()
    before = everything(store)
    for edit in (
        KeypointsEdit((BALL,), (), "Remove"),
        KeypointsEdit((), (OwnKeypoint("Nose!"),), "Add"),
        KeypointsEdit((), (OwnKeypoint("a", ("b",)),), "Add"),
        KeypointsEdit((), tuple(OwnKeypoint(f"p{i}") for i in range(MAX_OWN + 1)), "Add"),
        AnglesEdit((LAG,), (), "Forget"),
    ):
        with pytest.raises(EditConflictError):
            store.apply(edit)
        assert everything(store) == before
    with pytest.raises(BadInputError, match="room for 32"):
        build_add_keypoints(store, [OwnKeypoint(f"p{i}") for i in range(MAX_OWN + 1)])
    with pytest.raises(BadInputError, match="'right_knee_flexion' already"):
        build_angles(store, [replace(LAG, name="right_knee_flexion")], "Define")
    for before_, after in (((TIP,), (TIP,)), ((TIP, BALL), (replace(TIP, name="x"),)), ((), (TIP, TIP))):
        with pytest.raises(ValueError, match="keypoint"):
            KeypointsEdit(before_, after, "Nothing")


def test_the_journal_can_say_them_and_older_applications_are_told() -> None:
    store = make_store()
    edits = [build_add_keypoints(store, [TIP, BALL]), AnglesEdit((), (replace(LAG, unsigned=True, period=180.0),), "D")]
    edits.append(EditGroup(tuple(edits), "Both"))
    for edit in edits:
        text = edit_to_json(edit)
        assert edit_from_json(text) == edit
        assert f'"version":{EDIT_VERSION}' in text
        assert inverse(inverse(edit)) == edit


def test_an_edit_that_follows_does_not_reach_past_other_numbers() -> None:
    store, history = make_store(), History()
    first = build_move(store, Key(5, 0, 3), (1, 2))
    add = build_add_keypoints(store, [TIP])
    follow = replace(build_move(store, Key(6, 0, 3), (1, 2)), follows=2)
    for edit in (first, add, follow):
        history.perform(edit)
    assert history.n_done == 3
    assert history.undo() == inverse(follow)


def random_edit(store: PoseStore, data: st.DataObject) -> Edit | None:
    """Draw an edit that fits; None where that kind has nothing to do now."""
    own = [point.name for point in store.own]
    free = [name for name in ("left_a", "right_a", "b", "c") if name not in own]
    free = [name for name in free if not any(name in point.former for point in store.own)]
    kind = data.draw(st.sampled_from(["add", "rename", "remove", "move", "unmark", "sides", "persons", "accept"]))
    person, frame = data.draw(st.integers(0, 1)), data.draw(st.sampled_from([0, 5, 255, 256, 299]))
    keypoint = data.draw(st.integers(0, store.skeleton.n_keypoints - 1))
    stop = data.draw(st.integers(frame + 1, N))
    if kind == "add" and free:
        bones = data.draw(st.sampled_from([(), ("nose",), ("left_wrist",), tuple(own[:1])]))
        return build_add_keypoints(store, [OwnKeypoint(data.draw(st.sampled_from(free)), bones)])
    if kind in ("rename", "remove") and own:
        name = data.draw(st.sampled_from(own))
        try:
            if kind == "remove":
                return build_remove_keypoint(store, name)
            return build_rename_keypoint(store, name, data.draw(st.sampled_from(free))) if free else None
        except BadInputError:
            return None
    if kind == "move":
        return build_move(store, Key(frame, person, keypoint), (data.draw(st.integers(0, 99)) + 0.5, 1))
    if kind == "unmark" and (mark := build_move(store, Key(frame, person, keypoint), (0.25, 1))):
        return EditGroup((mark, inverse(mark)), "nothing")
    if kind == "sides":
        return build_swap_sides(store, person, frame, stop, data.draw(st.sampled_from([None, ["arm"]])))
    if kind == "persons":
        return build_swap_persons(0, 1, frame, stop)
    if kind == "accept":
        one = Accepted(person, frame, stop, frame, "jump", (keypoint,), ((1.0, 2.0),))
        return None if one in store.accepted.of(person) else AcceptEdit((one,), (), "Accept")
    return None


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_edit_is_undone_by_its_inverse_and_survives_as_text(data: st.DataObject) -> None:
    store = make_store()
    states, done = [everything(store)], []
    for _ in range(data.draw(st.integers(1, 9))):
        edit = random_edit(store, data)
        if edit is None:
            continue
        edit = edit_from_json(edit_to_json(edit))
        store.apply(edit)
        after = everything(store)
        store.apply(inverse(edit))
        assert everything(store) == states[-1]
        store.apply(edit)
        assert everything(store) == after
        done.append(edit)
        states.append(after)
    while done:
        assert everything(store) == states.pop()
        store.apply(inverse(done.pop()))
    assert everything(store) == states.pop()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_network_that_knows_everything_is_seen_alike_however_the_keypoints_came(data: st.DataObject) -> None:
    """Adding keypoints one by one among other edits shows what a project with all of them from the start shows."""
    store = make_store()
    for _ in range(data.draw(st.integers(1, 6))):
        edit = random_edit(store, data)
        if edit is not None:
            store.apply(edit)
    network = extended(BASE, [replace(point, former=()) for point in store.own])
    store.clear_predictions(network)
    store.add_chunk(chunk(network.n_keypoints))
    for frame in (0, 5, 256, 299):
        raw = np.stack([store.predictions(person, frame, frame + 1).xy[0, 0, :, 0] for person in range(2)])
        who, column = np.divmod(raw, 1000)
        assert (who == who[:, :1]).all(), "a body is not torn apart"
        assert sorted(column[0].tolist()) == list(range(network.n_keypoints)), "nothing is seen twice"
