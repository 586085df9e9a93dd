"""Turns a decoded picture into the one a person sees: colours, pixel shape, rotation, mirroring."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

Rgb = npt.NDArray[np.uint8]

_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True)
class Display:
    """How stored pictures become shown ones: stretched to square pixels, then mirrored left-right, then turned.

    Attributes:
        size: (width, height) px after stretching, before the turn.
        rotation: Degrees clockwise: 0, 90, 180 or 270.
        mirrored: Left and right change places before the turn.
    """

    size: tuple[int, int]
    rotation: int = 0
    mirrored: bool = False

    @property
    def shown_size(self) -> tuple[int, int]:
        """(width, height) px as shown."""
        return self.size if self.rotation in {0, 180} else self.size[::-1]

    def apply(self, rgb: Rgb) -> Rgb:
        """Return a stored picture (h, w, 3) as shown (H, W, 3)."""
        height, width = rgb.shape[:2]
        if (width, height) != self.size:
            shrinks = width > self.size[0]
            rgb = cv2.resize(rgb, self.size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
        if self.mirrored:
            rgb = cv2.flip(rgb, 1)
        return cv2.rotate(rgb, _TURNS[self.rotation]) if self.rotation else rgb


def display_of(picture: VideoFrame, sample_aspect: float) -> Display:
    """Return how a clip is shown, from its first picture; the width is stretched by the pixel aspect, as players do."""
    rotation, mirrored = _orientation(picture)
    return Display((max(round(picture.width * sample_aspect), 1), picture.height), rotation, mirrored)


def _orientation(picture: VideoFrame) -> tuple[int, bool]:
    """Return (degrees clockwise, mirrored) of the display matrix, rounded to quarter turns.

    The matrix (libavutil/display.h: a b u, c d v, x y w, 16.16 fixed point) maps stored to shown px, p' = p M.
    """
    side_data = picture.side_data.get("DISPLAYMATRIX")
    if side_data is None:
        return 0, False
    a, b, _, c, d = struct.unpack("=5i", bytes(cast(SideData, side_data))[:20])
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b  # M = flip of x, then a turn by M'
    return round(float(np.degrees(np.arctan2(b, a))) / 90) * 90 % 360, mirrored


class Painter:
    """Converts pictures of one clip to RGB by libswscale with the stream's own matrix and range."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._reformatter = VideoReformatter()

    def paint(self, picture: VideoFrame) -> Rgb:
        """Return a decoded picture as shown, (H, W, 3) uint8 RGB, read-only, without gaps between the rows."""
        rgb = cast(Rgb, self._reformatter.reformat(picture, format="rgb24").to_ndarray())
        shown = np.ascontiguousarray(self._display.apply(rgb))
        shown.setflags(write=False)
        return shown
