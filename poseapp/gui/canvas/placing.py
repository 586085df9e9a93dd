"""Places a new person by clicks: one keypoint after the other, in the body's order."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from poseapp.core.store import ChangeSet
from poseapp.core.types import Key
from poseapp.gui.canvas.canvas import Canvas
from poseapp.services.session import Session
from poseapp.services.types import Selection


class Placing(QObject):
    """Goes to the next keypoint when one is placed or called absent; ends when all are, or none is chosen.

    Signals:
        changed: It began, or ended.
    """

    changed = Signal()

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self._person = -1
        self._waits = False  # for the chosen keypoint: going back to one that is placed moves it, and stays with it
        session.posesChanged.connect(self._on_poses_changed)
        session.selectionChanged.connect(self._on_selection)
        session.clipChanged.connect(self.stop)

    @property
    def under_way(self) -> bool:
        """Tell whether clicks place keypoints."""
        return self._canvas.scene.placing

    def start(self) -> None:
        """Let clicks place the chosen person's keypoints, wherever other persons are."""
        self._person = self._session.selection.person
        self._waits = True
        self._set(on=True)

    def stop(self) -> None:
        """Let clicks choose keypoints again."""
        self._set(on=False)

    def _set(self, *, on: bool) -> None:
        if on != self._canvas.scene.placing:
            self._canvas.scene.placing = on
            self.changed.emit()

    def _on_selection(self, selection: Selection) -> None:
        if self.under_way and (selection.keypoint is None or selection.person != self._person):
            self.stop()
        self._waits = not self._is_placed(selection.keypoint)

    def _is_placed(self, keypoint: int | None) -> bool:
        document = self._session.document
        if document is None or keypoint is None:
            return False
        return document.store.mark(Key(self._canvas.scene.index, self._person, keypoint)) is not None

    def _on_poses_changed(self, change: ChangeSet) -> None:
        document, frame = self._session.document, self._canvas.scene.index
        keypoint = self._session.selection.keypoint
        if not (self.under_way and self._waits) or document is None or keypoint is None:
            return
        if self._person not in change.persons or not self._is_placed(keypoint):
            return
        store = document.store
        order = store.skeleton.order
        place = order.index(keypoint)
        after = [k for k in (*order[place + 1 :], *order[:place]) if store.mark(Key(frame, self._person, k)) is None]
        self._session.select(self._person, after[0] if after else None)
