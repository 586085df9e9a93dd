"""Where the parts of annotations lie in the canvas: one answer for painting and for what is under the cursor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from poseapp.core.annotations import metres_per_px
from poseapp.core.items import N_POINTS, Annotation, Shape
from poseapp.gui.annotations.words import value_words, words_of
from poseapp.gui.canvas.view import CanvasView
from poseapp.gui.style.theme import font

Point = tuple[float, float]

_TICK = 7.0  # px, half of a ruler's end
_GAP = 10.0  # px from a line to its words
_MAX_PLATE = 320.0  # px


@dataclass
class AnnotationScene:
    """The annotations of the shown frame, and what is being done to them.

    Attributes:
        items: (number, annotation), those that the frame shows.
        chosen: Number of the one that keys act on. point: Its point that keys move, None for all of it.
        preview: One under way, shown instead of where it is.
        held: Its point that is being dragged, image px.
        tool: The shape that the next press draws. placed: The points it has so far, and the one at the pointer.
        metres_per_px: Scale of the frame, None where it is not known.
        frame: Index. pts: (T,) s.
        size: Of the picture, px.
    """

    items: tuple[tuple[int, Annotation], ...] = ()
    chosen: int | None = None
    point: int | None = None
    preview: tuple[int, Annotation] | None = None
    held: Point | None = None
    tool: Shape | None = None
    placed: tuple[Point, ...] = ()
    metres_per_px: float | None = None
    frame: int = 0
    pts: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    size: tuple[int, int] = (0, 0)

    def shown(self) -> list[tuple[int, Annotation]]:
        """Return the annotations as they look at the moment; the chosen one comes last, on top."""
        preview = {} if self.preview is None else dict([self.preview])
        items = [(number, preview.get(number, annotation)) for number, annotation in self.items]
        return sorted(items, key=lambda item: item[0] == self.chosen)

    def find(self, number: int | None) -> Annotation | None:
        """Return an annotation that the frame shows."""
        return dict(self.items).get(number) if number is not None else None

    def draft(self) -> Annotation | None:
        """Return what is being drawn, once it has all its points."""
        if self.tool is None or len(self.placed) != N_POINTS[self.tool]:
            return None
        return Annotation(self.tool, self.placed, self.frame, self.frame + 1)

    def scale(self) -> float | None:
        """Return metres a px, also while the ruler that gives them is being dragged; None where not known."""
        if self.preview is None or not self.preview[1].metres:
            return self.metres_per_px
        return metres_per_px((annotation for _, annotation in sorted(self.shown(), key=_number)), self.frame)

    def words(self, annotation: Annotation) -> str:
        """Return name and value of an annotation in this frame."""
        has_times = max(self.frame, annotation.start) < len(self.pts)
        seconds = float(self.pts[self.frame] - self.pts[annotation.start]) if has_times else 0.0
        return words_of(annotation, value_words(annotation, metres_per_px=self.scale(), seconds=seconds))


@dataclass(frozen=True)
class Layout:
    """An annotation in widget px.

    Attributes:
        points: Its own points. lines: What is drawn and can be taken hold of.
        words: What it says, on a plate; None without words.
    """

    points: tuple[QPointF, ...]
    lines: tuple[QLineF, ...]
    words: str
    plate: QRectF | None


def lay_out(annotation: Annotation, scene: AnnotationScene, view: CanvasView) -> Layout:
    """Return where an annotation lies."""
    points = tuple(QPointF(*view.to_widget(*point)) for point in annotation.points)
    words = scene.words(annotation)
    return Layout(
        points, lines_of(annotation.shape, points, scene, view), words, _plate(annotation.shape, points, words)
    )


def _number(item: tuple[int, Annotation]) -> int:
    return item[0]


def lines_of(shape: Shape, points: Sequence[QPointF], scene: AnnotationScene, view: CanvasView) -> tuple[QLineF, ...]:
    """Return the lines of a shape, also of one that has not all its points yet."""
    if shape is Shape.PLUMB and points:
        top, bottom = view.to_widget(0, -0.5)[1], view.to_widget(0, scene.size[1] - 0.5)[1]
        return (QLineF(points[0].x(), top, points[0].x(), bottom),)
    legs = tuple(QLineF(a, b) for a, b in pairwise(points))
    if shape is Shape.RULER and legs and legs[0].length() > 0:
        return legs + tuple(_tick(legs[0], at) for at in points[:2])
    return legs


def _tick(line: QLineF, at: QPointF) -> QLineF:
    dx, dy = line.dx() / line.length() * _TICK, line.dy() / line.length() * _TICK
    return QLineF(at.x() - dy, at.y() + dx, at.x() + dy, at.y() - dx)


def _plate(shape: Shape, points: Sequence[QPointF], words: str) -> QRectF | None:
    if not words:
        return None
    metrics = QFontMetricsF(font("strong"))
    lines = words.split("\n")
    width = min(max(metrics.horizontalAdvance(line) for line in lines) + 14, _MAX_PLATE)
    height = metrics.height() * len(lines) + 8
    if shape in (Shape.TEXT, Shape.STOPWATCH):
        return QRectF(points[0].x(), points[0].y(), width, height)
    if shape is Shape.PLUMB:
        return QRectF(points[0].x() + _GAP, points[0].y() - height / 2, width, height)
    centre = _beside_vertex(points, width, height) if shape is Shape.GONIOMETER else _beside_line(points, width, height)
    return QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)


def _beside_line(points: Sequence[QPointF], width: float, height: float) -> QPointF:
    """Return the middle of a plate above or beside the middle of a line, off it at any slope."""
    (a, b), middle = points[:2], (points[0] + points[1]) / 2
    length = math.hypot(b.x() - a.x(), b.y() - a.y())
    if length == 0:
        return QPointF(middle.x(), middle.y() - height / 2 - _GAP)
    across = (b.y() - a.y()) / length, -(b.x() - a.x()) / length
    if across[1] > 0 or (across[1] == 0 and across[0] < 0):
        across = -across[0], -across[1]
    reach = abs(across[0]) * width / 2 + abs(across[1]) * height / 2 + _GAP
    return QPointF(middle.x() + across[0] * reach, middle.y() + across[1] * reach)


def _beside_vertex(points: Sequence[QPointF], width: float, height: float) -> QPointF:
    """Return the middle of a plate behind the vertex, away from both legs."""
    vertex = points[1]
    towards = [_unit(leg - vertex) for leg in (points[0], points[2])]
    sum_x, sum_y = -towards[0].x() - towards[1].x(), -towards[0].y() - towards[1].y()
    if math.hypot(sum_x, sum_y) < 0.05:  # a straight angle: beside it
        sum_x, sum_y = towards[0].y(), -towards[0].x()
    length = math.hypot(sum_x, sum_y) or 1.0
    x, y = sum_x / length, sum_y / length
    reach = abs(x) * width / 2 + abs(y) * height / 2 + 1.6 * _GAP
    return QPointF(vertex.x() + x * reach, vertex.y() + y * reach)


def _unit(leg: QPointF) -> QPointF:
    length = math.hypot(leg.x(), leg.y())
    return leg / length if length > 0 else QPointF(0.0, -1.0)
