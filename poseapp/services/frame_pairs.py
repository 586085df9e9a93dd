"""Asks two decoders for frames that belong together and hands them out in pairs; the latest wish wins."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from poseapp.core.types import Frame
from poseapp.services.decoder import Decoder


@dataclass(frozen=True)
class FramePair:
    """What two clips show at a moment; None where a clip shows nothing then, or its frame cannot be read."""

    first: Frame | None
    second: Frame | None


Wish = tuple[int, int | None]


class FramePairs(QObject):
    """Between a wish for two frames and the pair of them, so that what is seen together always belongs together.

    Signals:
        ready: (FramePair), that of the latest wish last.
        failed: (exception) for a frame that cannot be decoded.
    """

    ready = Signal(object)
    failed = Signal(object)

    def __init__(self, first: Decoder, second: Decoder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._decoders = [first, second]
        self._wanted: Wish | None = None
        self._awaited: dict[Decoder, int] = {}
        self._got: dict[Decoder, Frame] = {}
        for decoder in (first, second):
            decoder.frameReady.connect(lambda frame, decoder=decoder: self._on_frame(decoder, frame))
            decoder.failed.connect(lambda error, decoder=decoder: self._on_failed(decoder, error))

    def request(self, first: int, second: int | None) -> None:
        """Ask for a frame of each clip; while a pair is being decoded only the latest wish is remembered."""
        self._wanted = (first, second)
        if not self._awaited:
            self._send()

    def turn_round(self) -> None:
        """Exchange the two clips; what was asked for is forgotten."""
        self._decoders.reverse()
        self._wanted = None
        self._awaited.clear()  # an answer that still comes is the one to no question

    def warm(self, first: int, second: int | None) -> None:
        """Let both decode ahead when they have nothing better to do."""
        for decoder, index in zip(self._decoders, (first, second), strict=True):
            if index is not None:
                decoder.warm(index)

    def _send(self) -> None:
        if self._wanted is None:
            return
        wish, self._wanted = self._wanted, None
        self._got.clear()
        self._awaited = {d: i for d, i in zip(self._decoders, wish, strict=True) if i is not None}
        for decoder, index in tuple(self._awaited.items()):
            decoder.request(index)

    def _on_frame(self, decoder: Decoder, frame: Frame) -> None:
        if self._awaited.get(decoder) == frame.index:
            self._got[decoder] = frame
            self._answered(decoder)

    def _on_failed(self, decoder: Decoder, error: Exception) -> None:
        if decoder in self._awaited:
            self.failed.emit(error)
            self._answered(decoder)

    def _answered(self, decoder: Decoder) -> None:
        del self._awaited[decoder]
        if self._awaited:
            return
        first, second = (self._got.get(d) for d in self._decoders)
        self.ready.emit(FramePair(first, second))
        if not self._awaited:
            self._send()
