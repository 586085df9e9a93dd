"""What the Measure menu does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from poseapp.gui.dialogs import ask_save_path
from poseapp.gui.plots.latest_maker import LatestMaker
from poseapp.gui.style.theme import LIGHT, current_palette, font
from poseapp.services import settings
from poseapp.services.types import Notice, NoticeAction

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow

_FACE = 13  # px, of the words of a figure


class MeasureCommands:
    """The Measure menu."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self._writer = LatestMaker(window)
        self._writer.set_runner(window.session.errands.runner)
        self._writer.made.connect(self._on_written)
        self._writer.failed.connect(window.session.notify)

    def choose(self) -> None:
        """Open the list of what can be plotted."""
        panel = self._window.angle_panel
        if panel.measures is None or not panel.isVisible():
            self._say("Nothing is plotted yet: analyse the clip, and show the panels.")
        else:
            panel.head.open_chooser()

    def raw(self, on: bool) -> None:
        """Draw the unfiltered curves beneath."""
        self._window.angle_panel.head.set_raw_shown(on)

    def cycles(self, on: bool) -> None:
        """Plot over percent of a cycle, or over time."""
        self._window.angle_panel.head.set_cycles_shown(on)

    def white(self, on: bool) -> None:
        """Save plots on white."""
        self._window.settings.set(settings.WHITE_PLOTS, on)

    def save(self) -> None:
        """Ask for a file and write the plots on show to it."""
        from poseapp.gui.plots.figure_file import FORMATS

        document = self._session.document
        if document is not None:
            clip = Path(document.clip.path)
            suggestion = clip.with_name(f"{clip.stem} plots{FORMATS[0][1]}")
            ask_save_path(self._window, "Save the plots", suggestion, FORMATS, self.save_to)

    def save_to(self, path: str) -> None:
        """Write the plots on show, as they are now, beside the GUI thread."""
        from poseapp.gui.plots.figure_data import figure_of
        from poseapp.gui.plots.figure_file import write_figure

        figure = figure_of(self._window.angle_panel)
        if figure is None:
            self._say("There is no plot to save: choose what is plotted first.")
            return
        white = self._window.settings.get(settings.WHITE_PLOTS)
        palette, face = LIGHT if white else current_palette(), font()
        face.setPixelSize(_FACE)
        self._writer.want(lambda: write_figure(figure, Path(path), palette, face), at_once=False)

    def _on_written(self, path: Path) -> None:
        self._session.noticeRaised.emit(
            Notice(f"The plots are saved in {path.name}.", NoticeAction.SHOW_FOLDER, "info", str(path))
        )

    def _say(self, text: str) -> None:
        self._session.noticeRaised.emit(Notice(text))
