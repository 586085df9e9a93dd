"""Says in the status bar what becomes of the frames around a correction."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from poseapp.core.edits import MarksEdit
from poseapp.services.session import Session


class HealingWords(QObject):
    """What is being healed, or was healed last; nothing any more once the person does or undoes something else.

    Signals:
        changed: The words.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._frames, self._n_done = 0, 0
        session.propagating.busyChanged.connect(self._on_busy)
        session.propagating.healed.connect(self._on_healed)
        session.historyChanged.connect(self.changed)

    @property
    def text(self) -> str:
        """One sentence, "" for nothing to say."""
        if self._session.propagating.busy:
            return "Healing the frames around your correction…"
        if self._frames and self._n_done == self._edits():
            frames = "1 frame" if self._frames == 1 else f"{self._frames} frames"
            return f"{frames} around it healed (drawn with a dot) · Ctrl+Z takes all of it back"
        return ""

    def forget(self) -> None:
        """Say nothing more of what was healed."""
        self._frames = 0

    def _on_busy(self, busy: bool) -> None:
        if busy:
            self._frames = 0
        self.changed.emit()

    def _on_healed(self, edit: MarksEdit) -> None:
        self._n_done = self._edits()
        self._frames = len({change.key.frame for change in edit.changes if change.after is not None})
        self.changed.emit()

    def _edits(self) -> int:
        document = self._session.document
        return 0 if document is None else document.history.n_done
