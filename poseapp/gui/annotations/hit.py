"""Which annotation lies under the cursor, and which of its points."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF

from poseapp.gui.annotations.layout import AnnotationScene, Layout, lay_out
from poseapp.gui.canvas.hit import GRAB_RADIUS
from poseapp.gui.canvas.view import CanvasView

_NEAR_LINE = 6.0  # px


@dataclass(frozen=True)
class AnnotationHit:
    """An annotation under the cursor; `point` is the index of one of its points, None for the rest of it."""

    number: int
    point: int | None


def find_handle(scene: AnnotationScene, view: CanvasView, at: tuple[float, float]) -> AnnotationHit | None:
    """Return the point of the chosen annotation that lies within reach of a widget point, the nearest."""
    for number, annotation in scene.shown():
        if number == scene.chosen:
            return _hit_point(number, lay_out(annotation, scene, view), at)
    return None


def find_annotation(scene: AnnotationScene, view: CanvasView, at: tuple[float, float]) -> AnnotationHit | None:
    """Return what lies under a widget point, the topmost first; None for nothing."""
    for number, annotation in reversed(scene.shown()):
        layout = lay_out(annotation, scene, view)
        hit = _hit_point(number, layout, at)
        if hit is not None:
            return hit
        on_plate = layout.plate is not None and layout.plate.contains(QPointF(*at))
        if on_plate or any(_distance(line, at) <= _NEAR_LINE for line in layout.lines):
            return AnnotationHit(number, None)
    return None


def _hit_point(number: int, layout: Layout, at: tuple[float, float]) -> AnnotationHit | None:
    distances = [math.hypot(point.x() - at[0], point.y() - at[1]) for point in layout.points]
    nearest = min(range(len(distances)), key=distances.__getitem__)
    return AnnotationHit(number, nearest) if distances[nearest] <= GRAB_RADIUS else None


def _distance(line: QLineF, at: tuple[float, float]) -> float:
    """Return the distance of a point from a line that ends at its ends, px."""
    length = line.length()
    if length == 0:
        return math.hypot(at[0] - line.x1(), at[1] - line.y1())
    along = ((at[0] - line.x1()) * line.dx() + (at[1] - line.y1()) * line.dy()) / length**2
    along = min(max(along, 0.0), 1.0)
    return math.hypot(at[0] - line.x1() - along * line.dx(), at[1] - line.y1() - along * line.dy())
