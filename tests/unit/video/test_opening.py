"""What `open_clip` says of a clip, and what it does with files that are cut off, damaged, or no clip at all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from fixtures import clips
from poseapp.core.errors import BadInputError
from poseapp.video import open_clip


def numbers(path: Path) -> list[int]:
    with open_clip(path) as clip:
        return [clips.read_number(frame.rgb) for frame in clip.frames()]


@pytest.mark.parametrize(("name", "rate"), [("a.mp4", 30.0), ("a.mkv", 30.0), ("a.ts", 30.0)])
def test_even_pace(name: str, rate: float, tmp_path: Path) -> None:
    with open_clip(clips.short_gop_clip(tmp_path / name)) as clip:
        info = clip.info
    assert info.fps == pytest.approx(rate, abs=1e-9), "Matroska rounds to ms; the rate must not"
    assert not info.variable_rate
    assert (info.kind, info.codec, info.width, info.height) == ("video", "h264", clips.WIDTH, clips.HEIGHT)
    assert (info.rotation, info.sample_aspect, info.problems) == (0, 1.0, ())


def test_television_rate(tmp_path: Path) -> None:
    path = clips.write_clip(tmp_path / "a.mkv", 40, rate=Fraction(30000, 1001), options={"preset": "veryfast"})
    with open_clip(path) as clip:
        assert clip.info.fps == pytest.approx(30000 / 1001, abs=1e-6)
        assert not clip.info.variable_rate


def test_one_dropped_frame_makes_the_rate_variable(tmp_path: Path) -> None:
    times = [i / 30 for i in range(41) if i != 20]
    path = clips.write_clip(tmp_path / "a.mp4", 40, times=times, options={"preset": "veryfast"})
    with open_clip(path) as clip:
        assert clip.info.variable_rate
        assert clip.info.fps == pytest.approx(30, abs=1e-3)


def test_bare_stream_with_made_up_times_is_told(tmp_path: Path) -> None:
    with open_clip(clips.motion_jpeg_clip(tmp_path / "a.mjpeg", 5)) as clip:
        assert clip.info.problems == (f"The file has no timestamps: {clip.info.fps:g} frames/s are assumed.",)


@pytest.mark.parametrize(
    ("write", "name", "what"),
    [
        (clips.raw_h264_clip, "a.h264", "no timestamps"),
        (clips.h264_avi_clip, "a.avi", "do not follow the order"),
        (clips.short_gop_clip, "a.mpg", "have no timestamp"),
    ],
)
def test_untrue_clocks_are_told(write: Callable[[Path], Path], name: str, what: str, tmp_path: Path) -> None:
    with open_clip(write(tmp_path / name)) as clip:
        assert any(what in problem for problem in clip.info.problems)
        assert (np.diff(clip.info.pts) > 0).all()
        assert clip.info.fps == pytest.approx(30, abs=0.01)


def test_joined_recordings_whose_clock_starts_again(tmp_path: Path) -> None:
    first = clips.short_gop_clip(tmp_path / "a.ts", 30)
    path = tmp_path / "joined.ts"
    path.write_bytes(first.read_bytes() * 2)
    with open_clip(path) as clip:
        assert any("jump back" in problem for problem in clip.info.problems)
        assert (np.diff(clip.info.pts) > 0).all()
        assert [clips.read_number(frame.rgb) for frame in clip.frames()] == list(range(30)) * 2
        assert [clips.read_number(clip.frame_at(i).rgb) for i in (45, 12, 31, 0, 59)] == [15, 12, 1, 0, 29]


def test_recording_that_begins_between_keyframes(tmp_path: Path) -> None:
    data = clips.short_gop_clip(tmp_path / "a.ts").read_bytes()
    path = tmp_path / "late.ts"
    path.write_bytes(data[: 2 * 188] + data[188 * 40 :])
    found = numbers(path)
    assert found == list(range(found[0], 60))
    with open_clip(path, cache_bytes=0) as clip:
        assert clip.info.n_frames == len(found)
        assert any("begins between keyframes" in problem for problem in clip.info.problems)
        assert [clips.read_number(clip.frame_at(i).rgb) for i in (20, 0, 5)] == [found[20], found[0], found[5]]


@pytest.mark.parametrize("keep", [0.7, 0.4])
@pytest.mark.parametrize(
    ("write", "name"),
    [
        (clips.faststart_clip, "a.mp4"),
        (clips.fragmented_clip, "a.mp4"),
        (clips.short_gop_clip, "a.mkv"),
        (clips.short_gop_clip, "a.ts"),
    ],
)
def test_cut_off_file_gives_what_is_there(
    write: Callable[[Path], Path], name: str, keep: float, tmp_path: Path
) -> None:
    whole = write(tmp_path / name)
    path = clips.truncated_copy(whole, tmp_path / f"cut_{name}", keep)
    with open_clip(whole) as clip, open_clip(path) as cut:
        n = cut.info.n_frames
        assert 60 * keep * 0.6 < n < 60 * keep + 3
        assert any("cut off" in problem or "pictures end" in problem for problem in cut.info.problems)
        read = list(cut.frames())
        assert [frame.index for frame in read] == list(range(n))
        assert cut.unreadable == ()
        for frame in read:
            true = clips.read_number(frame.rgb)
            assert frame.pts == pytest.approx(clip.info.pts[true]), "a frame that is there keeps its time"
            assert np.array_equal(frame.rgb, clip.frame_at(true).rgb)
            assert np.array_equal(frame.rgb, cut.frame_at(frame.index).rgb)


def test_cut_off_mp4_says_how_much_is_missing(tmp_path: Path) -> None:
    path = clips.truncated_copy(clips.faststart_clip(tmp_path / "a.mp4"), tmp_path / "cut.mp4", 0.7)
    with open_clip(path) as clip:
        missing = 60 - clip.info.n_frames
        assert clip.info.problems == (f"The file was cut off: {missing} of 60 frames are missing.",)


def test_damage_in_the_middle_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    clips.short_gop_clip(path)
    clips.damaged_copy(path, path, path.stat().st_size // 2, 1500)
    with open_clip(path) as clip:
        read = {frame.index: clips.read_number(frame.rgb) for frame in clip.frames()}
        assert clip.problems(), "damage must not be silent"
        assert len(read) + len(clip.unreadable) == 60
        lost = clip.unreadable
        assert lost
        for i in (*range(12), *range(48, 60)):
            assert read[i] == i
        with pytest.raises(BadInputError, match=f"Frame {lost[0]} cannot be read"):
            clip.frame_at(lost[0])
        assert clips.read_number(clip.frame_at(59).rgb) == 59


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_rotation_is_applied(degrees: int, tmp_path: Path) -> None:
    with open_clip(clips.rotated_clip(tmp_path / "a.mp4", degrees)) as clip:
        turned = degrees in {90, 270}
        size = (clips.HEIGHT, clips.WIDTH) if turned else (clips.WIDTH, clips.HEIGHT)
        assert (clip.info.rotation, clip.info.width, clip.info.height) == (degrees, *size)
        for i in (13, 2):
            rgb = clip.frame_at(i).rgb
            assert rgb.shape == (size[1], size[0], 3)
            assert clips.read_number(np.rot90(rgb, degrees // 90)) == i
        assert clips.read_number(np.rot90(next(clip.frames(5)).rgb, degrees // 90)) == 5


@pytest.mark.parametrize(("aspect", "width"), [(Fraction(4, 3), 213), (Fraction(1, 2), 80), (Fraction(1), 160)])
def test_pixel_aspect_stretches_the_width(aspect: Fraction, width: int, tmp_path: Path) -> None:
    with open_clip(clips.anamorphic_clip(tmp_path / "a.mp4", aspect)) as clip:
        assert clip.info.sample_aspect == pytest.approx(float(aspect))
        assert (clip.info.width, clip.info.height) == (width, clips.HEIGHT)
        rgb = clip.frame_at(7).rgb
        assert rgb.shape == (clips.HEIGHT, width, 3)
        columns = ((np.arange(clips.WIDTH) + 0.5) * width / clips.WIDTH).astype(int)
        assert clips.read_number(rgb[:, columns]) == 7


PLAYLIST = "#EXTM3U\n#EXTINF:2,\nhttp://127.0.0.1:9/a.ts\n"


def cut_before_its_table(path: Path) -> None:
    clips.truncated_copy(clips.short_gop_clip(path), path, 0.5)


def cut_after_its_table(path: Path) -> None:
    clips.truncated_copy(clips.faststart_clip(path), path, 0.12)


BAD: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "text": ("film.mp4", lambda path: path.write_text("This is not a film.\n" * 80), "not a video or image"),
    "letter": ("film.txt", lambda path: path.write_text("Dear Sir,\n" * 80), "not a video or image"),
    "empty": ("film.mp4", lambda path: path.write_bytes(b""), "empty"),
    "sound": ("song.mp4", clips.audio_only_clip, "sound but no picture"),
    "missing": ("gone.mp4", lambda path: None, "does not exist"),
    "playlist": ("list.m3u8", lambda path: path.write_text(PLAYLIST), "not a video or image"),
    "no table": ("cut.mp4", cut_before_its_table, "incomplete"),
    "only a table": ("cut.mp4", cut_after_its_table, "incomplete"),
    "HEIC": ("photo.heic", lambda path: path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(64)), "HEIC"),
    "bad picture": ("photo.jpg", lambda path: path.write_text("This is not a photo.\n" * 9), "no picture"),
    "empty folder": ("shots", lambda path: path.mkdir(), "no picture in this folder"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_one_clear_line(kind: str, tmp_path: Path) -> None:
    name, write, what = BAD[kind]
    write(tmp_path / name)
    with pytest.raises(BadInputError) as caught:
        open_clip(tmp_path / name)
    message = str(caught.value)
    assert what in message
    assert caught.value.where == name
    assert str(tmp_path) not in message
    assert caught.value.remedy
    assert "\n" not in message


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs POSIX permissions")
@pytest.mark.parametrize("folder", [False, True])
def test_no_permission(folder: bool, tmp_path: Path) -> None:
    path = tmp_path / ("shots" if folder else "film.mp4")
    if folder:
        clips.picture_folder(path, [1])
    else:
        clips.short_gop_clip(path, 5)
    path.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)  # root may read everything
    try:
        with pytest.raises(BadInputError, match="You may not read this"):
            open_clip(path)
    finally:
        if root:
            os.seteuid(0)
        path.chmod(0o700)


def test_nothing_given() -> None:
    with pytest.raises(BadInputError, match="No file was given"):
        open_clip([])


def test_colon_in_a_name_is_no_protocol(tmp_path: Path) -> None:
    path = clips.short_gop_clip(tmp_path / "a.mp4", 5).rename(tmp_path / "trial 1: walking %d.mp4")
    assert numbers(path) == list(range(5))


def test_libraries_stay_silent(tmp_path: Path) -> None:
    path = clips.short_gop_clip(tmp_path / "a.mp4")
    damaged = clips.damaged_copy(path, tmp_path / "b.mp4", path.stat().st_size // 2, 1500)
    text = tmp_path / "c.tif"
    text.write_bytes(b"II*\0\x08\0\0\0 not a picture")
    code = (
        "import sys\n"
        "from poseapp.core.errors import BadInputError\n"
        "from poseapp.video import open_clip\n"
        "for name in sys.argv[1:]:\n"
        "    try:\n"
        "        with open_clip(name) as clip:\n"
        "            list(clip.frames())\n"
        "    except BadInputError:\n"
        "        pass\n"
    )
    done = subprocess.run([sys.executable, "-c", code, damaged, text], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
