"""Makes the project file when there is something worth keeping, tidies and closes it, all beside the GUI thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from poseapp.core.errors import PoseappError
from poseapp.services.document import Document
from poseapp.services.handover import PROJECT_LINE, hand_over
from poseapp.services.job_runner import JobRunner
from poseapp.services.keeper import MadeProject, ProjectOrder, make_project, sync, tidy


class Making(QObject):
    """Watches one document and has its file made.

    Signals:
        kept: What waited is in the file now.
        failed: (exception); what waits goes on waiting.
    """

    kept = Signal()
    failed = Signal(object)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._document: Document | None = None
        self._job = 0
        self._tidying = 0
        self._leaving: set[int] = set()
        self._made: list[MadeProject] = []
        runner.produced.connect(self._on_produced)
        runner.failed.connect(self._on_failed)
        runner.ended.connect(self._on_ended)

    @property
    def under_way(self) -> bool:
        """Tell whether a file is being made."""
        return self._job != 0

    @property
    def closing(self) -> bool:
        """Tell whether a document that was left is still being closed."""
        return bool(self._leaving)

    def look_after(self, document: Document | None) -> None:
        """Care for another document; the one before is closed by a job, in a file that is still being made, too."""
        if self._document is not None:
            left, made = self._document, self._made if self._job else []
            if left.project is not None:
                hand_over(left.project)
            self._leaving.add(self._runner.start(lambda _cancel: _close(left, made), line=PROJECT_LINE))
        self._job, self._made = 0, []
        self._document = document

    def learn(self, sha256: str) -> None:
        """Take the fingerprint of the document's clip, for which what is said of it waited."""
        if self._document is not None:
            self._document.keeper.sha256 = sha256
            self.check()

    def check(self) -> None:
        """Have the file made or tidied, when that is due; never both at a time."""
        if self._document is None or self._job or self._tidying:
            return
        untidy, unsynced = self._document.keeper.take_untidy(), self._document.keeper.take_unsynced()
        if untidy is not None:  # which syncs it, too
            self._tidying = self._runner.start(lambda _cancel: tidy(untidy), line=PROJECT_LINE)
            return
        if unsynced is not None:
            self._tidying = self._runner.start(lambda _cancel: sync(unsynced), line=PROJECT_LINE)
            return
        order = self._document.keeper.take_order()
        if order is not None:
            made = self._made = []
            self._job = self._runner.start(lambda _cancel: _make(order, made), line=PROJECT_LINE)

    def _on_produced(self, job_id: int, made: object) -> None:
        if job_id == self._job and self._document is not None and isinstance(made, MadeProject):
            self._job = 0
            self._adopt(self._document, made)
            self.check()

    def _on_failed(self, job_id: int, error: Exception) -> None:
        if job_id == self._job and self._document is not None:
            self._job = 0
            self._give_up(self._document, error)
        elif job_id == self._tidying or job_id in self._leaving:
            self.failed.emit(error)

    def _on_ended(self, job_id: int) -> None:
        self._leaving.discard(job_id)
        if job_id == self._tidying:
            self._tidying = 0
            self.check()

    def _adopt(self, document: Document, made: MadeProject) -> None:
        try:
            document.keeper.adopt(made)
        except PoseappError as error:
            self._give_up(document, error)
        else:
            self.kept.emit()

    def _give_up(self, document: Document, error: Exception) -> None:
        document.keeper.give_up(error)
        self.failed.emit(error)


def _make(order: ProjectOrder, made: list[MadeProject]) -> Iterator[MadeProject]:
    """Make the file; `made` is for the job that closes it, should nobody be there to go on with it."""
    for done in make_project(order):
        made.append(done)
        yield done


def _close(document: Document, made: list[MadeProject]) -> Iterator[object]:
    """Close a document that nobody uses any more, with everything in its file. Yields nothing."""
    for done in made:
        with suppress(PoseappError):  # closing tries what is left of it once more, and says what is wrong
            document.keeper.adopt(done)
    document.close()
    yield from ()
