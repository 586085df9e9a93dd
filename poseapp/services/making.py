"""Makes the project file beside the GUI thread, when the first edit or prediction is worth one, and tidies it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, Signal

from poseapp.core.errors import PoseappError
from poseapp.services.document import Document
from poseapp.services.job_runner import JobRunner
from poseapp.services.keeper import ProjectOrder, make_project, sync, tidy


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
        self._made: list[ProjectOrder] = []
        runner.produced.connect(self._on_produced)
        runner.failed.connect(self._on_failed)
        runner.ended.connect(self._on_ended)

    @property
    def under_way(self) -> bool:
        """Tell whether a file is being made."""
        return self._job != 0

    def look_after(self, document: Document | None) -> None:
        """Care for another document; a file being made for the one before is waited for, and adopted."""
        self._runner.wait(self._tidying)
        if self._job and self._document is not None:
            self._runner.wait(self._job)
            self._job = 0
            if self._made:
                self._adopt(self._document, self._made[0])
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
            self._tidying = self._runner.start(lambda _cancel: tidy(untidy))
            return
        if unsynced is not None:
            self._tidying = self._runner.start(lambda _cancel: sync(unsynced))
            return
        try:
            order = self._document.keeper.take_order()
        except PoseappError as error:
            self._give_up(self._document, error)
            return
        if order is not None:
            made = self._made = []
            self._job = self._runner.start(lambda _cancel: _make(order, made))

    def _on_produced(self, job_id: int, order: object) -> None:
        if job_id == self._job and self._document is not None and isinstance(order, ProjectOrder):
            self._job = 0
            self._adopt(self._document, order)
            self.check()

    def _on_failed(self, job_id: int, error: Exception) -> None:
        if job_id == self._job and self._document is not None:
            self._job = 0
            self._give_up(self._document, error)
        elif job_id == self._tidying:
            self.failed.emit(error)

    def _on_ended(self, job_id: int) -> None:
        if job_id == self._tidying:
            self._tidying = 0
            self.check()

    def _adopt(self, document: Document, order: ProjectOrder) -> None:
        try:
            document.keeper.adopt(order)
        except PoseappError as error:
            self._give_up(document, error)
        else:
            self.kept.emit()

    def _give_up(self, document: Document, error: Exception) -> None:
        document.keeper.give_up(error)
        self.failed.emit(error)


def _make(order: ProjectOrder, made: list[ProjectOrder]) -> Iterator[ProjectOrder]:
    """Make the file; `made` is read by others only after they waited for this thread."""
    for done in make_project(order):
        made.append(done)
        yield done
