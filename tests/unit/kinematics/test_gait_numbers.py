"""Numbers of a walk from events: worked by hand, and on a walk that is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fixtures.strides import PX, SPEED, STANCE, STRIDE, stepping
from poseapp.core.items import Event
from poseapp.core.movement import symmetry_index
from poseapp.kinematics.events_gait import STRIKE, TOE_OFF, find_gait_events
from poseapp.kinematics.gait_numbers import FootTravel, compute_gait_numbers, frame_time_sigma, travel_of

TIME = np.arange(400) / 100  # 100 frames/s


def events(*marked: tuple[int, str, str]) -> list[Event]:
    return [Event(frame, {"S": STRIKE, "O": TOE_OFF}[name], 0, {"R": "right", "L": "left"}[side])
            for frame, name, side in marked]  # fmt: skip


LIMPING = events(
    (0, "S", "R"), (12, "O", "L"), (60, "S", "L"), (70, "O", "R"), (100, "S", "R"), (112, "O", "L"), (160, "S", "L"),
    (170, "O", "R"), (200, "S", "R"),
)  # fmt: skip


def test_numbers_by_hand():
    """Strides of 1 s; left steps take 0.6 s, right ones 0.4 s; the right foot stands for 0.7 s of each."""
    made = compute_gait_numbers(LIMPING, TIME, 0)
    right, left = made.right, made.left
    assert (right["stride_time"].mean, right["stride_time"].sd, right["stride_time"].n) == pytest.approx((1.0, 0.0, 2))
    assert right["step_time"].mean == pytest.approx(0.4)
    assert left["step_time"].mean == pytest.approx(0.6)
    assert right["stance"].mean == pytest.approx(70.0)
    assert right["swing"].mean == pytest.approx(30.0)
    assert left["stance"].mean == pytest.approx(52.0)  # from 60 to 112 of 100
    assert right["double_support"].mean == pytest.approx(22.0)  # 0 .. 12 and 60 .. 70
    assert made.cadence == pytest.approx(120.0)
    assert made.symmetry("step_time") == pytest.approx((0.4 - 0.6) / 0.5 * 100)
    assert math.isnan(made.speed)
    assert math.isnan(right["step_length"].mean)


def test_another_persons_events_and_a_pause_do_not_count():
    strangers = [Event(50, STRIKE, 1, "right"), Event(51, STRIKE, 0, "")]
    assert compute_gait_numbers([*LIMPING, *strangers], TIME, 0).right["stride_time"].mean == pytest.approx(1.0)
    pause = events((0, "S", "R"), (399, "S", "R"))
    assert compute_gait_numbers(pause, TIME, 0).right["stride_time"].n == 0


def test_no_stride_reaches_over_a_turn():
    made = compute_gait_numbers(LIMPING, TIME, 0, turns=(130,))
    assert (made.right["stride_time"].n, made.left["stride_time"].n) == (1, 0)
    assert (made.right["step_time"].n, made.left["step_time"].n) == (2, 1)


def test_steps_of_the_turn_itself_do_not_count():
    """A strike 0.1 s before the turn ends a step of the turn; one 0.5 s before does not."""
    made = compute_gait_numbers(LIMPING, TIME, 0, turns=(110,))
    assert (made.right["stride_time"].n, made.right["step_time"].n, made.left["step_time"].n) == (0, 1, 1)


def test_a_missing_strike_makes_no_long_step():
    """Right at 0, (left missing), right at 100: no step time for the second right strike."""
    made = compute_gait_numbers(events((0, "S", "R"), (100, "S", "R"), (160, "S", "L")), TIME, 0)
    assert made.right["step_time"].n == 0
    assert made.left["step_time"].mean == pytest.approx(0.6)


def test_a_stride_with_two_toe_offs_has_no_stance():
    made = compute_gait_numbers(events((0, "S", "R"), (60, "O", "R"), (70, "O", "R"), (100, "S", "R")), TIME, 0)
    assert made.right["stance"].n == 0
    assert made.right["stride_time"].n == 1


def test_no_events_no_numbers():
    made = compute_gait_numbers([], TIME, 0)
    assert made.right["step_time"].n == 0
    assert math.isnan(made.cadence)
    assert math.isnan(made.symmetry("stance"))


@pytest.mark.parametrize(("right", "left", "index"), [(1.1, 0.9, 20.0), (1.0, 1.0, 0.0), (0.0, 1.0, -200.0)])
def test_symmetry_index_of_robinson(right, left, index):
    assert symmetry_index(right, left) == pytest.approx(index)
    assert symmetry_index(left, right) == pytest.approx(-index)


def test_symmetry_of_nothing_is_not_known():
    assert math.isnan(symmetry_index(0.0, 0.0))
    assert math.isnan(symmetry_index(math.nan, 1.0))


def test_time_known_to_the_frame():
    """Two independent times, each even over a frame of 0.01 s: simulated."""
    rng = np.random.default_rng(0)
    moments = rng.uniform(0, 1, (2, 200_000))
    seen = np.ceil(moments / 0.01) * 0.01
    simulated = ((seen[1] - seen[0]) - (moments[1] - moments[0])).std()
    assert frame_time_sigma(TIME) == pytest.approx(simulated, rel=0.01)


def test_lengths_and_speed_by_hand():
    """Feet that move 1.2 m a stride, the left one 0.5 m before the right when it strikes, 0.7 m the other way."""
    hip = 1.2 * TIME
    feet = {"right": np.where(TIME < 1, 0.0, 1.2), "left": np.where(TIME < 0.6, -0.7, 0.5)}
    made = compute_gait_numbers(LIMPING[:5], TIME, 0, travel=FootTravel(feet, hip))
    assert made.left["step_length"].mean == pytest.approx(0.5)
    assert made.right["step_length"].mean == pytest.approx(0.7)
    assert made.right["stride_length"].mean == pytest.approx(1.2)
    assert made.speed == pytest.approx(1.2)


@pytest.mark.parametrize("belt", [False, True])
def test_numbers_of_a_known_walk(belt):
    walk = stepping(60, belt=belt)
    signs = np.ones(len(walk.time))
    found = find_gait_events(walk.xy, walk.time, walk.skeleton, signs, person=0)
    metres = walk.xy / PX
    feet = {side: walk.skeleton.point(metres, f"{side}_heel") for side in ("right", "left")}
    travel = travel_of(feet, walk.skeleton.point(metres, "mid_hip"), signs)
    made = compute_gait_numbers(found.events, walk.time, 0, travel=travel, treadmill=found.treadmill)
    assert found.treadmill == belt
    assert made.cadence == pytest.approx(2 * 60 / STRIDE, rel=0.01)
    for side in (made.right, made.left):
        assert side["stride_time"].mean == pytest.approx(STRIDE, abs=0.005)
        assert side["step_time"].mean == pytest.approx(STRIDE / 2, abs=0.01)
        assert side["stance"].mean == pytest.approx(100 * STANCE + 100 * 0.06 / STRIDE, abs=1.5)
        assert side["step_length"].mean == pytest.approx(SPEED * STRIDE / 2, abs=0.05)
    assert made.speed == pytest.approx(SPEED, rel=0.08 if belt else 0.01)


def test_a_late_left_foot_shows_in_the_step_times():
    walk = stepping(60, slow_left=0.08)
    found = find_gait_events(walk.xy, walk.time, walk.skeleton, np.ones(len(walk.time)), person=0)
    made = compute_gait_numbers(found.events, walk.time, 0)
    assert made.left["step_time"].mean == pytest.approx(STRIDE / 2 + 0.08, abs=0.012)
    assert made.right["step_time"].mean == pytest.approx(STRIDE / 2 - 0.08, abs=0.012)
    assert made.symmetry("step_time") == pytest.approx(-0.16 / (STRIDE / 2) * 100, abs=4)
