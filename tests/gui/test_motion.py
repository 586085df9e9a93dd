"""Trails, ghosts and the ellipse of uncertainty: where they lie, and by which keys they come and go."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest

from poseapp.core.edit_builders import build_move
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import Key, PoseChunk
from poseapp.gui.canvas.motion import MOST_FRAMES, read_spread, read_trails
from poseapp.gui.canvas.motion_paint import (
    Ghost,
    MotionScene,
    Spread,
    Trail,
    draw_motion,
    draw_motion_words,
    ellipse_axes,
)
from poseapp.gui.canvas.view import CanvasView

pytestmark = pytest.mark.gui

SKELETON = load_skeleton("body21")
WRIST = SKELETON.index("left_wrist")
Shift = Qt.KeyboardModifier.ShiftModifier


def make_store(n=400):
    """One person whose left wrist goes one px to the right a frame, and is lost in frames 50 to 60."""
    store = PoseStore(SKELETON, n)
    xy = np.full((n, 1, SKELETON.n_keypoints, 2), np.nan, np.float32)
    xy[:, 0, WRIST] = np.stack([np.arange(n), np.full(n, 30)], axis=1)
    xy[50:60] = np.nan
    seen = np.isfinite(xy[..., 0])
    cov = np.where(seen[..., None], np.float32([9.0, 0.0, 4.0]), np.float32(np.nan)).astype(np.float32)
    store.add_chunk(PoseChunk(0, xy, np.where(seen, 0.9, np.nan).astype(np.float32), cov))
    return store


def paint(scene, view, size=120):
    image = QImage(size, size, QImage.Format.Format_RGB32)
    image.fill(QColor(60, 60, 60))
    painter = QPainter(image)
    draw_motion(painter, scene, SKELETON, view=view, room=QRectF(0, 0, size, size))
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(size, size, 4)[..., 2::-1].astype(int)


def test_the_pose_that_is_compared_with_has_a_white_cross_at_each_keypoint():
    xy = np.full((SKELETON.n_keypoints, 2), np.nan, np.float32)
    xy[WRIST] = 40.0, 25.0
    image = QImage(80, 80, QImage.Format.Format_RGB32)
    image.fill(QColor(60, 60, 60))
    painter = QPainter(image)
    draw_motion_words(
        painter, MotionScene(ghosts=(Ghost(xy, 0, "compared"),)), CanvasView(1, 0.5, 0.5), QRectF(image.rect())
    )
    painter.end()
    white = [(x, y) for x in range(80) for y in range(80) if image.pixelColor(x, y).lightness() > 200]
    assert {(40, 25), (38, 23), (42, 23), (38, 27), (42, 27)} <= set(white)
    assert {x for x, _ in white} <= set(range(35, 46))


def test_a_trail_ends_where_the_keypoint_is():
    (trail,) = read_trails(make_store(), 0, (40, 71), WRIST)
    assert trail.side == "left"
    assert trail.xy[0].tolist() == [40, 30]
    assert trail.xy[-1].tolist() == [70, 30]
    assert np.isnan(trail.xy[10:20]).all()


def test_a_long_trail_is_thinned_and_keeps_its_newest_point():
    (trail,) = read_trails(make_store(), 0, (0, 400), WRIST)
    assert len(trail.xy) == 200
    assert trail.xy[-1].tolist() == [399, 30]


def test_wrists_and_ankles_have_trails_while_nothing_is_chosen():
    trails = read_trails(make_store(), 0, (0, 10), None)
    assert [trail.side for trail in trails] == ["left", "right", "left", "right"]


@pytest.mark.parametrize("mirrored", [False, True])
def test_left_trails_are_dashed_and_right_ones_are_not(mirrored):
    xy = np.stack([np.arange(10.0, 110.0), np.full(100, 60.0)], axis=1)
    view = CanvasView(1.0, 119.0 if mirrored else 0.0, 0.0, mirrored)
    plain = paint(MotionScene(), view)[58:63, 75:105] if not mirrored else paint(MotionScene(), view)[58:63, 15:45]

    def ink(side):
        image = paint(MotionScene(trails=(Trail(xy, side),)), view)
        row = image[58:63, 15:45] if mirrored else image[58:63, 75:105]  # the newest quarter
        return (np.abs(row - plain).max(axis=(0, 2)) > 60).mean()

    assert ink("right") == 1.0
    assert 0.4 < ink("left") < 0.8


def test_the_axes_of_an_ellipse():
    assert ellipse_axes((9.0, 0.0, 4.0)) == pytest.approx((3.0, 2.0, 0.0))
    assert ellipse_axes((4.0, 0.0, 9.0)) == pytest.approx((3.0, 2.0, 90.0))
    # Turned by 30 degrees: C = R diag(16, 4) R^T.
    c, s = math.cos(math.radians(30)), math.sin(math.radians(30))
    assert ellipse_axes((16 * c * c + 4 * s * s, 12 * c * s, 16 * s * s + 4 * c * c)) == pytest.approx((4.0, 2.0, 30.0))


@pytest.mark.parametrize("mirrored", [False, True])
def test_an_ellipse_lies_along_its_longer_axis(mirrored):
    cov = (16 * 9 * 0.5 + 2, 16 * 9 * 0.5 - 2, 16 * 9 * 0.5 + 2)  # 12 px along image down right, 2 px across
    view = CanvasView(1.0, 119.0 if mirrored else 0.0, 0.0, mirrored)
    plain = paint(MotionScene(), view)
    drawn = np.abs(paint(MotionScene(spread=Spread((60.0, 40.0), cov)), view) - plain).max(axis=2) > 60
    ys, xs = np.nonzero(drawn[:75])  # without the words beneath
    slope = np.corrcoef(xs, ys)[0, 1]
    assert slope < -0.8 if mirrored else slope > 0.8
    longer = ellipse_axes(cov)[0]
    reach = np.hypot(xs + 0.5 - (59.0 if mirrored else 60.0), ys + 0.5 - 40.0).max()
    assert reach == pytest.approx(2 * longer, abs=3)


def test_what_a_person_placed_has_no_ellipse():
    store = make_store()
    assert read_spread(store, 5, 0, WRIST) == Spread((5.0, 30.0), (9.0, 0.0, 4.0))
    assert read_spread(store, 55, 0, WRIST) is None
    store.apply(build_move(store, Key(5, 0, WRIST), (7.0, 8.0)))
    assert read_spread(store, 5, 0, WRIST) is None


@pytest.fixture
def analysed(window, dots, qtbot, analyse):
    analyse(window.session, dots)
    window.session.playback.seek(30)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == 30)
    return window


def motion_of(window):
    return window.canvas.scene.motion


def test_t_shows_trails_of_the_last_seconds(analysed, qtbot):
    before = analysed.canvas.grab().toImage()
    QTest.keyClick(analysed.canvas, Qt.Key.Key_T)
    trails = motion_of(analysed).trails
    assert len(trails) == 4
    assert analysed.canvas.grab().toImage() != before
    analysed.session.select(0, 4)
    (trail,) = motion_of(analysed).trails
    pts = analysed.session.document.clip.pts
    assert len(trail.xy) == (pts[:31] >= pts[30] - 2).sum()
    assert trail.xy[-1] == pytest.approx(analysed.canvas.scene.poses.xy[0, 4])
    analysed.actions_by_name["trail_1"].trigger()
    assert len(motion_of(analysed).trails[0].xy) == (pts[:31] >= pts[30] - 1).sum()
    assert len(motion_of(analysed).trails[0].xy) <= MOST_FRAMES
    QTest.keyClick(analysed.canvas, Qt.Key.Key_T)
    assert motion_of(analysed).is_empty


def test_a_trail_follows_a_correction(analysed):
    analysed.session.select(0, 4)
    analysed.actions_by_name["trails"].setChecked(True)
    assert analysed.session.perform(build_move(analysed.session.document.store, Key(30, 0, 4), (11.0, 13.0)))
    assert motion_of(analysed).trails[0].xy[-1].tolist() == [11.0, 13.0]


def test_g_shows_the_poses_before_and_after(analysed, qtbot):
    QTest.keyClick(analysed.canvas, Qt.Key.Key_G)
    assert [ghost.offset for ghost in motion_of(analysed).ghosts] == [-1, 1]
    store = analysed.session.document.store
    np.testing.assert_array_equal(motion_of(analysed).ghosts[0].xy, store.view(29).xy[0])
    analysed.session.playback.seek(0)
    qtbot.waitUntil(lambda: analysed.overlays.shown_frame == 0)
    assert [ghost.offset for ghost in motion_of(analysed).ghosts] == [1]


def test_ghosts_of_corrected_frames_replace_those_of_neighbours(analysed):
    store = analysed.session.document.store
    for frame in (10, 30, 50):
        assert analysed.session.perform(build_move(store, Key(frame, 0, 4), (11.0, 13.0)))
    QTest.keyClick(analysed.canvas, Qt.Key.Key_G)
    QTest.keyClick(analysed.canvas, Qt.Key.Key_G, Shift)
    assert [ghost.offset for ghost in motion_of(analysed).ghosts] == [-20, 20]
    assert not analysed.actions_by_name["ghosts"].isChecked()
    assert analysed.session.perform(build_move(store, Key(25, 0, 4), (11.0, 13.0)))
    assert [ghost.offset for ghost in motion_of(analysed).ghosts] == [-5, 20]
    QTest.keyClick(analysed.canvas, Qt.Key.Key_G)
    assert [ghost.offset for ghost in motion_of(analysed).ghosts] == [-1, 1]
    QTest.keyClick(analysed.canvas, Qt.Key.Key_G)
    assert motion_of(analysed).is_empty


def test_ctrl_u_shows_how_uncertain_the_chosen_keypoint_is(analysed):
    QTest.keyClick(analysed.canvas, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    assert motion_of(analysed).spread is None
    analysed.session.select(0, 4)
    spread = motion_of(analysed).spread
    assert spread.at == pytest.approx(tuple(analysed.canvas.scene.poses.xy[0, 4]))
    cov = analysed.session.document.store.track(0, 30, 31).cov[0, 4]
    assert spread.cov == pytest.approx(tuple(cov))


def test_hidden_persons_leave_nothing(analysed):
    for name in ("trails", "ghosts", "spread"):
        analysed.actions_by_name[name].setChecked(True)
    assert not motion_of(analysed).is_empty
    analysed.people.visibilityChanged.emit(0, False)  # noqa: FBT003
    analysed.motion.refresh()
    assert motion_of(analysed).is_empty
