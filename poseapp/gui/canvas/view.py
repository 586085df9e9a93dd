"""Where the picture lies in the canvas: one map from image px to widget px, and its inverse."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from poseapp.core.geometry import Box

MIN_SCALE = 0.02
MAX_SCALE = 64.0

Point = tuple[float, float]


@dataclass(frozen=True)
class CanvasView:
    """widget = scale x image + offset on each axis; image px have their centres at integers.

    A mirrored view counts x the other way: widget x = dx - scale x image x.
    """

    scale: float = 1.0
    dx: float = 0.0
    dy: float = 0.0
    mirrored: bool = False

    @property
    def direction(self) -> int:
        """Return +1 where the picture's right is on the right, -1 where it is mirrored."""
        return -1 if self.mirrored else 1

    @property
    def along(self) -> tuple[float, float]:
        """Widget px an image px to the right, and downwards."""
        return self.direction * self.scale, self.scale

    def to_widget(self, x: float, y: float) -> Point:
        """Return widget px of image px."""
        return self.direction * self.scale * x + self.dx, self.scale * y + self.dy

    def to_image(self, x: float, y: float) -> Point:
        """Return image px of widget px: the inverse of `to_widget`."""
        return self.direction * (x - self.dx) / self.scale, (y - self.dy) / self.scale

    def all_to_widget(self, points: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return widget px (..., 2) of image px (..., 2)."""
        placed: npt.NDArray[np.float64] = np.asarray(points, np.float64) * self.along + (self.dx, self.dy)
        return placed

    def zoomed(self, factor: float, x: float, y: float) -> CanvasView:
        """Return the view zoomed by a factor, with the image point under widget (x, y) kept in place."""
        scale = min(max(self.scale * factor, MIN_SCALE), MAX_SCALE)
        ratio = scale / self.scale
        return CanvasView(scale, x - ratio * (x - self.dx), y - ratio * (y - self.dy), self.mirrored)

    def panned(self, dx: float, dy: float) -> CanvasView:
        """Return the view moved by widget px."""
        return CanvasView(self.scale, self.dx + dx, self.dy + dy, self.mirrored)

    def turned_over(self, width: float) -> CanvasView:
        """Return the view of a widget of a width as a mirror shows it; once more is the view itself."""
        return replace(self, dx=width - self.dx, mirrored=not self.mirrored)


def revealed(view: CanvasView, x: float, y: float, width: float, height: float) -> CanvasView:
    """Return the view, moved so that an image point comes into the middle of the widget where it is not in it."""
    at_x, at_y = view.to_widget(x, y)
    if 0 <= at_x <= width and 0 <= at_y <= height:
        return view
    return view.panned(width / 2 - at_x, height / 2 - at_y)


def fit(box: Box, width: float, height: float, *, margin: float = 0.0, mirrored: bool = False) -> CanvasView:
    """Return the view that shows a box of the picture whole and centred in a widget, with a margin all around, px."""
    room_x, room_y = max(width - 2 * margin, 1.0), max(height - 2 * margin, 1.0)
    scale = min(max(min(room_x / box.width, room_y / box.height), MIN_SCALE), MAX_SCALE)
    cx, cy = box.centre
    view = CanvasView(scale, width / 2 - scale * cx, height / 2 - scale * cy)
    return view.turned_over(width) if mirrored else view
