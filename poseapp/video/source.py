"""Delivers the packets of a video from any keyframe on, each with its number, and makes sure of that number."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream

from poseapp.video.container import open_container, video_stream
from poseapp.video.packets import NONE, Packets, video_packets

# Containers without a table of frames: a byte position is exact there, a timestamp is searched for.
_SEEK_BY_BYTE = frozenset({"mpegts", "mpeg", "h264", "hevc", "m4v", "mpegvideo"})
_PATIENCE = 2000  # packets to look at after a seek before it counts as failed


# Measured on 1080p H.264 and VP9: frame threads halve the time of reading all, but every seek has to fill them again.
THREADS_SEEKING = "SLICE"
THREADS_READING = "AUTO"


class PacketSource:
    """One open file.

    A packet is known again after a seek by its byte position in the file, which no demuxer changes, unlike
    timestamps. Where a seek does not lead to the packet wanted, the file is opened anew and counted through.

    Attributes:
        path: The file.
        packets: What is known of its packets.
    """

    def __init__(self, path: Path, packets: Packets, *, threads: str) -> None:
        self.path = path
        self.packets = packets
        self._threads = threads
        self._container: InputContainer | None = None
        self._stream: VideoStream | None = None
        self._fresh = False
        self._closed = False

    @property
    def stream(self) -> VideoStream:
        """The stream that the packets belong to; opens the file when need be. Raises `ValueError` once closed."""
        if self._stream is None:
            self._open()
        assert self._stream is not None
        return self._stream

    def twin(self, *, threads: str) -> PacketSource:
        """Return a source of the same packets with a file, a decoder and threads of its own."""
        return PacketSource(self.path, self.packets, threads=threads)

    def close(self) -> None:
        """Close the file for good."""
        self._closed = True
        self._let_go()

    def _let_go(self) -> None:
        if self._container is not None:
            self._container.close()
        self._container = self._stream = None

    def packets_from(self, number: int) -> Iterator[tuple[int, av.Packet[Any]]]:
        """Yield (number, packet) from the packet `number` on; the decoder's memory of earlier ones is flushed."""
        stream = self.stream
        if not (self._fresh and number == 0):
            for offset, by_byte in self._ways_to(number):
                found = self._seek(offset, number, by_byte=by_byte)
                if found is not None:
                    return found
            self._let_go()
            stream = self.stream
        self._fresh = False
        assert self._container is not None
        return islice(enumerate(video_packets(self._container, stream)), number, len(self.packets))

    def _open(self) -> None:
        if self._closed:
            raise ValueError("the clip is closed")
        self._container = open_container(self.path)
        self._stream = video_stream(self._container, self.path)
        self._stream.thread_type = self._threads
        self._fresh = True

    def _ways_to(self, number: int) -> Iterator[tuple[int, bool]]:
        """Yield (offset, by byte) to seek to, the most exact first."""
        assert self._container is not None
        pos, pts, dts = (int(each[number]) for each in (self.packets.pos, self.packets.pts, self.packets.dts))
        if self._container.format.name in _SEEK_BY_BYTE:
            ways = [(pos, True), (dts, False)]
        else:
            earlier = self.packets.pts[:number][self.packets.key[:number]][-1:]
            ways = [(pts, False), (dts, False), *((int(each), False) for each in earlier)]
        yield from (way for way in ways if way[0] != NONE)

    def _seek(self, offset: int, number: int, *, by_byte: bool) -> Iterator[tuple[int, av.Packet[Any]]] | None:
        """Return the packets from `number` on after a seek, None when the seek does not lead there."""
        assert self._container is not None
        stream = self.stream
        self._fresh = False
        try:
            self._container.seek(offset, stream=stream, unsupported_byte_offset=by_byte)
        except (av.FFmpegError, OverflowError):
            return None
        packets = video_packets(self._container, stream)
        at = -1
        for packet in islice(packets, _PATIENCE):
            at = self._number_of(packet) if at < 0 else at + 1
            if at > number:
                return None
            if at == number:
                return self._numbered(packet, packets, number) if self._number_of(packet) == number else None
        return None

    def _numbered(
        self, head: av.Packet[Any], rest: Iterator[av.Packet[Any]], number: int
    ) -> Iterator[tuple[int, av.Packet[Any]]]:
        yield number, head
        yield from islice(enumerate(rest, start=number + 1), len(self.packets) - number - 1)

    def _number_of(self, packet: av.Packet[Any]) -> int:
        """Return the number of a packet by its byte position, -1 when unknown or not unique."""
        if packet.pos is None or packet.pos < 0:
            return -1
        found = np.flatnonzero(self.packets.pos == packet.pos)
        return int(found[0]) if len(found) == 1 else -1
