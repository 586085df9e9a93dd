"""Every sign of trouble with numbers worked out by hand on a standing figure, and on the walk of the sample."""

from __future__ import annotations

import time as clock
from dataclasses import replace

import numpy as np
import pytest

from fixtures.figure import SHANK, pose, swing, track_of, upright, walk
from poseapp.core.locations import resources_folder
from poseapp.core.moments import MomentKind
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Source, Track
from poseapp.kinematics.measure import measure_person
from poseapp.kinematics.suspicion import find_moments

BODY = load_skeleton("body18")
T = 120
TIME = np.arange(T) / 60
WRIST, KNEE, ANKLE, TOE = (BODY.index(f"right_{part}") for part in ("wrist", "knee", "ankle", "big_toe"))
TRUNK = 130  # px


def standing() -> Track:
    return track_of(np.repeat(pose(upright(), BODY)[None], T, axis=0))


def changed(track: Track, frames: slice, keypoint: int | list[int], **values: object) -> Track:
    """Return a track with other values of a keypoint in some frames; `xy` is added to what is there."""
    arrays = {}
    for name, value in values.items():
        array = getattr(track, name).copy()
        array[frames, keypoint] = array[frames, keypoint] + value if name == "xy" else value
        arrays[name] = array
    return replace(track, **arrays)


def found(track: Track, **more: object) -> list[tuple]:
    return [(m.kind, m.start, m.stop, m.peak, m.keypoints) for m in find_moments(track, TIME, BODY, **more)]


def sample_walk() -> tuple[Track, np.ndarray]:
    with np.load(resources_folder() / "sample" / "walk_truth.npz") as truth:
        return track_of(truth["keypoints"]), truth["pts"]


def test_nothing_is_wrong_with_one_who_stands_or_walks() -> None:
    assert found(standing()) == []
    assert found(track_of(walk(BODY, TIME))) == []


def test_the_true_walk_of_the_sample_has_no_suspicious_moment() -> None:
    track, time = sample_walk()
    measures = measure_person(track, time, BODY)
    assert find_moments(track, time, BODY, angles=measures.angles) == ()


def test_a_jump_names_the_keypoint_and_the_step_in_px() -> None:
    (moment,) = find_moments(changed(standing(), slice(50, 51), WRIST, xy=(30, 40)), TIME, BODY, person=2)
    # 50 px off the line at frame 50, and half of that in the frames around, whose neighbour is wrong.
    assert (moment.kind, moment.start, moment.stop, moment.peak) == (MomentKind.JUMP, 49, 52, 50)
    assert (moment.person, moment.keypoints, moment.subject) == (2, (WRIST,), "right arm")
    assert moment.value == pytest.approx(50)
    assert moment.limit == pytest.approx(0.1 * TRUNK)
    assert moment.points == ((230.0, 200.0),)
    # 50 px is 2.85 times the limit beyond it: 0.35 + 0.6 (1 - 2^(-2.85 / 2))
    assert moment.severity == pytest.approx(0.726, abs=1e-3)


def test_a_slow_camera_allows_what_gravity_allows() -> None:
    track = changed(standing(), slice(50, 51), WRIST, xy=(0, -40))
    assert len(find_moments(track, TIME, BODY)) == 1
    slow = np.arange(T) / 10  # 98.1 m/s^2 for 0.1 s are 0.49 m off the line: all of a trunk
    assert find_moments(track, slow, BODY) == ()


def test_a_frame_that_a_person_placed_is_right() -> None:
    track = changed(standing(), slice(50, 51), WRIST, xy=(4, 4), source=Source.CORRECTED)
    assert found(track) == []
    far = changed(standing(), slice(50, 51), WRIST, xy=(30, 40), source=Source.CORRECTED)
    assert all(moment[3] != 50 for moment in found(far))


def test_a_bone_that_is_too_long() -> None:
    # The foot slides 50 px down in 5 frames and back: no jump, but a shank of 130 px where 80 are usual.
    slide = np.array([10, 20, 30, 40, 50, 40, 30, 20, 10])[:, None]
    feet = [BODY.index(f"right_{part}") for part in SHANK]
    track = changed(standing(), slice(40, 49), feet, xy=np.stack([0 * slide, slide], axis=-1))
    (moment,) = find_moments(track, TIME, BODY)
    assert (moment.kind, moment.peak, moment.subject) == (MomentKind.LENGTH, 44, "knee ankle")
    assert (moment.value, moment.limit) == (pytest.approx(130), pytest.approx(80 * 1.3))
    assert moment.keypoints == (ANKLE, KNEE)  # of equal scores the far end is the likelier one


def test_low_scores_of_one_limb_are_one_moment() -> None:
    track = changed(standing(), slice(30, 40), KNEE, score=0.2)
    track = changed(track, slice(45, 50), ANKLE, score=0.1)  # less than 0.2 s later
    (moment,) = find_moments(track, TIME, BODY)
    assert (moment.kind, moment.start, moment.stop, moment.peak) == (MomentKind.UNSURE, 30, 50, 45)
    assert (moment.keypoints, moment.value, moment.limit) == ((ANKLE, KNEE), pytest.approx(0.1), 0.4)
    placed = changed(track, slice(30, 50), [KNEE, ANKLE], source=Source.CORRECTED)
    assert found(placed) == []


