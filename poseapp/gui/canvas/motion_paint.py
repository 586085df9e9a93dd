"""Draws what surrounds a pose in time and in doubt: trails, ghosts of other frames, ellipses of uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from poseapp.core.side_colors import SIDE_COLORS, bone_side
from poseapp.core.skeleton import Side, Skeleton
from poseapp.core.types import Float32
from poseapp.gui.canvas.render import HALO, draw_label, label_plate
from poseapp.gui.canvas.strokes import draw_lines, polygon, runs
from poseapp.gui.canvas.view import CanvasView
from poseapp.gui.style.theme import DARK, color, font

_AGES = ((0.0, 0.35), (0.4, 0.6), (0.75, 0.95))  # from this share of a trail on, this opaque
_DASHES = (5.0, 4.0)  # px, of what is left
_GHOST = 0.6  # opacity
_ARM = 4.0  # px, of the crosses at a pose that is compared with


@dataclass(frozen=True, eq=False)
class Trail:
    """Where a keypoint was: xy (n, 2) image px, oldest first, NaN where it was not seen."""

    xy: npt.NDArray[np.float64]
    side: Side


@dataclass(frozen=True, eq=False)
class Ghost:
    """Another pose: xy (K, 2) px, how many frames later it is (negative: earlier), and what it is called.

    "" for the frames: a pose of the same frame has a name.
    """

    xy: Float32
    offset: int
    name: str = ""


@dataclass(frozen=True)
class Spread:
    """A keypoint's position (x, y) px with its covariance (xx, xy, yy) px^2."""

    at: tuple[float, float]
    cov: tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class MotionScene:
    """What is shown of them."""

    trails: tuple[Trail, ...] = ()
    ghosts: tuple[Ghost, ...] = ()
    spread: Spread | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to draw."""
        return not self.trails and not self.ghosts and self.spread is None


def draw_motion(
    painter: QPainter, scene: MotionScene, skeleton: Skeleton | None, *, view: CanvasView, room: QRectF
) -> None:
    """Draw ghosts, trails and the ellipse; they belong under the pose."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if skeleton is not None:
        for ghost in scene.ghosts:
            _draw_ghost(painter, ghost, skeleton, view, room)
    for trail in scene.trails:
        _draw_trail(painter, trail, view)
    if scene.spread is not None:
        _draw_spread(painter, scene.spread, view)
    painter.restore()


def draw_motion_words(painter: QPainter, scene: MotionScene, view: CanvasView, room: QRectF) -> None:
    """Say how large the ellipse is, and mark the keypoints of named poses; over the pose, where nothing hides it."""
    for ghost in scene.ghosts:
        if ghost.name:
            points = view.all_to_widget(ghost.xy)
            _draw_crosses(painter, points[_seen(points)])
    if scene.spread is not None:
        words, at = _spread_words(scene.spread, view)
        draw_label(painter, words, at, room, ink=QColor(255, 255, 255), font=font("small"))


def motion_plates(scene: MotionScene, view: CanvasView, room: QRectF) -> list[QRectF]:
    """Return where `draw_motion_words` writes."""
    return [] if scene.spread is None else [label_plate(*_spread_words(scene.spread, view), room, font("small"))]


def ellipse_axes(cov: tuple[float, float, float]) -> tuple[float, float, float]:
    """Return the semi-axes of one standard deviation, longer first, px, and the angle of the longer one.

    The angle is in degrees from image x towards image y, -90..90. The eigenvalues of C = [[xx, xy], [xy, yy]] are
    m +- r with m = (xx + yy) / 2 and r = hypot((xx - yy) / 2, xy); the longer axis lies at atan2(2 xy, xx - yy) / 2.
    """
    xx, xy, yy = cov
    mean, radius = (xx + yy) / 2, math.hypot((xx - yy) / 2, xy)
    angle = math.degrees(math.atan2(2 * xy, xx - yy)) / 2
    return math.sqrt(max(mean + radius, 0.0)), math.sqrt(max(mean - radius, 0.0)), angle


