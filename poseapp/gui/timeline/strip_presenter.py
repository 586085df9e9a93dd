"""Shows on the timeline how sure the poses are; those of a long clip are summarised beside the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from poseapp.core.store import PoseStore, propagated_frames
from poseapp.gui.plots.decimation import Pyramid
from poseapp.gui.plots.latest_maker import LatestMaker

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow

AT_ONCE = 20_000  # frames


@dataclass(frozen=True)
class _Summary:
    """The scores of a person, summarised."""

    store: PoseStore
    person: int
    scores: Pyramid


class StripPresenter(QObject):
    """Keeps scores and marks of the chosen person on the timeline up to date."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._timeline = window.timeline
        self._session = window.session
        self._since: tuple[int, int] | None = None  # frames whose scores changed since all of them were asked for
        self._maker = LatestMaker(self)
        self._maker.set_runner(window.session.errands.runner)
        self._maker.made.connect(self._on_made)
        self._maker.failed.connect(window.session.notify)

    def show_whole(self) -> None:
        """Show all frames, of another clip or person."""
        document = self._session.document
        if document is None:
            return
        n_frames, store, person = document.clip.n_frames, document.store, self._session.selection.person
        if n_frames <= AT_ONCE:
            self.show(0, n_frames)
            return
        strip, self._since = store.score_strip(person), None
        self._timeline.set_score_strip(Pyramid.unknown(n_frames))
        self._timeline.set_marked(store.marked_frames(), propagated_frames(store))
        self._maker.want(lambda: _Summary(store, person, Pyramid(strip).prepared()), at_once=False)

    def show(self, start: int, stop: int) -> None:
        """Show the frames start .. stop again."""
        document = self._session.document
        if document is None or stop <= start:
            return
        strip = document.store.score_strip(self._session.selection.person)
        first, last = self._since or (start, stop)
        self._since = min(first, start), max(last, stop)
        self._timeline.update_score_strip(start, strip[start:stop])
        self._timeline.set_marked(document.store.marked_frames(), propagated_frames(document.store))

    def _on_made(self, made: _Summary) -> None:
        document = self._session.document
        if document is None or document.store is not made.store or self._session.selection.person != made.person:
            return
        self._timeline.set_score_strip(made.scores)
        since, self._since = self._since, None
        if since is not None:
            self.show(*since)
