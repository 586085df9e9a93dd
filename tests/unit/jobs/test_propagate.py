"""What a correction brings about in a store: who is healed, what is cleared, what a person said is never touched.

One person stands still, keypoint k at (20 k, 300) but the left ones 200 px lower, and the network sees all to the pixel
but where a test says otherwise; pictures say that nothing moves.
"""

import numpy as np
import pytest

from poseapp.core.edit_builders import build_absent, build_move, build_restore, build_state
from poseapp.core.edits import inverse
from poseapp.core.pose_builders import build_paste, copy_pose
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import Key, MarkState, PoseChunk, Source
from poseapp.jobs.propagate import heal, person_height
from poseapp.jobs.propagation_order import healed_keys, order_propagation, propagation_edit
from poseapp.kinematics.motion_filter import Shift

SKELETON = load_skeleton("mpii16")
KNEE, LEFT_KNEE = SKELETON.index("right_knee"), SKELETON.index("left_knee")
T, K = 120, SKELETON.n_keypoints
TRUE = np.stack([20.0 * np.arange(K), np.full(K, 300.0)], axis=1)
TRUE[[k for k in range(K) if SKELETON.sides[k] == "left"], 1] += 200
TIME = np.arange(T) / 30
P, C, G = int(Source.PREDICTED), int(Source.CORRECTED), int(Source.PROPAGATED)


def still(height):
    return lambda at, to, xy: Shift(np.zeros(2), 0.5)


def make_store(**wrong):
    """`knee`: (start, stop, shift) of what the network gets wrong; `swapped`: (start, stop) of the knees."""
    xy = np.tile(TRUE, (T, 1, 1))
    if "knee" in wrong:
        a, b, shift = wrong["knee"]
        xy[a:b, KNEE] += shift
    if "swapped" in wrong:
        a, b = wrong["swapped"]
        xy[a:b, [KNEE, LEFT_KNEE]] = xy[a:b, [LEFT_KNEE, KNEE]]
    store = PoseStore(SKELETON, T)
    cov = np.tile(np.array([4, 0, 4], np.float32), (T, 1, K, 1))
    store.add_chunk(PoseChunk(0, xy[:, None].astype(np.float32), np.full((T, 1, K), 0.9, np.float32), cov))
    return store


def correct(store, edit):
    store.apply(edit)
    marks = heal(order_propagation(store, TIME, healed_keys(edit)), still)
    follows = propagation_edit(store, marks, 1)
    if follows is not None:
        store.apply(follows)
    return follows


def move(store, frame, keypoint=KNEE):
    return build_move(store, Key(frame, 0, keypoint), tuple(TRUE[keypoint] + 1))


def sources(store, start, stop, keypoint=KNEE):
    return store.track(0, start, stop).source[:, keypoint].tolist()


def test_one_correction_heals_a_stretch_and_one_inverse_takes_it_back() -> None:
    store = make_store(knee=(40, 50, [0, 80]))
    before = store.track(0)
    edit = correct(store, move(store, 44))
    assert sources(store, 39, 51) == [P, *[G] * 4, C, *[G] * 5, P]
    track = store.track(0)
    assert np.abs(track.xy[:, KNEE] - TRUE[KNEE]).max() < 3
    assert (track.cov[45, KNEE, [0, 2]] > 0).all()
    others = [k for k in range(K) if k != KNEE]
    assert (track.source[:, others] == P).all()
    store.apply(inverse(edit))
    store.apply(build_restore(store, Key(44, 0, KNEE)))
    assert (store.track(0).xy == before.xy).all()


def test_exchanged_knees_are_healed_both() -> None:
    store = make_store(swapped=(40, 50))
    correct(store, move(store, 44))
    assert sources(store, 39, 51) == [P, *[G] * 4, C, *[G] * 5, P]
    assert sources(store, 39, 51, LEFT_KNEE) == [P, *[G] * 10, P]
    xy = store.track(0).xy
    assert np.abs(xy[:, KNEE] - TRUE[KNEE]).max() < 3
    assert np.abs(xy[:, LEFT_KNEE] - TRUE[LEFT_KNEE]).max() < 3


def test_what_a_person_placed_wins_over_what_follows() -> None:
    store = make_store(knee=(40, 50, [0, 80]))
    correct(store, move(store, 44))
    correct(store, move(store, 47))
    assert sources(store, 39, 51) == [P, *[G] * 4, C, G, G, C, G, G, P]
    again = heal(order_propagation(store, TIME, (Key(44, 0, KNEE),)), still)
    assert Key(47, 0, KNEE) not in again


def test_a_restored_correction_takes_what_followed_along() -> None:
    store = make_store(knee=(40, 50, [0, 80]))
    correct(store, move(store, 44))
    edit = correct(store, build_restore(store, Key(44, 0, KNEE)))
    assert edit is not None
    assert sources(store, 0, T) == [P] * T


def test_restoring_one_of_two_corrections_leaves_the_other_to_heal() -> None:
    store = make_store(knee=(40, 50, [0, 80]))
    correct(store, move(store, 44))
    correct(store, move(store, 47))
    correct(store, build_restore(store, Key(47, 0, KNEE)))
    assert sources(store, 39, 51) == [P, *[G] * 4, C, *[G] * 5, P]


def test_absent_heals_nothing_and_what_is_absent_is_not_placed() -> None:
    store = make_store(knee=(40, 50, [0, 80]))
    assert correct(store, build_absent(store, Key(46, 0, KNEE))) is None
    correct(store, move(store, 44))
    assert sources(store, 39, 51) == [P, *[G] * 4, C, G, int(Source.ABSENT), P, P, P, P]


def test_confirming_what_the_network_says_changes_nothing_else() -> None:
    store = make_store()
    assert correct(store, build_state(store, [Key(44, 0, KNEE)], MarkState.VISIBLE)) is None


def test_what_a_person_marked_meanwhile_stays() -> None:
    store = make_store(knee=(40, 50, [0, 80]))
    first = move(store, 44)
    store.apply(first)
    marks = heal(order_propagation(store, TIME, healed_keys(first)), still)
    store.apply(build_absent(store, Key(45, 0, KNEE)))
    store.apply(propagation_edit(store, marks, 2))
    assert sources(store, 44, 47) == [C, int(Source.ABSENT), G]


def test_of_a_stretch_only_the_ends_have_neighbours_to_heal() -> None:
    store = make_store(knee=(40, 60, np.array([0, 60])))
    store.apply(move(store, 45))
    edit = build_paste(store, copy_pose(store, 0, 45), 0, 46, 50)
    assert sorted({key.frame for key in healed_keys(edit)}) == [46, 49]
    assert len(healed_keys(edit)) == 2 * K
    assert healed_keys(move(store, 70)) == (Key(70, 0, KNEE),)
    correct(store, edit)
    assert sources(store, 46, 50) == [C] * 4
    assert set(sources(store, 50, 60)) == {G}


def test_height_is_the_longer_side_of_a_pose() -> None:
    xy = np.full((3, 4, 2), np.nan)
    xy[0] = [[0, 0], [10, 40], [5, 5], [1, 1]]
    xy[1, 0] = [500, 500]  # too little of a pose to count
    assert person_height(xy) == 40
    assert person_height(xy[1:]) == pytest.approx(200)
