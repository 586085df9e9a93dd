"""Decodes the frames the window shows, in a thread with a reader of its own; the latest request wins."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QThread, Signal

from poseapp.core.errors import PoseappError
from poseapp.core.types import ClipInfo, Frame

_logger = logging.getLogger(__name__)


class Reader(Protocol):
    """What the decoder needs of a clip (`poseapp.video.Clip`)."""

    @property
    def info(self) -> ClipInfo: ...

    def frame_at(self, index: int) -> Frame: ...

    def close(self) -> None: ...


_STRIDE = 4  # frames between those shown on the way
_NEAR = 240  # frames: a wish further ahead is a jump

OpenClip = Callable[[str], Reader]
Prepare = Callable[[Frame], Frame]


def open_video_clip(path: str) -> Reader:
    """Open a clip with the video room, which is imported at the first use."""
    from poseapp.video import open_clip

    return open_clip(path)


class _Worker(QObject):
    """Lives in the decoding thread and owns the clip that is shown, and one that waits to be.

    Signals:
        opened: (ticket, ClipInfo) of a clip that waits. openFailed: (ticket, exception).
        decoded: (clip's ticket, Frame). decodeFailed: (clip's ticket, exception).
        skipped: A request was about a clip that is no longer open.
    """

    opened = Signal(int, object)
    openFailed = Signal(int, object)
    decoded = Signal(int, object)
    decodeFailed = Signal(int, object)
    skipped = Signal()

    def __init__(self, open_clip: OpenClip) -> None:
        super().__init__()
        self._open_clip = open_clip
        self._prepare: Prepare = lambda frame: frame
        self._clip: Reader | None = None
        self._ticket = 0
        self._waiting: tuple[int, Reader] | None = None

    def open(self, ticket: int, path: str) -> None:
        """Open a clip; it waits, beside the one that is shown, until it is taken or let go of."""
        self.let_go()
        try:
            clip = self._open_clip(path)
        except PoseappError as error:
            _logger.info("%s", error)
            self.openFailed.emit(ticket, error)
            return
        except Exception as error:
            _logger.exception("A clip cannot be opened")
            self.openFailed.emit(ticket, error)
            return
        self._waiting = ticket, clip
        self.opened.emit(ticket, clip.info)

    def take(self, ticket: int) -> None:
        """Show the clip that waits under this ticket and close the one before."""
        if self._waiting is None or self._waiting[0] != ticket:
            return
        if self._clip is not None:
            self._clip.close()
        (self._ticket, self._clip), self._waiting = self._waiting, None

    def let_go(self) -> None:
        """Close the clip that waits."""
        if self._waiting is not None:
            self._waiting[1].close()
            self._waiting = None

    def prepare_with(self, prepare: Prepare) -> None:
        """Pass every frame through a function."""
        self._prepare = prepare

    def decode(self, ticket: int, index: int) -> None:
        """Answer a request with a frame or a failure; every request has one answer."""
        if self._clip is None or ticket != self._ticket:
            self.skipped.emit()
            return
        try:
            self.decoded.emit(self._ticket, self._prepare(self._clip.frame_at(index)))
        except PoseappError as error:
            _logger.info("%s", error)
            self.decodeFailed.emit(ticket, error)
        except Exception as error:
            _logger.exception("Frame %d cannot be decoded", index)
            self.decodeFailed.emit(self._ticket, error)

    def warm(self, index: int) -> None:
        """Decode a frame that will soon be asked for into the clip's cache."""
        if self._clip is None or not 0 <= index < self._clip.info.n_frames:
            return
        try:
            self._clip.frame_at(index)
        except Exception:
            # Nobody asked for it yet; when somebody does, `decode` says what is wrong.
            _logger.debug("Frame %d cannot be decoded ahead", index, exc_info=True)

    def shut(self) -> None:
        """Close every clip and end the thread."""
        self.let_go()
        if self._clip is not None:
            self._clip.close()
            self._clip = None
        self.thread().quit()


