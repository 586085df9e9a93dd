from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from fixtures.clips import HEIGHT, WIDTH, draw_number, exif_picture, picture_folder, read_number, write_clip
from poseapp.core.errors import BadInputError
from poseapp.video import open_clip


def test_one_picture(tmp_path: Path) -> None:
    picture_folder(tmp_path, [7])
    with open_clip(tmp_path / "shot7.png") as clip:
        info = clip.info
        assert (info.kind, info.n_frames, info.fps, info.codec) == ("image", 1, 0.0, "png")
        assert info.pts.tolist() == [0.0]
        assert (info.width, info.height, info.problems) == (WIDTH, HEIGHT, ())
        assert np.array_equal(clip.frame_at(0).rgb, draw_number(7))
        assert not clip.frame_at(0).rgb.flags.writeable


def test_folder_in_natural_order_with_nominal_times(tmp_path: Path) -> None:
    with open_clip(picture_folder(tmp_path / "shots", [1, 2, 10, 11])) as clip:
        assert (clip.info.kind, clip.info.fps) == ("images", 30.0)
        assert clip.info.pts == pytest.approx([0, 1 / 30, 2 / 30, 3 / 30])
        assert clip.info.problems == ("Pictures carry no time: 30 frames/s are assumed.",)
        assert [read_number(frame.rgb) for frame in clip.frames()] == [1, 2, 10, 11]
        assert [read_number(frame.rgb) for frame in clip.frames(1, 3)] == [2, 10]
        assert read_number(clip.frame_at(2).rgb) == 10


def test_list_keeps_its_order(tmp_path: Path) -> None:
    folder = picture_folder(tmp_path, [1, 2, 3])
    with open_clip([folder / "shot3.png", str(folder / "shot1.png")]) as clip:
        assert [read_number(frame.rgb) for frame in clip.frames()] == [3, 1]
        assert clip.info.path == str(folder)


def test_list_with_a_video_is_refused(tmp_path: Path) -> None:
    folder = picture_folder(tmp_path, [1])
    with pytest.raises(BadInputError, match=r"^film.mp4: Only pictures"):
        open_clip([folder / "shot1.png", folder / "film.mp4"])


def test_pages_of_a_tiff(tmp_path: Path) -> None:
    path = tmp_path / "stack.tif"
    cv2.imwritemulti(str(path), [draw_number(k)[..., ::-1] for k in range(5)])
    with open_clip(path) as clip:
        assert (clip.info.kind, clip.info.n_frames) == ("images", 5)
        assert [read_number(clip.frame_at(i).rgb) for i in (4, 0, 2)] == [4, 0, 2]


def test_orientation_of_a_photo(tmp_path: Path) -> None:
    with open_clip(exif_picture(tmp_path / "a.jpg", 6)) as clip:
        assert (clip.info.rotation, clip.info.width, clip.info.height) == (90, 60, 40)


def test_sizes_differ_and_positions_stay(tmp_path: Path) -> None:
    folder = picture_folder(tmp_path / "shots", [1])
    cv2.imwrite(str(folder / "shot2.jpg"), draw_number(500, 300, 110)[..., ::-1])
    with open_clip(folder) as clip:
        assert (clip.info.width, clip.info.height) == (300, HEIGHT)
        assert any("differ in size" in problem for problem in clip.info.problems)
        small = clip.frame_at(0).rgb
        assert np.array_equal(small[:HEIGHT, :WIDTH], draw_number(1))
        assert not small[:, WIDTH:].any()
        assert read_number(clip.frame_at(1).rgb) == 500
        assert not clip.frame_at(1).rgb[110:].any()


def test_damaged_picture_among_good_ones(tmp_path: Path) -> None:
    folder = picture_folder(tmp_path / "shots", [1, 2, 3])
    data = (folder / "shot2.png").read_bytes()
    (folder / "shot2.png").write_bytes(data[: len(data) // 2])
    with open_clip(folder) as clip:
        assert [frame.index for frame in clip.frames()] == [0, 2]
        assert clip.unreadable == (1,)
        assert clip.problems()[-1] == "Damaged: frame 1 (of 3) cannot be read."
        with pytest.raises(BadInputError, match=r"^shot2.png: "):
            clip.frame_at(1)


def test_cache_is_bounded_and_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_clip(picture_folder(tmp_path / "shots", list(range(6))), cache_bytes=3 * WIDTH * HEIGHT * 3) as clip:
        for i in range(6):
            clip.frame_at(i)
        (tmp_path / "shots" / "shot4.png").unlink()
        (tmp_path / "shots" / "shot0.png").unlink()
        assert read_number(clip.frame_at(4).rgb) == 4
        with pytest.raises(BadInputError):
            clip.frame_at(0)


def test_animation_is_told(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.png", 3, codec="apng", container_format="apng", pixel_format="rgb24", rate=10)
    with open_clip(path) as clip:
        assert any("only the first frame" in problem for problem in clip.info.problems)
