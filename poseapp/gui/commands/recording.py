"""Checks the recording: after every analysis, and when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer

from poseapp.core.quality import Finding
from poseapp.gui.movement.quality_dialog import QualityDialog, notice_words
from poseapp.gui.plots.latest_maker import LatestMaker
from poseapp.services.recording import check_recording
from poseapp.services.types import JobStatus, Notice, NoticeAction

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow
    from poseapp.services.document import Document


_LOOK_MS = 300  # between looks whether everything is measured


@dataclass(frozen=True)
class _Checked:
    document: Document
    findings: tuple[Finding, ...]
    asked: bool


class RecordingCommands:
    """Checks a recording beside the GUI thread, and shows what is weak about it."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self._findings: tuple[Finding, ...] = ()
        self._analysed = False  # and not checked since
        self._timer = QTimer(window)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._on_time)
        self._maker = LatestMaker(window)
        self._maker.set_runner(window.session.errands.runner)
        self._maker.made.connect(self._on_made)
        self._maker.failed.connect(window.session.notify)
        window.session.analysing.statusChanged.connect(self._on_status)
        window.session.clipChanged.connect(self._on_clip_changed)

    def check(self) -> None:
        """Check the recording and show what was found."""
        self._check(asked=True)

    def show(self) -> None:
        """Show what the last check found."""
        dialog = QualityDialog(self._findings, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _check(self, *, asked: bool) -> None:
        document, person = self._session.document, self._session.selection.person
        measures = self._session.measuring.measures(person)
        if document is None or measures is None:
            if asked:
                self._session.noticeRaised.emit(Notice("Nothing is measured yet: analyse the clip first."))
            return
        path, skeleton, scene = document.clip.path, document.store.skeleton, document.scene
        self._maker.want(
            lambda: _Checked(document, check_recording(path, measures, skeleton, scene), asked), at_once=False
        )

    def _on_status(self, status: JobStatus | None) -> None:
        """Check an analysed clip as soon as everything is measured."""
        if status is not None:
            self._analysed = True
            self._timer.stop()
        elif self._analysed:
            self._timer.start()

    def _on_time(self) -> None:
        if self._session.measuring.busy:
            self._timer.start()
        else:
            self._analysed = False
            self._check(asked=False)

    def _on_clip_changed(self) -> None:
        self._timer.stop()
        self._analysed, self._findings = False, ()
        self._maker.forget()

    def _on_made(self, made: object) -> None:
        if not isinstance(made, _Checked) or made.document is not self._session.document:
            return
        self._findings = made.findings
        if made.asked:
            self.show()
        elif words := notice_words(made.findings):
            before = self._window.notice_bar.text
            self._session.noticeRaised.emit(Notice(f"{before} {words}".strip(), NoticeAction.SHOW_FINDINGS, "warning"))
