"""Exchanges of left and right put into a true walk are found with their frames."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.figure import track_of
from poseapp.core.locations import resources_folder
from poseapp.core.moments import Moment, MomentKind
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Source, Track
from poseapp.kinematics.suspicion import find_moments
from poseapp.kinematics.suspicion_rules import SWAP_OPEN_SECONDS
from poseapp.kinematics.swaps import swapped_pairs

BODY = load_skeleton("body18")
MIRROR = np.array(BODY.mirror)
LEG = [BODY.index(f"{side}_{part}") for side in ("left", "right") for part in ("knee", "ankle", "heel", "big_toe")]


@pytest.fixture
def walk() -> tuple[np.ndarray, np.ndarray]:
    with np.load(resources_folder() / "sample" / "walk_truth.npz") as truth:
        return truth["keypoints"].copy(), truth["pts"]


def exchanged(xy: np.ndarray, start: int, stop: int, keypoints: list[int]) -> np.ndarray:
    out = xy.copy()
    out[start:stop, keypoints] = xy[start:stop][:, MIRROR[keypoints]]
    return out


def moments(xy: np.ndarray, time: np.ndarray) -> tuple[Moment, ...]:
    return find_moments(track_of(xy), time, BODY)


def apart(xy: np.ndarray) -> np.ndarray:
    """Frames in which the feet stand well apart, so that an exchange shows."""
    ankles = xy[:, [BODY.index("left_ankle"), BODY.index("right_ankle")], 0]
    return np.flatnonzero(np.abs(np.diff(ankles, axis=1))[:, 0] > 60)


def test_swapped_legs_are_one_candidate_with_its_range(walk) -> None:
    xy, time = walk
    frames = apart(xy)
    start, stop = int(frames[20]), int(frames[20]) + 6
    assert {start, stop} <= set(frames.tolist())
    (moment,) = moments(exchanged(xy, start, stop, LEG), time)
    assert (moment.kind, moment.start, moment.stop, moment.subject) == (MomentKind.SWAP, start, stop, "leg")
    assert set(LEG) <= set(moment.keypoints)
    assert moment.severity > 0.7
    pairs = swapped_pairs(moment, BODY)
    assert all(BODY.mirror[a] == b for a, b in pairs)
    assert {k for pair in pairs for k in pair} == set(moment.keypoints)


def test_taking_the_exchange_back_leaves_nothing(walk) -> None:
    xy, time = walk
    start = int(apart(xy)[20])
    (moment,) = moments(exchanged(xy, start, start + 6, LEG), time)
    healed = exchanged(exchanged(xy, start, start + 6, LEG), moment.start, moment.stop, LEG)
    assert moments(healed, time) == ()


def test_an_exchange_that_never_ends_reaches_to_the_nearer_end(walk) -> None:
    xy, time = walk
    start = int(next(f for f in apart(xy) if time[-1] - time[f] < SWAP_OPEN_SECONDS))
    (moment,) = moments(exchanged(xy, start, len(xy), LEG), time)
    assert (moment.kind, moment.start, moment.stop, moment.peak) == (MomentKind.SWAP, start, len(xy), start)


def test_one_frame_is_no_evidence_for_an_exchange_of_many_seconds(walk) -> None:
    xy, time = walk
    start = int(next(f for f in apart(xy) if f > 110))
    found = moments(exchanged(xy, start, len(xy), LEG), time)
    assert {moment.kind for moment in found} == {MomentKind.JUMP}
    assert all(start - 3 <= moment.peak <= start + 3 for moment in found)


def test_the_whole_body_is_one_candidate(walk) -> None:
    xy, time = walk
    paired = [k for k in range(18) if BODY.mirror[k] != k]
    start = int(apart(xy)[20])
    (moment,) = moments(exchanged(xy, start, start + 6, paired), time)
    assert (moment.subject, moment.start, moment.stop) == ("body", start, start + 6)
    assert set(moment.keypoints) >= set(LEG)


def test_what_a_person_placed_is_not_exchanged(walk) -> None:
    xy, time = walk
    start = int(apart(xy)[20])
    track = track_of(exchanged(xy, start, start + 6, LEG))
    source = track.source.copy()
    source[start - 1 : start + 7] = Source.CORRECTED
    placed = Track(0, track.xy, track.raw, track.score, track.cov, source)
    assert find_moments(placed, time, BODY) == ()
