"""Videos that are written are read back as they were meant."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from poseapp.core.errors import BadInputError
from poseapp.video import open_clip
from poseapp.video.writing import write_video


def shades(height: int = 96, width: int = 128) -> np.ndarray:
    """Strong and weak colours in blocks of 32 px."""
    picture = np.zeros((height, width, 3), np.uint8)
    colors = [(200, 30, 30), (30, 180, 40), (40, 60, 200), (128, 128, 128), (235, 235, 235), (16, 16, 16)]
    for i in range((height // 32) * (width // 32)):
        row, column = divmod(i, width // 32)
        picture[32 * row : 32 * row + 32, 32 * column : 32 * column + 32] = colors[i % len(colors)]
    return picture


def test_uneven_times_and_colours_survive(tmp_path: Path) -> None:
    times = [0.0, 0.04, 0.05, 0.30, 1.0]
    with write_video(tmp_path / "out.mp4", (96, 128), 30.0) as writer:
        for time in times:
            writer.add(shades(), time)
    with open_clip(tmp_path / "out.mp4") as clip:
        assert clip.info.pts == pytest.approx(times, abs=1e-3)
        read = clip.frame_at(3).rgb.astype(int)
    middles = read[16::32, 16::32] - shades()[16::32, 16::32].astype(int)
    assert np.abs(middles).max() <= 6  # 4:2:0 and the wrong matrix would be 20 off


def test_an_odd_picture_gets_one_more_pixel(tmp_path: Path) -> None:
    picture = shades()[:95, :127]
    with write_video(tmp_path / "out.mp4", (95, 127), 25.0) as writer:
        writer.add(picture, 0.0)
    with open_clip(tmp_path / "out.mp4") as clip:
        read = clip.frame_at(0).rgb
    assert read.shape == (96, 128, 3)
    assert np.abs(read[:95, :127].astype(int) - picture)[16::32, 16::32].max() <= 6  # nothing has moved


def test_times_that_do_not_rise_are_shown_one_after_the_other(tmp_path: Path) -> None:
    with write_video(tmp_path / "out.mp4", (96, 128), 30.0) as writer:
        for time in (0.0, 0.1, 0.1, 0.05):
            writer.add(shades(), time)
    with open_clip(tmp_path / "out.mp4") as clip:
        assert clip.info.n_frames == 4


def test_a_picture_of_another_size_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="in a video of"), write_video(tmp_path / "out.mp4", (96, 128), 30.0) as writer:
        writer.add(shades(32, 32), 0.0)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with (
        pytest.raises(BadInputError, match="cannot be written"),
        write_video(tmp_path / "no" / "out.mp4", (96, 128), 30.0) as writer,
    ):
        writer.add(shades(), 0.0)


def test_the_file_says_nothing_about_where_it_was_made(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    with write_video(path, (96, 128), 30.0) as writer:
        writer.add(shades(), 0.0)
    assert tmp_path.name.encode() not in path.read_bytes()
