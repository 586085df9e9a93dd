"""Any frame in any order equals sequential decoding: to the pixel, to the number drawn into it, and to its time."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from av.container import InputContainer
from av.video.stream import VideoStream

from fixtures import clips
from poseapp.core.errors import BadInputError
from poseapp.video import open_clip, opening
from poseapp.video.packets import NONE, Packets, read_packets
from poseapp.video.video_clip import VideoClip

AWKWARD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "long group, pyramid of B-frames": (clips.long_gop_clip, "a.mp4"),
    "VP9 in webm": (clips.vp9_clip, "a.webm"),
    "VP9 in mp4": (clips.vp9_clip, "a.mp4"),
    "VP8": (clips.vp8_clip, "a.webm"),
    "variable rate mp4": (clips.variable_rate_clip, "a.mp4"),
    "variable rate mkv": (clips.variable_rate_clip, "a.mkv"),
    "late start": (clips.late_start_clip, "a.mp4"),
    "open group mp4": (clips.open_gop_clip, "a.mp4"),
    "open group mkv": (clips.open_gop_clip, "a.mkv"),
    "open group transport stream": (clips.open_gop_clip, "a.ts"),
    "H.265, open groups": (clips.hevc_clip, "a.mp4"),
    "transport stream": (clips.short_gop_clip, "a.ts"),
    "program stream": (clips.short_gop_clip, "a.mpg"),
    "fragmented mp4": (clips.fragmented_clip, "a.mp4"),
    "intra refresh": (clips.intra_refresh_clip, "a.ts"),
    "timestamps in order of storage": (clips.h264_avi_clip, "a.avi"),
    "MPEG-4 in AVI": (clips.mpeg4_clip, "a.avi"),
    "motion JPEG": (clips.motion_jpeg_clip, "a.avi"),
    "no timestamps": (clips.raw_h264_clip, "a.h264"),
    "animated gif": (clips.gif_clip, "a.gif"),
}


def decode_in_order(path: Path) -> list[tuple[float | None, np.ndarray]]:
    with av.open(str(path)) as container:
        return [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


@pytest.mark.parametrize("kind", AWKWARD)
def test_any_order_equals_decoding_in_order(kind: str, tmp_path: Path) -> None:
    write, name = AWKWARD[kind]
    path = write(tmp_path / name)
    truth = decode_in_order(path)
    with open_clip(path) as clip, open_clip(path, cache_bytes=0) as forgetful:
        assert clip.info.n_frames == len(truth)
        order = list(range(len(truth)))
        random.Random(7).shuffle(order)
        for i in order:
            frame = clip.frame_at(i)
            assert (frame.index, frame.pts) == (i, clip.info.pts[i])
            assert np.array_equal(frame.rgb, truth[i][1]), f"frame {i}"
            assert clips.read_number(frame.rgb) == i
        for i in order[:15]:
            assert np.array_equal(forgetful.frame_at(i).rgb, truth[i][1]), f"frame {i} without a cache"
        read = list(clip.frames())
        assert [frame.index for frame in read] == list(range(len(truth)))
        assert all(np.array_equal(frame.rgb, rgb) for frame, (_, rgb) in zip(read, truth, strict=True))
        assert clip.unreadable == ()


@pytest.mark.parametrize(
    "kind",
    ["variable rate mp4", "variable rate mkv", "late start", "open group mp4", "open group transport stream"],
)
def test_times_are_the_container_s(kind: str, tmp_path: Path) -> None:
    write, name = AWKWARD[kind]
    path = write(tmp_path / name)
    with open_clip(path) as clip:
        assert clip.info.pts == pytest.approx([time for time, _ in decode_in_order(path)], abs=1e-9)
        assert (np.diff(clip.info.pts) > 0).all()
        assert clip.info.problems == ()


def test_variable_rate_clip_has_the_times_that_were_written(tmp_path: Path) -> None:
    with open_clip(clips.late_start_clip(tmp_path / "a.mp4")) as clip:
        assert clip.info.pts == pytest.approx(clips.uneven_times(60, start=0.5), abs=1e-9)
        assert clip.info.variable_rate


def test_edit_list_hides_the_first_frames(tmp_path: Path) -> None:
    path = clips.edit_list_clip(tmp_path / "a.mp4", hidden=5, n_frames=60)
    truth = decode_in_order(path)
    with open_clip(path, cache_bytes=0) as clip:
        assert clip.info.n_frames == len(truth) == 55
        assert clip.info.pts[0] == 0
        for i in [0, 54, 7, 6, 8, 20, 0, 19]:
            rgb = clip.frame_at(i).rgb
            assert clips.read_number(rgb) == i + 5
            assert np.array_equal(rgb, truth[i][1])


def test_edit_list_cuts_the_end(tmp_path: Path) -> None:
    path = clips.edit_list_clip(tmp_path / "a.mp4", hidden=3, n_frames=48, cut=10)
    truth = decode_in_order(path)
    with open_clip(path) as clip:
        assert clip.info.n_frames == len(truth) < 45
        numbers = [clips.read_number(frame.rgb) for frame in clip.frames()]
        assert numbers == [clips.read_number(rgb) for _, rgb in truth] == list(range(3, 3 + len(truth)))
        assert clips.read_number(clip.frame_at(clip.info.n_frames - 1).rgb) == numbers[-1]


def test_frames_takes_a_range(tmp_path: Path) -> None:
    with open_clip(clips.short_gop_clip(tmp_path / "a.mp4")) as clip:
        assert [frame.index for frame in clip.frames(17, 23)] == list(range(17, 23))
        assert [frame.index for frame in clip.frames(57, 99)] == [57, 58, 59]
        assert list(clip.frames(9, 9)) == []
        assert [clips.read_number(frame.rgb) for frame in clip.frames(26, 29)] == [26, 27, 28]


def test_frames_and_frame_at_do_not_disturb_each_other(tmp_path: Path) -> None:
    with open_clip(clips.short_gop_clip(tmp_path / "a.mp4")) as clip:
        for frame in clip.frames(10, 40):
            other = (frame.index * 37) % 60
            assert clips.read_number(clip.frame_at(other).rgb) == other
            assert clips.read_number(frame.rgb) == frame.index


@pytest.mark.parametrize("write", [clips.open_gop_clip, clips.mpeg4_clip])
@pytest.mark.parametrize("fault", ["every packet claims to be a keyframe", "no packet knows its place in the file"])
def test_a_container_that_lies_costs_time_but_no_frame(
    fault: str, write: Callable[[Path, int], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_falsely(container: InputContainer, stream: VideoStream) -> Packets:
        packets = read_packets(container, stream)
        if fault.startswith("every"):
            return replace(packets, key=np.ones(len(packets), bool))
        return replace(packets, pos=np.full(len(packets), NONE))

    path = write(tmp_path / "a.mp4", 60)
    truth = decode_in_order(path)
    monkeypatch.setattr(opening, "read_packets", read_falsely)
    with open_clip(path, cache_bytes=0) as clip:
        for i in (59, 14, 33, 0, 29, 27, 45):
            assert np.array_equal(clip.frame_at(i).rgb, truth[i][1]), f"frame {i}"
        assert [clips.read_number(frame.rgb) for frame in clip.frames(31, 35)] == [31, 32, 33, 34]


def test_change_of_size_is_told(tmp_path: Path) -> None:
    first = clips.short_gop_clip(tmp_path / "a.ts", 12)
    second = clips.write_clip(tmp_path / "b.ts", 12, size=(240, 180), times=[5 + i / 30 for i in range(12)])
    path = tmp_path / "both.ts"
    path.write_bytes(first.read_bytes() + second.read_bytes())
    with open_clip(path) as clip:
        assert {frame.rgb.shape for frame in clip.frames()} == {(clips.HEIGHT, clips.WIDTH, 3)}
        assert clip.frame_at(20).rgb.shape == (clips.HEIGHT, clips.WIDTH, 3)
        assert "The size changes within the clip: all frames are shown as 160 x 120." in clip.problems()


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clips.long_gop_clip(tmp_path_factory.mktemp("clips") / "long.mp4", 240)


def opened(path: Path, **options: int) -> VideoClip:
    clip = open_clip(path, **options)
    assert isinstance(clip, VideoClip)
    return clip


def test_steps_forward_decode_each_frame_once(long_clip: Path) -> None:
    with opened(long_clip, cache_bytes=0) as clip:
        for i in range(200):
            clip.frame_at(i)
        assert clip.decoder.runs == 1
        assert clip.decoder.decoded <= 210


def test_a_leap_decodes_one_group_at_most(tmp_path: Path) -> None:
    with opened(clips.short_gop_clip(tmp_path / "a.mp4"), cache_bytes=0) as clip:
        clip.frame_at(7)
        before = clip.decoder.decoded
        clip.frame_at(50)  # its group begins at 48
        assert clip.decoder.decoded - before <= 8


def test_steps_back_within_the_cache_decode_nothing(long_clip: Path) -> None:
    with opened(long_clip) as clip:
        clip.frame_at(200)
        before = clip.decoder.decoded
        for i in range(199, -1, -1):
            assert clips.read_number(clip.frame_at(i).rgb) == i
        assert (clip.decoder.decoded, clip.decoder.runs) == (before, 1)


def test_steps_back_through_a_group_longer_than_the_cache_are_amortised(long_clip: Path) -> None:
    with opened(long_clip) as clip:
        clip.frame_at(0)
        bytes_a_frame = clip.cache.bytes // len(clip.cache)
    with opened(long_clip, cache_bytes=40 * bytes_a_frame) as clip:
        for i in range(200, 0, -1):
            assert clips.read_number(clip.frame_at(i).rgb) == i
            assert clip.cache.bytes <= clip.cache.limit
        # 40 frames a run: 5 runs of 200, 160, 120, 80 and 40 frames
        assert clip.decoder.runs <= 6
        assert clip.decoder.decoded <= 700


@pytest.mark.parametrize(("codec", "pixels", "name"), [("ffv1", "bgr0", "a.mkv"), ("qtrle", "rgb24", "a.mov")])
def test_odd_widths_have_no_gaps_between_rows(codec: str, pixels: str, name: str, tmp_path: Path) -> None:
    path = clips.write_clip(tmp_path / name, 6, codec=codec, pixel_format=pixels, size=(161, 121))
    with open_clip(path) as clip:
        for i in (5, 2, 3):
            rgb = clip.frame_at(i).rgb
            assert (rgb.shape, rgb.flags.c_contiguous) == ((121, 161, 3), True)
            assert np.array_equal(rgb, clips.draw_number(i, 161, 121)), "lossless"


def test_pictures_are_read_only(tmp_path: Path) -> None:
    with open_clip(clips.short_gop_clip(tmp_path / "a.mp4", 5)) as clip:
        assert not clip.frame_at(2).rgb.flags.writeable
        assert not next(clip.frames()).rgb.flags.writeable


@pytest.mark.parametrize("index", [-1, 60])
def test_no_such_frame(index: int, tmp_path: Path) -> None:
    with open_clip(clips.short_gop_clip(tmp_path / "a.mp4")) as clip, pytest.raises(IndexError):
        clip.frame_at(index)


def test_closed_clip_opens_no_file(tmp_path: Path) -> None:
    clip = open_clip(clips.short_gop_clip(tmp_path / "a.mp4"))
    reading = clip.frames()
    next(reading)
    clip.close()
    with pytest.raises(ValueError, match="closed"):
        clip.frame_at(30)
    reading.close()


def test_no_file_stays_open(tmp_path: Path) -> None:
    path = clips.short_gop_clip(tmp_path / "a.mp4")
    handles = Path("/proc/self/fd")
    if not handles.is_dir():
        pytest.skip("needs /proc to count open files")
    before = len(list(handles.iterdir()))
    for _ in range(3):
        with open_clip(path) as clip:
            clip.frame_at(30)
            for frame in clip.frames():
                if frame.index == 4:
                    break
            list(clip.frames(50))
    with pytest.raises(BadInputError):
        open_clip(clips.audio_only_clip(tmp_path / "a.m4a"))
    assert len(list(handles.iterdir())) == before


def test_a_decoder_that_skips_a_frame_is_noticed(tmp_path: Path) -> None:
    """The index says 60 frames; a frame that does not come is an error, never its neighbour."""
    with opened(clips.short_gop_clip(tmp_path / "a.mp4"), cache_bytes=0) as clip:
        through = clip.decoder.frames_from
        clip.decoder.frames_from = lambda rank: (pair for pair in through(rank) if pair[0] != 31)  # type: ignore[method-assign]
        with pytest.raises(BadInputError, match="Frame 31 cannot be read"):
            clip.frame_at(31)
        assert clips.read_number(clip.frame_at(32).rgb) == 32
        assert clip.unreadable == (31,)
        assert any("frame 31" in problem for problem in clip.problems())


@pytest.mark.data
@pytest.mark.parametrize("name", ["dance.mp4", "pose2sim_cam01.mp4", "sports2d_demo.mp4"])
def test_real_clips(name: str, shared_data: Path) -> None:
    path = shared_data / "clips" / name
    with open_clip(path) as clip:
        n = clip.info.n_frames
        wanted = {n - 1, 0, n // 2, n // 2 - 1, n // 3, 61, 59}
        with av.open(str(path)) as container:
            decoded = list(enumerate(container.decode(video=0)))
        assert len(decoded) == n
        truth = {i: frame.to_ndarray(format="rgb24") for i, frame in decoded if i in wanted}
        assert clip.problems() == ()
        for i in sorted(wanted, key=lambda i: i * 7919 % 31):
            assert np.array_equal(clip.frame_at(i).rgb, truth[i])
