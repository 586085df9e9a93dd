"""Keeps the review panel and its lane on the timeline up to date with the queue."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from poseapp.core.moments import Moment, MomentKind
from poseapp.gui.canvas.view import revealed
from poseapp.gui.people.person_row import person_letter
from poseapp.gui.review.moment_words import describe, describe_place
from poseapp.gui.review.review_panel import LazyRows, ReviewRow, ReviewState

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow

_ICONS = {
    MomentKind.SWAP: "swap",
    MomentKind.MISSING: "eye-off",
    MomentKind.JUMP: "jump",
    MomentKind.LENGTH: "bone",
    MomentKind.ANGLE: "angle",
    MomentKind.DISAGREEMENT: "warning",
    MomentKind.UNSURE: "help",
    MomentKind.SUGGESTED: "add",
}


class ReviewPresenter(QObject):
    """Listens to the queue and tells the widgets."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._shown: tuple[Moment, ...] | None = None
        window.session.reviewing.changed.connect(self.show_queue)
        window.session.advising.changed.connect(self.show_queue)
        window.session.reviewing.gone.connect(self._reveal)
        window.session.clipChanged.connect(self._on_clip_changed)
        self.show_queue()

    def _reveal(self, moment: Moment) -> None:
        """Bring what a moment is about into the picture that is zoomed elsewhere."""
        canvas = self._window.canvas
        seen = next((point for point in moment.points if math.isfinite(point[0])), None)
        if seen is not None:
            view = revealed(canvas.view, *seen, canvas.width(), canvas.height())
            if view != canvas.view:
                canvas.set_view(view)

    def show_queue(self) -> None:
        """Show what is left, the current moment and the progress."""
        reviewing, panel = self._window.session.reviewing, self._window.review
        moments = reviewing.moments
        rows = panel.rows
        if moments is not self._shown:
            self._shown = moments
            rows = LazyRows(len(moments), lambda place: self._row(moments[place]))
            self._window.timeline.set_moments([(m.start, m.stop) for m in moments])
        panel.show_rows(rows, reviewed=reviewing.progress[0], state=self._state())
        panel.set_current(moments.index(reviewing.current) if reviewing.current is not None else -1)
        self._window.update_actions()

    def _on_clip_changed(self) -> None:
        self._shown = None  # the timeline is another one's
        self.show_queue()

    def _state(self) -> ReviewState:
        document = self._window.session.document
        if document is None or not document.store.n_persons:
            return "nothing"
        if self._window.session.reviewing.narrowed:
            return "advising" if self._window.session.advising.busy else "narrowed"
        return "looked" if self._window.session.reviewing.looked else "looking"

    def _row(self, moment: Moment) -> ReviewRow:
        document = self._window.session.document
        if document is None:  # the list is asked once more while the clip goes
            return ReviewRow("", "", _ICONS[moment.kind])
        place = describe_place(moment, float(document.time[moment.peak]))
        if document.store.n_persons > 1:
            place = f"{person_letter(moment.person)} · {place}"
        return ReviewRow(describe(moment, document.store.skeleton), place, _ICONS[moment.kind])
