"""A sentence with an icon that says how it is meant, so that its colour need not."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from poseapp.gui.improve.words import Tone
from poseapp.gui.style.icons import pixmap
from poseapp.gui.style.theme import GRID, ICON_SIZE, font

_ICONS: dict[Tone, tuple[str, str]] = {
    "good": ("check", "good"),
    "info": ("info", "accent"),
    "warning": ("warning", "warning"),
    "error": ("error", "error"),
}
_SPOKEN: dict[Tone, str] = {"good": "Better", "info": "Note", "warning": "Warning", "error": "Error"}


class ToneLine(QWidget):
    """Wraps its words; hidden while there are none."""

    def __init__(self, parent: QWidget | None = None, *, strong: bool = False) -> None:
        super().__init__(parent)
        self._tone: Tone = "info"
        self._icon = QLabel(self)
        self._icon.setFixedSize(ICON_SIZE, ICON_SIZE)
        self._words = QLabel(self)
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setFont(font("strong" if strong else "body"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence on show, "" while hidden."""
        return "" if self.isHidden() else self._words.text()

    @property
    def tone(self) -> Tone:
        """How it is meant."""
        return self._tone

    def set_words(self, tone: Tone, text: str) -> None:
        """Say something; "" says nothing."""
        self._tone = tone
        self._words.setText(text)
        self.setAccessibleName(f"{_SPOKEN[tone]}: {text}" if text else "")
        self._draw()
        self.setVisible(bool(text))

    def _draw(self) -> None:
        name, ink = _ICONS[self._tone]
        self._icon.setPixmap(pixmap(name, ICON_SIZE, ink, ratio=self.devicePixelRatioF()))
        self._icon.setToolTip(_SPOKEN[self._tone])

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
