"""Which frames are worth correcting before a fine-tuning: looked for beside the GUI thread, listed, gone to."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, Signal

from poseapp.core.analysis import PersonMeasures
from poseapp.core.moments import Moment, MomentKind
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float64
from poseapp.services.document import Document
from poseapp.services.job_runner import JobRunner
from poseapp.services.measuring import Measuring
from poseapp.services.reviewing import Reviewing

SUGGESTIONS = 10  # frames at a time


class Advising(QObject):
    """Suggests frames of which a correction teaches a network most.

    Signals:
        suggested: (n) that so many frames were added to the review list.
        changed: It looks for frames, or no longer.
        failed: (exception).
    """

    suggested = Signal(int)
    changed = Signal()
    failed = Signal(object)

    def __init__(
        self, runner: JobRunner, measuring: Measuring, reviewing: Reviewing, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner, self._measuring, self._reviewing = runner, measuring, reviewing
        self._document: Document | None = None
        self._job = 0
        self._going = False  # to the first one as soon as it is known
        runner.produced.connect(self._on_produced)
        runner.failed.connect(self._on_failed)
        runner.ended.connect(self._on_ended)

    @property
    def busy(self) -> bool:
        """Tell whether frames are looked for."""
        return self._runner.is_running(self._job)

    def set_document(self, document: Document | None) -> None:
        """Advise on another document."""
        self._runner.cancel(self._job)
        self._document, self._job, self._going = document, 0, False

    def suggest(self, person: int, n: int = SUGGESTIONS) -> bool:
        """Look for frames and add them to the review list, answered by `suggested`; False where that cannot be."""
        measures = self._measuring.measures(person)
        if self._document is None or measures is None or self.busy:
            return False
        time, skeleton = self._document.clip.pts, self._document.store.skeleton
        found = tuple(m for m in self._reviewing.open_moments if m.person == person)
        self._job = self._runner.start(lambda _cancel: _suggest(person, measures, time, skeleton, (n, found)))
        self.changed.emit()
        return True

    def go_next(self, person: int) -> None:
        """Go to the next frame of a person that is worth correcting; where none is listed, look for some first."""
        listed = [m for m in self._reviewing.open_moments if (m.person, m.kind) == (person, MomentKind.SUGGESTED)]
        if not listed:
            self._going = self.suggest(person)
            return
        current = self._reviewing.current
        place = listed.index(current) + 1 if current in listed else 0
        self._reviewing.go(listed[place % len(listed)])

    def _on_produced(self, job_id: int, item: object) -> None:
        if job_id != self._job or self._document is None or not isinstance(item, tuple):
            return
        person, moments = item
        self._reviewing.set_suggested(person, moments)
        going, self._going = self._going, False
        if going and moments:
            self.go_next(person)
        else:
            self.suggested.emit(len(moments))

    def _on_failed(self, job_id: int, error: Exception) -> None:
        if job_id == self._job:
            self._going = False
            self.failed.emit(error)

    def _on_ended(self, job_id: int) -> None:
        if job_id == self._job:
            self.changed.emit()


def _suggest(
    person: int, measures: PersonMeasures, time: Float64, skeleton: Skeleton, wanted: tuple[int, tuple[Moment, ...]]
) -> Iterator[tuple[int, tuple[Moment, ...]]]:
    from poseapp.kinematics.frame_choice import suggest_moments

    n, found = wanted
    yield person, suggest_moments(measures.track, time, skeleton, n, person=person, found=found)
