"""The main window: owns the widgets and connects gestures to the session."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QByteArray, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from poseapp.gui import window_layout
from poseapp.gui.analyze_controls import AnalyzeControls
from poseapp.gui.annotations.annotations import Annotations
from poseapp.gui.canvas.canvas import Canvas
from poseapp.gui.canvas.looks import Looks
from poseapp.gui.canvas.motion import Motion
from poseapp.gui.canvas.overlays import Overlays
from poseapp.gui.canvas.placing import Placing
from poseapp.gui.canvas.whole_person import WholePerson
from poseapp.gui.commands import topics as commands
from poseapp.gui.commands.actions import build_actions, enable_actions
from poseapp.gui.commands.button_keys import ButtonKeys
from poseapp.gui.commands.shortcuts import Shortcuts
from poseapp.gui.improve.panel import ImprovePanel
from poseapp.gui.improve.presenter import ImprovePresenter
from poseapp.gui.improve.status import ImproveStatus
from poseapp.gui.notice_bar import NoticeBar
from poseapp.gui.people.people_panel import PeoplePanel
from poseapp.gui.people.people_presenter import PeoplePresenter
from poseapp.gui.plots.angle_panel import AnglePanel
from poseapp.gui.plots.facing_button import FacingButton
from poseapp.gui.plots.plot_presenter import PlotPresenter
from poseapp.gui.presenter import Presenter
from poseapp.gui.review.review_panel import ReviewPanel
from poseapp.gui.review.review_presenter import ReviewPresenter
from poseapp.gui.status import JobProgress
from poseapp.gui.timeline.time_presenter import TimePresenter
from poseapp.gui.timeline.timeline import Timeline
from poseapp.gui.timeline.transport import Transport
from poseapp.gui.welcome import Welcome
from poseapp.services import settings as names
from poseapp.services.networks import LibraryView
from poseapp.services.session import Session
from poseapp.services.settings import Settings
from poseapp.services.types import Notice, NoticeAction


class MainWindow(QMainWindow):
    """One window, one session.

    Attributes:
        session, settings: What it shows and how.
        topics: What can be done.
        canvas, timeline, ...: Its widgets, by what they are.
    """

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("main")
        self.setWindowTitle("poseapp")
        self.setAcceptDrops(True)
        self.session = session
        self.settings = settings
        self._notice = Notice("")
        self._build_widgets()
        self.overlays = Overlays(session, self.canvas)
        self.annotations = Annotations(session, self.canvas)
        self.whole_person = WholePerson(self.canvas)
        self.placing = Placing(session, self.canvas)
        self.looks = Looks(session, self.canvas)
        self.motion = Motion(session, self.canvas)
        self.topics = commands.Topics(self)
        self.actions_by_name = build_actions(self, self.topics)
        self.shortcuts = Shortcuts(settings, self.actions_by_name, self)
        self._lay_out()
        self.presenter = Presenter(self)
        self.review_presenter = ReviewPresenter(self)
        self.people_presenter = PeoplePresenter(self, self.topics)
        self._connect_widgets()
        self.button_keys = ButtonKeys(self)
        self.plot_presenter = PlotPresenter(self)
        self.time_presenter = TimePresenter(self, self.topics)
        self.improve_presenter = ImprovePresenter(self, self.topics)
        self.improve_status = ImproveStatus(self)
        self._restore()
        self.presenter.show_clip()

    def open_path(self, path: str) -> None:
        """Open a clip or a project."""
        self.topics.file.open_path(path)

    def update_actions(self) -> None:
        """Enable what can be done now."""
        document, selection = self.session.document, self.session.selection
        given = set(self.topics.improve.possible())
        if document is not None:
            given |= {"clip"} | self.topics.review.possible() | self.topics.draw.possible()
            given |= self.topics.zone.possible() | self.topics.items.possible()
            given |= {"pose"} if document.store.n_persons else set()
            given |= {"keypoint"} if selection.keypoint is not None else set()
            given |= {"undo"} if document.history.can_undo else set()
            given |= {"redo"} if document.history.can_redo else set()
            given |= {"job"} if self.session.analysing.running else {"idle clip"}
            self._name_history(document.history.undo_label, document.history.redo_label)
        enable_actions(self.actions_by_name, frozenset(given))

    def show_panels(self, shown: bool) -> None:
        """Show what belongs to a clip; the first screen has nothing beside it, a single picture no time."""
        document = self.session.document
        self.bottom.setVisible(shown and document is not None and document.clip.n_frames > 1)
        for dock in self.side_docks:
            dock.setVisible(shown and not self.actions_by_name["panels"].isChecked())

    def show_notice(self, notice: Notice) -> None:
        """Say something in the bar above the picture."""
        self._notice = notice
        self.notice_bar.show_notice(notice.text, notice.kind, notice.action.value)

    def _build_widgets(self) -> None:
        self.canvas = Canvas(self)
        self.pages = QStackedWidget(self)
        self.welcome = Welcome(self)
        self.notice_bar = NoticeBar(self)
        self.transport = Transport(self)
        self.timeline = Timeline(self)
        self.people = PeoplePanel(self)
        self.review = ReviewPanel(self)
        self.angle_panel = AnglePanel(self)
        self.analyze_controls = AnalyzeControls(self)
        self.facing = FacingButton(self)
        self.improve_panel = ImprovePanel(self)
        self.job, self.training_job = JobProgress(self), JobProgress(self)
        self.hint, self.clip_facts, self.model_name, self.saved = (window_layout.plain_label(self) for _ in range(4))

    def _lay_out(self) -> None:
        self.setCentralWidget(window_layout.build_centre(self))
        self.bottom = window_layout.build_bottom(self)
        self.side_docks = window_layout.build_side_docks(self, self.actions_by_name)
        self.improve_dock = window_layout.build_improve_dock(self, beside=self.side_docks[-1])
        self.tools = window_layout.build_tool_bar(self, self.actions_by_name)
        window_layout.build_status_bar(self)
        order: list[QWidget] = [self.canvas, self.transport, self.timeline, self.people, self.review.list]
        order += [*self.review.buttons, self.angle_panel]
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

    def _connect_widgets(self) -> None:
        session, correct, clip = self.session, self.topics.correct, self.topics.clip
        self.canvas.selectionRequested.connect(session.select)
        self.canvas.moveRequested.connect(correct.move)
        self.canvas.previewed.connect(session.measuring.preview)
        self.canvas.nudgeRequested.connect(correct.nudge)
        self.canvas.boxDrawn.connect(self.topics.analyze.start_with_box)
        self.canvas.boxWanted.connect(lambda _wanted: self.presenter.show_hint())
        self.canvas.stepRequested.connect(clip.step)
        self.canvas.cycleRequested.connect(correct.cycle)
        self.canvas.playToggled.connect(clip.toggle)
        self.canvas.viewChanged.connect(lambda _scale: self.presenter.show_facts())
        self.transport.playToggled.connect(clip.toggle)
        self.transport.stepRequested.connect(clip.step)
        self.transport.speedChosen.connect(session.playback.set_speed)
        for widget in (self.transport, self.timeline, self.angle_panel):
            widget.seekRequested.connect(session.playback.seek)
        self.timeline.visibleRangeChanged.connect(self.angle_panel.set_visible_range)
        self.angle_panel.visibleRangeChanged.connect(self.timeline.set_visible_range)
        self.people.personChosen.connect(session.select)
        self.review.momentChosen.connect(lambda row: self.topics.review.go(session.reviewing.moments[row]))
        self.people.visibilityChanged.connect(self._on_visibility_changed)
        self.angle_panel.facingChosen.connect(correct.set_facing)
        self.facing.chosen.connect(self._on_facing_chosen)
        self.analyze_controls.modelChosen.connect(lambda name: self.settings.set(names.MODEL, name))
        self.job.cancelRequested.connect(session.analysing.cancel)
        self.welcome.openRequested.connect(self.topics.file.open)
        self.welcome.sampleRequested.connect(self.topics.file.open_sample)
        self.welcome.recentChosen.connect(self.open_path)
        session.noticeRaised.connect(self.show_notice)
        session.clipChanged.connect(self._on_clip_changed)
        session.networks.seen.connect(self._offer_networks)
        session.errands.sampleReady.connect(session.open)
        self.notice_bar.actionTriggered.connect(self._on_notice_action)

    def _restore(self) -> None:
        """Take up the window where it was left."""
        self.resize(1280, 800)
        self.restoreGeometry(QByteArray(self.settings.get(names.GEOMETRY)))
        self.restoreState(QByteArray(self.settings.get(names.LAYOUT)))
        self.session.playback.set_speed(self.settings.get(names.SPEED))
        if shown := self.settings.get(names.SHOWN_ANGLES):
            self.angle_panel.set_shown_angles(shown)
        self.actions_by_name["arcs"].setChecked(self.settings.get(names.SHOW_ANGLES))
        self.actions_by_name["propagate"].setChecked(self.settings.get(names.PROPAGATE))
        self.welcome.set_recent(self.settings.get(names.RECENT))

    def _name_history(self, undo: str, redo: str) -> None:
        for name, verb, label in (("undo", "Undo", undo), ("redo", "Redo", redo)):
            self.actions_by_name[name].setText(f"&{verb} {label[:1].lower()}{label[1:]}".rstrip())

    def _on_clip_changed(self) -> None:
        self.notice_bar.clear()
        document = self.session.document
        if document is None:
            self.welcome.set_recent(self.settings.get(names.RECENT))
            return
        opened = document.clip.path if document.project is None else str(document.project.path)
        self.settings.add_recent(opened)

    def _offer_networks(self, view: LibraryView) -> None:
        self.analyze_controls.set_models(view.names, self.settings.get(names.MODEL))

    def _on_visibility_changed(self, person: int, visible: bool) -> None:
        hidden = self.canvas.scene.hidden
        self.canvas.set_hidden(hidden - {person} if visible else hidden | {person})
        self.overlays.refresh_arcs()

    def _on_facing_chosen(self, direction: int) -> None:
        if self.session.document is not None:
            self.topics.correct.set_facing(0, self.session.document.clip.n_frames, direction)

    def _on_notice_action(self) -> None:
        run = {
            NoticeAction.LOCATE: self.topics.file.locate,
            NoticeAction.SAVE_COPY: self.topics.file.save_copy,
            NoticeAction.OPEN: self.topics.file.open,
            NoticeAction.SHOW_LOG: self.topics.help.show_log,
            NoticeAction.ANALYZE: self.topics.analyze.start,
            NoticeAction.SHOW_FOLDER: self._show_folder,
            NoticeAction.USE_RATE: self.topics.movement.use_told_rate,
            NoticeAction.SHOW_FINDINGS: self.topics.recording.show,
            NoticeAction.IMPROVE: self.topics.improve.open,
        }.get(self._notice.action)
        self.notice_bar.clear()
        if run is not None:
            run()

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self._notice.target).parent)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self.welcome.set_drop_shown(shown=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget the file that was held over the window."""
        self.welcome.set_drop_shown(shown=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first file."""
        self.welcome.set_drop_shown(shown=False)
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open_path(paths[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the window and end every thread; there is nothing to save that is not saved."""
        self.settings.set(names.GEOMETRY, bytes(self.saveGeometry().data()))
        self.settings.set(names.LAYOUT, bytes(self.saveState().data()))
        self.settings.set(names.SPEED, self.session.playback.speed)
        self.settings.set(names.SHOWN_ANGLES, self.angle_panel.shown_angles())
        self.hide()  # what is written now may wait for the disk
        self.settings.save()
        self.session.close()
        event.accept()
