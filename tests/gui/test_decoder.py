"""The display decoder: latest request wins, stale clips are not shown, the thread ends."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from poseapp.core.errors import BadInputError
from poseapp.core.types import ClipInfo, Frame
from poseapp.services.decoder import Decoder

pytestmark = pytest.mark.gui


class SlowClip:
    """A clip of grey frames whose decoding waits for the test."""

    def __init__(self, path):
        if "bad" in path:
            raise BadInputError("is not a video", where=path)
        self.info = ClipInfo(path, "video", 4, 3, np.arange(100) / 30, 30.0)
        self.gate = threading.Semaphore(0)
        self.asked = []
        self.closed = False

    def frame_at(self, index):
        self.asked.append(index)
        self.gate.acquire(timeout=5)
        if index == 99:
            raise BadInputError("frame 99 is damaged")
        return Frame(index, index / 30, np.full((3, 4, 3), index, np.uint8))

    def close(self):
        self.closed = True


class Bench:
    def __init__(self):
        self.clips = []
        self.decoder = Decoder(self._open)
        self.frames = []
        self.decoder.frameReady.connect(lambda frame: self.frames.append(frame.index))

    def _open(self, path):
        self.clips.append(SlowClip(path))
        return self.clips[-1]

    def take(self, qtbot, path):
        with qtbot.waitSignal(self.decoder.opened):
            self.decoder.open(path)
        self.decoder.take()
        return self.clips[-1]

    def close(self):
        for clip in self.clips:
            clip.gate.release(1000)
        self.decoder.close()


@pytest.fixture
def bench(qapp):
    bench = Bench()
    yield bench
    bench.close()


def test_only_the_latest_waiting_request_is_decoded(bench, qtbot):
    bench.take(qtbot, "a.mp4")
    clip = bench.clips[0]
    for index in (1, 2, 3, 4, 50):
        bench.decoder.request(index)
    clip.gate.release(2)
    qtbot.waitUntil(lambda: bench.frames == [1, 50])
    assert clip.asked == [1, 50]
    assert not bench.decoder.busy


def test_a_clip_that_cannot_be_opened_leaves_the_open_one(bench, qtbot):
    bench.take(qtbot, "a.mp4")
    with qtbot.waitSignal(bench.decoder.openFailed) as failed:
        bench.decoder.open("bad.mp4")
    assert "is not a video" in str(failed.args[0])
    bench.clips[0].gate.release()
    bench.decoder.request(7)
    qtbot.waitUntil(lambda: bench.frames == [7])


def test_opening_another_clip_closes_the_first(bench, qtbot):
    first, second = bench.take(qtbot, "a.mp4"), bench.take(qtbot, "b.mp4")
    qtbot.waitUntil(lambda: first.closed)
    assert not second.closed


def test_a_clip_is_shown_when_it_is_taken_and_not_before(bench, qtbot):
    first = bench.take(qtbot, "a.mp4")
    with qtbot.waitSignal(bench.decoder.opened):
        bench.decoder.open("b.mp4")
    first.gate.release(10)
    bench.decoder.request(3)
    qtbot.waitUntil(lambda: bench.frames == [3])
    assert (first.asked, bench.clips[1].asked) == ([3], [])
    bench.decoder.let_go()
    qtbot.waitUntil(lambda: bench.clips[1].closed)
    bench.decoder.request(4)
    qtbot.waitUntil(lambda: bench.frames == [3, 4])
    assert first.asked == [3, 4]


def test_a_clip_that_nobody_wants_any_more_is_not_told_of_and_closed(bench, qtbot):
    told = []
    bench.decoder.opened.connect(told.append)
    bench.decoder.open("a.mp4")
    bench.decoder.let_go()
    qtbot.waitUntil(lambda: len(bench.clips) == 1 and bench.clips[0].closed)
    bench.decoder.open("b.mp4")
    bench.decoder.open("c.mp4")
    qtbot.waitUntil(lambda: len(told) == 1)
    assert told[0].path == "c.mp4"
    assert [clip.closed for clip in bench.clips] == [True, True, False]


def test_a_damaged_frame_is_reported_and_decoding_goes_on(bench, qtbot):
    bench.take(qtbot, "a.mp4")
    bench.clips[0].gate.release(3)
    with qtbot.waitSignal(bench.decoder.failed) as failed:
        bench.decoder.request(99)
    assert "frame 99" in str(failed.args[0])
    bench.decoder.request(5)
    qtbot.waitUntil(lambda: bench.frames == [5])


def test_while_playing_frames_on_the_way_are_shown(bench, qtbot):
    bench.take(qtbot, "a.mp4")
    bench.clips[0].gate.release(100)
    bench.decoder.request(10)
    qtbot.waitUntil(lambda: bench.frames == [10])
    bench.decoder.request(20, passing=True)
    qtbot.waitUntil(lambda: bench.frames[-1] == 20)
    assert bench.frames == [10, 14, 18, 20]
    bench.decoder.request(5, passing=True)
    bench.decoder.request(40)
    qtbot.waitUntil(lambda: bench.frames[-1] == 40)
    assert bench.frames == [10, 14, 18, 20, 5, 40]
