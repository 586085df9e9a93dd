from __future__ import annotations

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest

from fixtures.clips import exif_picture
from poseapp.video.picture_header import orientation_of, pages_of, size_of, turn_of


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp"])
def test_size_without_decoding(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    cv2.imwrite(str(path), np.zeros((7, 13, 3), np.uint8))
    assert size_of(path) == (13, 7)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_swaps_the_sides_as_opencv_does(orientation: int, tmp_path: Path) -> None:
    path = exif_picture(tmp_path / "a.jpg", orientation)
    height, width = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR).shape[:2]
    assert size_of(path) == (width, height)
    assert turn_of(path) == [0, 0, 180, 180, 270, 90, 90, 270][orientation - 1]


def test_unknown_files_have_no_size(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    for data in (b"hello", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\x00\x10" + bytes(8), b"\x89PNG\r\n\x1a\n", b"BM"):
        path.write_bytes(data)
        assert size_of(path) is None
        assert turn_of(path) == 0


@pytest.mark.parametrize("order", ["<", ">"])
def test_orientation_in_both_byte_orders(order: str) -> None:
    head = b"II*\0" if order == "<" else b"MM\0*"
    exif = head + struct.pack(order + "IH", 8, 2) + struct.pack(order + "HHII", 271, 2, 4, 0)
    exif += struct.pack(order + "HHIHH", 274, 3, 1, 6, 0)
    assert orientation_of(exif) == 6
    assert orientation_of(exif[:20]) == 1
    assert orientation_of(b"") == 1


def test_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    cv2.imwritemulti(str(path), [np.full((5, 6, 3), k, np.uint8) for k in range(3)])
    assert pages_of(path) == 3
    path.write_bytes(path.read_bytes()[:20])
    assert pages_of(path) == 1
    cv2.imwrite(str(tmp_path / "b.png"), np.zeros((4, 4), np.uint8))
    assert pages_of(tmp_path / "b.png") == 1
