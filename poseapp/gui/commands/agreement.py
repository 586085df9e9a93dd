"""What the Measure menu does about agreement: compares beside the GUI thread, and shows frames that differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer

from poseapp.core.agreement import AgreementRow, AgreementTable
from poseapp.core.errors import PoseappError
from poseapp.core.people import person_name
from poseapp.core.readings import Held, PosesOf
from poseapp.core.store import ChangeSet
from poseapp.core.types import Float32
from poseapp.gui.canvas.view import revealed
from poseapp.gui.dialogs import ask_project_path, ask_save_path
from poseapp.gui.plots.latest_maker import LatestMaker
from poseapp.gui.style.wording import format_time
from poseapp.services import agreeing, settings
from poseapp.services.agreeing import AgreementOrder, Compared
from poseapp.services.types import Notice

if TYPE_CHECKING:
    from poseapp.gui.agreement.dock import AgreementDock
    from poseapp.gui.agreement.panel import AgreementPanel
    from poseapp.gui.main_window import MainWindow

_FORMATS = (("Table", ".csv"), ("Pages", ".pdf"), ("Plots", ".png"), ("Plots", ".svg"))
_QUICK_S = 2.0  # a comparison that took no longer is done again after an edit
_PAUSE_MS = 700  # after an edit


@dataclass(frozen=True)
class _Found:
    held: tuple[Held, ...]


class AgreementCommands:
    """The panel of agreement, one at a time.

    Attributes:
        shown: The panel, None without one.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self.shown: AgreementPanel | None = None
        self._dock: AgreementDock | None = None
        self._compared: Compared | None = None
        self._changed = False  # since the last comparison was ordered
        self._wanted: PosesOf | None = None  # once what there is to compare with is known
        self._maker = LatestMaker(window)
        self._maker.set_runner(window.session.errands.runner)
        self._maker.made.connect(self._on_made)
        self._maker.failed.connect(self._on_failed)
        self._writer = LatestMaker(window)
        self._writer.set_runner(window.session.errands.runner)
        self._writer.made.connect(partial(_say_written, window))
        self._writer.failed.connect(window.session.notify)
        self._timer = QTimer(window)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._on_time)
        self._session.clipChanged.connect(self.close)
        self._session.posesChanged.connect(self._on_poses)
        self._session.playback.playheadChanged.connect(self._on_playhead)

    def open(self) -> None:
        """Show the panel, with whatever the project holds to compare with."""
        from poseapp.gui.agreement.dock import AgreementDock  # not worth the time of every start
        from poseapp.gui.agreement.panel import AgreementPanel

        if self._project() is None:
            return
        if self.shown is None:
            window = self._window
            panel = self.shown = AgreementPanel(partial(_name, window), partial(_time, window))
            self._dock = AgreementDock(panel, window, window.bottom)
            panel.head.compareWanted.connect(self._compare)
            panel.head.projectWanted.connect(self._ask_project)
            panel.head.drawnChanged.connect(lambda _on: self._draw_other())
            panel.difference.frameWanted.connect(self.go)
            panel.exportWanted.connect(self._ask_file)
            panel.leftByKey.connect(window.canvas.setFocus)
            self._dock.closed.connect(self._forget)
            panel.difference.plot.set_frame(self._session.playback.playhead)
        self.shown.table.setFocus()
        self.refresh()

    def open_with(self, reading: str) -> None:
        """Show the panel, and compare with a reading."""
        document = self._session.document
        if document is not None and document.project is not None:
            self._wanted = PosesOf(document.project.path, reading=reading)
            self.open()

    def refresh(self) -> None:
        """Look again what the project holds to compare with."""
        project = None if self.shown is None else self._project()
        if project is not None:
            self._maker.want(lambda: _Found(agreeing.find_held(project)), at_once=False)

    def close(self) -> None:
        """Close the panel."""
        if self._dock is not None:
            self._dock.close()

    def add_project(self, path: str) -> None:
        """Compare with another project."""
        self._window.settings.set(settings.LAST_FOLDER, str(Path(path).parent))
        if self.shown is not None:
            self.shown.head.add_project(Path(path))

    def go(self, frame: int, row: AgreementRow) -> None:
        """Show a frame, with the keypoint or person of a row chosen."""
        document, playback = self._session.document, self._session.playback
        if document is None:
            return
        playback.pause()
        names = document.store.skeleton.keypoints
        keypoint = names.index(row.name[:-2]) if row.unit == "px" and row.name[:-2] in names else None
        self._session.select(row.person, keypoint)
        playback.seek(frame)
        _reveal(self._window, document.store.view(frame).xy[row.person], keypoint)

    def write(self, table: AgreementTable, path: str, first: str) -> None:
        """Write a comparison beside the GUI thread; a notice tells when it is there."""
        self._writer.want(lambda: agreeing.write_table(table, Path(path), first), at_once=False)

    def _project(self) -> Path | None:
        document = self._session.document
        if document is None:
            return None
        try:
            return agreeing.project_of(document)
        except PoseappError as error:
            self._session.notify(error)
            return None

    def _compare(self, other: PosesOf, marked: bool) -> None:
        project = self._project()
        if project is None or self.shown is None:
            return
        self._timer.stop()
        self.shown.set_busy()
        self._changed = False
        order = AgreementOrder(PosesOf(project), other, marked)
        self._maker.want(lambda: agreeing.compare_poses(order), at_once=False)

    def _ask_project(self) -> None:
        if self.shown is not None:
            folder = self._window.settings.get(settings.LAST_FOLDER)
            ask_project_path(self.shown, "Compare with which project of this clip?", folder, self.add_project)

    def _ask_file(self, table: AgreementTable, first: str) -> None:
        document = self._session.document
        if document is not None and self.shown is not None:
            clip = Path(document.clip.path)
            suggestion = clip.with_name(f"{clip.stem}_agreement.csv")
            ask_save_path(
                self.shown, "Save the agreement", suggestion, _FORMATS, lambda path: self.write(table, path, first)
            )

    def _on_made(self, made: object) -> None:
        if self.shown is None:
            return
        if isinstance(made, _Found):
            self.shown.set_held(made.held, self._wanted)
            self._wanted = None
        elif isinstance(made, Compared):
            self._compared = made
            self.shown.set_compared(made.table)
            self._draw_other()
            if self._changed:
                self._wait()

    def _on_failed(self, error: Exception) -> None:
        if self.shown is not None and isinstance(error, PoseappError):
            self._compared = None
            self.shown.set_problem(str(error))
            self._draw_other()
        else:
            self._session.notify(error)

    def _on_poses(self, change: ChangeSet) -> None:
        if self.shown is not None and change.kind not in ("items", "review"):
            self._changed = True
            if self._compared is not None:
                self._wait()

    def _wait(self) -> None:
        """Say that the poses are others by now; compare again soon, where that is quick."""
        if self.shown is not None and self._compared is not None:
            self.shown.set_stale()
            if self._compared.seconds < _QUICK_S:
                self._timer.start()

    def _on_time(self) -> None:
        document = self._session.document
        if self.shown is None or document is None:
            return
        if document.saving or self._session.analysing.running:
            self._timer.start()
        else:
            self.shown.head.want()

    def _on_playhead(self, frame: int) -> None:
        if self.shown is not None:
            self.shown.difference.plot.set_frame(frame)

    def _draw_other(self) -> None:
        shown = self.shown is not None and self.shown.head.drawn.isChecked() and self._compared is not None
        table = self._compared.table if shown and self._compared is not None else None
        self._window.motion.set_compared(None if table is None else table.other)

    def _forget(self) -> None:
        dock, self._dock, self.shown, self._compared = self._dock, None, None, None
        if dock is not None:
            dock.deleteLater()
        self._timer.stop()
        self._maker.forget()
        self._draw_other()


def _say_written(window: MainWindow, path: object) -> None:
    if isinstance(path, Path):
        window.session.noticeRaised.emit(Notice(f"Written: {path.name}, in {path.parent.name}."))


def _name(window: MainWindow, person: int) -> str:
    document = window.session.document
    return f"Person {person + 1}" if document is None else person_name(document.store, person)


def _time(window: MainWindow, frame: int) -> str:
    document = window.session.document
    return "" if document is None or frame >= len(document.time) else format_time(float(document.time[frame]))


def _reveal(window: MainWindow, xy: Float32, keypoint: int | None) -> None:
    """Bring a person, or a keypoint (K, 2), into the picture that is zoomed elsewhere."""
    points = xy if keypoint is None else xy[keypoint : keypoint + 1]
    points = points[np.isfinite(points).all(axis=1)]
    canvas = window.canvas
    if len(points):
        x, y = (float(value) for value in np.median(points, axis=0))
        view = revealed(canvas.view, x, y, canvas.width(), canvas.height())
        if view != canvas.view:
            canvas.set_view(view)
