"""Reads a video file: any frame at any time, exactly."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from av.video.frame import VideoFrame

from poseapp.core.types import ClipInfo, Frame
from poseapp.video.cache import ByteCache
from poseapp.video.clip import Clip
from poseapp.video.decoder import FrameDecoder
from poseapp.video.display import Display, Painter
from poseapp.video.index import FrameIndex
from poseapp.video.source import THREADS_READING, PacketSource


class VideoClip(Clip):
    """A video file.

    Decoded pictures are kept as the codec gave them (half the bytes of RGB, and one that is only passed on the way to
    another costs no conversion) and converted when asked for. `frames` decodes by a file and threads of its own, so
    that it does not disturb `frame_at`.

    Attributes:
        decoder: Serves `frame_at`; counts what it decodes.
        cache: Pictures by frame index.
    """

    def __init__(
        self, info: ClipInfo, *, source: PacketSource, index: FrameIndex, display: Display, cache_bytes: int
    ) -> None:
        super().__init__(info)
        self.cache: ByteCache[VideoFrame] = ByteCache(cache_bytes)
        self._source = source
        self._index = index
        self._display = display
        self._painter = Painter(display)
        self.decoder = FrameDecoder(source, index)
        self._readers: list[FrameDecoder] = []
        self._harmed = self.decoder.harmed
        self._run: Iterator[tuple[int, VideoFrame]] = iter(())
        self._next: int | None = None  # the frame that `_run` comes to next, None when it stands nowhere
        self._last: Frame | None = None
        self._stored_size: tuple[int, int] | None = None
        self._size_changes = False

    def frame_at(self, index: int) -> Frame:
        self._check_index(index)
        if self._last is None or self._last.index != index:
            picture = self.cache.get(index)
            if picture is None:
                picture = self._decode(index)
            self._last = self._frame(index, picture, self._painter)
        return self._last

    def easy_frame(self, index: int, reach: int) -> int:
        first = self._index.first
        place = int(np.searchsorted(first, index))
        nearest = min(first[max(place - 1, 0) : place + 1].tolist(), key=lambda frame: abs(frame - index))
        return int(nearest) if abs(nearest - index) <= reach else index

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Frame]:
        stop = self.info.n_frames if stop is None else min(stop, self.info.n_frames)
        expected = start
        if start >= stop:
            return
        reader = FrameDecoder(self._source.twin(threads=THREADS_READING), self._index)
        reader.harmed = self._harmed
        painter = Painter(self._display)  # a converter holds state, and this may run in another thread
        self._readers.append(reader)
        try:
            for rank, picture in reader.frames_from(start):
                if rank < start:
                    continue
                self._unreadable.update(range(expected, min(rank, stop)))
                expected = rank + 1
                if rank >= stop:
                    break
                yield self._frame(rank, picture, painter)
                if expected == stop:
                    break
            else:
                self._unreadable.update(range(expected, stop))
        finally:
            reader.close()
            self._readers.remove(reader)

    def problems(self) -> tuple[str, ...]:
        told = super().problems()
        if self._size_changes:
            size = f"{self.info.width} x {self.info.height}"
            told = (*told, f"The size changes within the clip: all frames are shown as {size}.")
        harmed = self._harmed | set(self._unreadable)
        if not harmed:
            return told
        first, last = min(harmed), max(self._index.end_of_group(rank) for rank in harmed)
        which = f"frame {first}" if first == last else f"frames {first} to {last}"
        return (*told, f"Damaged: {which} may look wrong.")

    def close(self) -> None:
        self._stand_nowhere()
        self.decoder.close()
        for reader in self._readers:
            reader.close()
        self.cache.clear()
        self._last = None

    def keep(self, rank: int, picture: VideoFrame) -> None:
        """Put a decoded picture into the cache."""
        self.cache.put(rank, picture, sum(plane.buffer_size for plane in picture.planes))

    def _frame(self, index: int, picture: VideoFrame, painter: Painter) -> Frame:
        stored = (picture.width, picture.height)
        self._stored_size = self._stored_size or stored
        self._size_changes |= stored != self._stored_size
        return Frame(index, float(self.info.pts[index]), painter.paint(picture))

    def _decode(self, index: int) -> VideoFrame:
        """Decode up to a frame, keeping all on the way as far as the cache allows."""
        if index in self._unreadable:
            raise self._fail(index, self._source.path.name)
        nearest = int(self._index.first[self._index.start_for(index)])
        if self._next is None or not nearest <= self._next <= index:
            self._run, self._next = self.decoder.frames_from(index), nearest
        for rank, picture in self._run:
            self.keep(rank, picture)
            self._next = rank + 1
            if rank == index:
                return picture
            if rank > index:
                raise self._fail(index, self._source.path.name)
        self._stand_nowhere()
        raise self._fail(index, self._source.path.name)

    def _stand_nowhere(self) -> None:
        self._run, self._next = iter(()), None
