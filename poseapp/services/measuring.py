"""Keeps the angles up to date beside the GUI thread: changes are gathered, the latest state wins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Signal

from poseapp.core.analysis import MeasureSettings, PersonMeasures
from poseapp.core.filter_settings import RULE_WORDS
from poseapp.core.store import ChangeSet, PoseStore, snapshot
from poseapp.core.types import Float64, Key, Source, Track
from poseapp.services.document import Document
from poseapp.services.job_runner import CancelFlag, JobRunner
from poseapp.services.measure_plan import MeasurePlan, Span, reach_of

if TYPE_CHECKING:
    from poseapp.kinematics.measure_pieces import GrowingMeasures, Piece

AFTER_EDIT_MS = 15
WHILE_DRAGGING_MS = 60
WHILE_ANALYZING_MS = 400
WHOLE_FRAMES = 5000  # clips up to this long are measured as a whole, longer ones piece by piece
TELL_S = 2.0  # while a long clip is measured for the first time

_Frames = npt.NDArray[np.intp]
_Preview = tuple[Key, float, float]


@dataclass(frozen=True)
class _Order:
    """What to measure, frozen: `store` is a snapshot.

    Attributes:
        spans: (person, frames), in this order.
        new: Persons of whom nothing was measured yet.
        settings: How to measure.
        cutoffs: Hz, of persons for whom one was found in the data: it holds for every piece of a clip.
    """

    store: PoseStore
    time: Float64
    spans: tuple[Span, ...]
    new: frozenset[int]
    preview: _Preview | None
    settings: MeasureSettings
    cutoffs: dict[int, float]


@dataclass(frozen=True)
class _Done:
    """What a job brings: the first measures of a person, a piece of them, or all, and which frames have filled gaps."""

    span: Span
    filled: _Frames = field(default_factory=lambda: np.zeros(0, np.intp))
    growing: GrowingMeasures | None = None
    piece: Piece | None = None
    measures: PersonMeasures | None = None


class Measuring(QObject):
    """Measures the persons that a change touched.

    The arrays of a long clip's measures are filled in place, the frames near the playhead first.

    Attributes:
        settings: How to measure, from the next document on.

    Signals:
        measured: (person), when its measures have changed.
        failed: (exception).
    """

    measured = Signal(int)
    failed = Signal(object)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = MeasureSettings()
        self._runner = runner
        self._document: Document | None = None
        self._time: Float64 | None = None
        self._measures: dict[int, PersonMeasures] = {}
        self._growing: dict[int, GrowingMeasures] = {}
        self._filled: dict[int, _Frames] = {}
        self._cutoffs: dict[int, float] = {}
        self._plan = MeasurePlan(0)
        self._preview: _Preview | None = None
        self._focus = 0
        self._job = 0
        self._started = 0.0
        self._told = 0.0
        self._pause_ms = WHILE_ANALYZING_MS
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._start)
        runner.produced.connect(self._on_produced)
        runner.failed.connect(self._on_failed)
        runner.ended.connect(self._on_ended)

    @property
    def busy(self) -> bool:
        """Tell whether measures are out of date."""
        return bool(self._plan) or self._runner.is_running(self._job)

    @property
    def previewing(self) -> bool:
        """Tell whether measures are those of a keypoint that is being dragged."""
        return self._preview is not None

    def measures(self, person: int) -> PersonMeasures | None:
        """Return what was last measured of a person, None before."""
        return self._measures.get(person)

    def filled(self, person: int) -> _Frames:
        """Return the frames, ascending, in which a keypoint of a person was interpolated over a gap."""
        return self._filled.get(person, np.zeros(0, dtype=np.intp))

    def stand_at(self, frame: int) -> None:
        """Measure the frames near this one first."""
        self._focus = frame

    def set_document(self, document: Document | None) -> None:
        """Measure another document, everybody in it."""
        self._timer.stop()
        self._runner.cancel(self._job)
        self._document = document
        self._time = None if document is None else document.time
        self._measures, self._growing, self._filled, self._cutoffs = {}, {}, {}, {}
        self._preview = None
        self._focus = 0
        n_frames = 0 if document is None else document.clip.n_frames
        self._plan = MeasurePlan(n_frames, whole=n_frames <= WHOLE_FRAMES)
        if document is not None and document.store.n_persons:
            for person in range(document.store.n_persons):
                self._plan.add(person, 0, n_frames)
            self._timer.start(0)

    def on_change(self, change: ChangeSet) -> None:
        """Measure again what a change touched."""
        if change.kind == "skeleton":
            self._start_over()
        if self._document is not None and self._document.time is not self._time:
            self.set_document(self._document)  # another capture rate: every velocity and filter is another
        self._touch(change.persons, change.start, change.stop)
        delay = self._pause_ms if change.kind == "predictions" else AFTER_EDIT_MS
        if not self._timer.isActive() or self._timer.remainingTime() > delay:
            self._timer.start(delay)

    def preview(self, key: Key | None, x: float = 0.0, y: float = 0.0) -> None:
        """Measure as if a keypoint were elsewhere, while it is dragged; None measures what is."""
        before = self._preview
        if self._document is None or (key is None and before is None):
            return
        self._preview = None if key is None else (key, x, y)
        for held in (before, self._preview):
            if held is not None:
                self._touch(frozenset({held[0].person}), held[0].frame, held[0].frame + 1)
        if not self._timer.isActive():
            self._timer.start(AFTER_EDIT_MS if key is None else WHILE_DRAGGING_MS)

    def _start_over(self) -> None:
        """Forget what was measured of other keypoints and angles: nobody is to look up one of now in it."""
        self._runner.cancel(self._job)
        self._plan.put_back()
        self._job, self._preview = 0, None
        gone, self._measures, self._growing, self._filled = set(self._measures), {}, {}, {}
        for person in gone:
            self.measured.emit(person)

    def _touch(self, persons: frozenset[int], start: int, stop: int) -> None:
        if self._document is None or stop <= start:
            return
        if not self._plan.whole:
            start, stop = reach_of(start, stop, self._document.time)
        for person in persons:
            self._plan.add(person, start, stop)
        if self._plan.should_interrupt:
            self._runner.cancel(self._job)  # it has the rest of the clip before it; that goes on afterwards

    def _start(self) -> None:
        if self._document is None or not self._plan or self._runner.is_running(self._job):
            return  # a running job calls again when it ends
        store = self._document.store
        for person in self._plan.drop_from(store.n_persons):
            self._measures.pop(person, None)
            self._growing.pop(person, None)
            self._filled.pop(person, None)
        spans = self._plan.take(self._focus)
        new = frozenset(span.person for span in spans) - set(self._growing)
        order = _Order(
            snapshot(store), self._document.time, spans, new, self._preview, self.settings, dict(self._cutoffs)
        )
        self._started = monotonic()
        work = _measure_whole if self._plan.whole else _measure_pieces
        self._job = self._runner.start(lambda cancel: work(order, cancel))

    def _on_produced(self, job_id: int, done: object) -> None:
        if job_id != self._job or not isinstance(done, _Done):
            return
        person = done.span.person
        if done.growing is not None:
            self._growing[person] = done.growing
            return
        self._plan.finish(done.span)
        measures = done.measures
        if done.piece is not None:
            _keep_found(self._cutoffs, person, done.piece.measures, self.settings)
            self._growing[person].put(done.piece)
            measures = self._growing[person].measures()
        if measures is not None:
            self._measures[person] = measures
            self._filled[person] = _spliced(self.filled(person), done.filled, done.span)
        if done.piece is None or self._is_worth_telling(done.span):
            self._told = monotonic()
            self.measured.emit(person)

    def _is_worth_telling(self, span: Span) -> bool:
        """Tell at once of what somebody looks at or has just changed, and of the rest of a long clip now and then."""
        is_seen = span.start <= self._focus < span.stop
        return is_seen or span.urgent or not self._plan or monotonic() - self._told > TELL_S

    def _on_failed(self, job_id: int, error: Exception) -> None:
        if job_id == self._job:
            self._plan.give_up()
            self.failed.emit(error)

    def _on_ended(self, job_id: int) -> None:
        if job_id != self._job:
            return
        # A long clip takes long to measure: then the analysis gets more of the processor in between.
        if self._plan.whole:
            self._pause_ms = max(WHILE_ANALYZING_MS, int(3000 * (monotonic() - self._started)))
        self._plan.put_back()
        if self._plan and not self._timer.isActive():
            self._timer.start(0)


def _keep_found(cutoffs: dict[int, float], person: int, measures: PersonMeasures, settings: MeasureSettings) -> None:
    """Keep the first cut-off that was found in the data of a person."""
    words = RULE_WORDS[settings.filter.cutoff_rule]
    if words and words in measures.filter.detail:
        cutoffs.setdefault(person, measures.filter.requested_hz)


def _spliced(frames: _Frames, new: _Frames, span: Span) -> _Frames:
    low, high = np.searchsorted(frames, (span.start, span.stop))
    return np.concatenate([frames[:low], new, frames[high:]])


def _filled(measures: PersonMeasures) -> _Frames:
    return np.flatnonzero((measures.source == Source.INTERPOLATED).any(axis=1)) + measures.track.start


def _as_dragged(track: Track, person: int, preview: _Preview | None) -> Track:
    """Return a track with the dragged keypoint where the pointer is."""
    if preview is None or preview[0].person != person:
        return track
    key, x, y = preview
    at = key.frame - track.start, key.keypoint
    if not 0 <= at[0] < len(track.xy):
        return track
    xy, score, cov, source = track.xy.copy(), track.score.copy(), track.cov.copy(), track.source.copy()
    xy[at], score[at], cov[at], source[at] = (x, y), 1.0, 0.0, Source.CORRECTED
    return replace(track, xy=xy, score=score, cov=cov, source=source)


def _measure_whole(order: _Order, cancel: CancelFlag) -> Iterator[_Done]:
    from poseapp.kinematics.measure import measure_person

    for span in order.spans:
        if cancel():
            return
        track = _as_dragged(order.store.track(span.person), span.person, order.preview)
        measures = measure_person(
            track,
            order.time,
            order.store.skeleton,
            settings=order.settings,
            user_facing=order.store.facing(span.person),
            neutral=order.settings.neutral_of(span.person),
        )
        yield _Done(span, _filled(measures), measures=measures)


def _measure_pieces(order: _Order, cancel: CancelFlag) -> Iterator[_Done]:
    from poseapp.kinematics.measure_pieces import GrowingMeasures, PersonSettings, measure_piece

    store, begun = order.store, set(order.new)
    for span in order.spans:
        person = span.person
        if cancel():
            return
        if person in begun:
            begun.discard(person)
            yield _Done(span, growing=GrowingMeasures(store.n_frames, store.skeleton))

        def read(start: int, stop: int, person: int = person) -> Track:
            return _as_dragged(store.track(person, start, stop), person, order.preview)

        settings = order.settings.with_cutoff(order.cutoffs[person]) if person in order.cutoffs else order.settings
        how = PersonSettings(settings, store.facing(person), settings.neutral_of(person))
        piece = measure_piece(read, span.start, span.stop, order.time, store.skeleton, how=how)
        _keep_found(order.cutoffs, person, piece.measures, order.settings)
        yield _Done(span, _filled(piece.measures), piece=piece)
