"""Draws poses: what looks alike is gathered and drawn at once, since calling Qt's painter costs more than a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from poseapp.core.side_colors import SIDE_COLORS, bone_side
from poseapp.core.skeleton import Side, Skeleton
from poseapp.core.types import PoseView, Source
from poseapp.gui.canvas.render import HALO
from poseapp.gui.canvas.view import CanvasView
from poseapp.gui.style.theme import DARK, color

SURE = 0.4  # scores below it are drawn hollow
_RADIUS = 4.5  # px, of a keypoint
_LEVELS = 20  # of opacity: nobody sees 5 %
_FAINT = 0.55  # of persons that are not chosen
_MARKED = (Source.CORRECTED, Source.OCCLUDED)


@dataclass(frozen=True)
class PoseContext:
    """How the poses of a frame are drawn.

    Attributes:
        person: The chosen one; others are drawn fainter. keypoint: The chosen one of that person, or None.
        hovered: (person, keypoint) under the cursor, or None.
        hidden: Persons that are not drawn.
    """

    view: CanvasView
    skeleton: Skeleton
    person: int = 0
    keypoint: int | None = None
    hovered: tuple[int, int] | None = None
    hidden: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Look:
    """What keypoints have in common that are drawn at once; `level` of opacity, of `_LEVELS`."""

    side: Side
    level: int
    is_hollow: bool


def side_color(side: Side) -> QColor:
    """Return the colour of a side on the picture: the same in both themes, for the picture is not themed."""
    return color(SIDE_COLORS[side])


def opacity(score: float) -> float:
    """Return how solid a keypoint of a score is drawn: 0.3 at 0, 1 from 0.7 on."""
    return min(max(0.3 + score, 0.3), 1.0)


def draw_poses(painter: QPainter, poses: PoseView, context: PoseContext) -> None:
    """Draw every visible person, the chosen one last, so that it lies on top."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    order = sorted(range(len(poses.xy)), key=lambda person: person == context.person)
    for person in order:
        if person not in context.hidden:
            _draw_person(painter, poses, person, context)


def _draw_person(painter: QPainter, poses: PoseView, person: int, context: PoseContext) -> None:
    view = context.view
    xy = view.all_to_widget(poses.xy[person])
    seen = [int(k) for k in np.flatnonzero(np.isfinite(xy).all(axis=1))]
    points, scores = xy.tolist(), np.nan_to_num(poses.score[person], nan=0.0).tolist()
    faint = 1.0 if person == context.person else _FAINT
    _draw_bones(painter, points, scores, seen, skeleton=context.skeleton, faint=faint)
    _draw_keypoints(painter, points, scores, seen, skeleton=context.skeleton, faint=faint)
    for k in seen:
        at = QPointF(*points[k])
        if poses.source[person, k] in _MARKED:
            _draw_mark(painter, at, faint, is_occluded=bool(poses.source[person, k] == Source.OCCLUDED))
        elif poses.source[person, k] == Source.PROPAGATED:
            _draw_dot(painter, at, faint)
        is_chosen = person == context.person and k == context.keypoint
        if is_chosen or (person, k) == context.hovered:
            _draw_corners(painter, at, is_chosen=is_chosen)


def _draw_bones(
    painter: QPainter,
    points: list[list[float]],
    scores: list[float],
    seen: Iterable[int],
    *,
    skeleton: Skeleton,
    faint: float,
) -> None:
    there = set(seen)
    alike: dict[tuple[Side, int], list[QLineF]] = defaultdict(list)
    sides = skeleton.sides
    for a, b in skeleton.bones:
        if a in there and b in there:
            side = bone_side(sides[a], sides[b])
            level = _level(faint * opacity(min(scores[a], scores[b])))
            alike[side, level].append(QLineF(*points[a], *points[b]))
    for (_, level), lines in alike.items():
        painter.setPen(_halo_pen(level, 5.0))
        painter.drawLines(lines)
    for (side, level), lines in alike.items():
        painter.setPen(_bone_pen(side, level))
        painter.drawLines(lines)


