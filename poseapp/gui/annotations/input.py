"""Mouse and keys for annotations: drawing a new one, and choosing, moving and removing those that are there.

An event filter before the canvas's own: what it does not want, keypoints get.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent

from poseapp.core.annotations import default_points, shifted, with_point
from poseapp.core.items import N_POINTS, Annotation, Shape
from poseapp.gui.annotations.hit import AnnotationHit, find_annotation, find_handle
from poseapp.gui.annotations.keys import AnnotationKeys
from poseapp.gui.annotations.layout import AnnotationScene, Point
from poseapp.gui.canvas.hit import find_keypoint
from poseapp.gui.canvas.whole_person_paint import RADIUS, knob_places
from poseapp.gui.style.tools import DRAG_THRESHOLD

if TYPE_CHECKING:
    from poseapp.gui.canvas.canvas import Canvas

_REACH = 80.0  # widget px to each side, of a shape that is put into the middle
_Left = Qt.MouseButton.LeftButton


@dataclass
class _Drag:
    """A press on an annotation that may become a drag; `at` widget px, `grip` image px."""

    hit: AnnotationHit
    before: Annotation
    at: Point
    grip: Point
    now: Annotation | None = None


class AnnotationInput(QObject):
    """The hands of the annotations.

    Signals:
        drawn(Shape, points): A new one is finished, image px.
        changed(int, Annotation): One of a number is to become this; once a drag, at release.
        chosen(object): The number to choose, None for none.
        editRequested(int): Its words are to be typed.
        menuRequested(int, QPoint): Its menu, at a place on the screen.
        toolChanged(object): The shape that the next press draws, None for none.
    """

    drawn = Signal(object, object)
    changed = Signal(int, object)
    chosen = Signal(object)
    editRequested = Signal(int)
    menuRequested = Signal(int, QPoint)
    toolChanged = Signal(object)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._drag: _Drag | None = None
        self._press: Point | None = None
        self._hovers = False
        self.keys = AnnotationKeys(canvas, self)
        self._handlers: dict[QEvent.Type, Callable[[QEvent], bool]] = {
            QEvent.Type.MouseButtonPress: self._on_press,
            QEvent.Type.MouseButtonDblClick: self._on_double_click,
            QEvent.Type.MouseMove: self._on_move,
            QEvent.Type.MouseButtonRelease: self._on_release,
            QEvent.Type.ContextMenu: self._on_menu,
        }
        canvas.installEventFilter(self)

    @property
    def scene(self) -> AnnotationScene:
        """What the canvas shows."""
        return self._canvas.scene.annotations

    @property
    def under_way(self) -> bool:
        """Tell whether Escape has something to give up."""
        return self._drag is not None or self.scene.tool is not None

    def take_tool(self, shape: Shape | None) -> None:
        """Let the next presses draw a shape; None: no longer."""
        self.cancel()
        self.scene.tool, self.scene.placed = shape, ()
        if shape is not None:
            self._canvas.want_box(wanted=False)
            self._canvas.setFocus()
        self._show_cursor()
        self.toolChanged.emit(shape)

    def place_default(self) -> None:
        """Finish the shape in the middle of the view, for keys to change."""
        shape = self.scene.tool
        if shape is not None:
            middle, reach = _middle(self._canvas)
            self._finish(shape, default_points(shape, middle, reach))

    def cancel(self) -> None:
        """Give up what is under way: the drag, or else the tool."""
        if self._drag is not None:
            self.cancel_drag()
        elif self.scene.tool is not None:
            self.scene.tool, self.scene.placed, self._press = None, (), None
            self._show_cursor()
            self.toolChanged.emit(None)

    def cancel_drag(self) -> None:
        """Put what is being dragged back."""
        self._drag, self.scene.preview, self.scene.held = None, None, None
        self._canvas.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle what the table names."""
        handler = self._handlers.get(event.type())
        ready = handler is not None and self._canvas.scene.picture is not None and not self._canvas.box_wanted
        return handler(event) if handler is not None and ready else False

    def _on_press(self, event: QEvent) -> bool:
        at = _position(event)
        if self._drag is not None:
            return True
        if cast(QMouseEvent, event).button() != _Left or self.keys.space_held:
            return False
        if self.scene.tool is not None:
            self._press = at
            self._add_point(at)
            return True
        hit = self._hit(at)
        annotation = None if hit is None else self.scene.find(hit.number)
        if hit is None or annotation is None:
            self.chosen.emit(None)
            return False
        self.chosen.emit(hit.number)
        self._drag = _Drag(hit, annotation, at, self._canvas.view.to_image(*at))
        return True

    def _on_double_click(self, event: QEvent) -> bool:
        hit = None if self.scene.tool is not None else self._hit(_position(event))
        if hit is None or cast(QMouseEvent, event).button() != _Left:
            return self._on_press(event)
        self.editRequested.emit(hit.number)
        return True

    def _on_move(self, event: QEvent) -> bool:
        at = _position(event)
        if self.scene.tool is not None:
            self._follow(at)
            return not cast(QMouseEvent, event).buttons() or self._press is not None
        if self._drag is not None:
            self._move(self._drag, at)
            return True
        hit = None if cast(QMouseEvent, event).buttons() else self._hit(at)
        if hit is None:
            if self._hovers:
                self._hovers = False
                self._canvas.show_cursor()
            return False
        self._hovers, self._canvas.scene.hovered = True, None
        self._canvas.setCursor(Qt.CursorShape.CrossCursor if hit.point is not None else Qt.CursorShape.SizeAllCursor)
        return True

    def _on_release(self, event: QEvent) -> bool:
        if cast(QMouseEvent, event).button() != _Left:
            return False
        if self.scene.tool is not None and self._press is not None:
            at, press = _position(event), self._press
            self._press = None
            if _is_far(at, press):  # a drag draws a leg in one go
                self._add_point(at)
            return True
        if self._drag is None:
            return False
        drag = self._drag
        self.cancel_drag()
        if drag.now is not None and drag.now != drag.before:
            self.changed.emit(drag.hit.number, drag.now)
        return True

    def _on_menu(self, event: QEvent) -> bool:
        event = cast(QContextMenuEvent, event)
        hit = self._hit((event.pos().x(), event.pos().y()))
        if hit is None or self.under_way:
            return False
        self.chosen.emit(hit.number)
        self.menuRequested.emit(hit.number, event.globalPos())
        return True

    def _move(self, drag: _Drag, at: Point) -> None:
        if drag.now is None and not _is_far(at, drag.at):
            return
        x, y = self._canvas.view.to_image(*at)
        drag.now = moved(drag.before, drag.hit.point, (x - drag.grip[0], y - drag.grip[1]), self._canvas)
        self.scene.preview = drag.hit.number, drag.now
        self.scene.held = None if drag.hit.point is None else drag.now.points[drag.hit.point]
        self._canvas.update()

    def _follow(self, at: Point) -> None:
        """Let the point that is to be placed next follow the pointer, once there is one before it."""
        if self.scene.placed:
            point = self._canvas.point_in_picture(*self._canvas.view.to_image(*at))
            self.scene.placed = (*self.scene.placed[:-1], point)
            self._canvas.update()

    def _add_point(self, at: Point) -> None:
        """Place the point at the pointer; the next one starts out on it."""
        shape = self.scene.tool
        if shape is None:
            return
        point = self._canvas.point_in_picture(*self._canvas.view.to_image(*at))
        before = self.scene.placed[:-1]
        if before and not _is_far(at, self._canvas.view.to_widget(*before[-1])):
            return  # a leg has a length
        points = (*before, point)
        if len(points) == N_POINTS[shape]:
            self._finish(shape, points)
        else:
            self.scene.placed = (*points, point)
            self._canvas.update()

    def _finish(self, shape: Shape, points: tuple[Point, ...]) -> None:
        self.cancel()
        self.drawn.emit(shape, points)

    def _hit(self, at: Point) -> AnnotationHit | None:
        """Return what a press takes: a point of the chosen one, else a keypoint or knob (None), else what is there."""
        view, shown = self._canvas.view, self._canvas.scene
        handle = find_handle(self.scene, view, at)
        if handle is not None:
            return handle
        if _is_on_knob(self._canvas, at):
            return None
        if shown.poses is not None and find_keypoint(shown.poses.xy, view, at, hidden=shown.hidden) is not None:
            return None
        return find_annotation(self.scene, view, at)

    def _show_cursor(self) -> None:
        if self.scene.tool is not None:
            self._canvas.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self._canvas.show_cursor()
        self._canvas.update()


