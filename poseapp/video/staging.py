"""Lays a picture into a window: shrunk, placed and coloured as screens want it, without holding Python's lock."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


def shrink(rgb: Pixels, width: int, height: int) -> Pixels:
    """Return a picture (H, W, 3) averaged down to (height, width, 3)."""
    return cast(Pixels, cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA))


def lay_out(
    rgb: Pixels,
    size: tuple[int, int],
    *,
    scale: tuple[float, float],
    shift: tuple[float, float],
    background: tuple[int, int, int],
    is_smooth: bool = True,
) -> Pixels:
    """Return a window (h, w, 4) of `size` (w, h) px with a picture (H, W, 3) in it, as blue, green, red, 255.

    Its pixel (x, y) has its centre at window px `scale` x (x, y) + `shift`, where the window's own pixel centres lie at
    integers, too. What it does not cover is `background`, RGB. `is_smooth` interpolates; else pixels show as squares.
    """
    matrix = np.array([[scale[0], 0.0, shift[0]], [0.0, scale[1], shift[1]]])
    flags = cv2.INTER_LINEAR if is_smooth else cv2.INTER_NEAREST
    laid = cv2.warpAffine(rgb, matrix, size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=background)
    return cast(Pixels, cv2.cvtColor(laid, cv2.COLOR_RGB2BGRA))
