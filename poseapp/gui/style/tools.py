"""Gestures: a drag is one generator whose local variables are its whole state; it commits once, at release."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from poseapp.core.geometry import Box
from poseapp.core.types import Key

DRAG_THRESHOLD = 3.0  # widget px before a click becomes a drag

Phase = Literal["move", "release", "cancel"]


@dataclass(frozen=True)
class Pointer:
    """Where the pointer is, in image px and in widget px, and what it just did."""

    phase: Phase
    image: tuple[float, float]
    widget: tuple[float, float]


Gesture: TypeAlias = Generator[None, Pointer, None]


class DragHost(Protocol):
    """What a gesture may do to the canvas."""

    def preview(self, key: Key | None, x: float = 0.0, y: float = 0.0) -> None:
        """Paint a keypoint elsewhere for the moment; None paints the truth again."""

    def commit(self, key: Key, x: float, y: float) -> None:
        """Ask for the edit."""

    def preview_box(self, box: Box | None) -> None:
        """Paint a box for the moment; None paints none."""

    def commit_box(self, box: Box) -> None:
        """Tell of a box that was drawn."""

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the view."""

    def clicked_empty(self, x: float, y: float) -> None:
        """A click on image px where nothing is."""


def drag_keypoint(host: DragHost, key: Key, start: tuple[float, float], press: Pointer) -> Gesture:
    """Drag a keypoint that stands at `start` image px; the grip stays where it was taken.

    Previews while moving; commits exactly once at release, and not at all for a click or a cancelled drag.
    """
    grip = start[0] - press.image[0], start[1] - press.image[1]
    x, y = start
    moved = False
    pointer = yield
    while pointer.phase == "move":
        moved = moved or _distance(press, pointer) >= DRAG_THRESHOLD
        if moved:
            x, y = pointer.image[0] + grip[0], pointer.image[1] + grip[1]
            host.preview(key, x, y)
        pointer = yield
    host.preview(None)
    if moved and pointer.phase == "release":
        host.commit(key, x, y)


def drag_box(host: DragHost, press: Pointer) -> Gesture:
    """Draw a box from corner to corner, image px; commits once at release, and nothing for a click."""
    box: Box | None = None
    pointer = yield
    while pointer.phase == "move":
        if _distance(press, pointer) >= DRAG_THRESHOLD:
            (x0, x1), (y0, y1) = (sorted(pair) for pair in zip(press.image, pointer.image, strict=True))
            box = Box(x0, y0, x1 - x0, y1 - y0)
            host.preview_box(box)
        pointer = yield
    host.preview_box(None)
    if box is not None and box.area > 0 and pointer.phase == "release":
        host.commit_box(box)


def drag_view(host: DragHost, press: Pointer, *, is_click_meant: bool) -> Gesture:
    """Pan the view; a press and release in one place is a click on nothing where that is meant."""
    last = press.widget
    moved = False
    pointer = yield
    while pointer.phase == "move":
        moved = moved or _distance(press, pointer) >= DRAG_THRESHOLD
        if moved:
            host.pan_by(pointer.widget[0] - last[0], pointer.widget[1] - last[1])
            last = pointer.widget
        pointer = yield
    if not moved and is_click_meant and pointer.phase == "release":
        host.clicked_empty(*pointer.image)


def _distance(a: Pointer, b: Pointer) -> float:
    return max(abs(a.widget[0] - b.widget[0]), abs(a.widget[1] - b.widget[1]))
