"""The playhead follows the clip's own clock."""

from __future__ import annotations

import numpy as np
import pytest

from poseapp.services.playback import Playback

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