def _draw_keypoints(
    painter: QPainter,
    points: list[list[float]],
    scores: list[float],
    seen: Iterable[int],
    *,
    skeleton: Skeleton,
    faint: float,
) -> None:
    alike: dict[_Look, list[tuple[float, float]]] = defaultdict(list)
    sides = skeleton.sides
    for k in seen:
        look = _Look(sides[k], _level(faint * opacity(scores[k])), scores[k] < SURE)
        alike[look].append((points[k][0], points[k][1]))
    for look, at in alike.items():
        path = _shapes(at, are_squares=look.side == "left")
        ink = _ink(look.side, look.level)
        painter.setBrush(Qt.BrushStyle.NoBrush if look.is_hollow else ink)
        painter.setPen(_halo_pen(_level(faint), 3.0))
        painter.drawPath(path)
        painter.setPen(QPen(ink, 1.8))
        painter.drawPath(path)


def _shapes(at: list[tuple[float, float]], *, are_squares: bool) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)  # where two overlap there is no hole
    radius = _RADIUS * 0.886 if are_squares else _RADIUS  # a square of the circle's area
    for x, y in at:
        if are_squares:
            path.addRect(x - radius, y - radius, 2 * radius, 2 * radius)
        else:
            path.addEllipse(x - radius, y - radius, 2 * radius, 2 * radius)
    return path


def _draw_mark(painter: QPainter, at: QPointF, faint: float, *, is_occluded: bool) -> None:
    """A ring says: placed by a person; dotted: behind something."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in _mark_pens(faint, is_occluded):
        painter.setPen(pen)
        painter.drawEllipse(at, _RADIUS + 4, _RADIUS + 4)


def _draw_dot(painter: QPainter, at: QPointF, faint: float) -> None:
    """A dot says: follows from a correction nearby."""
    painter.setPen(QPen(QColor(0, 0, 0, int(200 * faint)), 1.4))
    painter.setBrush(color(DARK.propagated, faint))
    painter.drawEllipse(at, 2.6, 2.6)


def _draw_corners(painter: QPainter, at: QPointF, *, is_chosen: bool) -> None:
    """Four corners about the keypoint: what the keyboard and the next drag act on."""
    reach, arm = _RADIUS + 8.5, 5.0
    width = 2.2 if is_chosen else 1.4
    lines = []
    for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x, y = at.x() + sx * reach, at.y() + sy * reach
        lines += [QLineF(x, y, x - sx * arm, y), QLineF(x, y, x, y - sy * arm)]
    for pen in (QPen(HALO, width + 2), QPen(QColor(255, 255, 255), width)):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLines(lines)


def _level(alpha: float) -> int:
    return round(alpha * _LEVELS)


@lru_cache(maxsize=128)
def _ink(side: Side, level: int) -> QColor:
    return color(DARK.side(side), level / _LEVELS)


@lru_cache(maxsize=128)
def _bone_pen(side: Side, level: int) -> QPen:
    pen = QPen(_ink(side, level), 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    if side == "left":
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([4.0, 2.0])
    return pen


@lru_cache(maxsize=128)
def _halo_pen(level: int, width: float) -> QPen:
    halo = QColor(HALO)
    halo.setAlphaF(HALO.alphaF() * level / _LEVELS)
    return QPen(halo, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)


@lru_cache(maxsize=8)
def _mark_pens(faint: float, is_occluded: bool) -> tuple[QPen, ...]:
    pens = []
    for ink, width in ((QColor(0, 0, 0, int(150 * faint)), 3.6), (QColor(255, 255, 255, int(240 * faint)), 1.8)):
        pen = QPen(ink, width)
        if is_occluded:
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setDashPattern([0.1, 4.4 / width])
        pens.append(pen)
    return tuple(pens)
