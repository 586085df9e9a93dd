"""How the picture is shown: by sliders and keys, in the decoder's thread, and kept with the project."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest

from poseapp.core.types import Frame
from poseapp.gui.canvas.pictures import PictureMaker
from poseapp.services.looks import PictureLook, describe_look, look_from_text, look_to_text, tone_table

pytestmark = pytest.mark.gui

Left, NoModifier = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
LOOK = PictureLook(0.2, -0.5, 2.0, "upper", mirrored=True)


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (PictureLook(brightness=0.2), {0: 51, 100: 151, 255: 255}),
        (PictureLook(contrast=1.0), {0: 0, 64: 0, 100: 72, 155: 182, 255: 255}),  # doubled about 127.5
        (PictureLook(contrast=-1.0), {0: 64, 255: 191}),
        (PictureLook(gamma=2.0), {0: 0, 64: 128, 255: 255}),  # 255 sqrt(64 / 255)
    ],
)
def test_tones(look, expected):
    table = tone_table(look)
    assert {value: table[value] for value in expected} == pytest.approx(expected, abs=1)
    assert (np.diff(table.astype(int)) >= 0).all()


def test_without_a_look_the_picture_is_what_was_recorded():
    rgb = np.zeros((4, 4, 3), np.uint8)
    assert PictureLook().on(rgb) is rgb
    assert PictureLook(mirrored=True).on(rgb) is rgb
    assert tone_table(PictureLook(fields="blend")) is None


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"brightness": 9}', look_to_text(LOOK).replace("upper", "odd")]
)
def test_a_look_is_read_back_and_anything_else_is_as_recorded(text):
    assert look_from_text(look_to_text(LOOK)) == LOOK
    assert look_from_text(text) == PictureLook()


def test_what_is_changed_is_said():
    assert describe_look(PictureLook()) == ()
    assert describe_look(LOOK) == (
        "Mirrored: left is right",
        "Brightness +20 % · Contrast −50 % · Gamma 2.00 · Deinterlaced",
    )


def test_networks_see_the_frame_as_recorded():
    maker = PictureMaker()
    maker.look = PictureLook(brightness=0.5)
    frame = Frame(0, 0.0, np.full((4, 4, 3), 100, np.uint8))
    made = maker(frame)
    assert (made.rgb == 100).all()
    assert made.picture.part(QRect(0, 0, 4, 4)).pixelColor(1, 1).red() > 220


def open_clip(window, dots, qtbot):
    with qtbot.waitSignal(window.session.frameReady, timeout=10_000):
        window.session.open(dots.clip)


def mean(window):
    image = window.canvas.grab().toImage()
    at = [window.canvas.view.to_widget(x, y) for x in (20, 60, 120) for y in (20, 60, 90)]
    return float(np.mean([image.pixelColor(int(x), int(y)).lightness() for x, y in at]))


def test_sliders_change_the_shown_frame_and_are_reset(window, dots, qtbot):
    open_clip(window, dots, qtbot)
    before = mean(window)
    window.actions_by_name["picture_look"].trigger()
    panel = window.looks.panel
    assert panel.isVisible()
    with qtbot.waitSignal(window.session.frameReady, timeout=10_000):
        for _ in range(4):
            QTest.keyClick(panel.brightness, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: mean(window) > before + 60, timeout=5000)
    assert window.looks.look.brightness == 0.4
    assert window.canvas.scene.notes == ("Brightness +40 %",)
    QTest.mouseClick(panel.reset, Left)
    qtbot.waitUntil(lambda: mean(window) == pytest.approx(before, abs=2), timeout=5000)
    assert window.canvas.scene.notes == ()
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_the_sliders_go_away_with_the_picture(window, dots, qtbot):
    open_clip(window, dots, qtbot)
    window.actions_by_name["picture_look"].trigger()
    window.session.close_document()
    assert not window.looks.panel.isVisible()


def test_the_look_stays_with_its_clip(window, dots, qtbot, analyse):
    analyse(window.session, dots)
    qtbot.waitUntil(lambda: not window.session.document.saving, timeout=10_000)
    window.looks.set_look(LOOK)
    qtbot.waitUntil(lambda: "look" in window.session.document.keeper.settings(), timeout=5000)
    journal = len(window.session.document.keeper.journal())
    window.session.close_document()
    assert window.looks.look == PictureLook()
    assert not window.actions_by_name["mirror"].isChecked()
    open_clip(window, dots, qtbot)
    assert window.looks.look == LOOK
    assert window.actions_by_name["mirror"].isChecked()
    assert window.canvas.view.mirrored
    assert len(window.session.document.keeper.journal()) == journal == 0


def test_a_mirrored_picture_has_its_keypoints_where_they_are_seen(window, dots, qtbot, analyse):
    analyse(window.session, dots)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == 0 and window.canvas.scene.poses is not None)
    canvas = window.canvas
    xy = canvas.scene.poses.xy[0]
    keypoint = int(np.flatnonzero(np.isfinite(xy[:, 0]))[0])
    plain = canvas.grab().toImage()
    was = canvas.view.to_widget(*(float(v) for v in xy[keypoint]))
    QTest.keyClick(canvas, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    at = canvas.view.to_widget(*(float(v) for v in xy[keypoint]))
    assert at == pytest.approx((canvas.width() - was[0], was[1]))
    turned = canvas.grab().toImage()
    background = [(round(canvas.width() * f), 40) for f in (0.31, 0.42)]
    for x, y in background:
        assert turned.pixelColor(canvas.width() - 1 - x, y) == plain.pixelColor(x, y)
    QTest.mouseClick(canvas, Left, NoModifier, QPoint(round(at[0]), round(at[1])))
    assert window.session.selection.keypoint == keypoint
    x, y = (float(v) for v in canvas.scene.poses.xy[0, keypoint])
    QTest.keyClick(canvas, Qt.Key.Key_Right)  # to the right for the eye is to the left in the data
    moved = canvas.scene.poses.xy[0, keypoint]
    assert moved == pytest.approx((x - 1, y))
    canvas.resize(canvas.width() - 40, canvas.height())
    assert canvas.view.mirrored


def test_a_drag_in_a_mirrored_view_ends_under_the_pointer(window, dots, qtbot, analyse):
    analyse(window.session, dots)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == 0 and window.canvas.scene.poses is not None)
    canvas = window.canvas
    window.actions_by_name["mirror"].setChecked(True)
    xy = canvas.scene.poses.xy[0]
    keypoint = int(np.flatnonzero(np.isfinite(xy[:, 0]))[0])
    press = QPoint(*(round(v) for v in canvas.view.to_widget(*(float(v) for v in xy[keypoint]))))
    by = QPoint(-24, 12)
    QTest.mousePress(canvas, Left, NoModifier, press)
    QTest.mouseMove(canvas, press + by)
    QTest.mouseRelease(canvas, Left, NoModifier, press + by)
    expected = xy[keypoint] + np.array([24, 12]) / canvas.view.scale
    assert canvas.scene.poses.xy[0, keypoint] == pytest.approx(expected, abs=0.01)
