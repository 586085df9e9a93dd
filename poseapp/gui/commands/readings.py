"""Readings: the poses as one person left them are kept, compared with, and gone on with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from poseapp.core.errors import BadInputError, PoseappError
from poseapp.core.readings import Reading, find_reading, renamed, with_reading, without
from poseapp.gui.plots.latest_maker import LatestMaker
from poseapp.services import agreeing
from poseapp.services.agreeing import ReadingMarks
from poseapp.services.types import Notice

if TYPE_CHECKING:
    from poseapp.gui.agreement.readings_dialog import ReadingsDialog
    from poseapp.gui.main_window import MainWindow
    from poseapp.services.document import Document


class ReadingCommands:
    """The list of readings, one window at a time.

    Attributes:
        shown: The window, None without one.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self.shown: ReadingsDialog | None = None
        self._deleted: Reading | None = None
        self._maker = LatestMaker(window)
        self._maker.set_runner(window.session.errands.runner)
        self._maker.made.connect(self._on_made)
        self._maker.failed.connect(self._say_error)
        self._session.clipChanged.connect(self.close)

    def open(self) -> None:
        """Show the readings of the project."""
        from poseapp.gui.agreement.readings_dialog import ReadingsDialog  # not worth the time of every start

        document = self._session.document
        if document is None:
            return
        if self.shown is not None:
            self.shown.raise_()
            self.shown.activateWindow()
            return
        dialog = self.shown = ReadingsDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.keepWanted.connect(self.keep)
        dialog.goOnWanted.connect(self.go_on)
        dialog.compareWanted.connect(self._compare)
        dialog.deleteWanted.connect(self.delete)
        dialog.renameWanted.connect(self.rename)
        dialog.restoreWanted.connect(self.restore)
        dialog.finished.connect(lambda _result: self._forget())
        self._show(document, "", suggest=True)
        dialog.show()

    def close(self) -> None:
        """Close the window."""
        if self.shown is not None:
            self.shown.close()

    def keep(self, name: str, begin: bool) -> None:
        """Keep the poses under a name; `begin`: take the corrections away then, for another reading."""

        def change(document: Document) -> str:
            self._refuse_while_busy()
            made = agreeing.keep_reading(document, name)
            if not begin:
                return f"Kept as reading {made.name}."
            self._put(document, None, "Begin another reading")
            return f"Kept as reading {made.name}. Another one begins from the predictions; undo brings this one back."

        self._change(change, suggest=True)

    def go_on(self, name: str) -> None:
        """Let the corrections of a reading take the place of those on show."""
        document = self._session.document
        if document is None:
            return
        try:
            project = agreeing.project_of(document)
        except PoseappError as error:
            self._say_error(error)
            return
        self._maker.want(lambda: agreeing.read_marks(project, name), at_once=False)

    def rename(self, old: str, new: str) -> None:
        """Call a reading otherwise."""

        def change(document: Document) -> str:
            agreeing.put_readings(document, renamed(agreeing.kept_readings(document), old, new))
            return f"Reading {old} is called {new.strip()} now."

        self._change(change)

    def delete(self, name: str) -> None:
        """Forget a reading; it can be brought back as long as the list is open."""

        def change(document: Document) -> str:
            kept = agreeing.kept_readings(document)
            gone = find_reading(kept, name)
            agreeing.put_readings(document, without(kept, name))
            self._deleted = gone
            return f"Reading {name} is deleted."

        self._change(change)

    def restore(self) -> None:
        """Bring the deleted reading back."""
        gone = self._deleted
        if gone is None:
            return

        def change(document: Document) -> str:
            kept = with_reading(agreeing.kept_readings(document), gone)
            agreeing.put_readings(document, tuple(sorted(kept, key=lambda one: one.made)))
            self._deleted = None
            return f"Reading {gone.name} is back."

        self._change(change)

    def _change(self, change: Callable[[Document], str], *, suggest: bool = False) -> None:
        """Do something to the readings and say so; tell the window of agreement."""
        document = self._session.document
        if document is None:
            return
        try:
            words = change(document)
        except PoseappError as error:
            self._say_error(error)
            return
        self._show(document, words, suggest=suggest)
        if self.shown is None:
            self._session.noticeRaised.emit(Notice(words))
        self._window.topics.agreement.refresh()

    def _refuse_while_busy(self) -> None:
        """Raise BadInputError while the poses are about to change by themselves."""
        session = self._session
        if session.analysing.running or session.importing.running:
            raise BadInputError("the poses of the clip are still coming in", remedy="Wait until all are there")
        if session.propagating.busy:
            raise BadInputError("a correction still heals the frames around it", remedy="Try again in a moment")

    def _put(self, document: Document, wanted: ReadingMarks | None, label: str) -> bool:
        edit = agreeing.edit_to(document, wanted, label)
        return edit is not None and self._session.perform(edit)

    def _on_made(self, made: object) -> None:
        if isinstance(made, ReadingMarks):
            name = made.name

            def change(document: Document) -> str:
                done = self._put(document, made, f"Go on with reading {name}")
                return f"This is reading {name} again; undo brings the other corrections back." if done else (
                    f"The corrections on show are those of reading {name} already."
                )  # fmt: skip

            self._change(change)

    def _compare(self, name: str) -> None:
        self.close()
        self._window.topics.agreement.open_with(name)

    def _show(self, document: Document, words: str, *, suggest: bool = False) -> None:
        if self.shown is None:
            return
        try:
            readings = agreeing.kept_readings(document)
        except PoseappError as error:
            readings, words = (), str(error)
        suggestion = f"Reading {len(readings) + 1}, {datetime.now():%d %b %Y}" if suggest else ""
        self.shown.set_readings(readings, words, suggestion=suggestion)
        self.shown.set_deleted(is_some=self._deleted is not None)

    def _say_error(self, error: Exception) -> None:
        document = self._session.document
        if self.shown is not None and document is not None and isinstance(error, PoseappError):
            self._show(document, str(error))
        else:
            self._session.notify(error)

    def _forget(self) -> None:
        self.shown, self._deleted = None, None
