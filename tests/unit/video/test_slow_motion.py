"""The rate of the recording as containers tell it, in files with such metadata."""

from __future__ import annotations

import pytest

from fixtures.clips import tagged_clip
from poseapp.video import open_clip
from poseapp.video.slow_motion import told_capture_rate


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
