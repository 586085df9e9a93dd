"""The ring about what has the keyboard; not shown for a focus that a click gave."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from poseapp.gui.style.theme import RADIUS, color, current_palette

_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


_COMING_BACK = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


def ring_after(event: QFocusEvent, *, before: bool) -> bool:
    """Tell whether a widget that got the focus shows the ring: by a key yes, back from elsewhere as `before`."""
    return before if event.reason() in _COMING_BACK else event.reason() in _BY_KEYBOARD


def paint_focus_ring(painter: QPainter, widget: QWidget) -> None:
    """Paint the ring inside a widget's edge."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color(current_palette().focus), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
