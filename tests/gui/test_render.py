"""What lies on the picture lies where it should."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from poseapp.core.types import Frame
from poseapp.gui.canvas.arcs import AngleArc, draw_arcs, value_plates
from poseapp.gui.canvas.pictures import Picture
from poseapp.gui.canvas.render import draw_loupe, heatmap_image
from poseapp.gui.canvas.view import CanvasView

pytestmark = pytest.mark.gui

VIEW = CanvasView(1.0, 0.0, 0.0)


def picture(draw, size=120):
    image = QImage(size, size, QImage.Format.Format_RGB32)
    image.fill(QColor(128, 128, 128))
    painter = QPainter(image)
    draw(painter)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(size, size, 4)[..., 2::-1].astype(int)


def test_a_heatmap_is_clear_where_nothing_is_and_strong_at_its_peak():
    values = np.array([[0.0, np.nan], [0.1, 0.4]], np.float32)
    image = heatmap_image(values)
    alpha = [[image.pixelColor(x, y).alpha() for x in range(2)] for y in range(2)]
    assert alpha[0] == [0, 0]
    assert alpha[1][1] == 200 > alpha[1][0] > 50


def test_the_loupe_shows_the_point_in_its_middle():
    rgb = np.full((9, 9, 3), (0, 0, 255), np.uint8)
    rgb[5, 3] = (255, 0, 0)
    frame = Picture(Frame(0, 0.0, rgb))
    image = picture(lambda p: draw_loupe(p, frame, (3.0, 5.0), QRectF(20, 20, 80, 80), 8.0))
    assert tuple(image[60, 60]) == (255, 0, 0)
    assert tuple(image[57, 63]) == (255, 0, 0)
    assert tuple(image[66, 66]) == (0, 0, 255)


def test_an_arc_runs_from_zero_to_the_limb():
    arc = AngleArc((60.0, 60.0), (60.0, 110.0), (10.0, 60.0), "90°")  # from straight down to picture left
    image = picture(lambda painter: draw_arcs(painter, (arc,), VIEW))
    bright = image.min(axis=-1) > 160

    def is_on(degrees):
        y, x = 60 + 34 * np.sin(np.radians(degrees)), 60 + 34 * np.cos(np.radians(degrees))
        return bright[round(y) - 1 : round(y) + 2, round(x) - 1 : round(x) + 2].any()

    assert all(is_on(degrees) for degrees in (100, 120, 165, 175))
    assert not any(is_on(degrees) for degrees in (225, 270, 315))


def test_an_arc_is_mirrored_with_the_picture():
    arc = AngleArc((60.0, 60.0), (60.0, 110.0), (10.0, 60.0), "90°")  # picture left is on the right now
    image = picture(lambda painter: draw_arcs(painter, (arc,), CanvasView(1.0, 120.0, 0.0, mirrored=True)))
    bright = image.min(axis=-1) > 160
    assert bright[83:86, 83:86].any()  # 34 px from the joint, between down and right
    assert not bright[62:70, 20:34].any()


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("apart", [0, 6, 20, 45, 70, 120])
def test_values_cover_no_joint_and_no_other_value(apart, mirrored):
    """Two knees beside and behind each other, bent any way, in a small window."""
    room, sizes = QRectF(0, 0, 360, 300), [(96.0, 26.0)] * 2
    view = CanvasView(1.0, 360.0 if mirrored else 0.0, 0.0, mirrored)
    for turn in range(0, 360, 30):
        limb = 90 * np.cos(np.radians(turn)), 90 * np.sin(np.radians(turn))
        arcs = [
            AngleArc((x, 150.0), (x, 240.0), (x + limb[0], 150.0 + limb[1]), "101 ± 4°")
            for x in (180 - apart / 2, 180 + apart / 2)
        ]
        plates = value_plates(arcs, view, sizes, room)
        assert not plates[0].intersects(plates[1])
        assert all(room.contains(plate) for plate in plates)
        joints = [QPointF(*view.to_widget(*arc.vertex)) for arc in arcs]
        assert not any(plate.adjusted(-8, -8, 8, 8).contains(joint) for plate in plates for joint in joints)


def test_a_value_goes_round_what_is_to_be_avoided():
    arc = AngleArc((180.0, 150.0), (180.0, 240.0), (90.0, 150.0), "90°")
    room, sizes = QRectF(0, 0, 360, 300), [(60.0, 26.0)]
    (plate,) = value_plates([arc], VIEW, sizes, room)
    (moved,) = value_plates([arc], VIEW, sizes, room, [plate])
    assert not moved.intersects(plate)
    assert room.contains(moved)
