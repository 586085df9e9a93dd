"""Keeps the panels up to date with the session; what comes in bursts is gathered and shown once."""

from __future__ import annotations

import time
from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer

from poseapp.core.analysis import FacingStretch
from poseapp.core.items import PersonNote
from poseapp.core.people import listed_persons, person_notes
from poseapp.core.scene import Scene
from poseapp.core.store import ChangeSet, PoseStore, mean_score
from poseapp.core.types import ClipInfo
from poseapp.gui.annotations.annotations import drawing_hint
from poseapp.gui.commands.actions import name_keypoint_actions
from poseapp.gui.people.person_row import PersonRow
from poseapp.gui.review.healing_words import HealingWords
from poseapp.gui.timeline.strip_presenter import StripPresenter
from poseapp.services.types import JobStatus, Selection

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow

_GATHER_MS = 80


class Presenter(QObject):
    """Listens to the session and tells the widgets."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._healing = HealingWords(window.session, self)
        self._gathered: tuple[int, int] | None = None
        self._time: np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None = None
        self._scene: Scene | None = None
        self._rows: list[PersonRow] | None = None
        self._strip = StripPresenter(window)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_GATHER_MS)
        self._timer.timeout.connect(self._show_gathered)
        self._connect()

    def show_clip(self) -> None:
        """Show another document, or none."""
        window, document = self._window, self._session.document
        pts = np.zeros(0) if document is None else document.time
        self._gathered = None
        window.overlays.clear()
        window.canvas.set_hidden(frozenset())
        window.pages.setCurrentWidget(window.welcome if document is None else window.canvas)
        window.show_panels(document is not None)
        self._time, self._scene = (None, None) if document is None else (document.time, document.scene)
        window.timeline.set_clip(pts)
        window.angle_panel.set_measures(None, pts)
        self.show_playhead(0)
        self.show_selection(self._session.selection)
        self._strip.show_whole()
        self._show_persons()
        self._show_measures(self._session.selection.person)
        self.show_history()
        if document is not None:
            window.analyze_controls.set_persons(document.store.n_persons)
            name_keypoint_actions(window.actions_by_name, document.store.skeleton)
            window.canvas.setFocus()

    def show_playhead(self, index: int) -> None:
        """Move every cursor."""
        window, document = self._window, self._session.document
        n = 0 if document is None else document.clip.n_frames
        window.transport.set_position(index, n, 0.0 if document is None else float(document.time[index]))
        if document is not None:
            window.timeline.set_playhead(index)
            window.angle_panel.set_playhead(index)
        self._show_facing()

    def show_selection(self, selection: Selection) -> None:
        """Show who and what is chosen."""
        window = self._window
        self._healing.forget()
        person_changed = window.canvas.scene.person != selection.person
        window.overlays.select(selection.person, selection.keypoint)
        window.people.set_chosen(selection.person)
        if person_changed and self._session.document is not None:
            self._strip.show_whole()
            self._show_measures(selection.person)
        self.show_hint()
        window.update_actions()

    def show_hint(self) -> None:
        """Say what can be done next."""
        self._window.hint.setText(self._hint(self._session.selection))

    def show_history(self) -> None:
        """Show what can be undone and what is saved."""
        window, document = self._window, self._session.document
        window.setWindowTitle("poseapp" if document is None else f"{document.name} – poseapp")
        window.saved.setText(self._saved_text())
        self.show_facts()
        window.model_name.setText("" if document is None or document.model is None else document.model.title)
        window.update_actions()

    def show_facts(self) -> None:
        """Show what the clip is and how large it is seen."""
        document = self._session.document
        facts = "" if document is None else _facts(document.clip, document.scene)
        text = facts and f"{facts} · {self._window.canvas.view.scale:.0%}"
        self._window.clip_facts.setText(text.replace("%", " %"))

    def show_job(self, status: JobStatus | None) -> None:
        """Show how far the analysis is."""
        widget = self._window.job
        self._window.hint.setVisible(status is None)
        if status is None:
            widget.clear()
        else:
            fraction = status.fraction if status.done and status.fraction is not None else float("nan")
            left = float("nan") if status.seconds_left is None else status.seconds_left
            title = "Stopping" if status.cancelling else status.title
            widget.set_job(title, fraction, status.rate or 0.0, left)
        self._window.update_actions()

    def _connect(self) -> None:
        session = self._session
        session.clipChanged.connect(self.show_clip)
        session.playback.playheadChanged.connect(self.show_playhead)
        session.playback.playingChanged.connect(self._window.transport.set_playing)
        session.playback.speedChanged.connect(self._window.transport.set_speed)
        session.posesChanged.connect(self._on_poses_changed)
        session.selectionChanged.connect(self.show_selection)
        session.historyChanged.connect(self.show_history)
        session.measuring.measured.connect(self._on_measured)
        session.analysing.statusChanged.connect(self.show_job)
        self._healing.changed.connect(self.show_hint)
        session.frameReady.connect(lambda _frame: self.show_hint())
        session.analysing.doneChanged.connect(self._window.timeline.set_done)

    def _on_poses_changed(self, change: ChangeSet) -> None:
        window, document = self._window, self._session.document
        if document is not None and (document.time is not self._time or document.scene != self._scene):
            self._show_time()
        if change.start <= window.overlays.shown_frame < change.stop:
            window.overlays.refresh()
            self.show_hint()
        first, last = self._gathered or (change.start, change.stop)
        self._gathered = min(first, change.start), max(last, change.stop)
        if not self._timer.isActive():
            self._timer.start()

    def _show_time(self) -> None:
        """Show that the frames were recorded at other times than was known."""
        document = self._session.document
        if document is None:
            return
        self._time, self._scene = document.time, document.scene
        self._window.timeline.set_clip(document.time)
        self._strip.show_whole()
        self.show_playhead(self._session.playback.playhead)
        self._show_measures(self._session.selection.person)
        self._window.time_presenter.show_items()
        self._window.time_presenter.show_zone(self._session.playback.zone)

    def _show_gathered(self) -> None:
        if self._gathered is None or self._session.document is None:
            return
        (start, stop), self._gathered = self._gathered, None
        self._strip.show(start, min(stop, self._session.document.clip.n_frames))
        self._show_persons()
        self.show_history()

    def _show_persons(self) -> None:
        document = self._session.document
        store = None if document is None else document.store
        rows = [] if store is None else self._person_rows(store)
        self._window.canvas.scene.hues = {row.person: row.hue for row in rows if row.hue >= 0}
        if rows != self._rows:
            self._rows = rows
            self._window.people.set_persons(rows)
        self._window.people.set_chosen(self._session.selection.person)

    def _person_rows(self, store: PoseStore) -> list[PersonRow]:
        notes, hidden = person_notes(store), self._window.canvas.scene.hidden
        rows = []
        for person in listed_persons(store):
            note = notes[person][1] if person in notes else PersonNote(person)
            score = round(mean_score(store, person), 2)
            name = note.name or f"Person {person + 1}"
            rows.append(PersonRow(person, name, score, person not in hidden, note.hue, note.subject))
        return rows

    def _on_measured(self, person: int) -> None:
        if person == self._session.selection.person:
            self._show_measures(person)

    def _show_measures(self, person: int) -> None:
        document = self._session.document
        if document is not None:
            self._window.angle_panel.set_scene(document.scene, document.clip.height)
            self._window.angle_panel.set_measures(self._session.measuring.measures(person), document.time)
            self._window.angle_panel.set_playhead(self._session.playback.playhead)
        self._show_facing()

    def _show_facing(self) -> None:
        measures = self._session.measuring.measures(self._session.selection.person)
        here = self._session.playback.playhead
        stretch: FacingStretch | None = None
        if self._session.document is not None and measures is not None:
            place = bisect_right(measures.facing, here, key=lambda s: s.start) - 1
            stretch = measures.facing[place] if place >= 0 and here < measures.facing[place].stop else None
        self._window.facing.show_stretch(stretch)

    def _hint(self, selection: Selection) -> str:
        document = self._session.document
        if document is None:
            return ""
        if self._window.canvas.box_wanted:
            return "Draw a box around the person · Esc gives up"
        if self._healing.text:
            return self._healing.text
        if words := drawing_hint(self._window.annotations):
            return words
        if self._window.whole_person.under_way:
            return "Arrows move the whole person · [ ] turn, Page Up and Down scale · Esc ends"
        if self._window.placing.under_way and selection.keypoint is not None:
            name = document.store.skeleton.keypoints[selection.keypoint].replace("_", " ")
            return f"Click where the {name} is · X where it is not seen, Tab for the next · Esc ends"
        if selection.keypoint is None:
            return "Drag a keypoint to correct it · ? shows every key"
        name = document.store.skeleton.keypoints[selection.keypoint].replace("_", " ")
        if not self._window.canvas.scene.has_position():
            return f"Click where the {name} is · X where it is not in the picture · Esc lets go of it"
        return f"{name.capitalize()}: arrows move it · V visible, B occluded, X absent · R restores"

    def _saved_text(self) -> str:
        document = self._session.document
        if document is None:
            return ""
        if document.read_only:
            return "Read only"
        if document.saving:
            return "Saving…" if document.keeper.problem is None else "Not saved"
        if document.saved_at is None:
            return "Saved" if document.project is not None else ""
        return f"Saved {time.strftime('%H:%M:%S', time.localtime(document.saved_at))}"


def _facts(clip: ClipInfo, scene: Scene) -> str:
    """Return "1768 × 994 · 30 frames/s", saying so where the rate varies, or is not that of the recording."""
    rate = f"{clip.fps:.4g} frames/s" if clip.fps else ""
    varying = ", varying" if clip.variable_rate else ""
    slow = f", recorded at {scene.capture_fps:.4g}" if scene.time_scale != 1.0 else ""
    scale = f"1 px = {1000 * scene.metres_per_px:.2f} mm" if scene.scale_by else ""
    return " · ".join(part for part in (f"{clip.width} × {clip.height}", rate + varying + slow, scale) if part)
