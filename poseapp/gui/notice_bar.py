"""One sentence at the top of the canvas: what happened, and the one thing to do about it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from poseapp.gui.style.icons import icon, pixmap
from poseapp.gui.style.theme import GRID, HALF, ICON_SIZE, blend, color, current_palette

NoticeKind = Literal["info", "warning", "error"]
_INK: dict[NoticeKind, str] = {"info": "accent", "warning": "warning", "error": "error"}


class NoticeBar(QWidget):
    """A bar with an icon, a sentence, one action and a cross; hidden when there is nothing to say.

    Signals:
        actionTriggered(): The action button was pressed.
        dismissed(): The user closed the bar.
    """

    actionTriggered = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: NoticeKind = "info"
        self._icon = QLabel(self)
        self._icon.setFixedSize(ICON_SIZE, ICON_SIZE)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._action = QPushButton(self)
        self._action.clicked.connect(lambda _=False: self.actionTriggered.emit())
        self._close = QToolButton(self)
        self._close.setIcon(icon("close", "muted"))
        self._close.setIconSize(QSize(ICON_SIZE - HALF, ICON_SIZE - HALF))
        self._close.setToolTip(self.tr("Dismiss"))
        self._close.setAccessibleName(self.tr("Dismiss"))
        self._close.clicked.connect(lambda _=False: self._dismiss())
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 2, GRID, GRID, GRID)
        row.setSpacing(GRID + HALF)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        row.addWidget(self._close)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence on show, "" when hidden."""
        return "" if self.isHidden() else self._text.text()

    def show_notice(self, text: str, kind: NoticeKind = "info", action_label: str = "") -> None:
        """Show one sentence, with an action button where `action_label` names one."""
        self._kind = kind
        spoken = {"info": self.tr("Note"), "warning": self.tr("Warning"), "error": self.tr("Error")}[kind]
        self.setAccessibleName(f"{spoken}: {text}")
        self._draw_icon()
        self._icon.setToolTip(spoken)
        self._text.setText(text)
        self._action.setText(action_label)
        self._action.setVisible(bool(action_label))
        self.show()
        self.update()

    def clear(self) -> None:
        """Hide the bar."""
        self.hide()

    def _draw_icon(self) -> None:
        self._icon.setPixmap(pixmap(self._kind, ICON_SIZE, _INK[self._kind], ratio=self.devicePixelRatioF()))

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape dismisses."""
        if event.key() == Qt.Key.Key_Escape:
            self._dismiss()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tint the bar with the colour of its kind, with a strip at its start."""
        palette = current_palette()
        ink = getattr(palette, _INK[self._kind])
        painter = QPainter(self)
        painter.fillRect(self.rect(), blend(ink, palette.surface, 0.10))
        painter.fillRect(0, 0, HALF, self.height(), color(ink))
