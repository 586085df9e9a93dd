"""What the File menu does with the files of other tools: export and import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from poseapp.gui.commands.references import REFERENCE_SUFFIXES
from poseapp.gui.dialogs import ask_import_path, ask_openpose_folder, ask_save_path
from poseapp.gui.export_dialog import ExportDialog
from poseapp.services import settings
from poseapp.services.exporting import ExportChoice, export_choices
from poseapp.services.types import Notice

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow


class ExchangeCommands:
    """Export and import."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self._settings = window.settings

    def export(self) -> None:
        """Ask for a format, then for a file, and write the measured clip to it."""
        if self._session.document is None:
            return
        dialog = ExportDialog(export_choices(), self._settings.get(settings.EXPORT_FORMAT), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._ask_where)
        dialog.open()

    def import_file(self) -> None:
        """Ask for a file of another tool and bring it into the clip."""
        if self._may_import():
            ask_import_path(self._window, self._settings.get(settings.LAST_FOLDER), self.import_path)

    def import_folder(self) -> None:
        """Ask for a folder of OpenPose and bring it into the clip."""
        if self._may_import():
            ask_openpose_folder(self._window, self._settings.get(settings.LAST_FOLDER), self.import_path)

    def import_path(self, path: str) -> None:
        """Bring a file, or a folder, of another tool into the clip; angles of a motion file into the plots."""
        if Path(path).suffix.lower() in REFERENCE_SUFFIXES:
            self._window.topics.references.read(path)
            return
        self._settings.set(settings.LAST_FOLDER, str(Path(path).parent))
        self._session.import_file(path)

    def _may_import(self) -> bool:
        if self._session.analysing.running:
            self._session.noticeRaised.emit(Notice("Wait until the analysis has ended, or stop it, before you import."))
            return False
        return self._session.document is not None

    def _ask_where(self, choice: ExportChoice, smoothed: bool) -> None:
        document = self._session.document
        if document is None:
            return
        self._settings.set(settings.EXPORT_FORMAT, choice.name)
        formats = [(choice.title, suffix) for suffix in choice.suffixes]

        def write(path: str) -> None:
            self._session.export(path, choice.name, smoothed=smoothed)

        ask_save_path(self._window, "Export", choice.suggest(Path(document.clip.path)), formats, write)
