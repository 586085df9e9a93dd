"""Between the panel and what trains: looks for marks to learn from, starts, shows how it goes, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QTabBar

from poseapp.gui.dialogs import ask_project_path
from poseapp.gui.improve.examples import ExamplePicture, decode_examples
from poseapp.gui.plots.latest_maker import LatestMaker
from poseapp.services import settings as names
from poseapp.services.improve_memory import remember_order
from poseapp.services.improve_outlook import Outlook, find_outlook
from poseapp.services.improve_pictures import read_examples
from poseapp.services.improving import ImproveOrder, training_folder
from poseapp.services.networks import LibraryView
from poseapp.services.types import Notice, NoticeAction

if TYPE_CHECKING:
    from poseapp.gui.commands.topics import Topics
    from poseapp.gui.main_window import MainWindow

_GATHER_MS = 200  # between two repaints of the curves
_SETTLE_MS = 600  # after an edit, before the marks are counted again


class ImprovePresenter(QObject):
    """Listens to the training, to the session and to the panel."""

    def __init__(self, window: MainWindow, topics: Topics) -> None:
        super().__init__(window)
        self._window, self._session, self._panel = window, window.session, window.improve_panel
        self._improving = window.session.improving
        self._outlooks, self._pictures, self._orders = LatestMaker(self), LatestMaker(self), LatestMaker(self)
        self._orders.set_runner(self._session.errands.runner)
        self._remembered: ImproveOrder | None = None
        self._curves, self._recount = self._timer(_GATHER_MS), self._timer(_SETTLE_MS)
        self._curves.timeout.connect(self._show_curves)
        self._recount.timeout.connect(self._look)
        self._told: str | None = None  # project whose unfinished training was told of
        self._run = {
            "start": topics.improve.start,
            "go_on": topics.improve.start,
            "start_over": topics.improve.start_over,
            "pause": topics.improve.pause,
            "cancel": topics.improve.cancel,
            "use": topics.improve.use,
            "back": topics.improve.go_back,
            "keep": topics.improve.keep,
            "analyze": topics.improve.analyze_again,
            "again": self._set_up,
            "settings": self._set_up,
        }
        self._connect()
        self._place()

    def start(self, *, fresh: bool) -> None:
        """Start what the panel says."""
        project = self._project
        setup = self._panel.setup
        if project is None or not setup.startable:
            self._say(Notice("There is nothing to learn from yet: correct some frames first."))
        elif setup.unfinished is not None and not fresh:
            self._improving.start(setup.unfinished)
        else:
            self._improving.start(setup.order(project, fresh=fresh))

    def set_shown(self, on: bool) -> None:
        """Show the panel, and count what there is to learn from; or put it away."""
        self._place()
        if on:
            self._show_curves()
            self._window.improve_dock.raise_()
            self._look()
            self._panel.focus_first()

    @property
    def _project(self) -> str | None:
        document = self._session.document
        return None if document is None or document.project is None else str(document.project.path)

    def _connect(self) -> None:
        window, session, panel = self._window, self._session, self._panel
        for maker, show in ((self._outlooks, self._on_outlook), (self._pictures, self._on_pictures)):
            maker.set_runner(session.errands.runner)
            maker.made.connect(show)
            maker.failed.connect(session.notify)
        panel.asked.connect(lambda name: self._run[name]())
        panel.setup.changed.connect(window.update_actions)
        panel.setup.projectsChanged.connect(self._look)
        panel.setup.projects.addRequested.connect(self._ask_project)
        window.actions_by_name["panels"].toggled.connect(lambda _hidden: self._place())
        session.clipChanged.connect(self._on_clip_changed)
        session.historyChanged.connect(self._on_edited)
        session.networks.listChanged.connect(self._on_edited)
        session.networks.defaultChanged.connect(lambda _name: self._on_edited())
        session.networks.seen.connect(self._on_networks_seen)
        self._improving.changed.connect(self._on_state)
        self._improving.advanced.connect(self._on_advanced)

    def _place(self) -> None:
        """Show the dock where there is a clip, and panels are shown."""
        actions = self._window.actions_by_name
        has_clip = self._session.document is not None
        shown = has_clip and actions["improve"].isChecked() and not actions["panels"].isChecked()
        self._window.improve_dock.setVisible(shown)
        # Without a second panel Qt keeps the bar, beyond the window's edge: the keyboard must not go there.
        for bar in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.setAccessibleName(self._window.improve_panel.tr("Panels at the side"))
            bar.setFocusPolicy(Qt.FocusPolicy.TabFocus if shown else Qt.FocusPolicy.NoFocus)

    def _look(self) -> None:
        """Count what there is to learn from, beside this thread."""
        document, project = self._session.document, self._project
        projects = () if project is None else (project, *self._panel.setup.projects.paths)
        clip = "" if document is None else document.clip.path
        self._outlooks.want(lambda: find_outlook(projects, clip), at_once=False)

    def _on_outlook(self, outlook: Outlook) -> None:
        project = self._project
        place = "" if project is None else training_folder(Path(project)).name
        first = self._panel.setup.outlook is None
        self._panel.setup.set_outlook(outlook, place=place)
        if first and self._session.document is not None:
            self._panel.setup.choose_parent(self._session.document.network)
        if outlook.unfinished is not None and project != self._told and not self._improving.state.running:
            self._told = project
            if not self._window.actions_by_name["improve"].isChecked():
                text = "Learning from this project was stopped before it was done: it can go on."
                self._say(Notice(text, NoticeAction.IMPROVE))

    def _on_clip_changed(self) -> None:
        self._told = None
        self._outlooks.forget()
        self._panel.setup.forget_clip()
        self._place()
        if self._session.document is not None:
            self._recount.start()
        if self._improving.state.phase == "stopped":
            self._improving.forget()

    def _on_edited(self) -> None:
        if self._window.actions_by_name["improve"].isChecked() and self._improving.state.phase == "idle":
            self._recount.start()

    def _on_state(self) -> None:
        state = self._improving.state
        self._panel.show_state(state)
        self._show_curves()
        if state.phase == "finished" and state.report is not None and state.order is not None:
            self._panel.result.examples.set_pictures(())
            folder, examples = state.order.folder, state.report.examples
            self._pictures.want(lambda: decode_examples(read_examples(folder, examples)), at_once=False)
            if state.report.adopted:
                self._window.settings.set(names.MODEL, names.MODEL.default)  # whatever was chosen beside Analyze before
            self._session.networks.look()
        elif state.phase == "idle":
            self._look()
        elif state.data is not None and state.order is not None and state.order != self._remembered:
            order = self._remembered = state.order  # the folder is there now
            self._orders.want(lambda: remember_order(order), at_once=False)
        self._window.update_actions()

    def _on_advanced(self) -> None:
        if self._panel.isVisible() and not self._curves.isActive():
            self._curves.start()

    def _on_pictures(self, pictures: tuple[ExamplePicture, ...]) -> None:
        self._panel.result.examples.set_pictures(pictures)

    def _on_networks_seen(self, view: LibraryView) -> None:
        report = self._improving.state.report
        in_use = report is not None and view.default == report.model
        self._panel.set_in_use(in_use, f"In use now: {view.default}." if view.default else "")

    def _show_curves(self) -> None:
        self._panel.show_advance(self._improving.state, self._improving.measured, self._improving.losses)

    def _set_up(self) -> None:
        self._improving.forget()

    def _ask_project(self) -> None:
        folder = self._window.settings.get(names.LAST_FOLDER)
        ask_project_path(self._window, "Learn from another project, too", folder, self._add_project)

    def _add_project(self, path: str) -> None:
        if self._project is not None and Path(path).absolute() == Path(self._project):
            self._say(Notice("This project is the one on show: it is learnt from already."))
        else:
            self._panel.setup.projects.add_path(str(Path(path).absolute()))

    def _say(self, notice: Notice) -> None:
        self._session.noticeRaised.emit(notice)

    def _timer(self, interval: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        return timer
