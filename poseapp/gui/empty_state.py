"""What a panel says while it has nothing to show: what will be here, and what to do for it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from poseapp.gui.style.icons import pixmap
from poseapp.gui.style.theme import GRID

_PICTURE = 5 * GRID


class EmptyState(QWidget):
    """An icon over a sentence, centred."""

    def __init__(self, icon_name: str, text: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = QLabel(text, self)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setWordWrap(True)
        self._text.setProperty("tone", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
        column.setSpacing(GRID + GRID // 2)
        column.addStretch(1)
        column.addWidget(self._picture)
        column.addWidget(self._text)
        column.addStretch(1)
        self._draw()

    @property
    def text(self) -> str:
        """The sentence."""
        return self._text.text()

    def set_text(self, text: str) -> None:
        """Say something else."""
        self._text.setText(text)

    def _draw(self) -> None:
        self._picture.setPixmap(pixmap(self._icon_name, _PICTURE, "muted", ratio=self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
