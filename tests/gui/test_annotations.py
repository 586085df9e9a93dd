"""Drawings on the picture, made and changed by mouse and keyboard in the real window, and kept in the project."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from poseapp.core.items import Annotation, Shape
from poseapp.gui.canvas.view import CanvasView
from poseapp.gui.canvas.whole_person_paint import knob_places
from poseapp.services.playback import Zone

pytestmark = pytest.mark.gui

Left = Qt.MouseButton.LeftButton
NoModifier, Shift, Alt = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("No", "Shift", "Alt"))
Key = Qt.Key
VIEWS = [CanvasView(1.0, 40.0, 30.0), CanvasView(4.0, -200.0, -90.0), CanvasView(2.0, 600.0, 10.0, mirrored=True)]


class Board:
    """The window with a clip open, and hands that speak in image px."""

    def __init__(self, window, qtbot):
        self.window, self.qtbot, self.canvas = window, qtbot, window.canvas

    @property
    def annotations(self):
        return [item for _, item in self.window.session.document.store.items.of(Annotation)]

    @property
    def scene(self):
        return self.canvas.scene.annotations

    def at(self, x, y):
        return QPoint(*(round(v) for v in self.canvas.view.to_widget(x, y)))

    def act(self, name):
        self.window.actions_by_name[name].trigger()

    def key(self, key, modifiers=NoModifier):
        QTest.keyClick(self.canvas, key, modifiers)

    def click(self, x, y):
        QTest.mouseClick(self.canvas, Left, NoModifier, self.at(x, y))

    def double_click(self, x, y):
        QTest.mouseDClick(self.canvas, Left, NoModifier, self.at(x, y))

    def drag(self, start, *through, release=True):
        QTest.mousePress(self.canvas, Left, NoModifier, self.at(*start))
        for point in through:
            self.move(*point, pressed=True)
        if release:
            QTest.mouseRelease(self.canvas, Left, NoModifier, self.at(*through[-1]))

    def move(self, x, y, *, pressed=False):
        at, buttons = QPointF(self.at(x, y)), Left if pressed else Qt.MouseButton.NoButton
        kind = QMouseEvent.Type.MouseMove
        QApplication.sendEvent(self.canvas, QMouseEvent(kind, at, at, Qt.MouseButton.NoButton, buttons, NoModifier))

    def type(self, text):
        field = self.window.annotations.field
        field.setText(text)
        QTest.keyClick(field, Key.Key_Return)

    def seek(self, frame):
        self.window.session.playback.seek(frame)
        self.qtbot.waitUntil(lambda: self.window.overlays.shown_frame == frame)


@pytest.fixture
def board(window, dots, qtbot):
    window.session.open(dots.clip)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == 0)
    board = Board(window, qtbot)
    board.canvas.set_view(VIEWS[0])
    return board


@pytest.mark.parametrize("view", VIEWS)
def test_a_line_is_dragged_and_lies_where_it_was_put(board, view):
    board.canvas.set_view(view)
    board.act("draw_line")
    board.drag((70, 40), (90, 60), (120, 80))
    (line,) = board.annotations
    assert (line.shape, line.start, line.stop) == (Shape.LINE, 0, 1)
    assert np.array(line.points) == pytest.approx(np.array([(70, 40), (120, 80)]))
    assert board.window.annotations.chosen == (1, line)
    image = board.canvas.grab().toImage()
    along = [board.canvas.view.to_widget(70 + 50 * t, 40 + 40 * t) for t in (0.3, 0.5, 0.7)]
    assert all(image.pixelColor(int(x), int(y)).lightness() > 240 for x, y in along)


@pytest.mark.parametrize("view", VIEWS)
def test_a_goniometer_takes_three_clicks(board, view):
    board.canvas.set_view(view)
    board.act("draw_goniometer")
    board.click(130, 50)
    board.move(100, 60)
    board.click(80, 50)
    assert board.annotations == []
    board.move(70, 90)
    assert board.scene.draft().points[2] == pytest.approx((70, 90))
    board.click(80, 110)
    (goniometer,) = board.annotations
    assert np.array(goniometer.points) == pytest.approx(np.array([(130, 50), (80, 50), (80, 110)]))
    assert board.scene.words(goniometer) == "90°"
    assert board.window.annotations.hands.scene.tool is None


def test_a_first_ruler_asks_for_its_length_and_gives_the_others_theirs(board):
    board.act("draw_ruler")
    board.drag((20, 30), (120, 30))
    assert board.window.annotations.field.isVisible()
    board.type("2 m")
    assert not board.window.annotations.field.isVisible()
    assert board.annotations[0].metres == 2.0
    assert (board.annotations[0].start, board.annotations[0].stop) == (0, 60)
    board.act("draw_ruler")
    board.drag((50, 60), (50, 90))
    assert not board.window.annotations.field.isVisible()
    assert [board.scene.words(annotation) for annotation in board.annotations] == ["2 m known", "60 cm"]
    before = board.canvas.grab().toImage()
    board.act("undo")  # the second ruler: then no length needs to be explained
    assert board.canvas.grab().toImage() != before


def test_a_length_without_a_unit_is_asked_again_and_escape_leaves_pixels(board):
    board.act("draw_ruler")
    board.drag((20, 30), (120, 30))
    board.type("2")
    assert board.window.annotations.field.isVisible()
    QTest.keyClick(board.window.annotations.field, Key.Key_Escape)
    assert not board.window.annotations.field.isVisible()
    assert board.canvas.hasFocus() or not board.window.isActiveWindow()
    assert board.scene.words(board.annotations[0]) == "100.0 px"


def test_a_note_is_put_in_with_its_words_and_not_without(board):
    board.act("draw_text")
    board.click(60, 70)
    QTest.keyClick(board.window.annotations.field, Key.Key_Escape)
    assert board.annotations == []
    board.act("draw_text")
    board.click(60, 70)
    board.type("  knee caves in ")
    assert board.annotations == [Annotation(Shape.TEXT, ((60.0, 70.0),), 0, 1, "knee caves in")]
    assert board.window.session.document.history.undo_label == "Add a note"


def test_keys_typed_into_the_field_do_nothing_else(board):
    board.act("draw_text")
    board.click(60, 70)
    field = board.window.annotations.field
    QTest.keyClicks(field, "f 1 vxs")
    for key in (Key.Key_Up, Key.Key_Down, Key.Key_PageDown):
        QTest.keyClick(field, key)
    assert field.text() == "f 1 vxs"
    assert board.canvas.view == VIEWS[0]
    assert not board.window.session.playback.playing
    assert board.annotations == []


def test_a_plumb_line_runs_through_the_whole_picture(board):
    board.canvas.set_view(CanvasView(1.0, 40.0, 30.0))
    board.act("draw_plumb")
    board.click(55, 70)
    (plumb,) = board.annotations
    assert (plumb.points, plumb.start, plumb.stop) == (((55.0, 70.0),), 0, 60)
    board.window.annotations.choose(None)
    image = board.canvas.grab().toImage()
    height = board.window.session.document.clip.height
    bright = [y for y in range(30, 30 + height) if image.pixelColor(95, y).red() > 180]
    assert min(bright) < 45
    assert max(bright) > 15 + height


def test_a_stopwatch_counts_from_its_first_frame(board):
    board.seek(10)
    board.act("draw_stopwatch")
    board.click(20, 20)
    (watch,) = board.annotations
    assert (watch.start, watch.stop) == (10, 60)
    assert board.scene.words(watch) == "0:00.000"
    board.seek(25)
    pts = board.window.session.document.clip.pts
    assert board.scene.words(watch) == f"0:00.{round(1000 * (pts[25] - pts[10])):03d}"
    board.seek(9)
    assert board.scene.items == ()


@pytest.mark.parametrize("view", VIEWS)
def test_a_point_is_dragged_in_one_edit_and_escape_puts_it_back(board, view):
    board.canvas.set_view(view)
    board.act("draw_line")
    board.drag((70, 40), (120, 80))
    kept = len(board.window.session.document.keeper.journal()) if board.window.session.document.project else 1
    board.drag((120, 80), (115, 70), (110, 60), release=False)
    assert board.scene.preview[1].points[1] == pytest.approx((110, 60))
    assert board.scene.held == pytest.approx((110, 60))
    assert board.annotations[0].points[1] == pytest.approx((120, 80))
    board.key(Key.Key_Escape)
    assert board.scene.preview is None
    assert board.annotations[0].points[1] == pytest.approx((120, 80))
    QTest.mouseRelease(board.canvas, Left, NoModifier, board.at(110, 60))
    board.drag((120, 80), (115, 70), (110, 60))
    assert np.array(board.annotations[0].points) == pytest.approx(np.array([(70, 40), (110, 60)]))
    assert board.window.session.document.history.undo_label == "Move the line"
    board.act("undo")
    assert board.annotations[0].points[1] == pytest.approx((120, 80))
    assert kept >= 1


def test_the_middle_of_a_line_moves_all_of_it_but_not_out_of_the_picture(board):
    board.act("draw_line")
    board.drag((20, 30), (120, 30))
    board.drag((70, 30), (75, 50))
    assert np.array(board.annotations[0].points) == pytest.approx(np.array([(25, 50), (125, 50)]))
    board.drag((75, 50), (-300, 55))
    assert np.array(board.annotations[0].points) == pytest.approx(np.array([(-0.5, 55), (99.5, 55)]))


def test_everything_can_be_done_by_keys(board):
    board.canvas.setFocus()
    QTest.keyClick(board.canvas, Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert board.scene.tool is Shape.GONIOMETER
    board.key(Key.Key_Return)
    (placed,) = board.annotations
    assert len(set(placed.points)) == 3
    board.key(Key.Key_Tab)
    assert board.scene.point == 0
    board.key(Key.Key_Tab)
    board.key(Key.Key_Right, Shift)
    board.key(Key.Key_Up)
    board.key(Key.Key_Left, Alt)
    x, y = placed.points[1]
    assert board.annotations[0].points[1] == pytest.approx((x + 9.9, y - 1))
    assert board.annotations[0].points[0] == pytest.approx(placed.points[0])
    for _ in range(2):
        board.key(Key.Key_Tab)
    assert board.scene.point is None
    board.key(Key.Key_Down)
    assert board.annotations[0].points[0] == pytest.approx((placed.points[0][0], placed.points[0][1] + 1))
    board.key(Key.Key_F2)
    board.type("Hip")
    assert board.annotations[0].text == "Hip"
    board.key(Key.Key_Delete)
    assert board.annotations == []
    assert board.window.session.document.history.undo_label == "Remove the goniometer"


def test_arrows_follow_the_eye_in_a_mirrored_view(board):
    board.act("draw_line")
    board.drag((70, 40), (120, 80))
    board.canvas.set_view(VIEWS[2])
    before = board.canvas.view.to_widget(*board.annotations[0].points[0])
    board.key(Key.Key_Right)
    after = board.canvas.view.to_widget(*board.annotations[0].points[0])
    assert after == pytest.approx((before[0] + VIEWS[2].scale, before[1]))


def test_drawings_are_chosen_in_turn_and_control_arrows_still_step(board):
    for y in (30, 60, 90):
        board.act("draw_plumb")
        board.click(y, 20)
    board.key(Key.Key_Escape)
    assert board.window.annotations.chosen is None
    numbers = []
    for _ in range(4):
        board.key(Key.Key_D)
        numbers.append(board.window.annotations.chosen[0])
    assert numbers == [1, 2, 3, 1]
    board.key(Key.Key_D, Shift)
    assert board.window.annotations.chosen[0] == 3
    board.canvas.setFocus()
    board.window.actions_by_name["forward"].trigger()
    board.qtbot.waitUntil(lambda: board.window.overlays.shown_frame == 1)
    assert board.window.annotations.chosen[0] == 3  # a plumb line is there in every frame


def test_lengths_follow_the_known_ruler_while_it_is_dragged(board):
    board.act("draw_ruler")
    board.drag((20, 30), (120, 30))
    board.type("1 m")
    board.act("draw_ruler")
    board.drag((20, 60), (120, 60))
    other = board.annotations[1]
    assert board.scene.words(other) == "1.00 m"
    board.act("previous_drawing")
    board.drag((120, 30), (130, 30), (220, 30), release=False)
    assert board.scene.words(other) == "50 cm"
    board.key(Key.Key_Escape)
    assert board.scene.words(other) == "1.00 m"
    QTest.mouseRelease(board.canvas, Left, NoModifier, board.at(220, 30))


def test_drawings_are_hidden_until_the_next_is_drawn(board):
    before = board.canvas.grab().toImage()
    board.act("draw_plumb")
    board.click(50, 50)
    assert board.canvas.grab().toImage() != before
    QTest.keyClick(board.canvas, Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert board.window.annotations.chosen is None
    assert board.canvas.grab().toImage() == before
    board.click(50, 90)
    assert board.window.annotations.chosen is None
    board.act("draw_plumb")
    assert len(board.scene.items) == 1
    assert not board.window.actions_by_name["hide_drawings"].isChecked()


def test_a_menu_changes_when_a_drawing_is_shown(board):
    board.seek(20)
    board.act("draw_line")
    board.drag((20, 30), (120, 60))

    def span():
        return board.annotations[0].start, board.annotations[0].stop

    assert span() == (20, 21)
    board.act("show_always")
    assert span() == (0, 60)
    board.act("show_onwards")
    assert span() == (20, 60)
    board.window.session.playback.set_zone(Zone(15, 40))
    board.act("show_zone")
    assert span() == (15, 40)
    board.act("show_frame")
    assert span() == (20, 21)
    board.seek(21)
    assert board.window.annotations.chosen is None
    assert not board.window.actions_by_name["show_always"].isEnabled()


def test_the_right_button_opens_its_menu(board):
    board.act("draw_line")
    board.drag((20, 30), (120, 60))
    at = board.at(70, 45)
    for where, shown in ((board.at(70, 100), False), (at, True)):
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, board.canvas.mapToGlobal(where))
        QApplication.sendEvent(board.canvas, event)
        menus = [menu for menu in board.window.findChildren(QMenu, "drawing-menu") if menu.isVisible()]
        assert bool(menus) == shown
    assert board.window.actions_by_name["show_always"] in menus[0].actions()
    menus[0].close()


def test_a_double_click_lets_the_name_be_typed(board):
    board.act("draw_line")
    board.drag((20, 30), (120, 60))
    board.double_click(70, 45)
    board.type("trunk")
    assert board.annotations[0].text == "trunk"
    assert board.window.session.document.history.undo_label == "Name the line"


def test_keypoints_come_before_drawings_except_before_points_of_the_chosen_one(window, dots, qtbot, analyse):
    analyse(window.session, dots)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == 0 and window.canvas.scene.poses is not None)
    board = Board(window, qtbot)
    xy = window.canvas.scene.poses.xy[0]
    keypoint = int(np.flatnonzero(np.isfinite(xy[:, 0]))[0])
    x, y = (float(v) for v in xy[keypoint])
    board.act("draw_line")
    board.drag((x, y), (x + 60, y + 60))  # a tool draws, whatever lies beneath
    assert len(board.annotations) == 1
    board.drag((x, y), (x + 10, y))
    assert board.annotations[0].points[0] == pytest.approx((x + 10, y), abs=0.6)
    board.act("undo")
    board.key(Key.Key_Escape)
    board.click(x, y)
    assert window.session.selection.keypoint == keypoint
    assert window.annotations.chosen is None
    board.click(x + 40, y + 40)
    assert window.annotations.chosen is not None
    assert window.session.selection.keypoint is None


def test_the_handle_of_a_person_comes_before_a_drawing(window, dots, qtbot, analyse):
    analyse(window.session, dots)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == 0 and window.canvas.scene.poses is not None)
    board = Board(window, qtbot)
    assert window.canvas.scene.whole.shown
    knob = knob_places(window.canvas.scene.poses.xy[0], window.canvas.view, QRectF(window.canvas.rect()))["move"]
    x, y = window.canvas.view.to_image(knob.x(), knob.y())
    board.act("draw_line")
    board.drag((x - 60, y), (x + 50, y))
    board.key(Key.Key_Escape)
    before = board.annotations
    board.drag((x, y), (x, y + 12))
    assert board.annotations == before
    assert window.session.document.history.undo_label != "Move the line"
    board.click(x - 45, y)
    assert window.annotations.chosen is not None


def test_drawings_come_back_with_the_project(board, dots, qtbot):
    board.act("draw_ruler")
    board.drag((20, 30), (120, 30))
    board.type("85 cm")
    kept = board.annotations
    qtbot.waitUntil(lambda: not board.window.session.document.saving, timeout=10_000)
    board.window.session.close_document()
    with qtbot.waitSignal(board.window.session.frameReady, timeout=10_000):
        board.window.session.open(dots.clip)
    assert board.annotations == kept
    assert [item for _, item in board.scene.items] == kept


def test_a_tool_is_given_up_by_escape_and_said_in_the_status_bar(board):
    board.act("draw_goniometer")
    assert board.window.hint.text().startswith("Goniometer: click a leg")
    board.click(30, 30)
    board.key(Key.Key_Escape)
    assert board.scene.tool is None
    assert board.scene.placed == ()
    assert not board.window.hint.text().startswith("Goniometer")
    board.click(90, 90)
    assert board.annotations == []


def test_the_picture_pans_under_a_tool(board):
    board.act("draw_line")
    QTest.keyPress(board.canvas, Key.Key_Space)
    board.drag((70, 40), (80, 45))
    QTest.keyRelease(board.canvas, Key.Key_Space)
    assert board.canvas.view == CanvasView(1.0, 50.0, 35.0)
    assert board.annotations == []
    assert board.scene.tool is Shape.LINE
