"""Keeps the angles up to date beside the GUI thread: changes are gathered, the latest state wins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from poseapp.core.analysis import FacingStretch, PersonMeasures
from poseapp.core.skeleton import Skeleton
from poseapp.core.store import ChangeSet
from poseapp.core.types import Float64, Key, Source, Track
from poseapp.services.document import Document
from poseapp.services.job_runner import CancelFlag, JobRunner

AFTER_EDIT_MS = 15
WHILE_DRAGGING_MS = 60
WHILE_ANALYZING_MS = 400
PREVIEW_FRAMES = 5000  # clips up to this long are measured while a keypoint is dragged


@dataclass(frozen=True)
class _Order:
    """What to measure, frozen: the store goes on changing meanwhile."""

    person: int
    track: Track
    facing: tuple[FacingStretch, ...]


class Measuring(QObject):
    """Measures the persons that a change touched.

    Signals:
        measured: (person), when its measures have changed.
        failed: (exception).
    """

    measured = Signal(int)
    failed = Signal(object)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._document: Document | None = None
        self._measures: dict[int, PersonMeasures] = {}
        self._dirty: set[int] = set()
        self._preview: tuple[Key, float, float] | None = None
        self._job = 0
        self._started = 0.0
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
        return bool(self._dirty) or self._runner.is_running(self._job)

    @property
    def previewing(self) -> bool:
        """Tell whether measures are those of a keypoint that is being dragged."""
        return self._preview is not None

    def measures(self, person: int) -> PersonMeasures | None:
        """Return what was last measured of a person, None before."""
        return self._measures.get(person)

    def set_document(self, document: Document | None) -> None:
        """Measure another document, everybody in it."""
        self._timer.stop()
        self._runner.cancel(self._job)
        self._document = document
        self._measures = {}
        self._preview = None
        self._dirty = set() if document is None else set(range(document.store.n_persons))
        if self._dirty:
            self._timer.start(0)

    def on_change(self, change: ChangeSet) -> None:
        """Measure again what a change touched."""
        self._dirty |= change.persons
        delay = self._pause_ms if change.kind == "predictions" else AFTER_EDIT_MS
        if not self._timer.isActive() or self._timer.remainingTime() > delay:
            self._timer.start(delay)

    def preview(self, key: Key | None, x: float = 0.0, y: float = 0.0) -> None:
        """Measure as if a keypoint were elsewhere, while it is dragged; None measures what is."""
        before = self._preview
        if self._document is None or self._document.clip.n_frames > PREVIEW_FRAMES or (key is None and before is None):
            return
        self._preview = None if key is None else (key, x, y)
        self._dirty |= {held[0].person for held in (before, self._preview) if held is not None}
        if not self._timer.isActive():
            self._timer.start(AFTER_EDIT_MS if key is None else WHILE_DRAGGING_MS)

    def _start(self) -> None:
        if self._document is None or not self._dirty or self._runner.is_running(self._job):
            return  # a running job calls again when it ends
        store = self._document.store
        orders = tuple(
            _Order(person, _as_dragged(store.track(person), person, self._preview), store.facing(person))
            for person in sorted(self._dirty)
            if person < store.n_persons
        )
        for person in {p for p in self._dirty if p >= store.n_persons}:
            self._measures.pop(person, None)
        self._dirty.clear()
        time, skeleton = self._document.clip.pts, store.skeleton
        self._started = monotonic()
        self._job = self._runner.start(lambda cancel: _measure(orders, time, skeleton, cancel))

    def _on_produced(self, job_id: int, item: object) -> None:
        if job_id == self._job and isinstance(item, tuple):
            person, measures = item
            self._measures[person] = measures
            self.measured.emit(person)

    def _on_failed(self, job_id: int, error: Exception) -> None:
        if job_id == self._job:
            self.failed.emit(error)

    def _on_ended(self, job_id: int) -> None:
        if job_id != self._job:
            return
        # A long clip takes long to measure: then the analysis gets more of the processor in between.
        self._pause_ms = max(WHILE_ANALYZING_MS, int(3000 * (monotonic() - self._started)))
        if self._dirty and not self._timer.isActive():
            self._timer.start(0)


def _as_dragged(track: Track, person: int, preview: tuple[Key, float, float] | None) -> Track:
    """Return a track with the dragged keypoint where the pointer is."""
    if preview is None or preview[0].person != person:
        return track
    key, x, y = preview
    at = key.frame - track.start, key.keypoint
    xy, score, cov, source = track.xy.copy(), track.score.copy(), track.cov.copy(), track.source.copy()
    xy[at], score[at], cov[at], source[at] = (x, y), 1.0, 0.0, Source.CORRECTED
    return replace(track, xy=xy, score=score, cov=cov, source=source)


def _measure(
    orders: tuple[_Order, ...], time: Float64, skeleton: Skeleton, cancel: CancelFlag
) -> Iterator[tuple[int, PersonMeasures]]:
    from poseapp.kinematics.measure import measure_person

    for order in orders:
        if cancel():
            return
        yield (
            order.person,
            measure_person(order.track, time, skeleton, user_facing=order.facing),
        )
