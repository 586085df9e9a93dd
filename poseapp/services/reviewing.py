"""The queue of suspicious moments: kept up to date beside the GUI thread, worked off moment by moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from poseapp.core.analysis import PersonMeasures
from poseapp.core.edits import AcceptEdit, Edit, SwapSidesEdit
from poseapp.core.moments import Accepted, Moment, MomentKind, order_by_severity
from poseapp.core.skeleton import Skeleton
from poseapp.core.store import ChangeSet
from poseapp.core.types import Float64
from poseapp.services.document import Document
from poseapp.services.earlier_run import EarlierRun, ReadOther
from poseapp.services.job_runner import CancelFlag, JobRunner
from poseapp.services.measure_plan import reach_of
from poseapp.services.measuring import Measuring
from poseapp.services.playback import Playback
from poseapp.services.review_state import PersonQueue

AFTER_EDIT_MS = 40
WHILE_ANALYZING_MS = 1000
STALE = -1  # of an order: its predictions are not those of now
LONG_FRAMES = 16_384  # longer clips are looked through in pieces of so many, and after a change around it only


@dataclass(frozen=True)
class _Order:
    """What to look through, frozen.

    Attributes:
        baseline: Also what was suspicious before anybody corrected anything.
        spans: Where to look; `known` was found elsewhere.
        predictions: Which ones were measured, as `Reviewing` counts them; STALE where others have come since.
    """

    person: int
    measures: PersonMeasures
    baseline: bool
    predictions: int
    spans: tuple[tuple[int, int], ...]
    known: tuple[Moment, ...]


@dataclass(frozen=True)
class _Found:
    """What was found on an order; `before` None where it was not asked for."""

    order: _Order
    moments: tuple[Moment, ...]
    before: tuple[Moment, ...] | None


class Reviewing(QObject):
    """What a person should look at, the worst first, and where they are in it.

    A moment leaves the queue when it is accepted, or when an edit makes it vanish; both count as reviewed.

    Attributes:
        open_moments: All that is left to review, the worst first.
        narrowed: Only the frames worth correcting are listed and gone through.

    Signals:
        changed: The moments, the current one, or the progress.
        selectionWanted: (person, keypoint) of the moment gone to.
        gone: (moment) gone to.
        failed: (exception).
    """

    changed = Signal()
    selectionWanted = Signal(int, object)
    gone = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        runner: JobRunner,
        measuring: Measuring,
        playback: Playback,
        perform: Callable[[Edit], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner, self._measuring, self._playback, self._perform = runner, measuring, playback, perform
        self._document: Document | None = None
        self._earlier = EarlierRun()
        self._queues: dict[int, PersonQueue] = {}
        self.open_moments: tuple[Moment, ...] = ()
        self.narrowed = False
        self._moments: tuple[Moment, ...] = ()
        self._current: Moment | None = None
        self._place = 0
        self._dirty: set[int] = set()
        self._changed: dict[int, tuple[int, int]] = {}  # person -> frames that a person changed since the last look
        self._predictions = 0  # counts how often they changed
        self._job = 0
        self._started = 0.0
        self._pause_ms = WHILE_ANALYZING_MS
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._start)
        measuring.measured.connect(self._on_measured)
        runner.produced.connect(self._on_produced)
        runner.failed.connect(self._on_failed)
        runner.ended.connect(self._on_ended)

    @property
    def moments(self) -> tuple[Moment, ...]:
        """What is listed: what is left to review, the worst first."""
        return self._moments

    @property
    def current(self) -> Moment | None:
        """The moment gone to last, as long as it is in the queue."""
        return self._current

    @property
    def progress(self) -> tuple[int, int]:
        """How many are reviewed, and of how many."""
        reviewed = sum(queue.n_reviewed for queue in self._queues.values())
        return reviewed, reviewed + len(self.open_moments)

    @property
    def looked(self) -> bool:
        """Tell whether anybody's poses have been looked through."""
        return bool(self._queues)

    @property
    def busy(self) -> bool:
        """Tell whether the queue is out of date."""
        return bool(self._dirty) or self._runner.is_running(self._job)

    def set_document(self, document: Document | None) -> None:
        """Review another document."""
        self._timer.stop()
        self._runner.cancel(self._job)
        self._document, self._queues, self._current, self._place = document, {}, None, 0
        self._earlier.set_document(document)
        self._dirty.clear()
        self._changed.clear()
        self._job = 0
        self._show()

    def on_change(self, change: ChangeSet) -> None:
        """Follow what was accepted or taken back at once; poses are looked through when they are measured."""
        self._earlier.on_change(change)
        if change.kind == "review" and self._document is not None:
            for person, queue in self._queues.items():
                queue.set_accepted(self._document.store.accepted.of(person))
            self._show()
        elif change.kind == "skeleton":  # what was found names keypoints by numbers that may be others now
            self._runner.cancel(self._job)
            self._queues, self._job = {}, 0
            self._show()
        elif change.kind == "predictions":
            self._predictions += 1
            for queue in self._queues.values():
                queue.start_over()
        for person in change.persons:
            start, stop = self._changed.get(person, (change.start, change.stop))
            self._changed[person] = min(start, change.start), max(stop, change.stop)

    def step(self, by: int) -> None:
        """Go to the next (+1) or previous (-1) moment of the queue, from its last on to its first."""
        if not self._moments:
            return
        here = self._place
        if self._current is not None:
            here += by
        elif by < 0:
            here -= 1  # the one that was here has left, so the next is here already
        self.go(self._moments[here % len(self._moments)])

    def go(self, moment: Moment) -> None:
        """Go to a moment of the queue: its worst frame, its worst keypoint."""
        if moment not in self._moments:
            return
        self._current, self._place = moment, self._moments.index(moment)
        self._playback.pause()
        self._playback.seek(moment.peak)
        self.selectionWanted.emit(moment.person, moment.keypoints[0] if moment.keypoints else None)
        self.gone.emit(moment)
        self.changed.emit()

    def accept(self) -> bool:
        """Say that the current moment is right as it is, and go to the next."""
        moment = self._current
        if moment is None:
            return False
        if not self._perform(AcceptEdit((Accepted.of(moment),), (), f"Accept {_frames(moment)}")):
            return False
        self.step(1)
        return True

    def fix(self) -> bool:
        """Swap left and right back where the current moment says that they are exchanged."""
        moment = self._current
        if moment is None or moment.kind is not MomentKind.SWAP or self._document is None:
            return False
        return self._perform(_swap_back(moment, self._document.store.skeleton))

    def set_suggested(self, person: int, moments: tuple[Moment, ...]) -> None:
        """List frames of a person that are worth correcting though nothing is wrong; earlier ones go."""
        self._queues.setdefault(person, PersonQueue()).set_suggested(moments)
        self._show()

    def narrow(self, on: bool) -> None:
        """List only frames that are worth correcting, or everything again."""
        self.narrowed = on
        self._show()

    def _on_measured(self, person: int) -> None:
        if self._measuring.previewing:
            return  # where the pointer is, is not where the keypoint is yet
        self._dirty.add(person)
        queue = self._queues.get(person)
        if not self._timer.isActive():
            self._timer.start(AFTER_EDIT_MS if queue is not None and queue.settled else self._pause_ms // 4)

    def _start(self) -> None:
        if self._document is None or not self._dirty or self._runner.is_running(self._job):
            return  # a running job calls again when it ends
        orders = []
        clip = self._document.clip
        if clip.n_frames > LONG_FRAMES and self._measuring.busy:
            self._timer.start(self._pause_ms)  # a first look at half a clip would have to be taken again
            return
        predictions = STALE if self._measuring.busy else self._predictions
        for person in sorted(self._dirty):
            measures, queue = self._measuring.measures(person), self._queues.get(person)
            if measures is None:
                self._queues.pop(person, None)
            else:
                baseline = queue is None or not queue.settled
                changed = self._changed.pop(person, (0, clip.n_frames))
                known: tuple[Moment, ...] = ()
                spans = spans_of(clip.n_frames)
                if queue is not None and queue.settled and len(spans) > 1 and changed[1] - changed[0] <= LONG_FRAMES:
                    spans, known = (reach_of(*changed, clip.pts),), queue.found
                orders.append(_Order(person, measures, baseline, predictions, spans, known))
        self._dirty.clear()
        time, skeleton = clip.pts, self._document.store.skeleton
        self._started = monotonic()
        read = self._earlier.reader()
        self._job = self._runner.start(lambda cancel: _look_through(tuple(orders), time, skeleton, read, cancel))

    def _on_produced(self, job_id: int, item: object) -> None:
        if self._document is None:
            return
        if job_id == self._job and isinstance(item, _Found):
            order = item.order
            queue = self._queues.setdefault(order.person, PersonQueue())
            accepted = self._document.store.accepted.of(order.person)
            final = order.predictions == self._predictions
            queue.set_found(item.moments, order.measures.track, before=item.before, accepted=accepted, final=final)
            self._show()

    def _on_failed(self, job_id: int, error: Exception) -> None:
        if job_id == self._job:
            self.failed.emit(error)

    def _on_ended(self, job_id: int) -> None:
        if job_id != self._job:
            return
        self._pause_ms = max(WHILE_ANALYZING_MS, int(3000 * (monotonic() - self._started)))
        if self._dirty and not self._timer.isActive():
            self._timer.start(0)

    def _show(self) -> None:
        self.open_moments = order_by_severity(moment for queue in self._queues.values() for moment in queue.open)
        worth = (moment for moment in self.open_moments if moment.kind is MomentKind.SUGGESTED)
        self._moments = tuple(worth) if self.narrowed else self.open_moments
        before, self._current = self._current, None
        if before is not None:
            queue = self._queues.get(before.person)
            match = queue.find_open(before) if queue is not None else None
            if match is not None and match in self._moments:
                self._current, self._place = match, self._moments.index(match)
        self.changed.emit()


def spans_of(n_frames: int) -> tuple[tuple[int, int], ...]:
    """Return the pieces start .. stop in which a clip is looked through."""
    return tuple((start, min(start + LONG_FRAMES, n_frames)) for start in range(0, n_frames, LONG_FRAMES))


def _frames(moment: Moment) -> str:
    last = moment.stop - 1
    return f"frame {last}" if last == moment.start else f"frames {moment.start}–{last}"


def _swap_back(moment: Moment, skeleton: Skeleton) -> Edit:
    from poseapp.kinematics.swaps import swapped_pairs

    what = "left and right" if moment.subject == "body" else f"left and right {moment.subject}"
    pairs = swapped_pairs(moment, skeleton)
    return SwapSidesEdit(moment.person, moment.start, moment.stop, pairs, f"Swap {what} back")


def _look_through(
    orders: tuple[_Order, ...], time: Float64, skeleton: Skeleton, read_other: ReadOther, cancel: CancelFlag
) -> Iterator[_Found]:
    from poseapp.kinematics.suspicion_pieces import Sight, look_at, replaced

    for order in orders:
        if cancel():
            return
        sight = Sight(order.measures.track, order.measures.angles, time, skeleton, order.person, read_other)
        moments: list[Moment] = []
        before: list[Moment] = []
        for span in order.spans:
            if cancel():
                return
            looked = look_at(sight, span)
            moments += looked.moments
            before += looked.before
        found = replaced(order.known, order.spans, moments)
        yield _Found(order, found, tuple(before) if order.baseline else None)
