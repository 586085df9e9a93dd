"""Curves of another system in the plots, from a motion file that somebody brings along."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from poseapp.core.reference import Reference
from poseapp.gui.plots.latest_maker import LatestMaker
from poseapp.gui.plots.reference_data import ReferenceData, make_reference
from poseapp.services import settings
from poseapp.services.recording import fit_reference, read_reference_file
from poseapp.services.types import Notice

if TYPE_CHECKING:
    from poseapp.core.skeleton import AngleDefinition
    from poseapp.gui.main_window import MainWindow

REFERENCE_SUFFIXES = (".mot", ".sto")


class ReferenceCommands:
    """Reads a motion file beside the GUI thread, and draws it until another clip comes."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self._column = window.angle_panel.over_time.column
        self._read: Reference | None = None
        self._maker = LatestMaker(window)
        self._maker.set_runner(window.session.errands.runner)
        self._maker.made.connect(self._on_made)
        self._maker.failed.connect(window.session.notify)
        window.session.clipChanged.connect(self.forget)

    def choose(self) -> None:
        """Ask for a motion file."""
        dialog = QFileDialog(self._window, "Reference curves", self._window.settings.get(settings.LAST_FOLDER))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Motion files (*.mot *.sto)", "All files (*)"])
        dialog.fileSelected.connect(self.read)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def read(self, path: str) -> None:
        """Read a motion file and draw its angles."""
        document, file = self._session.document, Path(path)
        if document is None:
            return
        self._window.settings.set(settings.LAST_FOLDER, str(file.parent))
        definitions = document.store.skeleton.angles
        self._maker.want(lambda: _read_file(file, definitions), at_once=False)

    def begin_here(self) -> None:
        """Shift the reference in time, so that its first row is at the playhead."""
        held, time = self._column.reference, self._window.angle_panel.time
        if held is None or not len(time):
            self._say_none()
            return
        here = float(time[self._session.playback.playhead] - time[0])
        shifted = held.shifted(here - float(held.time[0]))
        self._column.set_reference(shifted)
        words = f"{held.title} begins at the playhead now, {shifted.offset:+.3f} s from its own clock"
        self._session.noticeRaised.emit(Notice(f"{words}: poseapp agree --offset {shifted.offset:.3f}."))

    def fit(self) -> None:
        """Shift the reference in time to where it fits best what was measured of the chosen person."""
        held, read, panel = self._column.reference, self._read, self._window.angle_panel
        measures, time = panel.measures, panel.time
        if held is None or read is None or measures is None:
            self._say_none()
            return
        self._maker.want(lambda: _Fitted(held, *fit_reference(read, measures, time)), at_once=False)

    def forget(self) -> None:
        """Draw no reference any more."""
        self._maker.forget()
        self._read = None
        self._column.set_reference(None)

    def _say_none(self) -> None:
        self._session.noticeRaised.emit(Notice("There are no reference curves: choose a motion file first."))

    def _outside(self, drawn: ReferenceData) -> tuple[str, ...]:
        """Say where nothing of a reference lies within the clip."""
        time = self._window.angle_panel.time
        if not len(time) or (drawn.time[0] <= time[-1] - time[0] and drawn.time[-1] >= 0):
            return ()
        where = f"It lies at {drawn.time[0]:.2f} to {drawn.time[-1]:.2f} s, outside of the clip"
        return (f"{where}: shift it with Measure › Reference fits best.",)

    def _on_made(self, made: object) -> None:
        if isinstance(made, _Read):
            self._read = made.reference
            self._column.set_reference(made.drawn)
            n, notes = len(made.reference.curves), (*made.reference.notes, *self._outside(made.drawn))
            words = f"Dash-dotted in the plots: {n} angle{'s' * (n != 1)} of {made.reference.title}."
        elif isinstance(made, _Fitted):
            self._column.set_reference(made.drawn.shifted(made.offset - made.drawn.offset))
            words, notes = made.notes[0], made.notes[1:]
        else:
            return
        notice = Notice(" ".join((words, *notes)), kind="warning" if notes else "info")
        self._session.noticeRaised.emit(notice)


@dataclass(frozen=True)
class _Read:
    drawn: ReferenceData
    reference: Reference


@dataclass(frozen=True)
class _Fitted:
    drawn: ReferenceData
    offset: float
    notes: tuple[str, ...]


def _read_file(file: Path, definitions: tuple[AngleDefinition, ...]) -> _Read:
    reference = read_reference_file(file, tuple(definition.name for definition in definitions))
    return _Read(make_reference(reference, definitions), reference)
