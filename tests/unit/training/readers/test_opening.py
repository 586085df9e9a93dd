"""Data sets by the name of their format; splits."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from poseapp.core.errors import BadInputError
from poseapp.training.readers import READERS, parse_split, read_labelled
from poseapp.training.readers.pictures import decode_image


def test_an_unknown_format_names_the_known(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"'voc' is no format .* lsp, lspet, mpii, coco, project"):
        read_labelled(tmp_path, "voc")


@pytest.mark.parametrize("name", READERS)
def test_nothing_there_and_nothing_in_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInputError, match="there is no such data set"):
        read_labelled(tmp_path / "absent", name)
    with pytest.raises(BadInputError, match=str(tmp_path)):
        read_labelled(tmp_path, name)


@pytest.mark.parametrize(
    ("text", "split"),
    [("8000:8500", (8000, 8500)), (":5", (0, 5)), ("7:", (7, sys.maxsize)), ("", (0, sys.maxsize))],
)
def test_splits(text: str, split: tuple[int, int]) -> None:
    assert parse_split(text) == split


@pytest.mark.parametrize("text", ["5", "a:b", "5:5", "9:3", "-2:4", "1:2:3", "1.5:3"])
def test_what_is_no_split(text: str) -> None:
    with pytest.raises(BadInputError, match=r"no split\. Write it as first:end"):
        parse_split(text)


def test_pictures_are_read_as_stored_whatever_exif_says() -> None:
    picture = np.zeros((10, 20, 3), np.uint8)
    picture[:, :10] = (0, 0, 255)
    jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
    # Exif with one entry, Orientation (0x0112) = 6: to be turned by 90 degrees for display
    tiff = b"II*\0" + (8).to_bytes(4, "little") + b"\x01\0" + b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0" + b"\0\0\0\0"
    exif = b"Exif\0\0" + tiff
    turned = jpeg[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + jpeg[2:]
    assert cv2.imdecode(np.frombuffer(turned, np.uint8), cv2.IMREAD_COLOR).shape == (20, 10, 3)
    rgb = decode_image(turned)
    assert rgb.shape == (10, 20, 3)
    assert rgb[5, 2].tolist() == pytest.approx([255, 0, 0], abs=8)
