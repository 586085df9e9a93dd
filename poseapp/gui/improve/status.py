"""Says how a fine-tuning goes where the panel is not seen: in the status bar, and as a notice at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from poseapp.gui.improve.words import short_state_words
from poseapp.services.types import Notice, NoticeAction

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow

_EVERY_MS = 500


class ImproveStatus(QObject):
    """Listens to the training."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._improving = window.session.improving
        self._phase = self._improving.state.phase
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._show_job)
        self._improving.changed.connect(self._on_state)
        self._improving.advanced.connect(lambda: self._timer.isActive() or self._timer.start())
        window.training_job.cancelRequested.connect(self._improving.cancel)

    def _on_state(self) -> None:
        before, self._phase = self._phase, self._improving.state.phase
        self._show_job()
        if before != self._phase and not self._window.improve_dock.isVisible():
            self._tell()

    def _show_job(self) -> None:
        state, job = self._improving.state, self._window.training_job
        if not state.running:
            job.clear()
            return
        step = state.progress
        if step is None or step.steps <= 0 or state.proving:
            job.set_job(short_state_words(state), float("nan"))
            return
        left = step.eta_s if state.phase == "training" else float("nan")
        job.set_job(short_state_words(state), step.step / step.steps, 0.0, left)

    def _tell(self) -> None:
        state = self._improving.state
        notice: Notice | None = None
        if state.phase == "finished" and state.report is not None:
            notice = Notice(state.report.verdict, NoticeAction.IMPROVE)
        elif state.phase == "stopped" and state.problem:
            notice = Notice(state.problem, NoticeAction.IMPROVE, "error")
        if notice is not None:
            self._window.session.noticeRaised.emit(notice)
