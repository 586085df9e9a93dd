"""Keys that mean something on the canvas: nudging, choosing the next keypoint, panning with Space, giving up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from poseapp.gui.canvas.canvas import Canvas

_Keys = Qt.Key
_ARROWS = {
    _Keys.Key_Left: (-1.0, 0.0),
    _Keys.Key_Right: (1.0, 0.0),
    _Keys.Key_Up: (0.0, -1.0),
    _Keys.Key_Down: (0.0, 1.0),
}


class Hands(Protocol):
    """The gesture that keys can give up."""

    @property
    def under_way(self) -> bool:
        """Tell whether there is one."""

    def cancel(self) -> None:
        """Give it up."""


class CanvasKeys(QObject):
    """An event filter for the keyboard."""

    def __init__(self, canvas: Canvas, hands: Hands) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._hands = hands
        self._space_held = False
        self._space_used = False
        self._handlers: dict[QEvent.Type, Callable[[QEvent], bool]] = {
            QEvent.Type.ShortcutOverride: self._on_shortcut_override,
            QEvent.Type.KeyPress: self._on_key,
            QEvent.Type.KeyRelease: self._on_key_release,
        }
        canvas.installEventFilter(self)

    def take_space(self) -> bool:
        """Tell whether Space is held, and if so use it for panning instead of playing."""
        self._space_used = self._space_used or self._space_held
        return self._space_held

    @property
    def _chosen(self) -> bool:
        return self._canvas.scene.keypoint is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle what the table names."""
        handler = self._handlers.get(event.type())
        return handler(event) if handler is not None else False

    def _on_shortcut_override(self, event: QEvent) -> bool:
        """Take keys from the window's shortcuts that mean something else here."""
        event = cast(QKeyEvent, event)
        wanted = event.key() == _Keys.Key_Space and self._canvas.scene.picture is not None
        if self._chosen:
            wanted = wanted or event.key() in _ARROWS or event.key() == _Keys.Key_Escape
        if self._hands.under_way or self._canvas.box_wanted:
            wanted = wanted or event.key() == _Keys.Key_Escape
        if wanted:
            event.accept()
        return wanted

    def _on_key(self, event: QEvent) -> bool:
        event = cast(QKeyEvent, event)
        key = _Keys(event.key())
        if key == _Keys.Key_Space and self._canvas.scene.picture is not None:
            if not event.isAutoRepeat():
                self._space_held, self._space_used = True, False
            return True
        if key == _Keys.Key_Escape:
            return self._on_escape()
        if key in (_Keys.Key_Tab, _Keys.Key_Backtab) and self._chosen:
            self._canvas.cycleRequested.emit(-1 if key == _Keys.Key_Backtab else 1)
            return True
        if key in _ARROWS and self._chosen:
            self._on_arrow(key, event.modifiers())
            return True
        return False

    def _on_escape(self) -> bool:
        if self._hands.under_way:
            self._hands.cancel()
            return True
        if self._canvas.box_wanted:
            self._canvas.want_box(wanted=False)
            return True
        if self._chosen:
            self._canvas.selectionRequested.emit(self._canvas.scene.person, None)
            return True
        return False

    def _on_arrow(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        dx, dy = _ARROWS[key]
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._canvas.stepRequested.emit(int(dx or dy))
            return
        step = 10.0 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1.0
        step = 0.1 if modifiers & Qt.KeyboardModifier.AltModifier else step
        self._canvas.nudgeRequested.emit(step * dx * self._canvas.view.direction, step * dy)

    def _on_key_release(self, event: QEvent) -> bool:
        event = cast(QKeyEvent, event)
        if event.key() != _Keys.Key_Space or event.isAutoRepeat() or not self._space_held:
            return False
        self._space_held = False
        if not self._space_used:
            self._canvas.playToggled.emit()
        return True