def _draw_trail(painter: QPainter, trail: Trail, view: CanvasView) -> None:
    points = view.all_to_widget(trail.xy)
    seen = _seen(points)
    dashes = _DASHES if trail.side == "left" else ()
    ends = [round(share * len(points)) for share, _ in _AGES[1:]] + [len(points)]
    start = 0
    for end, (_, opaque) in zip(ends, _AGES, strict=True):
        first = max(start - 1, 0)  # the pieces touch
        pieces = [piece for piece in runs(seen[first:end]) if piece.stop - piece.start > 1]
        lines = [polygon(*points[first:end][piece].T) for piece in pieces]
        halo = QColor(HALO)
        halo.setAlphaF(0.45 * opaque)
        draw_lines(painter, lines, halo, width=3.0)
        draw_lines(painter, lines, color(DARK.side(trail.side), opaque), width=2.0, dashes=dashes)
        start = end


def _draw_ghost(painter: QPainter, ghost: Ghost, skeleton: Skeleton, view: CanvasView, room: QRectF) -> None:
    """Draw bones: earlier ones dotted, later ones thin, named ones white with crosses; each with its name or place."""
    points = view.all_to_widget(ghost.xy)
    seen = _seen(points)
    if not seen.any():
        return
    bones = [(a, b) for a, b in skeleton.bones if seen[a] and seen[b]]
    style = Qt.PenStyle.DotLine if ghost.offset < 0 or ghost.name else Qt.PenStyle.SolidLine
    lines = [QLineF(*points[a], *points[b]) for a, b in bones]
    painter.setPen(QPen(QColor(0, 0, 0, 80), 3.5))
    painter.drawLines(lines)
    for (a, b), line in zip(bones, lines, strict=True):
        ink = color(SIDE_COLORS[bone_side(skeleton.sides[a], skeleton.sides[b])], _GHOST)
        ink = QColor(255, 255, 255) if ghost.name else ink
        painter.setPen(QPen(ink, 1.6, style, Qt.PenCapStyle.RoundCap))
        painter.drawLine(line)
    x, y = points[seen][points[seen][:, 1].argmin()]
    # The two labels stand on both sides, or they would cover each other.
    at = QPointF(x - 56, y + 8) if ghost.offset < 0 else QPointF(x, y + 8)
    words = ghost.name or f"{ghost.offset:+d}".replace("-", "−")
    draw_label(painter, words, at, room, ink=QColor(255, 255, 255), font=font("small"))


def _draw_crosses(painter: QPainter, points: npt.NDArray[np.float64]) -> None:
    """Mark where keypoints are, (n, 2) widget px, so that a difference of a few px is seen."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    arms = [QLineF(x - _ARM, y + d * _ARM, x + _ARM, y - d * _ARM) for x, y in points.tolist() for d in (-1.0, 1.0)]
    for ink, width in ((QColor(0, 0, 0, 160), 3.5), (QColor(255, 255, 255), 1.6)):
        painter.setPen(QPen(ink, width))
        painter.drawLines(arms)


def _draw_spread(painter: QPainter, spread: Spread, view: CanvasView) -> None:
    """Draw the ellipses of one and of two standard deviations."""
    longer, shorter, angle = ellipse_axes(spread.cov)
    if longer <= 0:
        return
    centre = QPointF(*view.to_widget(*spread.at))
    painter.save()
    painter.translate(centre)
    painter.rotate(view.direction * angle)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for times, style in ((2.0, Qt.PenStyle.DashLine), (1.0, Qt.PenStyle.SolidLine)):
        for pen in (QPen(HALO, 3.6), QPen(QColor(255, 255, 255), 1.6, style)):
            painter.setPen(pen)
            painter.drawEllipse(QPointF(0, 0), times * longer * view.scale, times * shorter * view.scale)
    painter.restore()


def _seen(points: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    return np.isfinite(points[:, 0]) & np.isfinite(points[:, 1])


def _spread_words(spread: Spread, view: CanvasView) -> tuple[str, QPointF]:
    """Return the size of the ellipse, and a point below it."""
    longer, shorter, angle = ellipse_axes(spread.cov)
    x, y = view.to_widget(*spread.at)
    beneath = math.hypot(longer * math.sin(math.radians(angle)), shorter * math.cos(math.radians(angle)))
    return f"1 σ  {longer:.1f} × {shorter:.1f} px", QPointF(x - 8, y + 2 * beneath * view.scale + 48)
