"""Moves, turns and scales all of the chosen person: by its handle, never by a bone, or by keys while that is on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import atan2, degrees, hypot
from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip

from poseapp.core.pose_moves import PoseMove, moved_pose, pose_centre
from poseapp.core.types import Array
from poseapp.gui.canvas.whole_person_paint import RADIUS, Knob, WholePersonScene, knob_places
from poseapp.gui.style.tools import DRAG_THRESHOLD

if TYPE_CHECKING:
    from poseapp.gui.canvas.canvas import Canvas

_Keys = Qt.Key
_Left = Qt.MouseButton.LeftButton
_ARROWS = {
    _Keys.Key_Left: (-1.0, 0.0),
    _Keys.Key_Right: (1.0, 0.0),
    _Keys.Key_Up: (0.0, -1.0),
    _Keys.Key_Down: (0.0, 1.0),
}
_TURNS = {_Keys.Key_BracketLeft: -1.0, _Keys.Key_BracketRight: 1.0}  # degrees
_SCALES = {_Keys.Key_PageUp: 1.01, _Keys.Key_PageDown: 1 / 1.01}
_TIPS: dict[Knob, str] = {
    "move": "Drag to move the whole person; with Shift, to turn it",
    "turn": "Drag to turn the whole person",
    "scale": "Drag to make the whole person larger or smaller",
}
_NOTHING = PoseMove()


@dataclass
class _Drag:
    """A knob in the hand: the pose at the press, and what has become of it; `at` widget px."""

    knob: Knob
    person: int
    xy: Array
    at: QPointF
    move: PoseMove = _NOTHING
    moved: bool = False


class WholePerson(QObject):
    """The hands on the handle: an event filter before the canvas's own.

    Signals:
        moveRequested(PoseMove): Of the chosen person; once a drag, at release.
        activeChanged(bool): Arrows move all of the person, or no longer do.
    """

    moveRequested = Signal(object)
    activeChanged = Signal(bool)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._drag: _Drag | None = None
        self._handlers: dict[QEvent.Type, Callable[[QEvent], bool]] = {
            QEvent.Type.MouseButtonPress: self._on_press,
            QEvent.Type.MouseButtonDblClick: self._on_press,
            QEvent.Type.MouseMove: self._on_move,
            QEvent.Type.MouseButtonRelease: self._on_release,
            QEvent.Type.ShortcutOverride: self._on_shortcut_override,
            QEvent.Type.KeyPress: self._on_key,
            QEvent.Type.ToolTip: self._on_tool_tip,
        }
        canvas.installEventFilter(self)

    @property
    def under_way(self) -> bool:
        """Tell whether arrows move all of the person."""
        return self._scene.active

    def set_shown(self, on: bool) -> None:
        """Show the handle, or not, as while the clip plays."""
        self.cancel()
        self._scene.shown, self._scene.hot = on, None
        self._canvas.update()

    def set_active(self, on: bool) -> None:
        """Let arrows move all of the person, or the chosen keypoint again."""
        if on != self._scene.active:
            self._scene.active = on
            self._canvas.update()
            self.activeChanged.emit(on)

    def cancel(self) -> None:
        """Give up a drag: everything snaps back."""
        if self._drag is not None:
            self._drag = None
            self._scene.preview = None
            self._canvas.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle what the table names."""
        handler = self._handlers.get(event.type())
        return handler(event) if handler is not None else False

    @property
    def _scene(self) -> WholePersonScene:
        return self._canvas.scene.whole

    def _pose(self) -> Array | None:
        """Return the chosen person's xy (K, 2) in the frame, None where there is nobody to take."""
        scene = self._canvas.scene
        if scene.poses is None or scene.person >= len(scene.poses.xy) or scene.person in scene.hidden:
            return None
        xy = scene.poses.xy[scene.person].astype(float)
        return xy if np.isfinite(xy).all(axis=1).any() else None

    def _knob_at(self, at: QPointF) -> Knob | None:
        xy = self._pose()
        busy = self._canvas.box_wanted or self._canvas.scene.placing or self._canvas.scene.annotations.tool is not None
        if xy is None or busy or not self._scene.shown:
            return None
        places = knob_places(xy, self._canvas.view, QRectF(self._canvas.rect()))
        near = [knob for knob, place in places.items() if hypot(at.x() - place.x(), at.y() - place.y()) <= RADIUS + 1]
        return near[0] if near else None

    def _on_press(self, event: QEvent) -> bool:
        event = cast(QMouseEvent, event)
        if self._drag is not None:
            return True
        knob, xy = self._knob_at(event.position()), self._pose()
        if event.button() != _Left or knob is None or xy is None:
            return False
        if knob == "move" and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            knob = "turn"
        self._drag = _Drag(knob, self._canvas.scene.person, xy, event.position())
        return True

    def _on_move(self, event: QEvent) -> bool:
        event = cast(QMouseEvent, event)
        at = event.position()
        if self._drag is None:
            return event.buttons() == Qt.MouseButton.NoButton and self._hover(at)
        drag = self._drag
        drag.moved = drag.moved or (at - drag.at).manhattanLength() >= DRAG_THRESHOLD
        if drag.moved:
            drag.move = self._move_of(drag, at)
            self._scene.preview = drag.person, moved_pose(drag.xy, drag.move)
            self._canvas.update()
        return True

    def _on_release(self, event: QEvent) -> bool:
        drag = self._drag
        if drag is None:
            return False
        self.cancel()
        self._hover(cast(QMouseEvent, event).position())
        if drag.moved and drag.move != _NOTHING:
            self.moveRequested.emit(drag.move)
        return True

    def _hover(self, at: QPointF) -> bool:
        knob = self._knob_at(at)
        if knob != self._scene.hot:
            self._scene.hot = knob
            self._canvas.update()
            if knob is None:
                self._canvas.show_cursor()
        if knob is not None:
            self._canvas.scene.hovered = None
            shapes = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.SizeAllCursor
            self._canvas.setCursor(shapes[knob == "move"])
        return knob is not None

    def _move_of(self, drag: _Drag, at: QPointF) -> PoseMove:
        view, (cx, cy) = self._canvas.view, pose_centre(drag.xy)
        (x0, y0), (x1, y1) = (view.to_image(point.x(), point.y()) for point in (drag.at, at))
        if drag.knob == "move":
            return PoseMove(dx=x1 - x0, dy=y1 - y0)
        if drag.knob == "turn":
            turned = degrees(atan2(y1 - cy, x1 - cx) - atan2(y0 - cy, x0 - cx))
            return PoseMove(degrees=(turned + 180) % 360 - 180)
        return PoseMove(factor=max(0.1, hypot(x1 - cx, y1 - cy) / max(1e-6, hypot(x0 - cx, y0 - cy))))

    def _on_shortcut_override(self, event: QEvent) -> bool:
        key = cast(QKeyEvent, event).key()
        escape = key == _Keys.Key_Escape and (self._drag is not None or self._scene.active)
        wanted = escape or (self._scene.active and key in (*_ARROWS, *_TURNS, *_SCALES))
        if wanted:
            event.accept()
        return wanted

    def _on_key(self, event: QEvent) -> bool:
        event = cast(QKeyEvent, event)
        key, modifiers = _Keys(event.key()), event.modifiers()
        if key == _Keys.Key_Escape and self._drag is not None:
            self.cancel()
            return True
        if not self._scene.active or modifiers & Qt.KeyboardModifier.ControlModifier:
            return False
        if key == _Keys.Key_Escape:
            self.set_active(False)
            return True
        move = self._key_move(key, modifiers)
        if move is not None and self._pose() is not None:
            self.moveRequested.emit(move)
        return move is not None

    def _key_move(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> PoseMove | None:
        step = 10.0 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1.0
        step = 0.1 if modifiers & Qt.KeyboardModifier.AltModifier else step
        direction = self._canvas.view.direction
        if key in _ARROWS:
            dx, dy = _ARROWS[key]
            return PoseMove(dx=step * dx * direction, dy=step * dy)
        if key in _TURNS:
            return PoseMove(degrees=_TURNS[key] * direction)
        return PoseMove(factor=_SCALES[key]) if key in _SCALES else None

    def _on_tool_tip(self, event: QEvent) -> bool:
        event = cast(QHelpEvent, event)
        knob = self._knob_at(QPointF(event.pos()))
        if knob is not None:
            QToolTip.showText(event.globalPos(), self.tr(_TIPS[knob]), self._canvas)
        return knob is not None
