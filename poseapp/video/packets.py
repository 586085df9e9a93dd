"""Reads the packets of a video stream without decoding them: the raw material of the index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.video.stream import VideoStream

_TRANSPORT_PACKETS = (188, 192, 204)  # bytes: plain, with arrival times (AVCHD), with error correction
NONE = np.iinfo(np.int64).min  # no timestamp, no position
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Packets:
    """The N packets of one stream in order of storage.

    Attributes:
        pts, dts: (N,) ticks of the stream's clock; `NONE` where the container gives none.
        pos: (N,) byte position in the file, which names a packet again after a seek; `NONE` where unknown.
        key: (N,) a decoder may start here.
        shown: (N,) yields a picture: neither hidden by an edit list nor a reference picture that is never shown.
        damaged: (N,) the container knows that bytes of it are missing.
        cut: The last packet is not whole (and left out): the file was cut off.
    """

    pts: Int64
    dts: Int64
    pos: Int64
    key: Bool
    shown: Bool
    damaged: Bool
    cut: bool

    def __len__(self) -> int:
        return len(self.pts)


def video_packets(container: InputContainer, stream: VideoStream) -> Iterator[av.Packet[Any]]:
    """Yield the packets that hold data, ending quietly where the file becomes unreadable."""
    demuxed = container.demux(stream)
    while True:
        try:
            packet = next(demuxed)
        except (StopIteration, av.FFmpegError):
            return
        if packet.size:
            yield packet


def read_packets(container: InputContainer, stream: VideoStream) -> Packets:
    """Demux a freshly opened container to its end and return what is known of each packet.

    What cannot be read ends it without an error.
    """
    codec = stream.codec_context.name
    rows: list[tuple[int, int, int, bool, bool, bool]] = []
    for packet in video_packets(container, stream):
        rows.append(
            (
                NONE if packet.pts is None else packet.pts,
                NONE if packet.dts is None else packet.dts,
                NONE if packet.pos is None else packet.pos,
                packet.is_keyframe,
                not (packet.is_discard or is_hidden(codec, packet)),
                packet.is_corrupt,
            )
        )
    cut = bool(rows) and (rows[-1][-1] or _ends_within_a_packet(container))
    if cut:
        rows.pop()
    flat = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=6 * len(rows)).reshape(-1, 6)
    pts, dts, pos, *flags = flat.T
    key, shown, damaged = (flag != 0 for flag in flags)
    return Packets(pts, dts, pos, key=key, shown=shown, damaged=damaged, cut=cut)


def _ends_within_a_packet(container: InputContainer) -> bool:
    """Tell whether an MPEG transport stream, which consists of equal pieces, ends in the middle of one."""
    return container.format.name == "mpegts" and all(container.size % size for size in _TRANSPORT_PACKETS)


def is_hidden(codec: str, packet: av.Packet[Any]) -> bool:
    """Tell whether a packet holds only a reference picture that is never shown (VP8, VP9).

    VP8: RFC 6386 section 9.1, bit 4 of the frame tag is show_frame. VP9: bitstream specification 6.2, show_frame
    follows frame_marker, profile, show_existing_frame and frame_type; a superframe (last byte 110xxxxx, annex B)
    ends in a shown picture.
    """
    if codec not in {"vp8", "vp9"}:
        return False
    data = memoryview(packet)
    if codec == "vp8":
        return not data[0] & 0x10
    if data[-1] & 0xE0 == 0xC0:
        return False
    profile = (data[0] >> 5 & 1) | (data[0] >> 4 & 1) << 1
    at = 3 if profile < 3 else 2  # one reserved bit follows profile 3
    shows_existing, shown = data[0] >> at & 1, data[0] >> (at - 2) & 1
    return not (shows_existing or shown)
