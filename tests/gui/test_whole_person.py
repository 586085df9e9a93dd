"""The handle beside the chosen person, with real events: it moves all or nothing, and no bone ever does."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from poseapp.core.pose_moves import PoseMove, moved_pose, pose_centre
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Frame, PoseView, Source
from poseapp.gui.canvas.canvas import Canvas
from poseapp.gui.canvas.view import CanvasView
from poseapp.gui.canvas.whole_person import WholePerson
from poseapp.gui.canvas.whole_person_paint import RADIUS, knob_places

pytestmark = pytest.mark.gui

SKELETON = load_skeleton("mpii16")
KNEE, ANKLE, HEAD = (SKELETON.index(name) for name in ("right_knee", "right_ankle", "head_top"))
Left, NoModifier, Shift, Alt = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
PLACES = {KNEE: (60, 70), ANKLE: (60, 120), HEAD: (90, 20)}


@pytest.fixture
def canvas(qtbot):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(500, 400)
    canvas.show()
    canvas.set_frame(Frame(7, 0.5, np.full((200, 250, 3), 90, np.uint8)))
    xy = np.full((1, 16, 2), np.nan, np.float32)
    for keypoint, at in PLACES.items():
        xy[0, keypoint] = at
    score = np.where(np.isfinite(xy[..., 0]), 0.9, np.nan).astype(np.float32)
    canvas.set_poses(PoseView(xy, score, score * 0, np.isfinite(score).astype(np.uint8)), SKELETON)
    canvas.set_view(CanvasView(2.0, 0.0, 0.0))
    canvas.whole = WholePerson(canvas)
    canvas.whole.set_shown(True)
    canvas.moves, canvas.keypoint_moves, canvas.nudges = [], [], []
    canvas.whole.moveRequested.connect(canvas.moves.append)
    canvas.moveRequested.connect(lambda *move: canvas.keypoint_moves.append(move))
    canvas.nudgeRequested.connect(lambda *move: canvas.nudges.append(move))
    return canvas


def knob(canvas, name):
    places = knob_places(canvas.scene.poses.xy[0], canvas.view, QRectF(canvas.rect()))
    return places[name].toPoint()


def drag(canvas, start, *through, release=True, modifiers=NoModifier):
    QTest.mousePress(canvas, Left, modifiers, start)
    for point in through:
        QTest.mouseMove(canvas, point)
    if release:
        QTest.mouseRelease(canvas, Left, modifiers, through[-1])


def test_the_handle_stands_beside_the_person_clear_of_every_keypoint(canvas):
    places = knob_places(canvas.scene.poses.xy[0], canvas.view, QRectF(canvas.rect()))
    assert set(places) == {"turn", "move", "scale"}
    for at in places.values():
        assert at.x() > 2 * 90 + 2 * RADIUS
        assert canvas.rect().contains(at.toPoint())


@pytest.mark.parametrize("dx", [-120.0, 300.0, 340.0])
def test_the_handle_stays_in_the_window(canvas, dx):
    view = CanvasView(2.0, dx, 0.0)
    room = QRectF(canvas.rect())
    for at in knob_places(canvas.scene.poses.xy[0], view, room).values():
        assert room.adjusted(RADIUS, RADIUS, -RADIUS, -RADIUS).contains(at)


def test_nobody_has_no_handle(canvas):
    assert knob_places(np.full((16, 2), np.nan), canvas.view, QRectF(canvas.rect())) == {}
    assert knob_places(canvas.scene.poses.xy[0], CanvasView(2.0, 900.0, 0.0), QRectF(canvas.rect())) == {}


def test_dragging_the_handle_moves_all_by_one_request(canvas):
    start = knob(canvas, "move")
    drag(canvas, start, start + QPoint(6, 0), start + QPoint(20, -10))
    assert canvas.moves == [PoseMove(dx=10, dy=-5)]
    assert canvas.keypoint_moves == []
    assert canvas.scene.whole.preview is None


def test_while_it_is_dragged_all_of_the_person_is_shown_there_and_escape_snaps_back(canvas):
    start = knob(canvas, "move")
    drag(canvas, start, start + QPoint(20, -10), release=False)
    shown = canvas.scene.shown_poses()
    for keypoint, (x, y) in PLACES.items():
        assert shown.xy[0, keypoint].tolist() == [x + 10, y - 5]
    assert shown.source[0, KNEE] == Source.CORRECTED
    assert np.isnan(shown.xy[0]).any(axis=1).sum() == 13, "what is not there does not appear"
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.scene.shown_poses() is canvas.scene.poses
    QTest.mouseRelease(canvas, Left, NoModifier, start + QPoint(20, -10))
    assert canvas.moves == []


def test_a_click_on_the_handle_does_nothing_and_chooses_nothing(canvas, qtbot):
    with qtbot.assertNotEmitted(canvas.selectionRequested):
        QTest.mouseClick(canvas, Left, NoModifier, knob(canvas, "move"))
    assert canvas.moves == []


def test_a_bone_and_a_keypoint_never_move_the_whole(canvas):
    middle_of_bone = QPoint(120, 190)
    drag(canvas, middle_of_bone, middle_of_bone + QPoint(30, 0))  # which pans
    canvas.set_view(CanvasView(2.0, 0.0, 0.0))
    drag(canvas, QPoint(120, 140), QPoint(150, 140))
    assert canvas.moves == []
    assert len(canvas.keypoint_moves) == 1


@pytest.mark.parametrize(("name", "modifiers"), [("turn", NoModifier), ("move", Shift)])
def test_a_knob_turns_about_the_centre(canvas, name, modifiers):
    centre = QPointF(*(2 * value for value in pose_centre(canvas.scene.poses.xy[0])))
    start = knob(canvas, name)
    arm = QPointF(start) - centre
    quarter = (centre + QPointF(-arm.y(), arm.x())).toPoint()
    drag(canvas, start, quarter, modifiers=modifiers)
    (move,) = canvas.moves
    assert move.degrees == pytest.approx(90, abs=1)
    assert (move.dx, move.dy, move.factor) == (0, 0, 1)


def test_turning_follows_the_pointer_in_a_mirrored_view_too(canvas):
    canvas.set_view(CanvasView(2.0, 500.0, 0.0, mirrored=True))
    start = knob(canvas, "turn")
    centre = QPointF(*canvas.view.to_widget(*pose_centre(canvas.scene.poses.xy[0])))
    arm = QPointF(start) - centre
    quarter = (centre + QPointF(-arm.y(), arm.x())).toPoint()
    drag(canvas, start, quarter)
    turned = moved_pose(canvas.scene.poses.xy[0], canvas.moves[0])
    was = np.array(canvas.view.to_widget(*PLACES[HEAD])) - (centre.x(), centre.y())
    now = np.array(canvas.view.to_widget(*turned[HEAD])) - (centre.x(), centre.y())
    assert now == pytest.approx([-was[1], was[0]], abs=3), "clockwise as seen"


def test_a_knob_scales_about_the_centre(canvas):
    centre = QPointF(*(2 * value for value in pose_centre(canvas.scene.poses.xy[0])))
    start = knob(canvas, "scale")
    drag(canvas, start, (centre + 1.25 * (QPointF(start) - centre)).toPoint())
    assert canvas.moves[0].factor == pytest.approx(1.25, abs=0.02)


def test_keys_act_on_the_whole_while_that_is_on(canvas, qtbot):
    canvas.set_selection(0, KNEE)
    keys = ((Qt.Key.Key_Right, NoModifier), (Qt.Key.Key_Up, Shift), (Qt.Key.Key_Down, Alt))
    with qtbot.waitSignal(canvas.whole.activeChanged):
        canvas.whole.set_active(True)
    for key, modifiers in keys:
        QTest.keyClick(canvas, key, modifiers)
    for key in (Qt.Key.Key_BracketRight, Qt.Key.Key_BracketLeft, Qt.Key.Key_PageUp):
        QTest.keyClick(canvas, key)
    assert canvas.moves == [
        PoseMove(dx=1),
        PoseMove(dy=-10),
        PoseMove(dy=0.1),
        PoseMove(degrees=1),
        PoseMove(degrees=-1),
        PoseMove(factor=1.01),
    ]
    assert canvas.nudges == []
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not canvas.whole.under_way
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert (len(canvas.moves), canvas.nudges) == (6, [(1, 0)])


def test_the_handle_is_not_there_while_a_box_is_drawn_or_the_clip_plays(canvas):
    start = knob(canvas, "move")
    canvas.want_box(wanted=True)
    drag(canvas, start, start + QPoint(20, 20))
    canvas.whole.set_shown(False)
    drag(canvas, start, start + QPoint(20, 20))
    assert canvas.moves == []


def test_the_handle_is_drawn_and_brighter_under_the_pointer(canvas):
    at = knob(canvas, "move")
    faint = canvas.grab().toImage().pixelColor(at).lightness()
    QTest.mouseMove(canvas, at)
    assert canvas.scene.whole.hot == "move"
    assert canvas.grab().toImage().pixelColor(at).lightness() > faint
    canvas.whole.set_shown(False)
    assert canvas.grab().toImage().pixelColor(at).getRgb()[:3] == (90, 90, 90)


def test_a_drag_of_a_keypoint_may_pass_over_the_handle(canvas):
    drag(canvas, QPoint(120, 140), knob(canvas, "move"), knob(canvas, "turn"))
    assert canvas.moves == []
    x, y = canvas.view.to_image(knob(canvas, "turn").x(), knob(canvas, "turn").y())
    assert canvas.keypoint_moves[0][1:] == pytest.approx((x, y), abs=1)
