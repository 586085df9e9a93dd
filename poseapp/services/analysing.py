"""Estimates the poses of the open clip in the background; results stream into the document as they come."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import monotonic

from PySide6.QtCore import QObject, Signal

from poseapp.core.errors import PoseappError
from poseapp.core.geometry import Box
from poseapp.core.own_builders import unadded
from poseapp.core.types import ModelSpec, PoseChunk
from poseapp.services.document import Document
from poseapp.services.job_runner import CancelFlag, JobRunner
from poseapp.services.keeper import RunEnd
from poseapp.services.types import JobStatus, Notice

_RATE_SECONDS = 3.0  # the rate shown is that of so long
_MIN_RATE_SECONDS = 0.3


@dataclass(frozen=True)
class AnalyzeOptions:
    """How to analyse.

    Attributes:
        model: Name of an installed network or path of one.
        persons: How many people to follow.
        box: Where the person is in the first frame, px; None to search.
    """

    model: str = "default"
    persons: int = 1
    box: Box | None = None


AnalysisItem = ModelSpec | PoseChunk | Notice
Analyze = Callable[[str, AnalyzeOptions, CancelFlag], Iterator[AnalysisItem]]


def analyze_clip(path: str, options: AnalyzeOptions, cancel: CancelFlag) -> Iterator[AnalysisItem]:
    """Yield what the network is, then its predictions, and what was wrong with the clip, if anything.

    The rooms that do it are imported at the first use.
    """
    from poseapp.inference.catalog import find_model
    from poseapp.inference.network import load_network
    from poseapp.jobs.analyze import Reading, analyze

    network = load_network(find_model(options.model))
    yield network.spec
    outcome = yield from analyze(path, network, Reading(options.persons, options.box), cancel=cancel)
    if outcome.problems:
        yield Notice(" ".join(outcome.problems), kind="warning")


class Analysing(QObject):
    """Runs one analysis at a time.

    Signals:
        changed: (ChangeSet) of every chunk.
        statusChanged: (JobStatus), None when nothing runs.
        doneChanged: (tuple of (start, stop)) frames analysed by the running job; empty when none runs.
        finished: (Notice), nothing when all is well and there is nothing to say.
        failed: (exception).
    """

    changed = Signal(object)
    statusChanged = Signal(object)
    doneChanged = Signal(object)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, runner: JobRunner, parent: QObject | None = None, *, analyze: Analyze = analyze_clip) -> None:
        super().__init__(parent)
        self._runner = runner
        self._analyze = analyze
        self._document: Document | None = None
        self._network = ""
        self._status: JobStatus | None = None
        self._end: RunEnd = "done"
        self._seen: deque[tuple[float, int]] = deque()  # (clock s, frames done)
        runner.produced.connect(self._on_produced)
        runner.failed.connect(self._on_failed)
        runner.ended.connect(self._on_ended)

    @property
    def running(self) -> bool:
        """Tell whether an analysis is under way."""
        return self._status is not None

    def start(self, document: Document, options: AnalyzeOptions) -> None:
        """Analyse a document's clip; ignored while another analysis runs."""
        if self.running:
            return
        if document.read_only:
            self.finished.emit(
                Notice("The project is open for reading only, so it cannot be analysed here.", kind="warning")
            )
            return
        self._document, self._network, self._end = document, options.model, "done"
        path, analyze = document.clip.path, self._analyze
        job_id = self._runner.start(lambda cancel: analyze(path, options, cancel))
        self._seen.clear()
        self._set_status(JobStatus(job_id, "Analyzing", 0, document.clip.n_frames))

    def cancel(self) -> None:
        """Stop the analysis at the next chance; what it predicted stays."""
        if self._status is not None:
            self._end = "cancelled"
            self._runner.cancel(self._status.job_id)
            self._set_status(replace(self._status, cancelling=True))

    def abandon(self) -> None:
        """Stop without a word: the document goes."""
        if self._status is not None:
            self._runner.cancel(self._status.job_id)
            self._end_run("cancelled")
            self._document = None
            self._set_status(None)

    def _on_produced(self, job_id: int, item: object) -> None:
        if self._status is None or job_id != self._status.job_id or self._document is None:
            return
        try:
            if isinstance(item, ModelSpec):
                self.changed.emit(self._document.begin_run(item, self._network))
            elif isinstance(item, PoseChunk):
                self.changed.emit(self._document.add_chunk(item))
                if item.stop > self._status.done:  # else it replaces earlier frames: no progress, nor a step back
                    self._advance(item.stop)
            elif isinstance(item, Notice):
                self.finished.emit(item)
        except PoseappError as error:
            self._end = "failed"
            self._runner.cancel(job_id)
            self.failed.emit(error)

    def _on_failed(self, job_id: int, error: Exception) -> None:
        if self._status is not None and job_id == self._status.job_id:
            self._end = "failed"
            self.failed.emit(error)

    def _on_ended(self, job_id: int) -> None:
        if self._status is None or job_id != self._status.job_id:
            return
        status, document = self._status, self._document
        self._end_run(self._end)
        self._document = None
        self._set_status(None)
        if self._end == "cancelled":
            text = f"Analysis stopped after {status.done} of {status.total} frames; what was found is kept."
            self.finished.emit(Notice(text))
        elif self._end == "done" and document is not None and (more := unadded(document.store)):
            names = ", ".join(point.name.replace("_", " ") for point in more)
            text = f"The network also finds {names}: Correct › Keypoints of this project adds it to what you see."
            self.finished.emit(Notice(text))

    def _end_run(self, end: RunEnd) -> None:
        if self._document is None:
            return
        try:
            self._document.end_run(end)
        except PoseappError as error:
            self.failed.emit(error)

    def _advance(self, done: int) -> None:
        assert self._status is not None
        now = monotonic()
        self._seen.append((now, done))
        while self._seen[0][0] < now - _RATE_SECONDS and len(self._seen) > 2:
            self._seen.popleft()
        then, before = self._seen[0]
        elapsed = now - then
        rate = (done - before) / elapsed if elapsed > _MIN_RATE_SECONDS else self._status.rate
        left = (self._status.total - done) / rate if rate else None
        self._set_status(replace(self._status, done=done, rate=rate, seconds_left=left))

    def _set_status(self, status: JobStatus | None) -> None:
        self._status = status
        self.statusChanged.emit(status)
        done = status.done if status is not None else 0
        self.doneChanged.emit(((0, done),) if done else ())
