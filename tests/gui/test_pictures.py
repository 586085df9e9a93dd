"""The picture is made ready in the decoder's thread, and lies where the skeleton says it does."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import QRect

from poseapp.core.types import Frame
from poseapp.gui.canvas.pictures import Picture, PicturedFrame, PictureMaker, stage_of
from poseapp.gui.canvas.view import CanvasView
from poseapp.services.staging import Stage, StagedPicture

pytestmark = pytest.mark.gui


def spot(x, y, width=200, height=100):
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[y, x] = (250, 120, 60)
    return rgb


def centre(pixels, dark=0):
    """Return where the light is, in device px with pixel centres at halves, as Qt counts them."""
    light = pixels[..., 2].astype(float) - dark
    rows, columns = np.indices(light.shape)
    return np.array([(columns * light).sum(), (rows * light).sum()]) / light.sum() + 0.5


@pytest.mark.parametrize(("scale", "ratio"), [(0.2, 1.0), (0.3, 2.0), (0.9, 1.0), (2.0, 1.25), (5.0, 1.0), (4.0, 2.0)])
def test_a_pixel_lies_where_the_view_says(scale, ratio):
    view = CanvasView(scale, 31.3 - scale * 97, 24.6 - scale * 53)  # pixel (97, 53) at (31.3, 24.6)
    staged = StagedPicture(spot(97, 53)).on(Stage(view.scale, view.dx, view.dy, 64, 48, ratio))
    assert staged.shape == (48 * ratio, 64 * ratio, 4)
    # Averaging spreads a pixel over a block of which it is not the middle: half an image px at most.
    np.testing.assert_allclose(centre(staged) / ratio, (31.3, 24.6), atol=0.51 / ratio + 0.5 * scale * (scale < 0.75))


@pytest.mark.parametrize(("scale", "ratio"), [(0.3, 2.0), (0.9, 1.0), (2.0, 1.25), (5.0, 1.0), (4.0, 2.0)])
def test_a_pixel_of_a_mirrored_picture_lies_where_the_view_says(scale, ratio):
    view = CanvasView(scale, 31.3 + scale * 97, 24.6 - scale * 53, mirrored=True)
    assert view.to_widget(97, 53) == pytest.approx((31.3, 24.6))
    staged = StagedPicture(spot(97, 53)).on(Stage(view.scale, view.dx, view.dy, 64, 48, ratio, mirrored=True))
    np.testing.assert_allclose(centre(staged) / ratio, (31.3, 24.6), atol=0.51 / ratio + 0.5 * scale * (scale < 0.75))


def test_a_grey_ramp_is_not_shifted_when_it_is_averaged_down():
    ramp = np.repeat(np.repeat(np.arange(200, dtype=np.uint8)[None, :, None], 100, axis=0), 3, axis=2)
    staged = StagedPicture(ramp).on(Stage(0.37, 4.3, 5.1, 90, 60))
    x = (np.arange(90) + 0.5 - 4.3) / 0.37  # image px under each column
    inside = (x > 10) & (x < 190)
    np.testing.assert_allclose(staged[20, inside, 0], x[inside], atol=1.0)


def test_colours_and_what_is_around():
    staged = StagedPicture(np.full((10, 10, 3), (1, 2, 3), np.uint8)).on(Stage(2.0, 20, 20, 60, 60, 1.0, (7, 8, 9)))
    assert staged[30, 30].tolist() == [3, 2, 1, 255]
    assert staged[5, 5].tolist() == [9, 8, 7, 255]


def test_what_was_laid_out_is_kept_for_the_same_view():
    picture = StagedPicture(spot(1, 1))
    stage = Stage(0.5, 0, 0, 64, 48)
    assert picture.on(stage) is picture.on(Stage(0.5, 0, 0, 64, 48))
    assert picture.on(Stage(0.6, 0, 0, 64, 48)) is not picture.on(stage)


def test_a_part_is_cut_at_the_edges():
    part = Picture(Frame(0, 0.0, spot(3, 2))).part(QRect(-2, -2, 8, 6))
    assert (part.width(), part.height()) == (6, 4)
    assert part.pixelColor(3, 2).getRgb()[:3] == (250, 120, 60)


def test_frames_come_out_of_the_decoders_thread_as_they_are_shown(window, dots, qtbot, monkeypatch):
    threads = []
    make = PictureMaker.__call__

    def watched(self, frame):
        threads.append(threading.get_ident())
        return make(self, frame)

    monkeypatch.setattr(PictureMaker, "__call__", watched)
    frames = []
    window.session.frameReady.connect(frames.append)
    window.session.open(dots.clip)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == 0)
    window.canvas.grab()
    window.session.playback.seek(5)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == 5)
    frame = frames[-1]
    assert isinstance(frame, PicturedFrame)
    assert set(threads) != {threading.get_ident()}
    assert threading.get_ident() not in threads
    canvas = window.canvas
    stage = stage_of(canvas.view, canvas.width(), canvas.height(), canvas.devicePixelRatioF())
    laid = frame.picture._staged._laid
    assert laid is not None
    assert laid[0] == stage
    canvas.grab()
    assert frame.picture._staged._laid is laid
