"""Long work in the status bar: what is done, how fast, how long still, and a way to stop it."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from poseapp.gui.style.theme import GRID, font
from poseapp.gui.style.wording import format_duration, format_percent, format_rate

_SCALE = 1000


class JobProgress(QWidget):
    """ "Analyzing 61 % · 48 frames/s · 12 s left [Cancel]"; hidden while nothing runs.

    Signals:
        cancelRequested(): Cancel was pressed.
    """

    cancelRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(GRID * 15, 6)
        self._bar.setRange(0, _SCALE)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._text = QLabel(self)
        self._text.setFont(font())
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.setProperty("kind", "quiet")
        self._cancel.clicked.connect(lambda _=False: self._on_cancel())
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, 0, GRID, 0)
        row.setSpacing(GRID + 4)
        row.addWidget(self._bar)
        row.addWidget(self._text)
        row.addWidget(self._cancel)
        row.addStretch(1)
        self.hide()

    @property
    def text(self) -> str:
        """The words on show, "" while nothing runs."""
        return self._text.text()

    def set_job(self, title: str, fraction: float, rate: float = 0.0, seconds_left: float = math.nan) -> None:
        """Show a job.

        Args:
            title: Such as "Analyzing".
            fraction: Done, 0 .. 1; NaN while it cannot be known.
            rate: Frames/s, left out when 0.
            seconds_left: s, left out when NaN.
        """
        unknown = math.isnan(fraction)
        fraction = min(1.0, max(0.0, fraction))
        self._bar.setRange(0, 0 if unknown else _SCALE)
        self._bar.setValue(0 if unknown else round(fraction * _SCALE))
        words = [title if unknown else f"{title} {format_percent(math.floor(fraction * 100) / 100)}"]
        if rate > 0:
            words.append(self.tr("{rate} frames/s").format(rate=format_rate(rate)))
        if not math.isnan(seconds_left):
            words.append(self.tr("{time} left").format(time=format_duration(seconds_left)))
        self._text.setText(" · ".join(words))
        self._bar.setAccessibleDescription(self._text.text())
        if self.isHidden():
            self._cancel.setEnabled(True)
            self.show()

    def clear(self) -> None:
        """Show that nothing runs."""
        self._text.clear()
        self.hide()

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self.cancelRequested.emit()
