"""Makes of a frame what the window copies to the screen; safe in any thread, and the others run meanwhile."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

_SHARP_FROM = 3.0  # device px an image px: from here on pixels are shown as squares
_REDUCE_BELOW = 0.75  # device px an image px: below it the picture is averaged down, not sampled


@dataclass(frozen=True)
class Stage:
    """Where a picture is shown, in px of the widget, each of `ratio` device px.

    Attributes:
        scale, dx, dy: Image px (x, y), its centre, lies at scale x (x, y) + (dx, dy).
        width, height: Of the widget.
        background: RGB around the picture.
        mirrored: x runs the other way: an image px lies at dx - scale x.
    """

    scale: float
    dx: float
    dy: float
    width: float
    height: float
    ratio: float = 1.0
    background: tuple[int, int, int] = (0, 0, 0)
    mirrored: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in device px."""
        return max(1, math.ceil(self.width * self.ratio)), max(1, math.ceil(self.height * self.ratio))


class StagedPicture:
    """A picture and how it looks where it was last shown.

    Attributes:
        rgb: (H, W, 3).
    """

    def __init__(self, rgb: Pixels) -> None:
        self.rgb = rgb
        self._small: Pixels | None = None
        self._laid: tuple[Stage, Pixels] | None = None

    @property
    def width(self) -> int:
        """W, px."""
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        """H, px."""
        return int(self.rgb.shape[0])

    def on(self, stage: Stage) -> Pixels:
        """Return the whole widget with the picture on it, (h, w, 4) blue, green, red, 255, in device px."""
        if self._laid is None or self._laid[0] != stage:
            self._laid = stage, self._lay_out(stage)
        return self._laid[1]

    def _lay_out(self, stage: Stage) -> Pixels:
        from poseapp.video.staging import lay_out

        scale = stage.scale * stage.ratio
        rgb = self._averaged(scale) if scale < _REDUCE_BELOW else self.rgb
        along = (-scale if stage.mirrored else scale), scale
        more = self.width / rgb.shape[1], self.height / rgb.shape[0]
        # Qt's device pixels have their centres at halves, a picture's lie at integers.
        shift = tuple(
            stage.ratio * offset - 0.5 + a * (0.5 * m - 0.5)
            for offset, m, a in zip((stage.dx, stage.dy), more, along, strict=True)
        )
        return lay_out(
            rgb,
            stage.size,
            scale=(along[0] * more[0], along[1] * more[1]),
            shift=(shift[0], shift[1]),
            background=stage.background,
            is_smooth=scale < _SHARP_FROM,
        )

    def _averaged(self, scale: float) -> Pixels:
        from poseapp.video.staging import shrink

        width, height = (max(1, round(side * scale)) for side in (self.width, self.height))
        if self._small is None or self._small.shape[:2] != (height, width):
            self._small = shrink(self.rgb, width, height)
        return self._small
