"""Decodes a video from any frame on, and never passes off one frame as another.

Each packet is given its number instead of its timestamp before it is decoded; a decoder hands that number through to
the picture, so a picture says which packet it is, whatever the container's clock says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av
from av.video.frame import VideoFrame

from poseapp.video.index import FrameIndex
from poseapp.video.source import PacketSource


class Decoder:
    """Decodes forward from a start, one run at a time: a new run ends the one before.

    Attributes:
        decoded: Pictures that came out of the codec so far.
        runs: Times that decoding began at a start.
    """

    def __init__(self, source: PacketSource) -> None:
        self.decoded = 0
        self.runs = 0
        self._source = source

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def pictures_from(self, number: int) -> Iterator[tuple[int, VideoFrame]]:
        """Yield (packet number, picture) in the order shown, decoding from a packet on.

        A packet that cannot be decoded yields nothing. A picture that names no packet has the number -1.
        """
        self.runs += 1
        packets = self._source.packets_from(number)
        for each, packet in packets:
            packet.pts = packet.dts = each
            yield from self._decode(packet)
        yield from self._decode(None)

    def _decode(self, packet: av.Packet[Any] | None) -> Iterator[tuple[int, VideoFrame]]:
        try:
            pictures = self._source.stream.decode(packet)
        except av.FFmpegError:
            return  # EOF after the flush, or a damaged packet whose frame will be missed
        self.decoded += len(pictures)
        for picture in pictures:
            yield -1 if picture.pts is None else picture.pts, picture


class FrameDecoder(Decoder):
    """A decoder that knows the index: it yields frames by rank.

    Attributes:
        harmed: Frames that the codec itself says are not whole.
    """

    def __init__(self, source: PacketSource, index: FrameIndex) -> None:
        super().__init__(source)
        self.harmed: set[int] = set()
        self._index = index
        self._bad_starts: set[int] = set()

    def frames_from(self, rank: int) -> Iterator[tuple[int, VideoFrame]]:
        """Yield (rank, picture), ranks ascending, from a start at or before `rank` to the end.

        Ranks that cannot be decoded are left out. A start that turns out not to be a keyframe, or that gives
        nothing at or before `rank`, is given up for the one before it.
        """
        start = self._index.start_for(rank)
        while True:
            frames = self._frames(start)
            head = next(frames, None)
            if start == 0 or (head is not None and head[0] <= rank):
                break
            start -= 1
        if head is not None:
            yield head
            yield from frames

    def _frames(self, start: int) -> Iterator[tuple[int, VideoFrame]]:
        key, low = int(self._index.key[start]), int(self._index.first[start])
        if start in self._bad_starts:
            return
        for number, picture in self.pictures_from(key):
            if number == key and start > 0 and not picture.key_frame:
                self._bad_starts.add(start)
                return
            rank = int(self._index.rank[number]) if 0 <= number < len(self._index.rank) else -1
            if rank >= low:  # else a leading picture of an open group, or one hidden by an edit list
                low = rank + 1
                if picture.is_corrupt:
                    self.harmed.add(rank)
                yield rank, picture
