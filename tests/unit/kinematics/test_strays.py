"""Keypoints that are astray for a moment, on a stick figure whose true motion is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.figure import track_of, walk
from poseapp.core.skeleton import Skeleton, load_skeleton
from poseapp.core.types import Source
from poseapp.kinematics.strays import LONGEST_SECONDS, Bridged, bridge_strays
from poseapp.kinematics.suspicion import as_predicted

BODY = load_skeleton("body18")
TRUNK = 130.0  # px, of the figure
ANKLE, OTHER_ANKLE = BODY.index("right_ankle"), BODY.index("left_ankle")
WRIST = BODY.index("right_wrist")


def walking(rate: float, *, seconds: float = 2.5, noise: float = 1.0, skeleton: Skeleton = BODY) -> np.ndarray:
    """Return (T, K, 2) of the figure that walks right, with noise of so many px."""
    xy = walk(skeleton, np.arange(round(seconds * rate)) / rate)
    return xy + np.random.default_rng(0).normal(0, noise, xy.shape)


def bridge(xy: np.ndarray, rate: float, *, score: float = 0.8, skeleton: Skeleton = BODY, **how: slice) -> Bridged:
    """Bridge keypoints that are all as sure, with a sigma of 2 px."""
    scores = np.full(xy.shape[:2], score, np.float32)
    cov = np.broadcast_to(np.array([4, 1, 4], np.float32), (*xy.shape[:2], 3)).copy()
    return bridge_strays(xy.astype(np.float32), scores, cov, skeleton, rate, **how)


@pytest.mark.parametrize("rate", [25.0, 30.0, 60.0, 120.0, 240.0])
@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.15])
def test_what_jumps_away_and_back_is_put_where_it_was(rate: float, seconds: float) -> None:
    truth = walking(rate)
    read, where = truth.copy(), np.zeros(truth.shape[:2], dtype=bool)
    for keypoint, begin, off in ((ANKLE, 0.5, (70, -20)), (WRIST, 1.1, (-90, 60)), (WRIST, 1.9, (0, 80))):
        start = round(begin * rate)
        frames = slice(start, start + max(1, round(seconds * rate)))
        read[frames, keypoint] += off
        where[frames, keypoint] = True
    found = bridge(read, rate)
    np.testing.assert_array_equal(found.where, where)
    assert np.linalg.norm(found.xy - truth, axis=-1)[where].max() < 0.08 * TRUNK
    np.testing.assert_array_equal(found.xy[~where], read.astype(np.float32)[~where])


def test_two_ankles_on_one_leg_part_again() -> None:
    """Exchanges of left and right cannot repair this: see `inference.sides`."""
    truth = walking(60.0)
    read = truth.copy()
    read[40:50, ANKLE] = truth[40:50, OTHER_ANKLE] + 2
    found = bridge(read, 60.0)
    assert np.flatnonzero(found.where[:, ANKLE]).tolist() == list(range(40, 50))
    assert not found.where[:, OTHER_ANKLE].any()
    assert np.linalg.norm(found.xy - truth, axis=-1)[40:50, ANKLE].max() < 0.1 * TRUNK


def test_what_is_bridged_is_less_sure_and_more_so_in_the_middle() -> None:
    read = walking(60.0)
    read[50:57, WRIST] += 100
    found = bridge(read, 60.0)
    at = found.where
    np.testing.assert_allclose(found.score[at], 0.4)
    np.testing.assert_allclose(found.score[~at], 0.8)
    np.testing.assert_array_equal(found.cov[~at], np.broadcast_to([4, 1, 4], found.cov[~at].shape))
    spread = found.cov[50:57, WRIST]
    assert (spread[:, 0] > 4).all()
    assert (spread[:, 1] == 0).all()
    assert spread[:, 0].argmax() == 3
    np.testing.assert_allclose(spread[:, 0], spread[::-1, 0], rtol=0.01)


@pytest.mark.parametrize("rate", [25.0, 30.0, 60.0, 120.0])
@pytest.mark.parametrize("noise", [0.0, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("skeleton", [BODY, load_skeleton("mpii16"), load_skeleton("coco17")], ids=lambda s: s.name)
def test_walking_is_left_alone(rate: float, noise: float, skeleton: Skeleton) -> None:
    read = walking(rate, seconds=6.0, noise=noise, skeleton=skeleton)
    found = bridge(read, rate, skeleton=skeleton)
    # Of noise of 3 px some reaches a tenth of the trunk.
    assert found.where.mean() <= (0.005 if noise == 3.0 else 0.0)


def strike(time: np.ndarray, seconds: float) -> np.ndarray:
    """Return 0 to 1 and back, by minimum jerk in `seconds` each way, every 0.8 s (Flash & Hogan 1985)."""
    way = time % 0.8 / seconds
    phase = np.clip(np.minimum(way, 2.1 - way), 0, 1)
    return np.asarray(phase**3 * (10 - 15 * phase + 6 * phase**2))


@pytest.mark.parametrize(("rate", "seconds"), [(30.0, 0.16), (30.0, 0.12), (60.0, 0.12), (60.0, 0.08), (120.0, 0.08)])
def test_a_strike_is_no_stray(rate: float, seconds: float) -> None:
    """A fist that goes 0.6 m out and back, at up to 240 m/s^2 in 30 frames/s and 540 in 60."""
    read = walking(rate, seconds=6.0)
    reach = 1.2 * TRUNK * strike(np.arange(len(read)) / rate + 0.013, seconds)
    read[:, WRIST] += np.stack([reach, -0.4 * reach], axis=-1)
    read[:, BODY.index("right_elbow")] += np.stack([0.5 * reach, -0.2 * reach], axis=-1)
    found = bridge(read, rate, score=0.7)
    assert found.where[:, WRIST].mean() < 0.01


def test_what_stays_away_long_or_for_good_is_left() -> None:
    read = walking(60.0)
    for start, stop in ((30, 30 + round(LONGEST_SECONDS * 60)), (120, 150)):
        read[start:stop, WRIST] += 90
    assert not bridge(read, 60.0).where.any()


def test_where_most_of_a_second_is_astray_nobody_knows() -> None:
    read = walking(60.0)
    for start in range(40, 100, 14):
        read[start : start + 7, ANKLE] += (80, 10)
    assert not bridge(read, 60.0).where.any()
    read = walking(60.0)
    for start in (40, 110):
        read[start : start + 7, ANKLE] += (80, 10)
    assert bridge(read, 60.0).where.sum() == 14


def test_a_sure_keypoint_needs_more_than_an_unsure_one() -> None:
    read = walking(60.0)
    read[50:55, WRIST] += (26, -9)  # about the elbow
    read[50:55, BODY.index("left_wrist")] -= 60  # the other hand is elsewhere
    found = [bridge(read, 60.0, score=score).where[50:55, WRIST].sum() for score in (0.2, 0.6, 0.99)]
    assert found == [5, 5, 0]


def test_nothing_goes_across_missing_frames() -> None:
    read = walking(60.0)
    read[50:54, WRIST] += 90
    read[48:50] = np.nan
    found = bridge(read, 60.0)
    assert not found.where.any()
    np.testing.assert_array_equal(found.xy, read.astype(np.float32))


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 6])
def test_little_or_nothing_to_go_by(n: int) -> None:
    read = walking(60.0)[:n]
    assert not bridge(read, 60.0).where.any()
    assert not bridge(np.full_like(read, np.nan), 60.0).where.any()


def test_pictures_that_do_not_follow_each_other_stay() -> None:
    read = walking(60.0)
    read[50:54, WRIST] += 90
    assert not bridge(read, 0.0).where.any()


def test_only_the_frames_asked_for_are_changed() -> None:
    read = walking(60.0)
    read[50:58, WRIST] += 90
    found = bridge(read, 60.0, frames=slice(20, 54))
    assert np.flatnonzero(found.where[:, WRIST]).tolist() == [50, 51, 52, 53]
    np.testing.assert_array_equal(found.xy[54:], read.astype(np.float32)[54:])
    np.testing.assert_array_equal(found.score[54:], np.float32(0.8))


@settings(max_examples=25, deadline=None)
@given(
    scale=st.floats(0.2, 5.0),
    shift=st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000)),
    turn=st.floats(0, 6.28),
    seed=st.integers(0, 99),
)
def test_size_place_and_turn_of_the_picture_do_not_matter(
    scale: float, shift: tuple[float, float], turn: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    read = walking(60.0, seconds=1.5)
    for _ in range(4):
        start, keypoint = rng.integers(5, 75), rng.integers(BODY.n_keypoints)
        read[start : start + rng.integers(1, 10), keypoint] += rng.normal(0, 80, 2)
    c, s = np.cos(turn), np.sin(turn)
    moved = read @ np.array([[c, s], [-s, c]]) * scale + np.array(shift)
    one, other = bridge(read, 60.0), bridge(moved, 60.0)
    differs = (one.where != other.where).mean()
    assert differs < 0.005  # the measure of a body is the box it fills, a little


def test_left_and_right_are_treated_alike() -> None:
    read = walking(60.0)
    read[50:57, WRIST] += 100
    read[80:84, ANKLE] += (60, -30)
    mirror = np.array(BODY.mirror)
    other = read[:, mirror] * [-1, 1] + [400, 0]
    one, two = bridge(read, 60.0), bridge(other, 60.0)
    np.testing.assert_array_equal(one.where, two.where[:, mirror])
    assert one.where.any()


def test_a_mark_elsewhere_leaves_what_was_bridged_as_such() -> None:
    track = track_of(walking(60.0, seconds=0.1))
    source = track.source.copy()
    source[2, WRIST], source[4, ANKLE] = Source.INTERPOLATED, Source.CORRECTED
    predicted = as_predicted(replace(track, source=source))
    assert predicted.source[2, WRIST] == Source.INTERPOLATED
    assert predicted.source[4, ANKLE] == Source.PREDICTED
