"""Whole poses: moved about their centre, mirrored in place, copied to stretches of frames."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from poseapp.core.edit_builders import build_absent, build_marks, build_move, build_state
from poseapp.core.edits import EditGroup, HideEdit, MarksEdit, inverse
from poseapp.core.errors import BadInputError
from poseapp.core.own_builders import build_add_keypoints
from poseapp.core.own_keypoints import OwnKeypoint
from poseapp.core.pose_builders import (
    MOST_MARKS,
    build_absent_stretch,
    build_mirror,
    build_paste,
    build_pose_move,
    build_restore_stretch,
    copy_pose,
    corrected_frame,
)
from poseapp.core.pose_moves import PoseMove, mirrored_pose, moved_pose, pose_centre
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import Key, Mark, MarkState, PoseChunk, Source

SKELETON = load_skeleton("mpii16")
K = SKELETON.n_keypoints
INDEX = {name: k for k, name in enumerate(SKELETON.keypoints)}
STANDING = {
    "right_shoulder": (90, 50),
    "left_shoulder": (110, 50),
    "right_hip": (95, 100),
    "left_hip": (105, 100),
    "right_wrist": (60, 90),
    "left_wrist": (115, 95),
    "head_top": (103, 10),
}
coordinates = st.floats(-500, 500).map(lambda v: round(v, 3))


def pose(points: dict[str, tuple[float, float]]) -> np.ndarray:
    xy = np.full((K, 2), np.nan)
    for name, at in points.items():
        xy[INDEX[name]] = at
    return xy


def make_store(n_frames: int = 12) -> PoseStore:
    """The standing person, one px further right in every frame; nobody in the last."""
    store = PoseStore(SKELETON, n_frames)
    xy = np.stack([pose(STANDING) + np.array((frame, 0)) for frame in range(n_frames - 1)])[:, None].astype(np.float32)
    seen = np.where(np.isfinite(xy[..., 0]), 0.5, np.nan).astype(np.float32)
    store.add_chunk(PoseChunk(0, xy, seen, np.repeat(seen[..., None], 3, axis=-1)))
    return store


def place(store: PoseStore, name: str, frame: int = 0) -> tuple[float, float]:
    x, y = store.view(frame).xy[0, INDEX[name]].tolist()
    return round(x, 4), round(y, 4)


def test_a_quarter_turn_is_clockwise_as_seen_and_about_the_mean() -> None:
    xy = np.array([[0.0, 0.0], [4.0, 0.0], [np.nan, np.nan]])
    assert pose_centre(xy) == (2, 0)
    turned = moved_pose(xy, PoseMove(degrees=90))
    assert turned[:2] == pytest.approx(np.array([[2, -2], [2, 2]]))
    assert np.isnan(turned[2]).all()
    assert moved_pose(xy, PoseMove(1, 2, 0, 2))[:2] == pytest.approx(np.array([[-1, 2], [7, 2]]))
    assert all(math.isnan(value) for value in pose_centre(xy[2:]))


@given(hnp.arrays(float, (K, 2), elements=coordinates), coordinates, coordinates, st.floats(-180, 180))
def test_a_move_keeps_distances_and_the_way_back_is_the_opposite(xy, dx, dy, degrees) -> None:
    moved = moved_pose(xy, PoseMove(dx, dy, degrees))
    assert np.linalg.norm(moved[1:] - moved[:-1], axis=1) == pytest.approx(
        np.linalg.norm(xy[1:] - xy[:-1], axis=1), abs=1e-6
    )
    assert moved_pose(moved, PoseMove(-dx, -dy, -degrees)) == pytest.approx(xy, abs=1e-6)


def test_an_upright_person_is_mirrored_about_the_vertical_through_the_trunk() -> None:
    mirrored = mirrored_pose(pose(STANDING), SKELETON)
    expected = {
        "right_shoulder": (90, 50),  # what was left is right now, on the other side of x = 100
        "left_shoulder": (110, 50),
        "right_hip": (95, 100),
        "left_hip": (105, 100),
        "right_wrist": (85, 95),
        "left_wrist": (140, 90),
        "head_top": (97, 10),
    }
    assert mirrored == pytest.approx(pose(expected), nan_ok=True)


def test_a_slanting_trunk_is_the_axis() -> None:
    lying = {"right_shoulder": (0, -5), "left_shoulder": (0, 5), "right_hip": (50, -4), "left_hip": (50, 4)}
    mirrored = mirrored_pose(pose(lying | {"right_wrist": (20, -30)}), SKELETON)
    assert mirrored[INDEX["left_wrist"]] == pytest.approx((20, 30))
    assert np.isnan(mirrored[INDEX["right_wrist"]]).all()


@given(hnp.arrays(float, (3, K, 2), elements=coordinates))
def test_mirroring_twice_is_nothing(xy: np.ndarray) -> None:
    assert mirrored_pose(mirrored_pose(xy, SKELETON), SKELETON) == pytest.approx(xy, abs=1e-5)


def test_a_pose_without_hips_has_no_mirror_image() -> None:
    points = {name: at for name, at in STANDING.items() if name != "left_hip"}
    assert np.isnan(mirrored_pose(pose(points), SKELETON)).all()


def test_mirroring_in_a_stretch_takes_states_along() -> None:
    store = make_store()
    store.apply(build_state(store, [Key(3, 0, INDEX["right_wrist"])], MarkState.OCCLUDED))
    store.apply(build_absent(store, Key(4, 0, INDEX["left_wrist"])))
    edit = build_mirror(store, 0, 3, 12, time=5.0)
    store.apply(edit)
    assert place(store, "left_wrist", 3) == (143, 90)
    assert store.mark(Key(3, 0, INDEX["left_wrist"])).state is MarkState.OCCLUDED
    assert store.mark(Key(4, 0, INDEX["right_wrist"])).state is MarkState.ABSENT
    assert store.mark(Key(4, 0, INDEX["left_wrist"])).state is MarkState.VISIBLE
    assert store.mark(Key(2, 0, 0)) is None
    assert store.view(11).source[0].tolist() == [Source.MISSING] * K, "nobody is there to be mirrored"
    assert store.mark(Key(3, 0, INDEX["left_knee"])) is None, "what nobody saw stays so"
    assert edit.label == "Mirror person 1 in frames 3 to 11"
    with pytest.raises(BadInputError, match="frame 11: person 1 cannot be mirrored without"):
        build_mirror(store, 0, 11, 12)


def test_moving_the_whole_person_keeps_what_is_occluded_and_leaves_out_what_is_not_there() -> None:
    store = make_store()
    store.apply(build_state(store, [Key(0, 0, INDEX["left_hip"])], MarkState.OCCLUDED))
    edit = build_pose_move(store, 0, 0, PoseMove(dx=2, dy=-1), time=7.0)
    store.apply(edit)
    assert {change.key.keypoint for change in edit.changes} == {INDEX[name] for name in STANDING}
    assert (place(store, "right_wrist"), place(store, "left_hip")) == ((62, 89), (107, 99))
    assert store.mark(Key(0, 0, INDEX["left_hip"])).state is MarkState.OCCLUDED
    assert edit.label == "Move person 1"
    assert build_pose_move(store, 0, 0, PoseMove(degrees=1)).label == "Turn person 1"
    assert build_pose_move(store, 0, 0, PoseMove(factor=1.1)).label == "Scale person 1"
    with pytest.raises(BadInputError, match="frame 11: person 1 is not seen"):
        build_pose_move(store, 0, 11, PoseMove(dx=1))


def test_a_pose_is_pasted_into_every_frame_of_a_stretch() -> None:
    store = make_store()
    store.apply(build_absent(store, Key(2, 0, INDEX["head_top"])))
    store.apply(build_move(store, Key(5, 0, INDEX["left_knee"]), (1, 1)))
    copied = copy_pose(store, 0, 2)
    edit = build_paste(store, copied, 0, 4, 7, time=3.0)
    store.apply(edit)
    for frame in (4, 5, 6):
        assert place(store, "right_wrist", frame) == (62, 90)
        assert store.mark(Key(frame, 0, INDEX["head_top"])).state is MarkState.ABSENT
    assert place(store, "left_knee", 5) == (1, 1)
    assert place(store, "right_wrist", 7) == (67, 90)
    store.apply(inverse(edit))
    assert place(store, "right_wrist", 5) == (65, 90)
    assert edit.label == "Paste the pose of frame 2 into frames 4 to 6"
    store.apply(build_paste(store, copied, 1, 0, 1))
    assert store.view(0).xy[1, INDEX["left_hip"]].tolist() == [107, 100]
    extended = PoseStore(SKELETON, 12)
    extended.apply(build_add_keypoints(extended, [OwnKeypoint("racket_tip")]))
    extended.apply(build_paste(extended, copied, 0, 3, 4))
    assert np.isnan(extended.view(3).xy[0, K]).all(), "a pose from before a keypoint was added can still be pasted"
    with pytest.raises(BadInputError, match="has other keypoints"):
        build_paste(PoseStore(load_skeleton("coco17"), 5), copied, 0, 0, 1)
    with pytest.raises(BadInputError, match="frame 11: person 1 has no pose to copy"):
        copy_pose(store, 0, 11)


def test_too_many_marks_at_once_are_refused() -> None:
    store = PoseStore(SKELETON, MOST_MARKS + 1)
    with pytest.raises(BadInputError, match=r"40001 keypoints are too many .* Choose a shorter working zone"):
        build_absent_stretch(store, 0, 3, 0, MOST_MARKS + 1)


def test_the_nearest_corrected_frame_is_the_persons_own() -> None:
    store = make_store()
    store.apply(build_move(store, Key(2, 0, 1), (1, 1)))
    store.apply(build_marks(store, {Key(4, 0, 1): Mark(1, 1, MarkState.PROPAGATED, sigma=1.0)}, "Propagate"))
    store.apply(build_move(store, Key(5, 1, 1), (1, 1)))
    store.apply(build_absent(store, Key(9, 0, 1)))
    assert (corrected_frame(store, 0, 6, -1), corrected_frame(store, 0, 6, 1)) == (2, 9)
    assert (corrected_frame(store, 1, 6, -1), corrected_frame(store, 0, 9, -1)) == (5, 2)
    with pytest.raises(BadInputError, match="frame 9: person 1 has no corrected frame after this one"):
        corrected_frame(store, 0, 9, 1)


def test_absent_and_restored_in_a_stretch() -> None:
    store = make_store()
    wrist = INDEX["right_wrist"]
    edit = build_absent_stretch(store, 0, wrist, 2, 5, time=1.0)
    store.apply(edit)
    assert [place(store, "right_wrist", f)[1] == 90 for f in (1, 2, 3, 4, 5)] == [True, False, False, False, True]
    assert edit.label == "Mark right wrist as absent in frames 2 to 4"
    assert len(build_absent_stretch(store, 0, None, 8, 10).changes) == 2 * K
    store.apply(build_move(store, Key(3, 0, 0), (1, 1)))
    back = build_restore_stretch(store, 0, wrist, 3, 12)
    assert isinstance(back, MarksEdit)
    assert [change.key.frame for change in back.changes] == [3, 4]
    whole = build_restore_stretch(store, 0, None, 3, 4)
    assert [change.key.keypoint for change in whole.changes] == sorted([wrist, 0])
    with pytest.raises(BadInputError, match="nothing to do"):
        build_restore_stretch(store, 0, None, 8, 9)


def test_restoring_a_person_shows_what_was_hidden() -> None:
    store = make_store()
    store.apply(build_move(store, Key(5, 0, 0), (1, 1)))
    store.apply(HideEdit(0, (), ((4, 9),), "Remove"))
    edit = build_restore_stretch(store, 0, None, 5, 7)
    assert isinstance(edit, EditGroup)
    store.apply(edit)
    assert store.hidden.of(0) == ((4, 5), (7, 9))
    assert place(store, "right_wrist", 5) == (65, 90)
    assert store.mark(Key(5, 0, 0)) is None
