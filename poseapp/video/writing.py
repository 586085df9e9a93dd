"""H.264 videos with the timestamps that they are given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError

UInt8 = npt.NDArray[np.uint8]

_TICKS = 90_000  # a second, the clock of MPEG
_QUALITY = "18"  # x264's constant rate factor: nothing is seen to be lost
_BT709 = 1  # FFmpeg's number of the colour space, primaries and transfer of high definition


class VideoWriter:
    """Takes pictures in order; made by `write_video`."""

    def __init__(self, container: Any, size: tuple[int, int], rate: float) -> None:
        height, width = size
        self._even = height + height % 2, width + width % 2  # 4:2:0 halves the colours
        stream = container.add_stream("libx264", rate=Fraction(rate).limit_denominator(1001))
        stream.height, stream.width = self._even
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": _QUALITY, "preset": "veryfast"}
        context = stream.codec_context
        context.time_base = Fraction(1, _TICKS)
        context.colorspace = context.color_primaries = context.color_trc = context.color_range = _BT709
        self._container, self._stream, self._size, self._last = container, stream, size, -1

    def add(self, picture: UInt8, seconds: float) -> None:
        """Add a picture (H, W, 3) RGB that is shown from `seconds` on; a time that is not later counts as just later.

        Raises:
            ValueError: The picture has another size.
        """
        if picture.shape[:2] != self._size:
            raise ValueError(f"a picture of {picture.shape[:2]} in a video of {self._size}")
        more = [even - side for even, side in zip(self._even, self._size, strict=True)]
        if any(more):
            picture = np.asarray(cv2.copyMakeBorder(picture, 0, more[0], 0, more[1], cv2.BORDER_REPLICATE), np.uint8)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        frame = frame.reformat(format="yuv420p", src_colorspace=_BT709, dst_colorspace=_BT709, dst_color_range=1)
        self._last = max(self._last + 1, round(seconds * _TICKS))
        frame.pts, frame.time_base = self._last, Fraction(1, _TICKS)
        self._mux(frame)

    def finish(self) -> None:
        """Write what the encoder still holds."""
        self._mux(None)

    def _mux(self, frame: av.VideoFrame | None) -> None:
        for packet in self._stream.encode(frame):
            self._container.mux(packet)


@contextmanager
def write_video(path: Path, size: tuple[int, int], rate: float) -> Iterator[VideoWriter]:
    """Yield where the pictures of an MP4 file go; it is there, whole, when the block ends without an error.

    Args:
        size: Height and width of the pictures, px; an odd side gets one more pixel, a copy of its last.
        rate: Frames a second that players announce; what is shown when is said with every picture.

    Raises:
        BadInputError: It cannot be written.
    """
    try:
        with (
            atomic_path(path) as temporary,
            av.open(str(temporary), "w", format="mp4", options={"movflags": "+faststart"}) as container,
        ):
            writer = VideoWriter(container, size, rate)
            yield writer
            writer.finish()
    except (OSError, av.FFmpegError) as error:
        raise BadInputError(f"the video cannot be written ({error})", where=path.name) from error
