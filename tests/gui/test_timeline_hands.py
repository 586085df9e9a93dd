"""Zones, events and bookmarks by mouse and keyboard on the timeline alone: what it asks for, and what Esc restores."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from poseapp.core.items import Bookmark, Event
from poseapp.gui.style.theme import DARK, apply_theme
from poseapp.gui.timeline.contents import MAX_CYCLE_ROWS, Placed, cycle_rows
from poseapp.gui.timeline.cursors import flag_at
from poseapp.gui.timeline.flags import flags_in_view, label_end
from poseapp.gui.timeline.hands import ZoneDrag
from poseapp.gui.timeline.timeline import Timeline
from poseapp.gui.timeline.zone import describe_zone, nearest_edge, zone_between, zone_px
from poseapp.services.playback import Zone

pytestmark = pytest.mark.gui

Left, Shift, NoModifier = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
EVENTS = (
    (1, Event(40, "heel strike", 0, "right")),
    (2, Event(100, "heel strike", 0, "right")),
    (3, Event(70, "heel strike", 0, "left")),
    (4, Event(160, "heel strike", 0, "right")),
    (5, Event(200, "landing", 1)),
)
BOOKMARKS = ((6, Bookmark(120, "look here")), (7, Bookmark(20)))


@pytest.fixture
def timeline(qtbot, qapp):
    apply_theme(qapp, "dark")
    made = Timeline()
    qtbot.addWidget(made)
    made.set_clip(np.arange(300) / 30)
    made.set_items(EVENTS, BOOKMARKS, person=0)
    made.resize(1000, made.rows.height)
    made.show()
    return made


def lane(timeline, name: str, frame: int) -> QPoint:
    return QPoint(round(timeline._x_of(frame)), round(timeline.rows.row(name).middle))


def edge(timeline, frame: int) -> QPoint:
    return QPoint(round(timeline.gutter + timeline._axis.span(frame)[0]), timeline.rows.zone + 4)


def drag(timeline, start: QPoint, *stops: QPoint, modifiers=NoModifier, release: bool = True) -> None:
    QTest.mousePress(timeline, Left, modifiers, start)
    for stop in stops:
        QTest.mouseMove(timeline, stop)
    if release:
        QTest.mouseRelease(timeline, Left, modifiers, stops[-1])


def heard(signal) -> list:
    caught = []
    signal.connect(lambda *args: caught.append(args[0] if len(args) == 1 else args))
    return caught


def test_shift_and_a_drag_make_a_zone_either_way(timeline):
    zones = heard(timeline.zoneRequested)
    drag(timeline, edge(timeline, 60), edge(timeline, 90), edge(timeline, 120), modifiers=Shift)
    drag(timeline, edge(timeline, 120), edge(timeline, 90), modifiers=Shift)
    assert zones == [Zone(60, 120), Zone(90, 120)]


def test_shift_and_a_click_make_none(timeline):
    zones = heard(timeline.zoneRequested)
    drag(timeline, edge(timeline, 60), edge(timeline, 60), modifiers=Shift)
    assert zones == []


@pytest.mark.parametrize(("grab", "to", "zone"), [(60, 30, (30, 120)), (120, 150, (60, 150)), (60, 150, (120, 150))])
def test_the_ends_of_the_zone_are_dragged_also_past_each_other(timeline, grab, to, zone):
    timeline.set_zone(Zone(60, 120))
    zones = heard(timeline.zoneRequested)
    drag(timeline, edge(timeline, grab), edge(timeline, (grab + to) // 2), edge(timeline, to))
    assert zones == [Zone(*zone)]


def test_a_zone_has_one_frame_at_least(timeline):
    timeline.set_zone(Zone(60, 120))
    zones = heard(timeline.zoneRequested)
    drag(timeline, edge(timeline, 60), edge(timeline, 100), edge(timeline, 120))
    assert zones == [Zone(120, 121)]
    assert zone_between(300, 300, 300) == Zone(299, 300)


def test_the_picture_follows_the_end_that_is_dragged_and_esc_restores(timeline):
    timeline.set_zone(Zone(60, 120))
    timeline.set_playhead(10)
    zones, seeks = heard(timeline.zoneRequested), heard(timeline.seekRequested)
    drag(timeline, edge(timeline, 120), edge(timeline, 140), release=False)
    assert seeks == [139]  # the last frame that belongs to it
    QTest.keyClick(timeline, Qt.Key.Key_Escape)
    QTest.mouseRelease(timeline, Left, NoModifier, edge(timeline, 140))
    assert seeks[-1] == 10
    assert zones == []
    assert timeline.contents.zone == Zone(60, 120)


def test_the_lanes_do_not_take_a_zone_by_its_end(timeline):
    timeline.set_zone(Zone(60, 120))
    zones, seeks = heard(timeline.zoneRequested), heard(timeline.seekRequested)
    low = QPoint(edge(timeline, 60).x(), round(timeline.rows.row("confidence").middle))
    drag(timeline, low, low + QPoint(60, 0))
    assert zones == []
    assert len(seeks) == 2


def test_the_zone_is_a_bracket_and_the_rest_is_dimmed(timeline):
    timeline.set_score_strip(np.full(300, 0.9))
    timeline.set_playhead(0)
    y = round(timeline.rows.row("confidence").middle) + 10
    inside, outside = lane(timeline, "source", 90).x(), lane(timeline, "source", 200).x()
    before = timeline.grab().toImage()
    assert before.pixelColor(inside, y) == before.pixelColor(outside, y)
    timeline.set_zone(Zone(60, 120))
    after = timeline.grab().toImage()
    assert after.pixelColor(inside, y) == before.pixelColor(inside, y)
    assert after.pixelColor(outside, y) != before.pixelColor(outside, y)
    left = round(timeline.gutter + zone_px(timeline._axis, Zone(60, 120))[0])
    assert after.pixelColor(left + 2, timeline.rows.zone + 1).name() == DARK.accent


def test_words_of_a_zone(timeline):
    assert describe_zone(timeline._axis, Zone(36, 102)) == "0:01.200 – 0:03.400  ·  2.200 s  ·  66 frames"
    assert describe_zone(timeline._axis, Zone(299, 300)).endswith("0.033 s  ·  1 frame")
    assert nearest_edge(timeline._axis, timeline._axis.width) == 300


def test_a_click_chooses_an_event_and_goes_to_it(timeline):
    chosen, seeks, moves = heard(timeline.itemChosen), heard(timeline.seekRequested), heard(timeline.itemMoved)
    QTest.mouseClick(timeline, Left, NoModifier, lane(timeline, "events", 100))
    assert (chosen, seeks, moves, timeline.chosen) == ([2], [100], [], 2)
    QTest.mouseClick(timeline, Left, NoModifier, lane(timeline, "source", 250))
    assert (chosen, seeks, timeline.chosen) == ([2, 0], [100, 250], 0)


def test_the_label_of_an_event_belongs_to_it(timeline):
    QTest.mouseClick(timeline, Left, NoModifier, lane(timeline, "events", 200) + QPoint(25, 0))
    assert timeline.chosen == 5


def test_a_click_that_slips_moves_nothing(timeline):
    moves = heard(timeline.itemMoved)
    drag(timeline, lane(timeline, "events", 100), lane(timeline, "events", 100) + QPoint(2, 0))
    assert moves == []


def test_a_drag_moves_an_event_once_at_release(timeline):
    moves, seeks = heard(timeline.itemMoved), heard(timeline.seekRequested)
    drag(timeline, lane(timeline, "events", 100), lane(timeline, "events", 110), lane(timeline, "events", 130))
    assert moves == [(2, 130)]
    assert seeks == [100, 110, 130]  # the picture shows where it goes


def test_esc_gives_up_moving_an_event(timeline):
    timeline.set_playhead(7)
    moves, seeks = heard(timeline.itemMoved), heard(timeline.seekRequested)
    drag(timeline, lane(timeline, "events", 100), lane(timeline, "events", 130), release=False)
    QTest.keyClick(timeline, Qt.Key.Key_Escape)
    QTest.mouseRelease(timeline, Left, NoModifier, lane(timeline, "events", 130))
    assert moves == []
    assert seeks[-1] == 7
    assert timeline.chosen == 2
    QTest.keyClick(timeline, Qt.Key.Key_Escape)
    assert timeline.chosen == 0


def test_del_removes_what_is_chosen_and_nothing_else(timeline):
    removed = heard(timeline.itemRemoved)
    QTest.keyClick(timeline, Qt.Key.Key_Delete)
    QTest.mouseClick(timeline, Left, NoModifier, lane(timeline, "bookmarks", 20))
    QTest.keyClick(timeline, Qt.Key.Key_Delete)
    assert removed == [7]


def test_a_double_click_renames_and_elsewhere_shows_the_whole_clip(timeline):
    texts = heard(timeline.itemTexted)
    QTest.mouseDClick(timeline, Left, NoModifier, lane(timeline, "events", 100))
    assert timeline.editor.isVisible()
    assert timeline.editor.text() == "heel strike"
    QTest.keyClicks(timeline.editor, "push off")
    QTest.keyClick(timeline.editor, Qt.Key.Key_Return)
    assert texts == [(2, "push off")]
    assert not timeline.editor.isVisible()
    timeline.set_visible_frames(0, 90)
    QTest.mouseDClick(timeline, Left, NoModifier, lane(timeline, "review", 50))
    assert timeline.visible_frames() == (0, 300)
    QTest.mouseRelease(timeline, Left, NoModifier, lane(timeline, "review", 50))  # a double click ends pressed here


def test_f2_renames_what_is_chosen(timeline):
    QTest.keyClick(timeline, Qt.Key.Key_F2)
    assert not timeline.editor.isVisible()
    timeline.choose(6)
    QTest.keyClick(timeline, Qt.Key.Key_F2)
    assert timeline.editor.text() == "look here"


def test_a_view_without_any_event_is_painted(timeline):
    timeline.set_visible_frames(210, 290)
    timeline.grab()
    assert flag_at(timeline.scene(), QPointF(500, timeline.rows.row("events").middle)) is None


def test_a_label_that_does_not_fit_ends_before_the_next_event(timeline):
    timeline.set_items([(1, Event(100, "heel strike")), (2, Event(112, "landing"))], (), person=0)
    scene = timeline.scene()
    first, second = flags_in_view(scene.row(timeline.rows.row("events")), timeline.contents.events)
    assert label_end(first) < second.x - 4
    assert label_end(second) < timeline.width()


def test_esc_in_the_editor_keeps_the_text_as_it_was(timeline):
    texts = heard(timeline.itemTexted)
    timeline.edit_text(6)
    QTest.keyClicks(timeline.editor, "something")
    QTest.keyClick(timeline.editor, Qt.Key.Key_Escape)
    timeline.edit_text(6)
    QTest.keyClick(timeline.editor, Qt.Key.Key_Enter)  # the same text again
    assert texts == []


def test_clicking_elsewhere_keeps_what_was_written(timeline, qtbot):
    texts = heard(timeline.itemTexted)
    timeline.activateWindow()
    timeline.edit_text(7)
    qtbot.waitUntil(timeline.editor.hasFocus)
    QTest.keyClicks(timeline.editor, "landing")
    timeline.setFocus()
    assert texts == [(7, "landing")]


def test_lanes_take_room_only_when_they_hold_something(timeline):
    full = timeline.rows.height
    timeline.set_items((), (), person=0)
    assert [row.name for row in timeline.rows.rows] == ["confidence", "source", "review"]
    assert timeline.rows.height < full
    assert timeline.minimumHeight() == timeline.rows.height
    timeline.set_items(EVENTS[:1], (), person=0)
    assert [row.name for row in timeline.rows.rows] == ["confidence", "source", "events", "review"]


def test_lanes_grow_with_the_font(timeline, qapp):
    before = qapp.font()
    height = timeline.rows.row("events").height
    try:
        large = qapp.font()
        large.setPointSizeF(before.pointSizeF() * 2)
        qapp.setFont(large)
        qapp.processEvents()
        assert timeline.rows.row("events").height > 1.5 * height
    finally:
        qapp.setFont(before)
        qapp.processEvents()
    assert timeline.rows.row("events").height == height


def test_sides_differ_in_shape_and_other_persons_are_faded(timeline):
    timeline.set_playhead(299)
    image = timeline.grab().toImage()
    right, left, foreign = (lane(timeline, "events", frame) for frame in (100, 70, 200))
    assert image.pixelColor(right).name() == DARK.right
    assert image.pixelColor(left).name() == DARK.left
    assert image.pixelColor(left + QPoint(-3, -3)).name() == DARK.left  # the corner of a square
    assert image.pixelColor(right + QPoint(-3, -3)).name() != DARK.right  # which a disc does not have
    assert image.pixelColor(foreign).lightness() < 200


def test_cycles_run_from_one_event_to_the_next_of_its_kind(timeline):
    rows = cycle_rows(EVENTS, 0)
    assert [(row.name, row.side) for row in rows] == [("heel strike", "right")]
    assert [(cycle.start, cycle.stop) for cycle in rows[0].cycles] == [(40, 100), (100, 160)]
    assert rows[0].at(99).index == 0
    assert rows[0].at(100).index == 1
    assert rows[0].at(39) is None
    assert rows[0].at(160) is None
    assert cycle_rows(EVENTS, 1) == ()


def test_many_kinds_of_cycles_are_cut_to_those_with_most(timeline):
    events = [(i * 10 + j, Event(j * 5, f"kind {i}")) for i in range(6) for j in range(2 + i)]
    rows = cycle_rows(events, 0)
    assert len(rows) == MAX_CYCLE_ROWS
    assert {row.name for row in rows} == {"kind 2", "kind 3", "kind 4", "kind 5"}


def test_cycles_are_shaded_in_turn(timeline):
    timeline.set_playhead(299)
    image = timeline.grab().toImage()
    first, second, third = (image.pixelColor(lane(timeline, "cycles", frame)) for frame in (55, 115, 250))
    assert len({first.name(), second.name(), third.name()}) == 3


def test_hover_says_what_is_there(timeline):
    for name, frame, words in (
        ("events", 100, "heel strike, right  ·  0:03.333  ·  frame 100"),
        ("cycles", 115, "heel strike, right  ·  cycle 2 of 2  ·  2.000 s"),
        ("bookmarks", 120, "look here  ·  0:04.000  ·  frame 120"),
        ("source", 60, "0:02.000  ·  frame 60"),
    ):
        QTest.mouseMove(timeline, lane(timeline, name, frame))
        assert timeline._hovered(timeline.scene()).text == words


def test_items_beside_a_frame():
    placed = Placed(EVENTS)
    assert placed.beside(40, 1)[0] == 3
    assert placed.beside(40, -1) is None
    assert placed.beside(300, -1)[0] == 5
    assert placed.beside(200, 1) is None


def test_items_beyond_the_clip_are_not_shown(timeline):
    timeline.set_items([(1, Event(299, "end")), (2, Event(300, "end"))], [(3, Bookmark(5000))], person=0)
    assert len(timeline.contents.events) == 1
    assert len(timeline.contents.bookmarks) == 0
    timeline.grab()


def test_the_pointer_is_told_unless_it_holds_something(timeline):
    pointed = heard(timeline.pointed)
    QTest.mouseMove(timeline, lane(timeline, "source", 66))
    assert pointed[-1][0] == 66
    QTest.mousePress(timeline, Left, NoModifier, lane(timeline, "source", 60))
    QTest.mouseMove(timeline, lane(timeline, "source", 80))
    assert pointed[-1][0] == -1
    QTest.mouseRelease(timeline, Left, NoModifier, lane(timeline, "source", 80))


def test_a_drag_of_a_zone_knows_the_frame_at_its_moving_end():
    drag = ZoneDrag(50, 0.0, 0)
    assert ZoneDrag(50, 0.0, 0, edge=80).shown(300) == 79
    assert ZoneDrag(50, 0.0, 0, edge=20).shown(300) == 20
    assert drag.edge == 0
