"""Normal values behind the cycles, from a table that somebody brings along."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from poseapp.core.norms import Norms
from poseapp.gui.plots.latest_maker import LatestMaker
from poseapp.services import settings
from poseapp.services.recording import read_norm_file
from poseapp.services.types import Notice

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow


@dataclass(frozen=True)
class _Read:
    path: Path
    norms: Norms


class NormCommands:
    """Reads a table of normal values beside the GUI thread, and remembers which."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self._told = False  # somebody waits to hear that it was read
        self._maker = LatestMaker(window)
        self._maker.set_runner(window.session.errands.runner)
        self._maker.made.connect(self._on_read)
        self._maker.failed.connect(self._on_failed)
        window.session.clipChanged.connect(self._on_clip_changed)

    def choose(self) -> None:
        """Ask for a table."""
        dialog = QFileDialog(self._window, "Normal values", self._window.settings.get(settings.LAST_FOLDER))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Tables (*.csv)", "All files (*)"])
        dialog.fileSelected.connect(self.read)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def read(self, path: str, *, told: bool = True) -> None:
        """Read a table and draw it behind the cycles."""
        document = self._session.document
        if document is None:
            return
        self._told = told
        names, file = tuple(d.name for d in document.store.skeleton.angles), Path(path)
        self._maker.want(lambda: _Read(file, read_norm_file(file, names)), at_once=False)

    def forget(self) -> None:
        """Draw no normal values any more."""
        self._window.settings.set(settings.NORMS, "")
        self._window.angle_panel.over_cycles.set_norms(None)

    def _on_clip_changed(self) -> None:
        path = self._window.settings.get(settings.NORMS)
        if path and self._session.document is not None:
            self.read(path, told=False)

    def _on_read(self, made: object) -> None:
        if not isinstance(made, _Read):
            return
        self._window.settings.set(settings.NORMS, str(made.path))
        self._window.angle_panel.over_cycles.set_norms(made.norms)
        if self._told:
            n = len(made.norms.bands)
            words = f"Normal values of {n} angle{'s' * (n != 1)} from {made.path.name} lie behind the cycles (Y)."
            self._session.noticeRaised.emit(Notice(words))

    def _on_failed(self, error: BaseException) -> None:
        """Say why, where somebody has just asked; a table that went away since is left out."""
        if self._told:
            self._session.notify(error)
