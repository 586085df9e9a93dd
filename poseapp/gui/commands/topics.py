"""What the menus do, by topic; corrections have a file of their own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMessageBox

from poseapp import __version__
from poseapp.core.errors import BadInputError
from poseapp.core.geometry import Box
from poseapp.gui.canvas.editing import Editing
from poseapp.gui.commands.actions import cheat_sheet_rows
from poseapp.gui.commands.agreement import AgreementCommands
from poseapp.gui.commands.cheat_sheet import CheatSheet
from poseapp.gui.commands.compare import CompareCommands
from poseapp.gui.commands.correct import CorrectCommands
from poseapp.gui.commands.draw import DrawCommands
from poseapp.gui.commands.exchange import ExchangeCommands
from poseapp.gui.commands.improve import ImproveCommands
from poseapp.gui.commands.look import LookCommands
from poseapp.gui.commands.measure import MeasureCommands
from poseapp.gui.commands.measuring import MeasuringCommands
from poseapp.gui.commands.movement import MovementCommands
from poseapp.gui.commands.networks import NetworkCommands
from poseapp.gui.commands.norms import NormCommands
from poseapp.gui.commands.own import OwnCommands
from poseapp.gui.commands.pages import PagesCommands
from poseapp.gui.commands.people import PeopleCommands
from poseapp.gui.commands.readings import ReadingCommands
from poseapp.gui.commands.recording import RecordingCommands
from poseapp.gui.commands.references import ReferenceCommands
from poseapp.gui.commands.review import ReviewCommands
from poseapp.gui.commands.shortcut_dialog import ShortcutDialog
from poseapp.gui.commands.stretch import StretchCommands
from poseapp.gui.commands.time import ItemCommands, ZoneCommands
from poseapp.gui.dialogs import ask_open_folder, ask_open_path, ask_replacement, ask_save_path
from poseapp.gui.style.theme import ThemeName, apply_theme
from poseapp.services import places, settings
from poseapp.services.analysing import AnalyzeOptions
from poseapp.services.playback import SPEEDS
from poseapp.services.types import Notice, NoticeAction

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow
    from poseapp.services.document import Document


_DELETE_ON_CLOSE = Qt.WidgetAttribute.WA_DeleteOnClose


class FileCommands:
    """The File menu."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self._settings = window.settings
        self._copied: Document | None = None  # of which a copy is being written
        self._session.errands.copied.connect(self._on_copied)

    def open(self) -> None:
        """Ask for a clip or a project and open it."""
        ask_open_path(self._window, self._settings.get(settings.LAST_FOLDER), self.open_path)

    def open_folder(self) -> None:
        """Ask for a folder of images and open it as a clip."""
        ask_open_folder(self._window, self._settings.get(settings.LAST_FOLDER), self.open_path)

    def open_path(self, path: str) -> None:
        """Open a clip or a project."""
        self._settings.set(settings.LAST_FOLDER, str(Path(path).parent))
        self._session.open(path)

    def open_sample(self) -> None:
        """Open a copy of the built-in sample, so that its project can lie beside it."""
        self._session.errands.copy_sample()

    def locate(self) -> None:
        """Ask where the clip of a project is."""
        ask_replacement(self._window, self._settings.get(settings.LAST_FOLDER), self._session.locate)

    def save(self) -> None:
        """Say that everything is saved already, and where."""
        document = self._session.document
        if document is None:
            return
        if document.saving:
            text = "Your work is being saved: the project is not made yet."
        elif document.project is None:
            text = "There is nothing to save yet: corrections are saved as you make them."
        else:
            text = f"Everything is saved as you go, in {document.project.path}."
        self._session.noticeRaised.emit(Notice(text))

    def save_copy(self) -> None:
        """Ask for a file and write a copy of the project to it."""
        document = self._session.document
        if document is not None:
            suggestion = Path(document.clip.path).with_suffix(places.SUFFIX)
            formats = [("poseapp project", places.SUFFIX)]
            suggestion = suggestion.with_stem(f"{suggestion.stem} copy")
            ask_save_path(self._window, "Save a copy", suggestion, formats, self.save_copy_to)

    def save_copy_to(self, path: str) -> None:
        """Write a copy of the project; go on in it where the project itself cannot be written."""
        document = self._session.document
        if document is None:
            return
        if document.project is None:
            self._session.notify(BadInputError("there is nothing to save yet", where=document.name))
            return
        self._copied = document
        self._session.errands.save_copy(document.project.path, Path(path))

    def _on_copied(self, path: Path) -> None:
        document, self._copied = self._copied, None
        if document is not None and document.read_only and document is self._session.document:
            self._session.open(path)
        else:
            text = f"A copy is saved in {path.name}."
            self._session.noticeRaised.emit(Notice(text, NoticeAction.SHOW_FOLDER, "info", str(path)))

    def close_clip(self) -> None:
        """Go back to the first screen."""
        self._session.close_document()

    def quit(self) -> None:
        """Close the window."""
        self._window.close()


