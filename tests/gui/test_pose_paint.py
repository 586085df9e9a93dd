"""What is drawn says what it means: sides by line and shape, certainty by fill, sources by rings."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from poseapp.core.side_colors import bone_side
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import PoseView, Source
from poseapp.gui.canvas.pose_paint import PoseContext, draw_poses, opacity, side_color
from poseapp.gui.canvas.view import CanvasView
from poseapp.gui.style.theme import DARK, color

pytestmark = pytest.mark.gui

SKELETON = load_skeleton("mpii16")
VIEW = CanvasView(1.0, 0.0, 0.0)


def picture(draw, size=120):
    image = QImage(size, size, QImage.Format.Format_RGB32)
    image.fill(QColor(128, 128, 128))
    painter = QPainter(image)
    draw(painter)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(size, size, 4)[..., 2::-1].astype(int)


def drawn(source=Source.PREDICTED, score=0.9, names=("right_knee",), **context):
    xy = np.full((1, 16, 2), np.nan, np.float32)
    for i, name in enumerate(names):
        xy[0, SKELETON.index(name)] = (40 + 40 * i, 60)
    seen = np.isfinite(xy[..., 0])
    poses = PoseView(
        xy,
        np.where(seen, score, np.nan).astype(np.float32),
        np.zeros((1, 16), np.float32),
        (seen * int(source)).astype(np.uint8),
    )
    return picture(lambda painter: draw_poses(painter, poses, PoseContext(VIEW, SKELETON, **context)))


def is_like(pixel, side):
    return np.abs(pixel - np.array(side_color(side).getRgb()[:3])).max() < 12


def test_right_is_a_circle_and_left_a_square():
    right, left = drawn(), drawn(names=("left_knee",))
    assert is_like(right[60, 40], "right")
    assert is_like(left[60, 40], "left")
    corner = (slice(56, 57), slice(36, 37))
    assert is_like(left[corner][0, 0], "left")
    assert not is_like(right[corner][0, 0], "right")


def test_right_bones_are_solid_and_left_ones_dashed():
    right = drawn(names=("right_knee", "right_ankle"))[60, 50:70]
    left = drawn(names=("left_knee", "left_ankle"))[60, 50:70]
    assert all(is_like(pixel, "right") for pixel in right)
    assert 3 < sum(is_like(pixel, "left") for pixel in left) < 17


def test_unsure_keypoints_are_hollow():
    assert is_like(drawn(score=0.9)[60, 40], "right")
    assert (drawn(score=0.2)[60, 40] == 128).all()


def test_corrected_keypoints_carry_a_ring_and_occluded_ones_a_dotted_one():
    angles = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    ring = np.round(np.stack([60 + 8.5 * np.sin(angles), 40 + 8.5 * np.cos(angles)], axis=-1)).astype(int)

    def white(image):
        return float((image[ring[:, 0], ring[:, 1]].min(axis=1) > 150).mean())

    assert white(drawn()) == 0
    assert white(drawn(Source.CORRECTED)) > 0.8
    assert 0.15 < white(drawn(Source.OCCLUDED)) < 0.7


def test_propagated_keypoints_carry_a_dot_of_their_own_colour():
    assert np.abs(drawn(Source.PROPAGATED)[60, 40] - np.array(color(DARK.propagated).getRgb()[:3])).max() < 12
    assert is_like(drawn(Source.PROPAGATED)[60, 44], "right")


def test_absent_and_hidden_keypoints_are_not_drawn():
    assert (drawn(names=()) == 128).all()
    assert (drawn(hidden=frozenset({0})) == 128).all()


def test_the_chosen_keypoint_has_corners():
    assert (drawn(keypoint=SKELETON.index("right_knee")) != drawn()).any()


@pytest.mark.parametrize(
    ("ends", "side"),
    [
        (("right", "right"), "right"),
        (("middle", "left"), "left"),
        (("middle", "middle"), "middle"),
        (("right", "left"), "middle"),
    ],
)
def test_a_bone_has_the_side_of_its_limb(ends, side):
    assert bone_side(*ends) == bone_side(*reversed(ends)) == side


def test_a_pose_takes_few_calls_of_the_painter():
    calls = []

    class Counting(QPainter):
        def drawPath(self, *args):
            calls.append("path")
            super().drawPath(*args)

        def drawLines(self, *args):
            calls.append("lines")
            super().drawLines(*args)

    rng = np.random.default_rng(1)
    xy = rng.uniform(10, 110, (2, 16, 2)).astype(np.float32)
    score = rng.uniform(0.7, 1, (2, 16)).astype(np.float32)
    poses = PoseView(xy, score, np.zeros_like(score), np.full((2, 16), Source.PREDICTED, np.uint8))
    image = QImage(120, 120, QImage.Format.Format_RGB32)
    painter = Counting(image)
    draw_poses(painter, poses, PoseContext(VIEW, SKELETON))
    painter.end()
    assert len(calls) <= 2 * 12


def test_opacity_grows_with_the_score():
    assert [opacity(score) for score in (0.0, 0.3, 0.7, 1.0)] == pytest.approx([0.3, 0.6, 1.0, 1.0])
