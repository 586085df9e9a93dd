"""Heel strikes and toe-offs on walks whose events are known: how many, and how far off in time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from fixtures.strides import Walked, rendered_walk, squatting, standing, stepping
from poseapp.core.skeleton import load_skeleton
from poseapp.kinematics.events_gait import SIDES, STRIKE, TOE_OFF, GaitEvents, find_gait_events, noise_of
from poseapp.kinematics.filters import filter_butterworth


def found_in(walk: Walked, *, facing: int = 1, method="coordinate") -> GaitEvents:
    smooth, _ = filter_butterworth(walk.xy, walk.time, 6.0)
    return find_gait_events(smooth, walk.time, walk.skeleton, np.full(len(walk.time), facing), person=0, method=method)


def errors(walk: Walked, found: GaitEvents, name: str) -> np.ndarray:
    """Return the time of each event after the nearest true one, s, and fail for one that is found twice."""
    made = []
    for side in SIDES:
        truth = (walk.strikes if name == STRIKE else walk.offs)[side]
        times = walk.time[[e.frame for e in found.events if (e.name, e.side) == (name, side)]]
        nearest = np.abs(times[:, None] - truth[None]).argmin(axis=1)
        assert len(set(nearest)) == len(nearest), "an event was found twice"
        assert len(times) >= len(truth) - 1, "an event is missing that is not at an end"
        made.append(times - truth[nearest])
    return np.concatenate(made)


@pytest.mark.parametrize("method", ["coordinate", "velocity"])
@pytest.mark.parametrize(("fps", "noise"), [(30, 0.0), (30, 2.0), (60, 0.0), (120, 2.0)])
@pytest.mark.parametrize("belt", [False, True])
def test_times_of_feet_that_stand_still_from_strike_to_toe_off(method, fps, noise, belt):
    """Strikes come out a little early, toe-offs late, because a foot is slower than the pelvis while it stands."""
    walk = stepping(fps, belt=belt, noise=noise)
    found = found_in(walk, method=method)
    strikes, offs = errors(walk, found, STRIKE), errors(walk, found, TOE_OFF)
    assert -0.03 < strikes.mean() < 0.0
    assert np.abs(strikes).max() < 0.03 + 1 / fps
    assert 0.0 < offs.mean() < 0.05
    assert np.abs(offs).max() < 0.05 + 1 / fps
    assert found.treadmill == belt
    assert (found.used, found.note) == ("heel and toe", "")


def test_times_on_the_rendered_walker():
    walk = rendered_walk(60)
    found = found_in(walk)
    assert abs(errors(walk, found, STRIKE).mean()) < 0.055
    assert abs(errors(walk, found, TOE_OFF).mean()) < 0.045


def test_facing_left_is_the_mirror_of_facing_right():
    right, left = (found_in(stepping(facing=way), facing=way) for way in (1, -1))
    assert right.events == left.events


def test_feet_come_in_turns_and_each_foot_leaves_between_its_strikes():
    events = found_in(stepping(30, noise=2.0)).events
    strikes = [e.side for e in events if e.name == STRIKE]
    assert all(a != b for a, b in pairwise(strikes))
    for side in SIDES:
        names = [e.name for e in events if e.side == side]
        assert all(a != b for a, b in pairwise(names))
    assert {e.person for e in events} == {0}


def test_a_foot_that_points_backwards_for_a_moment_has_no_events_there():
    """Heel farthest before the pelvis and toe farthest behind it at once: no foot stands or swings for so short."""
    walk, side = stepping(30), "right"
    plain = find_gait_events(walk.xy, walk.time, walk.skeleton, np.ones(len(walk.time)))
    heel, toe, hip = (walk.skeleton.index(f"{side}_{name}") for name in ("heel", "big_toe", "hip"))
    strikes = [e.frame for e in plain.events if (e.name, e.side) == (STRIKE, side)]
    offs = [e.frame for e in plain.events if (e.name, e.side) == (TOE_OFF, side)]
    middle = round((strikes[1] + next(f for f in offs if f > strikes[1])) / 2)  # it stands
    xy = walk.xy.copy()
    for step, reach in ((-1, 160.0), (0, 230.0), (1, 160.0)):
        xy[middle + step, heel, 0] = xy[middle + step, hip, 0] + reach
        xy[middle + step, toe, 0] = xy[middle + step, hip, 0] - reach
    found = find_gait_events(xy, walk.time, walk.skeleton, np.ones(len(walk.time)))
    near = [e for e in found.events if e.side == side and abs(e.frame - middle) <= 3]
    assert near == []


def test_ankles_stand_for_feet_that_the_skeleton_does_not_have():
    walk, lsp = stepping(60), load_skeleton("lsp14")
    assert not lsp.has("right_heel")
    xy = walk.xy[:, [walk.skeleton.index(name) for name in lsp.keypoints]]
    found = find_gait_events(xy, walk.time, lsp, np.ones(len(walk.time)))
    assert found.used == "ankle"
    assert "ankles stood for them" in found.note
    assert np.abs(errors(walk, found, STRIKE)).max() < 0.04


def test_ankles_stand_for_feet_that_are_mostly_not_seen():
    walk = stepping(60)
    xy = walk.xy.copy()
    xy[20:, walk.skeleton.index("left_big_toe")] = np.nan
    assert find_gait_events(xy, walk.time, walk.skeleton, np.ones(len(walk.time))).used == "ankle"


@pytest.mark.parametrize("person", [standing(), standing(10.0, noise=4.0), squatting(noise=1.5)])
def test_who_does_not_walk_has_no_gait_events(person):
    found = found_in(person)
    assert found.events == ()
    assert found.note.startswith("no steps were found")


def test_nothing_is_found_beside_missing_samples():
    walk = stepping(60)
    whole = found_in(walk).events
    xy = filter_butterworth(walk.xy, walk.time, 6.0)[0]
    gone = slice(whole[4].frame - 3, whole[4].frame + 4)
    xy[gone] = np.nan
    found = find_gait_events(xy, walk.time, walk.skeleton, np.ones(len(walk.time)), person=0).events
    assert not {e.frame for e in found} & set(range(gone.start, gone.stop))
    assert set(found) < set(whole)
    assert len(found) >= len(whole) - 3


def test_a_walk_back_is_told_as_the_walk_forth():
    walk = stepping(60)
    signs = np.where(np.arange(len(walk.time)) < 180, 1, -1)
    xy = filter_butterworth(walk.xy, walk.time, 6.0)[0]
    whole = find_gait_events(xy, walk.time, walk.skeleton, np.ones(len(walk.time))).events
    xy[180:, :, 0] = 2 * xy[180, 2, 0] - xy[180:, :, 0]
    found = find_gait_events(xy, walk.time, walk.skeleton, signs).events
    assert set(found) <= set(whole)
    assert len(found) >= len(whole) - 4  # those next to the turn have no other side


def test_nothing_is_found_without_feet_or_hips():
    walk, coco = stepping(), load_skeleton("coco17")
    empty = np.full((len(walk.time), coco.n_keypoints, 2), np.nan)
    assert find_gait_events(empty, walk.time, coco, np.ones(len(walk.time))).events == ()


def test_noise_is_that_of_the_curve_not_of_its_motion():
    rng = np.random.default_rng(1)
    time = np.arange(3000) / 60
    curve = 50 * np.sin(2 * np.pi * time) + rng.normal(0, 2, len(time))
    assert noise_of(curve) == pytest.approx(2.0, rel=0.1)
    assert noise_of(np.zeros(2)) == 0.0
