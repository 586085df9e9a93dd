"""The confidence lane as a picture, column by column: its cost is that of its pixels, however often the curve jumps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage

from poseapp.gui.style.theme import Palette, color

_FILL = 0.30
_HATCH_ALPHA = 0.75
_HATCH = 6  # px
_LINE = 1.5  # px

_Colours = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class StripInk:
    """The premultiplied colours of a strip: fill and line where it is sure and where not, and the hatching."""

    fill: tuple[int, int]
    line: tuple[int, int]
    hatch: int

    @classmethod
    def of(cls, palette: Palette) -> StripInk:
        """Return the colours of a theme."""
        sure, unsure = palette.accent, palette.warning
        return cls(
            (_premultiplied(color(sure, _FILL)), _premultiplied(color(unsure, _FILL))),
            (_premultiplied(color(sure)), _premultiplied(color(unsure))),
            _premultiplied(color(unsure, _HATCH_ALPHA)),
        )


def strip_image(mean: npt.NDArray[np.float32], height: int, ink: StripInk, *, threshold: float, ratio: float) -> QImage:
    """Return a filled curve, hatched where it is below a threshold.

    Args:
        mean: (n,) scores 0 .. 1 of n columns of a device pixel each, NaN where nothing is known.
        height: Of the picture, device px. ratio: Device pixels a px.
    """
    known = np.isfinite(mean)
    unsure = known & (mean < threshold)
    top = np.where(known, np.round((1 - np.clip(np.where(known, mean, 0), 0, 1)) * (height - 1)), height).astype(int)
    before = np.concatenate((top[:1], top[:-1]))
    before = np.where(np.concatenate((known[:1], known[:-1])) & known, before, top)  # no line over a gap
    rows = np.arange(height)[:, None]
    thick = max(1, round(_LINE * ratio))
    is_line = known & (rows >= np.minimum(top, before)) & (rows < np.maximum(top, before) + thick)
    step = max(2, round(_HATCH * ratio))
    is_hatch = unsure & ((rows + np.arange(len(mean))) % step < max(1, round(ratio)))
    kind = unsure.astype(int)
    pixels = np.where(known & (rows >= top), np.array(ink.fill, np.uint32)[kind], np.uint32(0))
    pixels[is_hatch] = ink.hatch
    pixels = np.ascontiguousarray(np.where(is_line, np.array(ink.line, np.uint32)[kind], pixels), dtype=np.uint32)
    shape = pixels.shape[1], pixels.shape[0]
    image = QImage(pixels.data, *shape, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied).copy()
    image.setDevicePixelRatio(ratio)
    return image


def _premultiplied(ink: QColor) -> int:
    alpha = ink.alphaF()
    red, green, blue = (round(255 * alpha * part) for part in (ink.redF(), ink.greenF(), ink.blueF()))
    return round(255 * alpha) << 24 | red << 16 | green << 8 | blue
