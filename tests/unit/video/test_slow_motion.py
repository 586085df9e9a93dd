"""The rate of the recording as containers tell it, in files with such metadata."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from fixtures.clips import short_gop_clip
from poseapp.video import open_clip
from poseapp.video.slow_motion import told_capture_rate


def tagged_clip(path: Path, **metadata: str) -> Path:
    """Copy the ordinary clip of 30 frames/s into a file with metadata, as a phone's camera writes them."""
    source = short_gop_clip(path.with_name("plain.mp4"), 12)
    with av.open(str(source)) as read, av.open(str(path), "w", options={"movflags": "use_metadata_tags"}) as out:
        stream = out.add_stream_from_template(read.streams.video[0])
        out.metadata.update({key.replace("_", "."): value for key, value in metadata.items()})
        for packet in read.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    return path


def test_a_phone_tells_its_capture_rate(tmp_path):
    path = tagged_clip(tmp_path / "slow.mp4", com_android_capture_fps="240.000000")
    with open_clip([str(path)]) as clip:
        assert clip.info.capture_fps == pytest.approx(240.0)
        assert clip.info.fps == pytest.approx(30.0)


def test_an_ordinary_file_tells_nothing(tmp_path):
    with open_clip([str(tagged_clip(tmp_path / "walk.mp4", title="A walk"))]) as clip:
        assert clip.info.capture_fps == 0.0


@pytest.mark.parametrize(("metadata", "rate"), [
    ({"COM.Android.Capture.FPS": "120"}, 120.0), ({"com.android.capture.fps": "many"}, 0.0),
    ({"com.android.capture.fps": "nan"}, 0.0), ({"com.android.capture.fps": "0"}, 0.0), ({}, 0.0),
])  # fmt: skip
def test_only_a_rate_is_a_rate(metadata, rate):
    assert told_capture_rate(metadata) == rate
    assert told_capture_rate({}, metadata) == rate
