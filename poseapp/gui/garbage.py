"""Collects Python's garbage in the GUI thread only: a Qt object in a cycle must not be destroyed by a job's thread."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500


class GuiGarbage(QObject):
    """Takes over from the automatic collection, which runs in whatever thread happens to allocate.

    To look through everything that libraries and the window are made of takes some 50 ms, once a minute. What has
    survived that once is set aside, and looked at again only after `thaw`.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._collect_all()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.check)
        self._timer.start()

    def check(self) -> None:
        """Collect the youngest generation that is due, and with it those below."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                if generation == 2:
                    self._collect_all()
                else:
                    gc.collect(generation)
                return

    def thaw(self) -> None:
        """Look through everything the next time: a document has gone, and may have left rings of objects."""
        gc.unfreeze()

    def _collect_all(self) -> None:
        gc.collect()
        gc.freeze()

    def close(self, *, give_back: bool = True) -> None:
        """End, and give the collection back.

        Not where Qt still deletes what is left of the window, as at the end of the process: a collection that begins
        within the destructor of one object and destroys another waits for ever for a lock that the first one holds.
        """
        self._timer.stop()
        gc.unfreeze()
        if give_back:
            gc.enable()
