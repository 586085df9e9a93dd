"""The canvas with real events: where pixels land, and what mouse and keys ask for."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from poseapp.core.geometry import Affine
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Frame, Key, PoseView, Source
from poseapp.gui.canvas.canvas import Canvas
from poseapp.gui.canvas.hit import Hit
from poseapp.gui.canvas.tips import describe_keypoint
from poseapp.gui.canvas.view import CanvasView

pytestmark = pytest.mark.gui

SKELETON = load_skeleton("mpii16")
KNEE = SKELETON.index("right_knee")
Left, Middle = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
NoModifier = Qt.KeyboardModifier.NoModifier


def frame(width=200, height=150, index=7):
    return Frame(index, 0.5, np.full((height, width, 3), 90, np.uint8))


def poses(**positions):
    xy = np.full((1, 16, 2), np.nan, np.float32)
    for name, at in positions.items():
        xy[0, SKELETON.index(name)] = at
    seen = np.isfinite(xy[..., 0])
    score = np.where(seen, 0.9, np.nan).astype(np.float32)
    return PoseView(xy, score, score * 0, (seen * Source.PREDICTED).astype(np.uint8))


@pytest.fixture
def canvas(qtbot):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.show()
    canvas.set_frame(frame())
    canvas.set_poses(poses(right_knee=(60, 70), right_ankle=(60, 120)), SKELETON)
    canvas.set_view(CanvasView(2.0, 0.0, 0.0))
    canvas.moves, canvas.chosen, canvas.nudges = [], [], []
    canvas.moveRequested.connect(lambda key, x, y: canvas.moves.append((key, x, y)))
    canvas.selectionRequested.connect(lambda person, keypoint: canvas.chosen.append((person, keypoint)))
    canvas.nudgeRequested.connect(lambda dx, dy: canvas.nudges.append((round(dx, 3), round(dy, 3))))
    return canvas


def drag(canvas, start, *through, release=True):
    QTest.mousePress(canvas, Left, NoModifier, QPoint(*start))
    for point in through:
        QTest.mouseMove(canvas, QPoint(*point))
    if release:
        QTest.mouseRelease(canvas, Left, NoModifier, QPoint(*through[-1]))


def press_key(canvas, key, modifiers=NoModifier):
    QTest.keyClick(canvas, key, modifiers)


@pytest.mark.parametrize("scale", [8.0, 32.0])
def test_pixel_centres_lie_at_integers(qtbot, scale):
    """A keypoint at (0, 0) lies in the middle of the top left pixel: colours meet at half-integers."""
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(200, 200)
    rgb = np.zeros((2, 2, 3), np.uint8)
    rgb[0, 0], rgb[0, 1], rgb[1, 0], rgb[1, 1] = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
    canvas.set_frame(Frame(0, 0.0, rgb))
    canvas.set_view(CanvasView(scale, 50.0, 60.0))
    image = canvas.grab().toImage()

    def colour(x, y):
        at = QPointF(*canvas.view.to_widget(x, y))
        return image.pixelColor(int(at.x()), int(at.y())).getRgb()[:3]

    inside = 0.5 - 1.5 / scale
    for x, y in ((0, 0), (inside, inside), (-inside, -inside), (inside, -inside)):
        assert colour(x, y) == (255, 0, 0)
    assert colour(1 - inside, 0) == (0, 255, 0)
    assert colour(0, 1 - inside) == (0, 0, 255)
    assert colour(1 + inside, 1 + inside) == (255, 255, 255)
    outside = 0.5 + 1.5 / scale
    assert colour(-outside, 0) == colour(0, -outside) != (255, 0, 0)


def test_a_small_view_averages_the_picture(qtbot):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    stripes = np.zeros((400, 400, 3), np.uint8)
    stripes[:, ::2] = 255
    canvas.set_frame(Frame(0, 0.0, stripes))
    canvas.set_view(CanvasView(0.25, 10.0, 10.0))
    colour = canvas.grab().toImage().pixelColor(60, 60)
    assert 100 < colour.red() < 156


def test_a_drag_asks_for_exactly_one_move(canvas):
    drag(canvas, (120, 140), (130, 140), (150, 160), (170, 170))
    assert canvas.moves == [(Key(7, 0, KNEE), 85.0, 85.0)]
    assert canvas.chosen == [(0, KNEE)]
    assert canvas.scene.preview is None


def test_the_grip_is_kept(canvas):
    drag(canvas, (124, 143), (164, 183))
    assert canvas.moves == [(Key(7, 0, KNEE), 80.0, 90.0)]


def test_a_drag_shows_the_keypoint_under_way_and_escape_restores(canvas):
    drag(canvas, (120, 140), (160, 180), release=False)
    assert canvas.scene.preview == (Key(7, 0, KNEE), 80.0, 90.0)
    before = canvas.grab().toImage()
    press_key(canvas, Qt.Key.Key_Escape)
    assert canvas.scene.preview is None
    assert canvas.grab().toImage() != before
    QTest.mouseRelease(canvas, Left, NoModifier, QPoint(160, 180))
    assert canvas.moves == []


def test_a_drag_ends_within_the_picture(canvas):
    drag(canvas, (120, 140), (10, 10), (-50, -80))
    assert canvas.moves == [(Key(7, 0, KNEE), -0.5, -0.5)]


def test_another_frame_under_a_drag_gives_it_up(canvas):
    drag(canvas, (120, 140), (160, 180), release=False)
    canvas.set_frame(frame(index=8))
    QTest.mouseRelease(canvas, Left, NoModifier, QPoint(160, 180))
    assert canvas.moves == []


def test_a_click_chooses_and_a_click_beside_chooses_nothing(canvas):
    QTest.mouseClick(canvas, Left, NoModifier, QPoint(120, 240))
    canvas.set_selection(0, SKELETON.index("right_ankle"))
    QTest.mouseClick(canvas, Left, NoModifier, QPoint(300, 30))
    assert canvas.chosen == [(0, SKELETON.index("right_ankle")), (0, None)]
    assert canvas.moves == []


def test_a_chosen_keypoint_without_a_position_is_placed_by_a_click(canvas):
    wrist = SKELETON.index("left_wrist")
    canvas.set_selection(0, wrist)
    QTest.mouseClick(canvas, Left, NoModifier, QPoint(300, 30))
    assert canvas.moves == [(Key(7, 0, wrist), 150.0, 15.0)]


@pytest.mark.parametrize(
    ("key", "modifiers", "expected"),
    [
        (Qt.Key.Key_Right, NoModifier, (1.0, 0.0)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier, (0.0, -10.0)),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier, (-0.1, 0.0)),
    ],
)
def test_arrows_nudge_the_chosen_keypoint(canvas, key, modifiers, expected):
    canvas.set_selection(0, KNEE)
    press_key(canvas, key, modifiers)
    assert canvas.nudges == [expected]


def test_arrows_are_left_to_the_window_when_nothing_is_chosen(canvas):
    press_key(canvas, Qt.Key.Key_Right)
    assert canvas.nudges == []


def test_control_and_arrows_step_while_a_keypoint_is_chosen(canvas, qtbot):
    canvas.set_selection(0, KNEE)
    with qtbot.waitSignal(canvas.stepRequested) as stepped:
        press_key(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert stepped.args == [-1]


def test_tab_goes_round_the_keypoints_only_while_one_is_chosen(canvas, qtbot):
    cycled = []
    canvas.cycleRequested.connect(cycled.append)
    press_key(canvas, Qt.Key.Key_Tab)
    assert cycled == []
    canvas.set_selection(0, KNEE)
    press_key(canvas, Qt.Key.Key_Tab)
    press_key(canvas, Qt.Key.Key_Backtab)
    assert cycled == [1, -1]


def test_space_plays_unless_it_was_used_to_pan(canvas):
    played = []
    canvas.playToggled.connect(lambda: played.append(True))
    press_key(canvas, Qt.Key.Key_Space)
    assert played == [True]
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    drag(canvas, (120, 140), (150, 150))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert played == [True]
    assert canvas.moves == []
    assert canvas.view == CanvasView(2.0, 30.0, 10.0)


def test_the_middle_button_pans(canvas):
    QTest.mousePress(canvas, Middle, NoModifier, QPoint(120, 140))
    QTest.mouseMove(canvas, QPoint(100, 150))
    QTest.mouseRelease(canvas, Middle, NoModifier, QPoint(100, 150))
    assert canvas.view == CanvasView(2.0, -20.0, 10.0)
    assert canvas.moves == []


def test_the_wheel_zooms_about_the_cursor(canvas):
    at = QPointF(90, 40)
    before = canvas.view.to_image(at.x(), at.y())
    event = QWheelEvent(
        at, at, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, NoModifier, Qt.ScrollPhase.NoScrollPhase, bool(0)
    )
    QApplication.sendEvent(canvas, event)
    assert canvas.view.scale > 2.0
    assert canvas.view.to_image(at.x(), at.y()) == pytest.approx(before)


def test_a_fitted_picture_stays_fitted_and_a_zoomed_one_stays_in_the_middle(canvas):
    canvas.fit_picture()
    canvas.resize(600, 400)
    assert canvas.view.to_widget(99.5, 74.5) == pytest.approx((300, 200))
    canvas.set_view(CanvasView(5.0, 0.0, 0.0))
    middle = canvas.view.to_image(300, 200)
    canvas.resize(500, 300)
    assert canvas.view.to_image(250, 150) == pytest.approx(middle)


def test_fit_person_shows_every_keypoint(canvas):
    canvas.fit_person()
    for x, y in ((60, 70), (60, 120)):
        at = canvas.view.to_widget(x, y)
        assert 0 < at[0] < canvas.width()
        assert 0 < at[1] < canvas.height()
    assert canvas.view.scale > 2.0


def test_hovering_marks_the_keypoint(canvas):
    QTest.mouseMove(canvas, QPoint(121, 141))
    assert canvas.scene.hovered == (0, KNEE)
    QTest.mouseMove(canvas, QPoint(300, 30))
    assert canvas.scene.hovered is None


def test_hidden_persons_are_neither_drawn_nor_grabbed(canvas):
    shown = canvas.grab().toImage()
    canvas.set_hidden(frozenset({0}))
    assert canvas.grab().toImage() != shown
    drag(canvas, (120, 140), (160, 180))
    assert canvas.moves == []


def test_a_heatmap_lies_where_its_map_says(canvas):
    canvas.set_poses(None, None)
    values = np.zeros((4, 4), np.float32)
    values[1, 2] = 1.0
    canvas.set_heatmap(values, Affine(np.array([[20.0, 0, 40.0], [0, 20.0, 30.0]])))  # that cell is at (80, 50)
    image = canvas.grab().toImage()
    plain, hot = image.pixelColor(320, 240), image.pixelColor(160, 100)
    assert plain.getRgb()[:3] == (90, 90, 90)
    assert hot.red() > 180
    assert hot.blue() < 60


def test_the_chosen_keypoint_is_spoken(canvas):
    canvas.set_selection(0, KNEE)
    assert canvas.accessibleDescription() == "right knee of person 1 is chosen"


def test_hovering_tells_what_a_keypoint_is(canvas):
    hit = Hit(0, KNEE)
    assert describe_keypoint(canvas.scene, hit) == "right knee of person A\npredicted, 90 % sure"
    canvas.scene.preview = (Key(7, 0, KNEE), 1.0, 2.0)
    canvas.set_poses(canvas.scene.shown_poses(), SKELETON)
    assert describe_keypoint(canvas.scene, hit) == "right knee of person A\nplaced by you"
