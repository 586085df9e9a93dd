"""The playhead follows the clip's own clock."""

from __future__ import annotations

import numpy as np
import pytest

from poseapp.services.playback import Playback, Zone

pytestmark = pytest.mark.gui

UNEVEN = np.array([0.0, 0.1, 0.15, 0.5, 0.6])


class Clock:
    def __init__(self):
        self.seconds = 100.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def playback(qapp, clock):
    playback = Playback(now=clock)
    playback.set_clip(UNEVEN)
    yield playback
    playback.pause()


@pytest.mark.parametrize(("seconds", "frame"), [(0.05, 0), (0.101, 1), (0.16, 2), (0.49, 2), (0.51, 3)])
def test_playing_follows_timestamps_not_frame_numbers(playback, clock, seconds, frame):
    playback.play()
    clock.seconds += seconds
    playback.tick()
    assert playback.playhead == frame


def test_a_late_tick_drops_frames(playback, clock):
    visited = []
    playback.playheadChanged.connect(visited.append)
    playback.play()
    clock.seconds += 0.55
    playback.tick()
    assert visited == [3]


def test_half_speed_takes_twice_as_long(playback, clock):
    playback.set_speed(0.5)
    playback.play()
    clock.seconds += 0.29
    playback.tick()
    assert playback.playhead == 1


def test_changing_speed_while_playing_does_not_jump(playback, clock):
    playback.play()
    clock.seconds += 0.2
    playback.tick()
    assert playback.playhead == 2
    playback.set_speed(4.0)
    playback.tick()
    assert playback.playhead == 2


def test_playing_stops_at_the_last_frame_and_starts_again_from_the_first(playback, clock):
    playback.play()
    clock.seconds += 9
    playback.tick()
    assert (playback.playhead, playback.playing) == (4, False)
    playback.play()
    assert (playback.playhead, playback.playing) == (0, True)


def test_seeking_while_playing_goes_on_from_there(playback, clock):
    playback.play()
    clock.seconds += 0.05
    playback.seek(3)
    clock.seconds += 0.05
    playback.tick()
    assert playback.playhead == 3


def test_stepping_stops_and_is_clamped(playback):
    playback.play()
    playback.step(1)
    assert (playback.playhead, playback.playing) == (1, False)
    playback.step(-10)
    assert playback.playhead == 0


def test_a_single_picture_does_not_play(qapp):
    playback = Playback()
    playback.set_clip(np.array([0.0]))
    playback.play()
    assert not playback.playing


def test_real_time_passes_at_real_speed(qapp, qtbot):
    playback = Playback()
    playback.set_clip(np.arange(31) / 100)
    with qtbot.waitSignal(playback.playingChanged, check_params_cb=lambda on: not on, timeout=3000):
        from time import perf_counter

        started = perf_counter()
        playback.play()
    assert 0.25 < perf_counter() - started < 0.8


def test_a_zone_is_cut_to_the_clip_and_forgotten_with_it(playback):
    zones = []
    playback.zoneChanged.connect(zones.append)
    playback.set_zone(Zone(-3, 3))
    playback.set_zone(Zone(9, 12))
    playback.set_zone(Zone(1, 2))
    playback.set_clip(UNEVEN)
    assert zones == [Zone(0, 3), None, Zone(1, 2), None]


@pytest.mark.parametrize(("seconds", "frame"), [(0.04, 1), (0.06, 2), (0.39, 2), (0.41, 1), (0.47, 1)])
def test_a_loop_shows_the_last_frame_of_the_zone_for_its_time_and_begins_again(playback, clock, seconds, frame):
    playback.set_zone(Zone(1, 3))  # 0.1 to 0.5 s
    playback.set_looping(True)
    playback.seek(4)
    playback.play()
    assert playback.playhead == 1
    clock.seconds += seconds
    playback.tick()
    assert (playback.playhead, playback.playing) == (frame, True)


def test_a_loop_without_a_zone_is_the_whole_clip(playback, clock):
    playback.set_looping(True)
    playback.play()
    clock.seconds += 0.65
    playback.tick()
    assert playback.playhead == 4
    clock.seconds += 0.06
    playback.tick()
    assert (playback.playhead, playback.playing) == (0, True)
