"""The timeline seeks, zooms and shows what it is told, at a cost that does not grow with the clip."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from poseapp.gui.style.theme import DARK, GRID, apply_theme, font
from poseapp.gui.timeline.lanes import LANES, explain_lane, lane_title
from poseapp.gui.timeline.timeline import Timeline

pytestmark = pytest.mark.gui


@pytest.fixture
def make(qtbot, qapp):
    apply_theme(qapp, "dark")

    def build(n_frames: int = 300, width: int = 900) -> Timeline:
        timeline = Timeline()
        qtbot.addWidget(timeline)
        timeline.resize(width, 96)
        timeline.set_clip(np.arange(n_frames) / 30)
        timeline.show()
        return timeline

    return build


def at(timeline: Timeline, frame: int, y: int = 50) -> QPoint:
    begin, end = timeline._axis.span(frame)
    return QPoint(round(timeline.gutter + (begin + end) / 2), y)


def wheel(timeline: Timeline, point: QPoint, notches: int, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    inverted = False
    event = QWheelEvent(
        QPointF(point), timeline.mapToGlobal(QPointF(point)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, inverted,
    )  # fmt: skip
    QApplication.sendEvent(timeline, event)


def colours(timeline: Timeline, left: int, right: int) -> set[str]:
    image = timeline.grab().toImage()
    return {ink(image, x, y) for x in range(left, right) for y in range(24, timeline.height())}


def ink(image: QImage, x: int, y: int) -> str:
    """The colour at a px of the widget, whatever the scaling."""
    ratio = image.devicePixelRatio()
    return image.pixelColor(int(x * ratio), int(y * ratio)).name()


def test_click_seeks(make, qtbot):
    timeline = make()
    with qtbot.waitSignal(timeline.seekRequested) as caught:
        qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=at(timeline, 123))
    assert caught.args == [123]
    assert "123" in timeline.accessibleDescription()


def test_drag_scrubs_and_stops_at_the_ends(make, qtbot):
    timeline = make()
    seen = []
    timeline.seekRequested.connect(seen.append)
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=at(timeline, 100))
    for frame in (110, 120):
        qtbot.mouseMove(timeline, at(timeline, frame))
    qtbot.mouseMove(timeline, QPoint(timeline.width() + 50, 50))
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton)
    assert seen == [100, 110, 120, 299]


def test_time_not_index_is_the_axis(make):
    timeline = make()
    timeline.set_clip(np.array([0.0, 0.1, 0.2, 9.0]))
    begin, end = timeline._axis.span(2)
    assert (end - begin) / timeline._axis.width == pytest.approx(8.8 / 9.1)


@pytest.mark.parametrize(
    ("key", "frame"),
    [
        (Qt.Key.Key_Right, 51), (Qt.Key.Key_Left, 49), (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 299), (Qt.Key.Key_PageDown, 80), (Qt.Key.Key_PageUp, 20),
    ],
)  # fmt: skip
def test_keys_seek(make, qtbot, key, frame):
    timeline = make()
    timeline.set_playhead(50)
    with qtbot.waitSignal(timeline.seekRequested) as caught:
        qtbot.keyClick(timeline, key)
    assert caught.args == [frame]


def test_keys_zoom_about_the_playhead(make, qtbot):
    timeline = make()
    timeline.set_playhead(150)
    qtbot.keyClick(timeline, Qt.Key.Key_Plus)
    start, stop = timeline.visible_frames()
    assert stop - start == pytest.approx(150, abs=2)
    assert start <= 150 < stop
    qtbot.keyClick(timeline, Qt.Key.Key_0)
    assert timeline.visible_frames() == (0, 300)


def test_wheel_zooms_about_the_cursor_down_to_frames_and_back(make, qtbot):
    timeline = make()
    point = at(timeline, 200)
    with qtbot.waitSignal(timeline.visibleRangeChanged):
        wheel(timeline, point, 3)
    assert timeline._axis.frame(point.x() - timeline.gutter) == 200
    wheel(timeline, point, 60)
    start, stop = timeline.visible_frames()
    assert stop - start <= 6
    assert start <= 200 < stop
    qtbot.mouseDClick(timeline, Qt.MouseButton.MiddleButton, pos=point)
    assert timeline.visible_frames() == (0, 300)


def test_shift_wheel_and_middle_drag_pan(make, qtbot):
    timeline = make()
    timeline.set_visible_frames(100, 200)
    wheel(timeline, QPoint(400, 40), -1, Qt.KeyboardModifier.ShiftModifier)
    assert timeline.visible_frames()[0] > 100
    timeline.set_visible_frames(100, 200)
    qtbot.mousePress(timeline, Qt.MouseButton.MiddleButton, pos=QPoint(400, 40))
    qtbot.mouseMove(timeline, QPoint(500, 40))
    qtbot.mouseRelease(timeline, Qt.MouseButton.MiddleButton, pos=QPoint(500, 40))
    start, stop = timeline.visible_frames()
    assert start < 100
    assert stop - start == pytest.approx(100, abs=1)


def test_visible_frames_round_trip_and_clamp(make):
    timeline = make()
    timeline.set_visible_frames(40, 90)
    assert timeline.visible_frames() == (40, 90)
    timeline.set_visible_frames(-10, 9999)
    assert timeline.visible_frames() == (0, 300)
    timeline.set_visible_frames(50, 50)
    assert timeline.visible_frames() == (0, 300)


def test_zoomed_view_follows_the_playhead(make):
    timeline = make()
    timeline.set_visible_frames(0, 50)
    timeline.set_playhead(60)
    start, stop = timeline.visible_frames()
    assert start <= 60 < stop
    assert stop - start == pytest.approx(50, abs=1)


def test_unsure_stretches_differ_by_more_than_colour(make):
    timeline = make()
    timeline.set_score_strip(np.where(np.arange(300) < 150, 0.9, 0.1))
    timeline.set_playhead(299)
    image = timeline.grab().toImage()
    sure, unsure = at(timeline, 75).x(), at(timeline, 225).x()
    y = timeline.rows.row("confidence").top + 6  # above the low curve: empty but for the hatching
    ground = QColor(DARK.surface).name()
    row = {ink(image, x, y) for x in range(unsure, unsure + 24)}
    assert ground in row
    assert len(row) > 1
    assert {ink(image, x, y + 10) for x in range(sure, sure + 12)}.isdisjoint({ground})


def test_update_of_a_stretch_is_painted(make):
    timeline = make()
    before = timeline.grab().toImage()
    timeline.update_score_strip(100, np.full(20, 0.8))
    after = timeline.grab().toImage()
    x, y = at(timeline, 110).x(), timeline.rows.row("confidence").top + 30
    assert ink(before, x, y) == DARK.surface
    assert ink(after, x, y) != DARK.surface


def test_marks_and_progress_are_painted(make):
    timeline = make()
    timeline.set_playhead(0)
    x = at(timeline, 200).x()
    assert DARK.text not in colours(timeline, x - 3, x + 4)
    timeline.set_marked([7, 200])
    assert DARK.text in colours(timeline, x - 3, x + 4)
    timeline.set_done([(0, 150)])
    assert DARK.accent in colours(timeline, at(timeline, 100).x(), at(timeline, 101).x())
    assert DARK.accent not in colours(timeline, at(timeline, 250).x(), at(timeline, 251).x())


def test_frames_that_follow_from_a_correction_are_dots(make):
    timeline = make()
    x, y = at(timeline, 200).x(), timeline.rows.row("source").middle
    before = timeline.grab().toImage()
    timeline.set_marked([7], [200])
    after = timeline.grab().toImage()
    changed = {ink(after, x + dx, int(y) + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
    assert DARK.propagated in changed
    assert DARK.propagated not in {ink(before, x, int(y))}


def test_hover_tells_time_frame_and_score(make, qtbot):
    timeline = make()
    timeline.set_score_strip(np.full(300, 0.86))
    qtbot.mouseMove(timeline, at(timeline, 60))
    assert timeline._hovered(timeline.scene()).text == "0:02.000  ·  frame 60  ·  86 %"
    timeline.grab()


def test_without_a_clip_nothing_happens(make, qtbot):
    timeline = make()
    timeline.set_clip(np.zeros(0))
    with qtbot.assertNotEmitted(timeline.seekRequested):
        qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(400, 40))
        qtbot.keyClick(timeline, Qt.Key.Key_End)
        wheel(timeline, QPoint(400, 40), 1)
        timeline.set_playhead(5)
        timeline.set_visible_frames(1, 2)
    timeline.grab()
    assert timeline.visible_frames() == (0, 0)


def test_one_frame_is_a_clip(make):
    timeline = make(1)
    timeline.set_score_strip([0.5])
    timeline.set_marked([0])
    timeline.grab()
    assert timeline.visible_frames() == (0, 1)


def test_lane_names_are_explained_and_not_cut(make, qapp):
    timeline = make()
    assert "40 %" in explain_lane("confidence", timeline.contents.threshold)
    for name in LANES:
        assert QFontMetricsF(font("small")).horizontalAdvance(lane_title(name)) <= timeline.gutter - 3 * GRID + 1
    apply_theme(qapp, "light")
    timeline.grab()
    apply_theme(qapp, "dark")


def test_painting_a_day_costs_about_as_much_as_painting_many_frames(make):
    """2.6 million frames (24 h at 30 frames/s) against 3 000, both with several frames a pixel; then against 300."""

    def cost(n_frames: int) -> float:
        timeline = make(n_frames)
        timeline.set_score_strip(0.6 + 0.3 * np.sin(np.arange(n_frames) / 50))
        timeline.set_marked(np.arange(0, n_frames, 7))
        timeline.grab()
        times = []
        for _ in range(9):
            timeline._repaint_lanes()
            started = time.process_time()
            timeline.grab()
            times.append(time.process_time() - started)
        timeline.close()
        return float(np.median(times))

    long, middling, short = cost(2_600_000), cost(3_000), cost(300)
    assert long < 2.0 * middling
    assert long < 5.0 * short
