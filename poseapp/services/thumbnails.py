"""Small pictures of frames for a pointer that passes over the timeline: decoded beside the window, latest wish wins."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QThread, Signal

from poseapp.core.errors import PoseappError
from poseapp.core.types import Frame

if TYPE_CHECKING:
    from poseapp.video import Clip

_logger = logging.getLogger(__name__)

SLOW = 0.15  # s; a clip that takes longer shows no picture before the one that was asked for
WIDTH, HEIGHT = 320, 180  # px at most
_KEPT = 24 << 20  # bytes of pictures
_CLIP_CACHE = 32 << 20  # bytes that the clip may keep for itself

OpenSmall = Callable[[str], "Clip"]


@dataclass(frozen=True)
class Thumbnail:
    """A small picture of one frame: which one, when it is shown, s, and `rgb` (h, w, 3) uint8."""

    index: int
    pts: float
    rgb: npt.NDArray[np.uint8]


def open_small(path: str) -> Clip:
    """Open a clip that keeps little for itself."""
    from poseapp.video import open_clip

    return open_clip(path, cache_bytes=_CLIP_CACHE)


class _Worker(QObject):
    """Lives in the thread and owns the clip, which it opens when the first picture is asked for.

    Signals:
        made: (clip's ticket, Thumbnail, s that it took). failed: (clip's ticket, frame).
    """

    made = Signal(int, object, float)
    failed = Signal(int, int)

    def __init__(self, open_clip: OpenSmall) -> None:
        super().__init__()
        self._open_clip = open_clip
        self._clip: Clip | None = None
        self._path = ""
        self._ticket = 0

    def take(self, ticket: int, path: str) -> None:
        """Let go of the clip; the next picture is of another."""
        self._close()
        self._ticket, self._path = ticket, path

    def make(self, ticket: int, index: int, reach: int) -> None:
        """Answer with a frame at most `reach` from the one asked for, whichever is soonest had, or with a failure."""
        if ticket != self._ticket:
            self.failed.emit(ticket, index)
            return
        started = time.perf_counter()
        try:
            if self._clip is None:
                self._clip = self._open_clip(self._path)
                started = time.perf_counter()
            frame = self._clip.frame_at(self._clip.easy_frame(index, reach))
        except PoseappError as error:
            _logger.info("%s", error)
            self.failed.emit(ticket, index)
        except Exception:
            _logger.exception("Frame %d has no small picture", index)
            self.failed.emit(ticket, index)
        else:
            self.made.emit(ticket, shrink(frame), time.perf_counter() - started)

    def shut(self) -> None:
        """Close the clip and end the thread."""
        self._close()
        self.thread().quit()

    def _close(self) -> None:
        if self._clip is not None:
            self._clip.close()
            self._clip = None


class Thumbnails(QObject):
    """The window's door to the thread, which starts with the first wish; at most one is under way.

    Attributes:
        slow: The last picture took longer than `SLOW`.

    Signals:
        ready: (Thumbnail), perhaps of a frame near the one asked for.
    """

    ready = Signal(object)

    _take_asked = Signal(int, str)
    _make_asked = Signal(int, int, int)
    _shut_asked = Signal()

    def __init__(self, parent: QObject | None = None, *, open_clip: OpenSmall = open_small) -> None:
        super().__init__(parent)
        self.slow = False
        self._path = ""
        self._ticket = 0
        self._busy = False
        self._wanted: tuple[int, int] | None = None
        self._kept: OrderedDict[int, Thumbnail] = OrderedDict()
        self._thread = QThread(self)
        self._thread.setObjectName("thumbnails")
        self._worker = _Worker(open_clip)
        self._worker.moveToThread(self._thread)
        self._take_asked.connect(self._worker.take)
        self._make_asked.connect(self._worker.make)
        self._shut_asked.connect(self._worker.shut)
        self._worker.made.connect(self._on_made)
        self._worker.failed.connect(self._on_failed)

    def set_clip(self, path: str) -> None:
        """Show frames of another clip, "" for none."""
        self._ticket += 1
        self._path, self.slow, self._wanted = path, False, None
        self._kept.clear()
        if self._thread.isRunning():
            self._take_asked.emit(self._ticket, path)

    def request(self, index: int, reach: int = 0) -> None:
        """Ask for a frame, or one at most `reach` from it; only the latest wish counts."""
        known = self._near(index, reach)
        if known is not None:
            self._kept.move_to_end(known.index)
            self._wanted = None
            self.ready.emit(known)
        elif self._path:
            self._wanted = index, reach
            self._send()

    def forget(self) -> None:
        """Wish for nothing any more."""
        self._wanted = None

    def close(self) -> None:
        """End the thread and close the clip."""
        self.set_clip("")
        if self._thread.isRunning():
            self._shut_asked.emit()
            self._thread.wait()

    def _near(self, index: int, reach: int) -> Thumbnail | None:
        """Return a picture that is kept of a frame, or of the nearest within reach."""
        if index in self._kept or not reach:
            return self._kept.get(index)
        nearest = min(self._kept, key=lambda held: abs(held - index), default=index + reach + 1)
        return self._kept[nearest] if abs(nearest - index) <= reach else None

    def _send(self) -> None:
        if self._busy or self._wanted is None:
            return
        if not self._thread.isRunning():
            self._thread.start()
            self._take_asked.emit(self._ticket, self._path)
        self._busy = True
        (index, reach), self._wanted = self._wanted, None
        self._make_asked.emit(self._ticket, index, reach)

    def _on_made(self, ticket: int, thumbnail: Thumbnail, seconds: float) -> None:
        self._busy = False
        if ticket == self._ticket:
            self.slow = seconds > SLOW
            self._kept[thumbnail.index] = thumbnail
            while sum(held.rgb.nbytes for held in self._kept.values()) > _KEPT:
                self._kept.popitem(last=False)
            self.ready.emit(thumbnail)
        self._send()

    def _on_failed(self, _ticket: int, _index: int) -> None:
        self._busy = False
        self._send()


def shrink(frame: Frame) -> Thumbnail:
    """Return a frame as a picture of `WIDTH` x `HEIGHT` px at most, in memory of its own."""
    import cv2

    height, width = frame.rgb.shape[:2]
    scale = min(1.0, WIDTH / width, HEIGHT / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.ascontiguousarray(cv2.resize(frame.rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return Thumbnail(frame.index, frame.pts, small)
