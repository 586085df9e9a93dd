"""Pictures as the canvas shows them, made ready in the decoder's thread, so that the GUI thread only copies pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage

from poseapp.core.geometry import Box
from poseapp.core.types import Frame
from poseapp.gui.canvas.view import CanvasView
from poseapp.gui.style.theme import DARK
from poseapp.services.looks import PictureLook
from poseapp.services.staging import Stage, StagedPicture

_BACKGROUND = QColor(DARK.background)


def stage_of(view: CanvasView, width: float, height: float, ratio: float) -> Stage:
    """Return the stage of a canvas; pixel centres lie at integers of the view."""
    background = (_BACKGROUND.red(), _BACKGROUND.green(), _BACKGROUND.blue())
    return Stage(view.scale, view.dx, view.dy, width, height, ratio, background, view.mirrored)


class Picture:
    """A frame's picture."""

    def __init__(self, frame: Frame) -> None:
        self._staged = StagedPicture(frame.rgb)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""
        return self._staged.width, self._staged.height

    @property
    def box(self) -> Box:
        """The picture's outer edges, px."""
        return Box.of_picture(*self.size)

    def on(self, stage: Stage) -> QImage:
        """Return the whole canvas with the picture on it; kept until another stage is asked for."""
        pixels = self._staged.on(stage)
        height, width = pixels.shape[:2]
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(stage.ratio)
        return image

    def part(self, rect: QRect) -> QImage:
        """Return a part of the picture, as far as there is one."""
        rect = rect.intersected(QRect(0, 0, *self.size))
        part = self._staged.rgb[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1]
        part = np.ascontiguousarray(part)
        height, width = part.shape[:2]
        return QImage(part.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


@dataclass(frozen=True)
class PicturedFrame(Frame):
    """A frame with its picture."""

    picture: Picture


class PictureMaker:
    """Makes pictures of frames, in whatever thread; they fit at once as long as they are shown as the last one was.

    Attributes:
        stage: Where pictures are shown. look: With which tones and fields. One writer each in the GUI's thread; one
            reader, the decoder's thread; replaced as a whole.
    """

    def __init__(self) -> None:
        self.stage: Stage | None = None
        self.look = PictureLook()

    def __call__(self, frame: Frame) -> Frame:
        """Return a frame with its picture."""
        picture, stage = Picture(replace(frame, rgb=self.look.on(frame.rgb))), self.stage
        if stage is not None:
            picture.on(stage)
        return PicturedFrame(frame.index, frame.pts, frame.rgb, picture)