def test_a_drop_out_is_a_gap_between_frames_that_have_it() -> None:
    nothing = {"xy": np.nan, "score": np.nan, "source": Source.MISSING}
    (moment,) = find_moments(changed(standing(), slice(60, 72), TOE, **nothing), TIME, BODY)
    assert (moment.kind, moment.start, moment.stop) == (MomentKind.MISSING, 60, 72)
    assert (moment.keypoints, moment.value) == ((TOE,), 12)
    assert found(changed(standing(), slice(0, 12), TOE, **nothing)) == []  # not seen yet
    assert found(changed(standing(), slice(60, 72), TOE, **nothing | {"source": Source.ABSENT})) == []
    everything = changed(standing(), slice(60, 72), list(range(18)), **nothing)
    (moment,) = find_moments(everything, TIME, BODY)
    assert (moment.subject, len(moment.keypoints)) == ("body", 18)


def test_a_keypoint_that_no_network_looks_for_is_not_missing_between_marks() -> None:
    nothing = {"xy": np.nan, "score": np.nan, "source": Source.MISSING}
    track = changed(standing(), slice(5, 100), TOE, **nothing)
    assert [m.kind for m in find_moments(track, TIME, BODY)] == [MomentKind.MISSING]
    assert found(changed(track, slice(0, T), TOE, raw=np.nan)) == []
    by_hand = changed(track, slice(0, T), list(range(18)), raw=np.nan)
    assert [m.kind for m in find_moments(by_hand, TIME, BODY)] == [MomentKind.MISSING], "a person without any network"


def test_a_knee_bent_the_wrong_way_counts_in_a_view_from_the_side() -> None:
    bent = pose(swing(upright(), "knee", SHANK, 40), BODY)  # the shank 40 degrees forward: flexion -40
    xy = np.repeat(pose(upright(), BODY)[None], T, axis=0)
    right = [BODY.index(f"right_{part}") for part in SHANK]
    ramp = np.concatenate([np.linspace(0, 1, 30), np.linspace(1, 0, 30)])[:, None, None]
    xy[30:90, right] += ramp * (bent - pose(upright(), BODY))[right]
    measures = measure_person(track_of(xy), TIME, BODY)
    (moment,) = find_moments(track_of(xy), TIME, BODY, angles=measures.angles)
    assert (moment.kind, moment.subject, moment.keypoints) == (MomentKind.ANGLE, "right_knee_flexion", (KNEE,))
    assert (moment.value, moment.limit) == (pytest.approx(-40, abs=1.0), -10)
    wide = xy.copy()
    for side, by in (("right", -40), ("left", 40)):
        wide[:, [k for k, n in enumerate(BODY.keypoints) if n.startswith(side)], 0] += by
    measures = measure_person(track_of(wide), TIME, BODY)
    assert find_moments(track_of(wide), TIME, BODY, angles=measures.angles) == ()


def test_two_runs_that_disagree() -> None:
    other = standing().xy.copy()
    other[20:25, WRIST] += (30, 40)
    (moment,) = find_moments(standing(), TIME, BODY, other=other)
    assert (moment.kind, moment.start, moment.stop, moment.keypoints) == (MomentKind.DISAGREEMENT, 20, 25, (WRIST,))
    assert (moment.value, moment.limit) == (pytest.approx(50), pytest.approx(0.15 * TRUNK))
    # A network that says itself that it may be 20 px off is not held to less than 4 times that.
    vague = changed(standing(), slice(0, T), WRIST, cov=(400, 0, 400))
    assert found(vague, other=other) == []


@pytest.mark.parametrize("frame", [60, 130, 200])
def test_faults_put_into_the_sample_are_found(frame: int) -> None:
    track, time = sample_walk()
    unit = 90
    jumped = find_moments(changed(track, slice(frame, frame + 1), WRIST, xy=(unit, 0)), time, BODY)
    assert [(m.kind, m.peak, m.keypoints[0]) for m in jumped] == [(MomentKind.JUMP, frame, WRIST)]
    dropped = changed(track, slice(frame, frame + 8), WRIST, xy=np.nan, score=np.nan, source=Source.MISSING)
    assert [(m.kind, m.start, m.stop) for m in find_moments(dropped, time, BODY)] == [
        (MomentKind.MISSING, frame, frame + 8)
    ]


def test_frames_are_those_of_the_clip() -> None:
    track = replace(changed(standing(), slice(50, 51), WRIST, xy=(30, 40)), start=1000)
    (moment,) = find_moments(track, TIME, BODY)
    assert (moment.start, moment.stop, moment.peak) == (1049, 1052, 1050)


def test_lengths_that_do_not_agree_are_refused() -> None:
    with pytest.raises(ValueError, match="120 timestamps"):
        find_moments(standing(), TIME, load_skeleton("coco17"))


def test_too_little_says_nothing() -> None:
    nobody = changed(standing(), slice(None), list(range(18)), xy=np.nan, score=np.nan, source=Source.MISSING)
    assert found(nobody) == []
    short = track_of(standing().xy[:2])
    assert find_moments(short, TIME[:2], BODY) == ()


@pytest.mark.benchmark
def test_a_hundred_thousand_frames_take_well_under_a_second_a_kind() -> None:
    track, _ = sample_walk()
    xy = np.tile(track.xy, (420, 1, 1))[:100_000] + np.random.default_rng(0).normal(0, 2, (100_000, 18, 2))
    time = np.arange(100_000) / 30
    long = track_of(xy)
    angles = measure_person(long, time, BODY).angles
    begun = clock.process_time()
    find_moments(long, time, BODY, angles=angles, other=xy)
    assert clock.process_time() - begun < 7 * 1.0
