from __future__ import annotations

import struct
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest

from poseapp.video.display import Display, Painter, display_of

# A 2 x 3 picture with a different red in every pixel.
STORED = np.zeros((2, 3, 3), np.uint8)
STORED[..., 0] = [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("rotation", "mirrored", "shown"),
    [
        (0, False, [[1, 2, 3], [4, 5, 6]]),
        (90, False, [[4, 1], [5, 2], [6, 3]]),
        (180, False, [[6, 5, 4], [3, 2, 1]]),
        (270, False, [[3, 6], [2, 5], [1, 4]]),
        (0, True, [[3, 2, 1], [6, 5, 4]]),
        (90, True, [[6, 3], [5, 2], [4, 1]]),
    ],
)
def test_turns_are_clockwise_and_after_mirroring(rotation: int, mirrored: bool, shown: list[list[int]]) -> None:
    display = Display((3, 2), rotation, mirrored)
    assert display.apply(STORED)[..., 0].tolist() == shown
    assert display.shown_size == (len(shown[0]), len(shown))


@pytest.mark.parametrize(
    ("matrix", "rotation", "mirrored"),
    [
        ((1, 0, 0, 1), 0, False),
        ((0, 1, -1, 0), 90, False),
        ((-1, 0, 0, -1), 180, False),
        ((0, -1, 1, 0), 270, False),
        ((-1, 0, 0, 1), 0, True),
        ((1, 0, 0, -1), 180, True),  # upside down = mirrored and turned
        ((0, 1, 1, 0), 270, True),
    ],
)
def test_display_matrix_is_followed(matrix: tuple[int, ...], rotation: int, mirrored: bool) -> None:
    """Every corner of the picture goes where p' = p M puts it (up to a shift)."""
    a, b, c, d = (value << 16 for value in matrix)
    picture: Any = SimpleNamespace(
        width=3, height=2, side_data={"DISPLAYMATRIX": struct.pack("=9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)}
    )
    display = display_of(picture, 1.0)
    assert (display.rotation, display.mirrored) == (rotation, mirrored)
    y, x = np.mgrid[0:2, 0:3]
    to_x, to_y = x * matrix[0] + y * matrix[2], x * matrix[1] + y * matrix[3]
    expected = np.zeros((np.ptp(to_y) + 1, np.ptp(to_x) + 1), int)
    expected[to_y - to_y.min(), to_x - to_x.min()] = STORED[..., 0]
    assert display.apply(STORED)[..., 0].tolist() == expected.tolist()


def test_stretching_keeps_pixel_centres() -> None:
    """Twice as wide: output px 0 and 1 lie at -0.25 and 0.25 of the stored row, so u' + 0.5 = 2 (u + 0.5)."""
    row = np.repeat(np.array([[0, 100, 200]], np.uint8)[..., None], 3, axis=2)
    assert Display((6, 1)).apply(row)[0, :, 0].tolist() == [0, 25, 75, 125, 175, 200]


@pytest.mark.parametrize(("colorspace", "rgb"), [(1, (0, 255, 1)), (5, (20, 255, 9))])
def test_the_stream_s_own_matrix_is_used(colorspace: int, rgb: tuple[int, int, int]) -> None:
    """Y 173, Cb 42, Cr 26: R = 1.164 (Y - 16) + r (Cr - 128), r = 1.793 by BT.709 and 1.596 by BT.601; B alike."""
    picture = av.VideoFrame(16, 16, "yuv444p")
    for plane, value in zip(picture.planes, (173, 42, 26), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    picture.colorspace, picture.color_range = colorspace, 1
    assert np.abs(Painter(Display((16, 16))).paint(picture)[8, 8].astype(int) - rgb).max() <= 2


def test_full_range_is_not_stretched() -> None:
    picture = av.VideoFrame(16, 16, "yuv444p")
    for plane, value in zip(picture.planes, (100, 128, 128), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    picture.color_range = 2
    assert abs(int(Painter(Display((16, 16))).paint(picture)[8, 8, 0]) - 100) <= 1
    picture.color_range = 1
    assert abs(int(Painter(Display((16, 16))).paint(picture)[8, 8, 0]) - round((100 - 16) * 255 / 219)) <= 1
