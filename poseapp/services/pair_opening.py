"""Brings two clips together for a comparison: the open document, and another one that is only read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from poseapp.core.analysis import PersonMeasures
from poseapp.core.errors import BadInputError
from poseapp.core.items import scene_of
from poseapp.core.scene import scene_clip
from poseapp.core.types import ClipInfo
from poseapp.services.compared_clips import (
    ComparedClip,
    ReadClip,
    check_read,
    measure_everybody,
    read_clip,
    subject_of,
)
from poseapp.services.decoder import Decoder, OpenClip
from poseapp.services.document import Document
from poseapp.services.job_runner import JobRunner

MeasuresOf = Callable[[int], PersonMeasures | None]


class PairOpening(QObject):
    """Goes from a document and a path to two `ComparedClip`s, each with a decoder and a thread of its own.

    Attributes:
        decoders: Of the document's clip, and of the other one.
        read: The other clip, None before it is known.

    Signals:
        opened: (tuple of two ComparedClip), the document first.
        measured: Angles of the other clip have come.
        failed: (exception).
    """

    opened = Signal(object)
    measured = Signal()
    failed = Signal(object)

    def __init__(
        self, document: Document, measures: MeasuresOf, open_clip: OpenClip, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._document_measures = measures
        self._measured: dict[int, PersonMeasures] = {}
        self._infos: dict[Decoder, ClipInfo] = {}
        self.read: ReadClip | None = None
        self._closed = False
        self._runner = JobRunner(self)
        self._runner.produced.connect(self._on_produced)
        self._runner.failed.connect(lambda _job, error: self.failed.emit(error))
        self.decoders = (Decoder(open_clip, self), Decoder(open_clip, self))
        for decoder in self.decoders:
            decoder.opened.connect(lambda info, decoder=decoder: self._on_opened(decoder, info))
            decoder.openFailed.connect(self.failed)

    def open(self, path: Path) -> None:
        """Open both; answered by `opened` or `failed`."""
        self._runner.start(read_clip(path))

    def close(self) -> None:
        """End every thread; what is still on its way from them finds nobody."""
        self._closed = True
        self._runner.close()
        for decoder in self.decoders:
            decoder.close()

    def _on_produced(self, _job: int, item: object) -> None:
        if isinstance(item, ReadClip):
            self.read = item
            first, second = self.decoders
            first.open(self._document.clip.path)
            second.open(str(item.media))
        elif isinstance(item, tuple):
            person, measures = item
            self._measured[person] = measures
            self.measured.emit()

    def _on_opened(self, decoder: Decoder, info: ClipInfo) -> None:
        decoder.take()
        self._infos[decoder] = info
        if self._closed or self.read is None or len(self._infos) < 2:
            return
        try:
            check_read(self.read, self._infos[self.decoders[1]])
        except BadInputError as error:
            self.failed.emit(error)
            return
        clips = self._clips(self.read)
        store = self.read.store
        if store is not None and store.n_persons:
            self._runner.start(measure_everybody(store, clips[1].info.pts, clips[1].person, self.read.settings))
        self.opened.emit(clips)

    def _clips(self, read: ReadClip) -> tuple[ComparedClip, ComparedClip]:
        """Return both clips with the times at which they were recorded: they are compared in step by those."""
        first, second = self.decoders
        document, store = self._document, read.store
        ours = scene_clip(document.clip, document.scene)
        theirs = self._infos[second]
        if store is not None:
            theirs = scene_clip(theirs, scene_of(store.items)[1])
        return (
            ComparedClip(ours, first, lambda: document.store, self._document_measures, subject_of(document.store)),
            ComparedClip(theirs, second, lambda: store, self._measured.get, subject_of(store)),
        )
