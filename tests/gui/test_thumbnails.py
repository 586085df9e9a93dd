"""Small pictures of the frame under the pointer: the right one, beside the window, never in the way."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from fixtures.clips import long_gop_clip, picture_folder, read_number, short_gop_clip
from poseapp.core.types import Frame
from poseapp.services import thumbnails as module
from poseapp.services.thumbnails import HEIGHT, WIDTH, Thumbnails, open_small, shrink

pytestmark = pytest.mark.gui


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return short_gop_clip(tmp_path_factory.mktemp("thumbs") / "clip.mp4", 60)


@pytest.fixture
def make(qapp):
    made = []

    def build(path, **options):
        thumbnails = Thumbnails(**options)
        thumbnails.set_clip(str(path))
        made.append(thumbnails)
        return thumbnails

    yield build
    for thumbnails in made:
        thumbnails.close()


def answer(qtbot, thumbnails, index, reach=0):
    with qtbot.waitSignal(thumbnails.ready, timeout=10_000) as caught:
        thumbnails.request(index, reach)
    return caught.args[0]


class SlowClip:
    """The real clip behind a gate, in which every picture takes as long as the test says."""

    def __init__(self, path: str, seconds: float = 0.0) -> None:
        self._clip = open_small(path)
        self.seconds = seconds
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[int] = []
        self.threads: set[int] = set()

    def easy_frame(self, index: int, reach: int) -> int:
        return self._clip.easy_frame(index, reach)

    def frame_at(self, index: int) -> Frame:
        self.asked.append(index)
        self.threads.add(threading.get_ident())
        self.gate.wait(10)
        time.sleep(self.seconds)
        return self._clip.frame_at(index)

    def close(self) -> None:
        self._clip.close()


def test_the_picture_is_of_the_frame_it_says(make, qtbot, clip):
    thumbnails = make(clip)
    for index in (37, 5, 59):
        thumbnail = answer(qtbot, thumbnails, index)
        assert thumbnail.index == index
        assert read_number(thumbnail.rgb) == index
        assert thumbnail.pts == pytest.approx(index / 30, abs=1e-3)


def test_it_is_decoded_in_another_thread_and_kept(make, qtbot, clip):
    slow = SlowClip(str(clip))
    thumbnails = make(clip, open_clip=lambda _path: slow)
    answer(qtbot, thumbnails, 20)
    answer(qtbot, thumbnails, 20)
    assert slow.asked == [20]
    assert slow.threads.isdisjoint({threading.get_ident()})


def test_the_latest_wish_wins(make, qtbot, clip):
    slow = SlowClip(str(clip))
    thumbnails = make(clip, open_clip=lambda _path: slow)
    seen = []
    thumbnails.ready.connect(lambda thumbnail: seen.append(thumbnail.index))
    slow.gate.clear()
    for index in range(10, 30):
        thumbnails.request(index)
    slow.gate.set()
    qtbot.waitUntil(lambda: 29 in seen, timeout=10_000)
    assert slow.asked == [10, 29]


def test_nothing_more_is_decoded_once_the_pointer_is_gone(make, qtbot, clip):
    slow = SlowClip(str(clip))
    thumbnails = make(clip, open_clip=lambda _path: slow)
    slow.gate.clear()
    thumbnails.request(3)
    thumbnails.request(9)
    thumbnails.forget()
    with qtbot.waitSignal(thumbnails.ready, timeout=10_000):
        slow.gate.set()
    answer(qtbot, thumbnails, 12)
    assert slow.asked == [3, 12]


def test_what_is_kept_is_bounded_in_bytes_and_the_oldest_goes(make, qtbot, clip, monkeypatch):
    size = 160 * 120 * 3
    monkeypatch.setattr(module, "_KEPT", 2 * size)
    slow = SlowClip(str(clip))
    thumbnails = make(clip, open_clip=lambda _path: slow)
    for index in (1, 2, 1, 3, 1, 2):
        answer(qtbot, thumbnails, index)
    assert slow.asked == [1, 2, 3, 2]


def test_another_clip_is_not_mixed_up_with_the_one_before(make, qtbot, clip, tmp_path):
    thumbnails = make(clip)
    answer(qtbot, thumbnails, 4)
    thumbnails.request(50)
    thumbnails.set_clip(str(picture_folder(tmp_path / "shots", [100, 101, 102])))
    thumbnail = answer(qtbot, thumbnails, 1)
    assert (thumbnail.index, read_number(thumbnail.rgb)) == (1, 101)
    thumbnails.set_clip("")
    with qtbot.assertNotEmitted(thumbnails.ready, wait=50):
        thumbnails.request(1)


def test_a_frame_that_is_soon_had_may_stand_for_its_neighbours(make, qtbot, tmp_path):
    path = long_gop_clip(tmp_path / "long.mp4", 300)  # keyframes at 0 and 250
    thumbnails = make(path)
    thumbnail = answer(qtbot, thumbnails, 240, reach=20)
    assert (thumbnail.index, read_number(thumbnail.rgb)) == (250, 250)
    assert answer(qtbot, thumbnails, 255, reach=20).index == 250
    assert answer(qtbot, thumbnails, 100, reach=20).index == 100


def test_a_clip_that_cannot_be_opened_has_no_pictures(make, qtbot, tmp_path):
    thumbnails = make(tmp_path / "gone.mp4")
    with qtbot.assertNotEmitted(thumbnails.ready, wait=300):
        thumbnails.request(1)


def test_large_pictures_are_made_small():
    thumbnail = shrink(Frame(7, 0.5, np.full((1080, 1920, 3), 90, np.uint8)))
    assert thumbnail.rgb.shape == (HEIGHT, WIDTH, 3)
    portrait = shrink(Frame(7, 0.5, np.full((1920, 1080, 3), 90, np.uint8)))
    assert portrait.rgb.shape[0] == HEIGHT


def test_closing_ends_the_thread_also_when_it_never_ran(qapp, clip):
    thumbnails = Thumbnails()
    thumbnails.close()
    thumbnails = Thumbnails()
    thumbnails.set_clip(str(clip))
    thumbnails.request(30)
    thumbnails.close()
    assert not thumbnails._thread.isRunning()


@pytest.fixture
def opened(window, dots, qtbot):
    with qtbot.waitSignal(window.session.frameReady, timeout=10_000):
        window.open_path(str(dots.clip))
    return window


def point(window, frame):
    timeline = window.timeline
    QTest.mouseMove(timeline, QPoint(round(timeline._x_of(frame)), round(timeline.rows.row("source").middle)))


def test_the_card_floats_above_the_timeline_and_says_its_frame(opened, qtbot):
    card = opened.time_presenter.thumbnails.card
    point(opened, 20)
    qtbot.waitUntil(card.isVisible, timeout=10_000)
    qtbot.waitUntil(lambda: abs(card.thumbnail.index - 20) <= 1, timeout=10_000)
    assert card.caption == f"0:00.{round(card.thumbnail.index / 0.03):03d}  ·  frame {card.thumbnail.index}"
    top = opened.timeline.mapTo(opened, QPoint(0, 0)).y()
    assert card.geometry().bottom() < top
    assert opened.rect().contains(card.geometry())
    point(opened, 59)
    assert opened.rect().contains(card.geometry())
    QTest.mousePress(opened.timeline, Qt.MouseButton.LeftButton, pos=QPoint(400, opened.timeline.height() - 8))
    assert not card.isVisible()
    QTest.mouseRelease(opened.timeline, Qt.MouseButton.LeftButton, pos=QPoint(400, opened.timeline.height() - 8))


def test_a_slow_clip_shows_nothing_until_it_answers(opened, qtbot):
    guide, thumbnails = opened.time_presenter.thumbnails, opened.session.thumbnails
    slow = SlowClip(opened.session.document.clip.path, 0.2)
    thumbnails._worker._open_clip = lambda _path: slow
    point(opened, 10)
    qtbot.waitUntil(guide.card.isVisible, timeout=10_000)
    assert thumbnails.slow
    point(opened, 40)
    assert not guide.card.isVisible()
    qtbot.waitUntil(guide.card.isVisible, timeout=10_000)
    assert abs(guide.card.thumbnail.index - 40) <= 1