class EditCommands:
    """The Edit menu, and what an edit brings with it."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self._settings = window.settings

    def undo(self) -> None:
        """Take back the last edit."""
        self._session.undo()

    def redo(self) -> None:
        """Do the last undone edit again."""
        self._session.redo()

    def propagate(self, on: bool) -> None:
        """Let a correction heal the frames around it."""
        self._settings.set(settings.PROPAGATE, on)
        self._session.propagating.is_on = on

    def whole_person(self, on: bool) -> None:
        """Let arrows move all of the chosen person."""
        self._window.whole_person.set_active(on)
        if on:
            self._window.canvas.setFocus()


class ViewCommands:
    """The View menu."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def fit(self) -> None:
        """Show the whole picture."""
        self._window.canvas.fit_picture()

    def zoom_person(self) -> None:
        """Zoom to the chosen person."""
        self._window.canvas.fit_person()

    def zoom(self, factor: float) -> None:
        """Zoom about the middle."""
        self._window.canvas.zoom(factor)

    def heatmap(self, on: bool) -> None:
        """Show where the network thinks the chosen keypoint is."""
        self._window.overlays.set_heatmap_shown(on)

    def arcs(self, on: bool) -> None:
        """Draw angles at the joints."""
        self._window.settings.set(settings.SHOW_ANGLES, on)
        self._window.overlays.set_arcs_shown(on)

    def theme(self, name: ThemeName) -> None:
        """Dress the window."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, name)
        self._window.settings.set(settings.THEME, name)

    def panels(self, hidden: bool) -> None:
        """Leave the picture alone with its timeline."""
        for dock in self._window.side_docks:
            dock.setVisible(not hidden and self._window.session.document is not None)

    def full_screen(self, on: bool) -> None:
        """Fill the screen."""
        if on:
            self._window.showFullScreen()
        else:
            self._window.showNormal()


class ClipCommands:
    """The Clip menu."""

    def __init__(self, window: MainWindow) -> None:
        self._session = window.session
        self._playback = window.session.playback

    def toggle(self) -> None:
        """Play or pause."""
        if self._playback.playing:
            self._playback.pause()
        else:
            self._playback.play()

    def step(self, n: int) -> None:
        """Move by frames."""
        self._playback.step(n)

    def first(self) -> None:
        """Go to the first frame."""
        self._playback.seek(0)

    def last(self) -> None:
        """Go to the last frame."""
        if self._session.document is not None:
            self._playback.seek(self._session.document.clip.n_frames - 1)

    def marked(self, direction: int) -> None:
        """Go to the next (+1) or previous (-1) corrected frame."""
        if self._session.document is None:
            return
        frames = self._session.document.store.marked_frames()
        here = self._playback.playhead
        ahead = frames[frames > here] if direction > 0 else frames[frames < here][::-1]
        if len(ahead):
            self._playback.pause()
            self._playback.seek(int(ahead[0]))

    def speed(self, direction: int) -> None:
        """Play faster (+1) or slower (-1)."""
        now = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - self._playback.speed))
        self._playback.set_speed(SPEEDS[min(max(now + direction, 0), len(SPEEDS) - 1)])


class AnalyzeCommands:
    """The Analyze menu."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def start(self) -> None:
        """Analyse the clip with what the tool bar says."""
        self._start(None)

    def mark_person(self) -> None:
        """Let a box be drawn around the person in the first frame; `start_with_box` follows."""
        self._window.session.playback.pause()
        self._window.session.playback.seek(0)
        self._window.canvas.fit_picture()
        self._window.canvas.setFocus()
        self._window.canvas.want_box(wanted=True)

    def start_with_box(self, box: Box) -> None:
        """Analyse the clip, beginning with the person in a box."""
        self._start(box)

    def cancel(self) -> None:
        """Stop the analysis."""
        self._window.session.analysing.cancel()

    def _start(self, box: Box | None) -> None:
        controls = self._window.analyze_controls
        self._window.session.analyze(AnalyzeOptions(controls.model, controls.persons, box))


class HelpCommands:
    """The Help menu."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def cheat_sheet(self) -> None:
        """Show every key that holds."""
        sheet = CheatSheet(cheat_sheet_rows(self._window.shortcuts.keys), self._window)
        sheet.setAttribute(_DELETE_ON_CLOSE)
        sheet.open()

    def change_shortcuts(self) -> None:
        """Let every key be changed."""
        dialog = ShortcutDialog(self._window.shortcuts, self._window)
        dialog.setAttribute(_DELETE_ON_CLOSE)
        dialog.open()

    def show_log(self) -> None:
        """Open the log file with the system's viewer."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(places.log_file())))

    def about(self) -> None:
        """Say what this is."""
        box = QMessageBox(self._window)
        box.setAttribute(_DELETE_ON_CLOSE)
        box.setWindowTitle("About poseapp")
        box.setText(f"<b>poseapp {__version__}</b>")
        box.setInformativeText("Estimate, correct and measure human movement in video, on your own machine.")
        box.open()


class Topics:
    """Every topic by the name that the table of actions uses."""

    def __init__(self, window: MainWindow) -> None:
        self.file = FileCommands(window)
        self.exchange = ExchangeCommands(window)
        self.pages = PagesCommands(window)
        self.edit = EditCommands(window)
        self.view = ViewCommands(window)
        self.look = LookCommands(window)
        self.clip = ClipCommands(window)
        self.zone = ZoneCommands(window)
        self.items = ItemCommands(window)
        self.analyze = AnalyzeCommands(window)
        editing = Editing(window.session, window.overlays)
        self.correct = CorrectCommands(editing)
        self.stretch: StretchCommands = StretchCommands(editing)
        self.people: PeopleCommands = PeopleCommands(window, editing)
        self.own = OwnCommands(window)
        self.review = ReviewCommands(window.session)
        self.draw = DrawCommands(window)
        self.compare = CompareCommands(window)
        self.measure = MeasureCommands(window)
        self.measuring = MeasuringCommands(window)
        self.movement = MovementCommands(window)
        self.recording = RecordingCommands(window)
        self.agreement: AgreementCommands = AgreementCommands(window)
        self.readings: ReadingCommands = ReadingCommands(window)
        self.norms = NormCommands(window)
        self.references = ReferenceCommands(window)
        self.improve: ImproveCommands = ImproveCommands(window)
        self.networks: NetworkCommands = NetworkCommands(window)
        self.help = HelpCommands(window)