class Decoder(QObject):
    """The window's door to the decoding thread; at most one request is under way.

    Signals:
        opened: (ClipInfo) of the latest `open`; the clip before is shown until `take`.
        openFailed: (exception) of the latest `open`.
        frameReady: (Frame), read-only, of the clip that was taken.
        failed: (exception) for a frame that cannot be decoded.
    """

    opened = Signal(object)
    openFailed = Signal(object)
    frameReady = Signal(object)
    failed = Signal(object)

    _prepare_asked = Signal(object)
    _open_asked = Signal(int, str)
    _decode_asked = Signal(int, int)
    _warm_asked = Signal(int)
    _take_asked = Signal(int)
    _let_go_asked = Signal()
    _shut_asked = Signal()

    def __init__(self, open_clip: OpenClip = open_video_clip, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._latest_ticket = 0
        self._clip_ticket = 0
        self._busy = False
        self._wanted: int | None = None
        self._passing = False
        self._last = -1
        self._thread = QThread(self)
        self._thread.setObjectName("decoder")
        self._worker = _Worker(open_clip)
        self._worker.moveToThread(self._thread)
        self._connect()
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Tell whether a request is under way."""
        return self._busy

    def prepare_with(self, prepare: Prepare) -> None:
        """Let every frame from now on pass through a function in the decoding thread, before it is handed out."""
        self._prepare_asked.emit(prepare)

    def open(self, path: str) -> None:
        """Open a clip; answered by `opened` or `openFailed`. A later `open` makes an earlier one void."""
        self._latest_ticket += 1
        self._open_asked.emit(self._latest_ticket, path)

    def take(self) -> None:
        """Show the clip that `opened` told of from now on."""
        self._clip_ticket = self._latest_ticket
        self._wanted, self._last = None, -1
        self._take_asked.emit(self._clip_ticket)

    def let_go(self) -> None:
        """Make the latest `open` void; the clip that is shown stays."""
        if self._latest_ticket != self._clip_ticket:
            self._latest_ticket += 1
            self._let_go_asked.emit()

    def request(self, index: int, *, passing: bool = False) -> None:
        """Ask for a frame; while one is being decoded only the latest wish is remembered.

        `passing`: frames on the way to one a little ahead are shown as well, so that the picture keeps moving while
        a clip plays faster than it can be decoded.
        """
        self._wanted, self._passing = index, passing
        if not self._busy:
            self._send()

    def warm(self, index: int) -> None:
        """Let the thread decode ahead when it has nothing better to do."""
        if not self._busy:
            self._warm_asked.emit(index)

    def close(self) -> None:
        """End the thread and close the clip."""
        if self._thread.isRunning():
            self._shut_asked.emit()
            self._thread.wait()

    def _connect(self) -> None:
        self._prepare_asked.connect(self._worker.prepare_with)
        self._open_asked.connect(self._worker.open)
        self._decode_asked.connect(self._worker.decode)
        self._warm_asked.connect(self._worker.warm)
        self._take_asked.connect(self._worker.take)
        self._let_go_asked.connect(self._worker.let_go)
        self._shut_asked.connect(self._worker.shut)
        self._worker.opened.connect(self._on_opened)
        self._worker.openFailed.connect(self._on_open_failed)
        self._worker.decoded.connect(self._on_decoded)
        self._worker.decodeFailed.connect(self._on_decode_failed)
        self._worker.skipped.connect(self._next)

    def _on_opened(self, ticket: int, info: ClipInfo) -> None:
        if ticket == self._latest_ticket:
            self.opened.emit(info)

    def _on_open_failed(self, ticket: int, error: Exception) -> None:
        if ticket == self._latest_ticket:
            self.openFailed.emit(error)

    def _on_decoded(self, ticket: int, frame: Frame) -> None:
        self._next()
        if ticket == self._clip_ticket:
            self.frameReady.emit(frame)

    def _on_decode_failed(self, ticket: int, error: Exception) -> None:
        self._next()
        if ticket == self._clip_ticket:
            self.failed.emit(error)

    def _next(self) -> None:
        self._busy = False
        if self._wanted is not None:
            self._send()

    def _send(self) -> None:
        if self._wanted is None:
            return
        index = self._wanted
        if self._passing and 0 < index - self._last <= _NEAR:
            index = min(index, self._last + _STRIDE)
        if index == self._wanted:
            self._wanted = None
        self._last = index
        self._busy = True
        self._decode_asked.emit(self._clip_ticket, index)
