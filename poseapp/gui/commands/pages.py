"""What the File menu makes to be looked at: reports, videos, pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QProgressDialog

from poseapp.core.people import listed_persons, person_name
from poseapp.gui.dialogs import ask_save_path
from poseapp.gui.pages.dialog import PagesDialog, PageSetting
from poseapp.gui.plots.angle_groups import DEFAULT_SHOWN, group_angles
from poseapp.services.pages import SUFFIXES, PageKind, PageOrder
from poseapp.services.types import Notice

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow

_PATIENCE = 800  # ms before progress is shown


class PagesCommands:
    """Reports, videos, pictures, kinograms."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self._progress: QProgressDialog | None = None
        pages = self._session.pages
        pages.progressed.connect(self._on_progress)
        pages.made.connect(self._on_made)
        pages.ended.connect(self._on_ended)

    def report(self) -> None:
        """Ask what a report should show, then where it goes."""
        self._ask("report")

    def video(self) -> None:
        """Ask what a video should show, then where it goes."""
        self._ask("video")

    def pictures(self) -> None:
        """Ask what the pictures of a sequence should show, then where they go."""
        self._ask("png")

    def kinogram(self) -> None:
        """Ask what a kinogram should show, then where it goes."""
        self._ask("kinogram")

    def make(self, order: PageOrder, path: str) -> None:
        """Make a page; a dialog shows how far it is, and stops it."""
        document = self._session.document
        if document is None:
            return
        title = {"report": "Making the report…", "kinogram": "Making the kinogram…"}.get(order.kind, "Drawing frames…")
        self._progress = QProgressDialog(title, "Stop", 0, 0, self._window)
        self._progress.setWindowModality(Qt.WindowModality.NonModal)
        self._progress.setMinimumDuration(_PATIENCE)
        self._progress.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._progress.canceled.connect(self._session.pages.cancel)
        self._session.pages.make(document, order, Path(path))

    def _ask(self, kind: PageKind) -> None:
        setting = self._setting()
        if setting is None:
            return
        dialog = PagesDialog(kind, setting, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._ask_where)
        dialog.open()

    def _setting(self) -> PageSetting | None:
        document = self._session.document
        if document is None:
            return None
        store, chosen = document.store, self._session.selection.person
        people = sorted(listed_persons(store), key=lambda person: (person != chosen, person))
        groups = group_angles(store.skeleton.angles, store.skeleton)
        first = [group for name in DEFAULT_SHOWN for group in groups if group.name == name]
        angles = [*first, *(group for group in groups if group not in first)]
        zone = self._session.playback.zone
        return PageSetting(
            [(person, person_name(store, person)) for person in people],
            document.clip.n_frames,
            None if zone is None else (zone.start, zone.stop),
            [(group.name, group.title) for group in angles],
            len(first),
        )

    def _ask_where(self, order: PageOrder) -> None:
        document = self._session.document
        if document is None:
            return
        clip = Path(document.clip.path)
        if order.kind == "png":
            dialog = QFileDialog(self._window, "A folder for the pictures", str(clip.parent))
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.fileSelected.connect(lambda path: self.make(order, path))
            dialog.open()
            return
        formats = SUFFIXES[order.kind]
        name = {"report": "report", "video": "poses", "kinogram": "kinogram"}[order.kind]
        suggestion = clip.with_name(f"{clip.stem}_{name}{formats[0][1]}")
        ask_save_path(self._window, "Save", suggestion, formats, lambda path: self.make(order, path))

    def _on_progress(self, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress.setMaximum(total + 1)  # it closes itself at its maximum, before the file is whole
            self._progress.setValue(done)

    def _on_made(self, path: Path) -> None:
        self._session.noticeRaised.emit(Notice(f"Written: {path.name}, in {path.parent.name}."))

    def _on_ended(self) -> None:
        if self._progress is not None:
            progress, self._progress = self._progress, None
            progress.canceled.disconnect()
            progress.close()
