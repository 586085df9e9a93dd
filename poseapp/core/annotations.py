"""The geometry of annotations: what a ruler and a goniometer read, and how a drawing is placed and moved.

Points are image px, pixel centres at integers; pictures are shown with square pixels, so one scale holds for both axes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from poseapp.core.items import N_POINTS, Annotation, Shape

Point = tuple[float, float]


def angle_at(a: Point, vertex: Point, b: Point) -> float:
    """Return the angle between two legs, degrees, 0..180; NaN where a leg has no length."""
    first, second = ((p[0] - vertex[0], p[1] - vertex[1]) for p in (a, b))
    if first == (0.0, 0.0) or second == (0.0, 0.0):
        return math.nan
    cross = first[0] * second[1] - first[1] * second[0]
    dot = first[0] * second[0] + first[1] * second[1]
    return abs(math.degrees(math.atan2(cross, dot)))


def length_px(annotation: Annotation) -> float:
    """Return the distance of the first two points, px."""
    return math.dist(*annotation.points[:2])


def metres_per_px(annotations: Iterable[Annotation], frame: int) -> float | None:
    """Return the scale that the rulers of known length give a frame, None without any.

    The last of those shown in the frame counts, else the last of all: a camera that stands still keeps its scale. It
    holds in the plane that the ruler lies in.
    """
    known = [a for a in annotations if a.shape is Shape.RULER and a.metres > 0 and length_px(a) > 0]
    shown = [a for a in known if is_shown(a, frame)]
    if not known:
        return None
    ruler = (shown or known)[-1]
    return ruler.metres / length_px(ruler)


def is_shown(annotation: Annotation, frame: int) -> bool:
    """Tell whether a frame shows an annotation."""
    return annotation.start <= frame < annotation.stop


def shifted(annotation: Annotation, dx: float, dy: float) -> Annotation:
    """Return an annotation moved as a whole, px."""
    return replace(annotation, points=tuple((x + dx, y + dy) for x, y in annotation.points))


def with_point(annotation: Annotation, index: int, to: Point) -> Annotation:
    """Return an annotation with one of its points elsewhere, px."""
    points = list(annotation.points)
    points[index] = to
    return replace(annotation, points=tuple(points))


def default_points(shape: Shape, centre: Point, reach: float) -> tuple[Point, ...]:
    """Return a shape about a point, `reach` px to each side: what there is to change by keys."""
    x, y = centre
    if N_POINTS[shape] == 1:
        return (centre,)
    if N_POINTS[shape] == 2:
        return (x - reach, y), (x + reach, y)
    return (x + reach, y), (x, y), (x, y - reach)


def default_stretch(shape: Shape, frame: int, n_frames: int, zone: tuple[int, int] | None) -> tuple[int, int]:
    """Return the frames start, stop in which a new annotation is shown.

    Those of the working zone that the frame lies in; without one, a ruler and a plumb line belong to the whole clip, a
    stopwatch runs on to its end, and anything else is about this frame. A stopwatch always starts here.
    """
    inside = zone is not None and zone[0] <= frame < zone[1]
    start, stop = zone if zone is not None and inside else (0, n_frames)
    if shape is Shape.STOPWATCH:
        return frame, stop
    if inside or shape in (Shape.RULER, Shape.PLUMB):
        return start, stop
    return frame, frame + 1
