from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from fixtures.clips import draw_number, exif_picture, picture_folder
from poseapp.core.clip_files import natural_key
from poseapp.core.errors import BadInputError
from poseapp.video.pictures import list_pictures, read_picture


def test_natural_order() -> None:
    names = ["shot10.png", "shot2.png", "Shot1.png", "a.png", "shot2b.png", "10.png", "9.png"]
    ordered = ["9.png", "10.png", "a.png", "Shot1.png", "shot2.png", "shot2b.png", "shot10.png"]
    assert [path.name for path in sorted(map(Path, names), key=natural_key)] == ordered


def test_folder_lists_pictures_only(tmp_path: Path) -> None:
    picture_folder(tmp_path, [10, 2, 1])
    (tmp_path / "._shot1.png").write_bytes(b"left behind by another system")
    (tmp_path / "notes.txt").write_text("hello")
    assert [path.name for path in list_pictures(tmp_path)] == ["shot1.png", "shot2.png", "shot10.png"]


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif"])
def test_lossless_pictures_come_back_as_rgb(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"bild ä{suffix}"
    rgb = draw_number(77)
    cv2.imencode(suffix, rgb[..., ::-1])[1].tofile(path)
    assert np.array_equal(read_picture(path), rgb)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_stands_upright(orientation: int, tmp_path: Path) -> None:
    upright = read_picture(exif_picture(tmp_path / "a.jpg", orientation))
    assert upright.shape == (40, 60, 3)
    quarters = [upright[5:15, 5:25], upright[5:15, 35:55], upright[25:35, 5:25], upright[25:35, 35:55]]
    assert [int(quarter.mean()) // 64 for quarter in quarters] == [0, 1, 2, 3]


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.full((4, 4), 0x80FF, np.uint16))
    rgb = read_picture(tmp_path / "a.png")
    assert rgb.dtype == np.uint8
    assert rgb[0, 0].tolist() == [0x80] * 3


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_cut_off_picture_is_refused(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    cv2.imwrite(str(path), draw_number(3))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BadInputError, match="no picture, or it is damaged"):
        read_picture(path)
