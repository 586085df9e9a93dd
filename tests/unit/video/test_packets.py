from __future__ import annotations

import av
import pytest

from poseapp.video.packets import is_hidden


@pytest.mark.parametrize(
    ("codec", "data", "hidden"),
    [
        # VP8 frame tag, RFC 6386 9.1: bit 0 inter, 1-3 version, 4 show_frame
        ("vp8", [0b0001_0000, 0, 0], False),
        ("vp8", [0b0000_0001, 0, 0], True),
        # VP9 6.2: 10 marker, profile low, profile high, show_existing, frame_type, show_frame, error_resilient
        ("vp9", [0b1000_0010, 0, 0], False),
        ("vp9", [0b1000_0100, 0, 0], True),
        ("vp9", [0b1000_1000, 0, 0], False),  # shows a picture that is there already
        ("vp9", [0b1011_0001, 0, 0], False),  # profile 3 has one more bit before show_existing
        ("vp9", [0b1011_0000, 0, 0], True),
        ("vp9", [0b1000_0100, 0, 0b1100_0001], False),  # a superframe: hidden ones and one shown
        ("h264", [0, 0, 0], False),
    ],
)
def test_hidden_pictures(codec: str, data: list[int], hidden: bool) -> None:
    assert is_hidden(codec, av.Packet(bytes(data))) is hidden
