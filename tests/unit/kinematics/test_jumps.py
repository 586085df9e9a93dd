"""Jumps whose flight is known: found, timed, and told with what the frame rate leaves open."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.strides import jumping, squatting, standing, stepping
from poseapp.core.items import Event
from poseapp.kinematics.jumps import LANDING, TAKE_OFF, describe_jump, find_jumps, jumps_of


@pytest.mark.parametrize("flight", [0.3, 0.45, 0.6])
@pytest.mark.parametrize(("fps", "noise"), [(30, 0.0), (60, 1.5), (240, 0.0)])
def test_flight_time_is_right_to_the_frame(flight, fps, noise):
    for start in (1.5, 1.507):
        walk = jumping(flight, fps, noise, take_off=start)
        found = find_jumps(walk.xy, walk.time, walk.skeleton, person=2)
        assert [e.name for e in found] == [TAKE_OFF, LANDING]
        assert {e.person for e in found} == {2}
        (jump,) = jumps_of(found, walk.time, 2)
        assert jump.flight == pytest.approx(flight, abs=1 / fps + 0.01)


def test_error_bar_holds_what_the_frame_rate_makes_of_the_height():
    true = 9.81 * 0.45**2 / 8
    inside = []
    for start in np.linspace(1.4, 1.4 + 1 / 30, 12, endpoint=False):
        walk = jumping(0.45, 30, take_off=start)
        (jump,) = jumps_of(find_jumps(walk.xy, walk.time, walk.skeleton, person=0), walk.time, 0)
        inside.append(abs(jump.height - true) <= 1.96 * jump.sigma)
    assert np.mean(inside) >= 0.9


@pytest.mark.parametrize("person", [standing(), stepping(30, noise=1.0), squatting(noise=1.0)])
def test_feet_that_stay_on_the_floor_do_not_jump(person):
    assert find_jumps(person.xy, person.time, person.skeleton) == ()


def test_height_by_hand():
    """Half a second: 9.81 * 0.25 / 8 = 0.3066 m. At 100 frames/s the time is sure to hypot(10 / sqrt(6), 3) = 5.07 ms,
    the height to 9.81 * 0.5 / 4 of that: 6.2 mm."""
    time = np.arange(300) / 100
    events = [Event(100, TAKE_OFF, 0), Event(150, LANDING, 0), Event(120, TAKE_OFF, 1)]
    (jump,) = jumps_of(events, time, 0)
    assert (jump.take_off, jump.landing, jump.flight) == (100, 150, pytest.approx(0.5))
    assert jump.height == pytest.approx(0.30656, abs=1e-5)
    assert jump.sigma == pytest.approx(0.0062125, abs=1e-6)
    words = "In the air for 0.500 s: 30.7 ± 1.2 cm high (g t²/8; 95 %, from 100 frames/s)."
    assert describe_jump(jump, time) == words


def test_a_take_off_without_a_landing_is_no_jump():
    time = np.arange(300) / 100
    assert jumps_of([Event(100, TAKE_OFF), Event(290, LANDING)], time, 0) == ()
    assert jumps_of([Event(100, LANDING), Event(130, TAKE_OFF)], time, 0) == ()


def test_a_flight_with_missing_feet_is_not_guessed():
    walk = jumping(0.45, 60)
    xy = walk.xy.copy()
    xy[95:100] = np.nan
    assert find_jumps(xy, walk.time, walk.skeleton) == ()