def moved(annotation: Annotation, point: int | None, by: Point, canvas: Canvas) -> Annotation:
    """Return an annotation with a point, or all of it, moved by image px, as far as the picture goes."""
    places = annotation.points if point is None else annotation.points[point : point + 1]
    xs, ys = zip(*places, strict=True)
    left, top = canvas.point_in_picture(min(xs) + by[0], min(ys) + by[1])
    dx, dy = left - min(xs), top - min(ys)
    right, bottom = canvas.point_in_picture(max(xs) + dx, max(ys) + dy)
    dx, dy = right - max(xs), bottom - max(ys)
    if point is None:
        return shifted(annotation, dx, dy)
    return with_point(annotation, point, (places[0][0] + dx, places[0][1] + dy))


def _is_on_knob(canvas: Canvas, at: Point) -> bool:
    """Tell whether a widget point lies on the handle of the chosen person."""
    scene = canvas.scene
    if not scene.whole.shown or scene.poses is None or scene.person >= len(scene.poses.xy):
        return False
    knobs = knob_places(scene.poses.xy[scene.person], canvas.view, QRectF(canvas.rect()))
    return any(math.dist((knob.x(), knob.y()), at) <= RADIUS for knob in knobs.values())


def _middle(canvas: Canvas) -> tuple[Point, float]:
    """Return the middle of the part of the picture that is seen, and how far a shape reaches from there, image px."""
    corners = [
        canvas.point_in_picture(*canvas.view.to_image(*at)) for at in ((0, 0), (canvas.width(), canvas.height()))
    ]
    (x0, y0), (x1, y1) = corners
    reach = min(_REACH / canvas.view.scale, abs(x1 - x0) / 3, abs(y1 - y0) / 3)
    return ((x0 + x1) / 2, (y0 + y1) / 2), max(reach, 1.0)


def _position(event: QEvent) -> Point:
    at = cast(QMouseEvent, event).position()
    return at.x(), at.y()


def _is_far(a: Point, b: Point) -> bool:
    return max(abs(a[0] - b[0]), abs(a[1] - b[1])) >= DRAG_THRESHOLD
