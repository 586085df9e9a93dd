"""Turns mouse and wheel on the canvas into gestures and requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip

from poseapp.core.geometry import Box
from poseapp.core.types import Key
from poseapp.gui.canvas.hit import Hit, find_keypoint
from poseapp.gui.canvas.keys import CanvasKeys
from poseapp.gui.canvas.tips import describe_keypoint
from poseapp.gui.style.tools import Gesture, Phase, Pointer, drag_box, drag_keypoint, drag_view

if TYPE_CHECKING:
    from poseapp.gui.canvas.canvas import Canvas

_Button = Qt.MouseButton


class CanvasInput(QObject):
    """The hands of the canvas: an event filter that owns the gesture under way."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._gesture: Gesture | None = None
        self._keys = CanvasKeys(canvas, self)
        self._handlers: dict[QEvent.Type, Callable[[QEvent], bool]] = {
            QEvent.Type.MouseButtonPress: self._on_press,
            QEvent.Type.MouseButtonDblClick: self._on_press,
            QEvent.Type.MouseMove: self._on_move,
            QEvent.Type.MouseButtonRelease: self._on_release,
            QEvent.Type.Wheel: self._on_wheel,
            QEvent.Type.ToolTip: self._on_tool_tip,
            QEvent.Type.Leave: self._on_leave,
        }
        canvas.installEventFilter(self)

    def preview(self, key: Key | None, x: float = 0.0, y: float = 0.0) -> None:
        """Paint a keypoint elsewhere for the moment; None paints the truth again."""
        x, y = self._canvas.point_in_picture(x, y)
        self._canvas.scene.preview = None if key is None else (key, x, y)
        self._canvas.previewed.emit(key, x, y)
        self._canvas.update()

    def commit(self, key: Key, x: float, y: float) -> None:
        """Ask for the edit."""
        self._canvas.moveRequested.emit(key, *self._canvas.point_in_picture(x, y))

    def preview_box(self, box: Box | None) -> None:
        """Paint a box for the moment; None paints none."""
        self._canvas.scene.box = box
        self._canvas.update()

    def commit_box(self, box: Box) -> None:
        """Tell of a box that was drawn."""
        self._canvas.want_box(wanted=False)
        self._canvas.boxDrawn.emit(box)

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the view."""
        self._canvas.set_view(self._canvas.view.panned(dx, dy))

    def clicked_empty(self, x: float, y: float) -> None:
        """Place the chosen keypoint where it has no position yet; else choose none."""
        scene = self._canvas.scene
        if scene.keypoint is not None and scene.skeleton is not None and not scene.has_position():
            self.commit(Key(scene.index, scene.person, scene.keypoint), x, y)
        else:
            self._canvas.selectionRequested.emit(scene.person, None)

    @property
    def under_way(self) -> bool:
        """Tell whether a gesture is under way."""
        return self._gesture is not None

    def cancel(self) -> None:
        """Give up a gesture: Escape, or another frame came under it."""
        self._send("cancel", QPointF())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle what the table names."""
        handler = self._handlers.get(event.type())
        return handler(event) if handler is not None else False

    def _on_press(self, event: QEvent) -> bool:
        event = cast(QMouseEvent, event)
        if self._gesture is not None or self._canvas.scene.picture is None:
            return True
        press = self._pointer("move", event.position())
        button = event.button()
        if button == _Button.MiddleButton or (button == _Button.LeftButton and self._keys.take_space()):
            self._gesture = drag_view(self, press, is_click_meant=False)
        elif button == _Button.LeftButton:
            self._gesture = self._left_gesture(press)
        if self._gesture is not None:
            next(self._gesture)
        return True

    def _left_gesture(self, press: Pointer) -> Gesture:
        if self._canvas.box_wanted:
            return drag_box(self, press)
        hit = self._hit(press.widget)
        poses = self._canvas.scene.poses
        if hit is None or poses is None:
            return drag_view(self, press, is_click_meant=True)
        self._canvas.selectionRequested.emit(hit.person, hit.keypoint)
        x, y = poses.xy[hit.person, hit.keypoint]
        key = Key(self._canvas.scene.index, hit.person, hit.keypoint)
        return drag_keypoint(self, key, (float(x), float(y)), press)

    def _on_move(self, event: QEvent) -> bool:
        event = cast(QMouseEvent, event)
        if self._gesture is not None:
            self._send("move", event.position())
            return True
        at = event.position()
        hit = None if self._canvas.box_wanted else self._hit((at.x(), at.y()))
        hovered = None if hit is None else (hit.person, hit.keypoint)
        if hovered != self._canvas.scene.hovered:
            self._canvas.scene.hovered = hovered
            self._canvas.show_cursor()
            self._canvas.update()
        return True

    def _on_release(self, event: QEvent) -> bool:
        self._send("release", cast(QMouseEvent, event).position())
        return True

    def _on_leave(self, _event: QEvent) -> bool:
        self._canvas.scene.hovered = None
        self._canvas.update()
        return False

    def _on_wheel(self, event: QEvent) -> bool:
        event = cast(QWheelEvent, event)
        delta = event.angleDelta().y() or event.angleDelta().x()
        at = event.position()
        if self._canvas.scene.picture is not None and delta:
            self._canvas.set_view(self._canvas.view.zoomed(1.0015**delta, at.x(), at.y()))
        return True

    def _on_tool_tip(self, event: QEvent) -> bool:
        event = cast(QHelpEvent, event)
        hit = self._hit((float(event.pos().x()), float(event.pos().y())))
        text = "" if hit is None else describe_keypoint(self._canvas.scene, hit)
        if text:
            QToolTip.showText(event.globalPos(), text, self._canvas)
        else:
            QToolTip.hideText()
        return True

    def _hit(self, at: tuple[float, float]) -> Hit | None:
        scene = self._canvas.scene
        if scene.poses is None or scene.skeleton is None or scene.picture is None or scene.placing:
            return None
        return find_keypoint(scene.poses.xy, self._canvas.view, at, preferred=scene.person, hidden=scene.hidden)

    def _pointer(self, phase: Phase, at: QPointF) -> Pointer:
        return Pointer(phase, self._canvas.view.to_image(at.x(), at.y()), (at.x(), at.y()))

    def _send(self, phase: Phase, at: QPointF) -> None:
        gesture = self._gesture
        if gesture is None:
            return
        if phase != "move":
            self._gesture = None
        try:
            gesture.send(self._pointer(phase, at))
        except StopIteration:
            self._gesture = None
