"""Compares the open clip with another one: two clips, one clock, and the moment at which they are laid together."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from poseapp.core.errors import BadInputError
from poseapp.core.synchrony import SharedEvent, Sync, frame_near, nearest_frame, shared_events
from poseapp.services.compared_clips import ComparedClip
from poseapp.services.decoder import OpenClip, Prepare, open_video_clip
from poseapp.services.document import Document
from poseapp.services.frame_pairs import FramePairs
from poseapp.services.pair_opening import MeasuresOf, PairOpening
from poseapp.services.playback import Playback

BOTH_STARTS = "both starts"
BY_HAND = "the synchronised frames"


class Comparing(QObject):
    """Two clips side by side in time. The first leads: a step is one of its frames; the second follows by timestamps.

    The open document is the first clip until `swap`; of the other one nothing is written.

    Attributes:
        opening: Brings the clips; says what failed and what was measured.
        playback: Moves through the first clip.
        clips: The two, () until `opened`.
        sync: Which times go together.

    Signals:
        opened: Both clips are there; frames follow.
        failed: (exception), while opening or for a frame that cannot be decoded.
        pairReady: (FramePair) to show.
        syncChanged: Other times go together.
        swapped: The other clip leads now.
    """

    opened = Signal()
    failed = Signal(object)
    pairReady = Signal(object)
    syncChanged = Signal()
    swapped = Signal()

    def __init__(
        self,
        document: Document,
        measures: MeasuresOf,
        open_clip: OpenClip = open_video_clip,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.playback = Playback(parent=self)
        self.clips: tuple[ComparedClip, ...] = ()
        self.sync = Sync(0.0, 0.0, BOTH_STARTS)
        self.opening = PairOpening(document, measures, open_clip, self)
        self._pairs = FramePairs(*self.opening.decoders, self)
        self._start = 0
        self._person: int | None = None
        self.opening.opened.connect(self._on_opened)
        self.opening.failed.connect(self.failed)
        self._pairs.failed.connect(self.failed)
        self._pairs.ready.connect(self.pairReady)
        self._pairs.ready.connect(lambda _pair: self._warm())
        self.playback.playheadChanged.connect(lambda _index: self._request())

    def open(
        self,
        path: str | Path,
        *,
        start: int = 0,
        person: int | None = None,
        prepare: tuple[Prepare, Prepare] | None = None,
    ) -> None:
        """Read the other clip or project; answered by `opened` or `failed`.

        Args:
            path: Of the other clip, or of a project.
            start: The frame of the first clip to begin at.
            person: Who of the first clip is compared, its subject for None.
            prepare: Make the frames of the two clips ready to be shown, each in its decoding thread.
        """
        self._start, self._person = start, person
        for decoder, make in zip(self.opening.decoders, prepare or (), strict=False):
            decoder.prepare_with(make)
        self.opening.open(Path(path).absolute())

    def shown(self) -> tuple[int, int | None]:
        """Return the frames of both clips that belong to the playhead; None: the second shows nothing then."""
        first, second = self.clips
        now = float(first.info.pts[self.playback.playhead])
        return self.playback.playhead, frame_near(second.info.pts, self.sync.in_second(now))

    def synchronise(self, sync: Sync) -> None:
        """Lay the clips together elsewhere in time."""
        self.sync = sync
        self.syncChanged.emit()
        self._request()

    def synchronise_starts(self) -> None:
        """Lay the first frames of both clips together."""
        self.synchronise(Sync(*self._times(0, 0), BOTH_STARTS))

    def synchronise_here(self) -> None:
        """Count time from the frames shown now. Raises BadInputError where the second clip shows nothing."""
        here, there = self.shown()
        if there is None:
            remedy = "Move it alone until it shows a picture"
            raise BadInputError("it shows nothing at this time", where=self.clips[1].name, remedy=remedy)
        self.synchronise(Sync(*self._times(here, there), BY_HAND))

    def shared_events(self) -> tuple[SharedEvent, ...]:
        """Return the events that happen to the compared people in both clips."""
        first, second = self.clips
        return shared_events(first.events(), second.events(), persons=(first.person, second.person))

    def synchronise_at(self, event: SharedEvent, *, further: int = 0) -> None:
        """Lay an event of both clips together, in each the happening nearest to what is shown, and go there.

        `further`: so many happenings later (or, negative, earlier) in the second clip.
        """
        here, there = self._shown_or_nearest()
        frame, other = event.nearest(here, there)
        at = min(max(event.second.index(other) + further, 0), len(event.second) - 1)
        self.playback.pause()
        self.synchronise(Sync(*self._times(frame, event.second[at]), event.label))
        self.playback.seek(frame)

    def move_second(self, frame: int) -> None:
        """Show that frame of the second clip beside what the first one shows: the clips shift against each other."""
        second = self.clips[1].info.pts
        here, there = self._times(self.playback.playhead, min(max(frame, 0), len(second) - 1))
        self.synchronise(Sync(self.sync.first, self.sync.first + there - here, BY_HAND))

    def step_second(self, by: int) -> None:
        """Move the second clip alone by frames."""
        self.playback.pause()
        _, there = self.shown()
        self.move_second(self._shown_or_nearest()[1] + (0 if there is None else by))

    def swap(self) -> None:
        """Let the other clip lead; the same frames stay on show."""
        self.playback.pause()
        _, there = self._shown_or_nearest()
        self.clips = self.clips[::-1]
        self.sync = self.sync.turned()
        self._pairs.turn_round()
        self.playback.set_clip(self.clips[0].info.pts, there)
        self.swapped.emit()
        self.syncChanged.emit()

    def close(self) -> None:
        """End every thread."""
        self.playback.pause()
        self.opening.close()

    def _on_opened(self, clips: tuple[ComparedClip, ...]) -> None:
        self.clips = clips
        if self._person is not None:
            clips[0].person = self._person
        start = min(max(self._start, 0), clips[0].info.n_frames - 1)
        self.sync = Sync(*self._times(0, 0), BOTH_STARTS)
        if frame_near(clips[1].info.pts, self.sync.in_second(float(clips[0].info.pts[start]))) is None:
            self.sync = Sync(*self._times(start, 0), BY_HAND)  # a short clip beside the middle of a long one
        self.playback.set_clip(clips[0].info.pts, start)
        self.opened.emit()

    def _times(self, first: int, second: int) -> tuple[float, float]:
        ours, theirs = self.clips
        return float(ours.info.pts[first]), float(theirs.info.pts[second])

    def _shown_or_nearest(self) -> tuple[int, int]:
        here, there = self.shown()
        if there is None:
            first, second = self.clips
            there = nearest_frame(second.info.pts, self.sync.in_second(float(first.info.pts[here])))
        return here, there

    def _request(self) -> None:
        if self.clips:
            self._pairs.request(*self.shown())

    def _warm(self) -> None:
        here, there = self.shown()
        self._pairs.warm(here + 1, None if there is None else there + 1)
