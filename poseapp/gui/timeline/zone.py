"""The working zone on the timeline: a bracket below the ruler whose ends can be taken hold of; the rest is dimmed."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from poseapp.gui.style.theme import HALF, color
from poseapp.gui.style.wording import format_time
from poseapp.gui.timeline.paint import Lane
from poseapp.gui.timeline.time_axis import TimeAxis
from poseapp.services.playback import Zone

End = Literal["start", "stop"]

_REACH = 7  # px to either side in which an end can be taken hold of
_DIM = 0.55
_HANDLE = 7  # px


def zone_px(axis: TimeAxis, zone: Zone) -> tuple[float, float]:
    """Return the px of the axis at which a zone begins and ends."""
    return axis.span(zone.start)[0], axis.span(zone.stop - 1)[1]


def end_at(axis: TimeAxis, zone: Zone | None, x: float) -> End | None:
    """Return the end of the zone near a px of the axis."""
    if zone is None:
        return None
    start, stop = (abs(x - end) for end in zone_px(axis, zone))
    if min(start, stop) > _REACH:
        return None
    return "start" if start < stop else "stop"


def nearest_edge(axis: TimeAxis, x: float) -> int:
    """Return the frame whose beginning is nearest to a px of the axis; T for the end of the clip."""
    frame = axis.frame(x)
    begin, end = axis.span(frame)
    return frame if x - begin < end - x else frame + 1


def zone_between(one: int, other: int, n_frames: int) -> Zone:
    """Return the zone from one edge of a frame to another, of one frame at least."""
    start = min(one, other, n_frames - 1)
    return Zone(start, max(one, other, start + 1))


def paint_zone(painter: QPainter, strip: Lane, zone: Zone, bottom: float) -> None:
    """Paint the zone: a bracket on its strip, and a veil over everything below that does not belong to it."""
    rect, palette = strip.rect, strip.palette
    left, right = (min(max(strip.x(x), rect.left()), rect.right()) for x in zone_px(strip.axis, zone))
    veil = color(palette.background, _DIM)
    for a, b in ((rect.left(), left), (right, rect.right())):
        painter.fillRect(QRectF(a, rect.bottom(), b - a, bottom - rect.bottom()), veil)
    painter.fillRect(QRectF(left, rect.top() + 2, right - left, rect.height() - 4), color(palette.accent, 0.45))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for x, edge, inward in ((left, zone_px(strip.axis, zone)[0], 1), (right, zone_px(strip.axis, zone)[1], -1)):
        if 0 <= edge <= strip.axis.width + 0.5:
            _paint_handle(painter, strip, x, inward, bottom)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def describe_zone(axis: TimeAxis, zone: Zone) -> str:
    """Return "0:01.200 – 0:03.400  ·  2.200 s  ·  66 frames"."""
    start, stop = zone_seconds(axis, zone)
    frames = "1 frame" if zone.stop - zone.start == 1 else f"{zone.stop - zone.start} frames"
    return f"{format_time(start)} – {format_time(stop)}  ·  {stop - start:.3f} s  ·  {frames}"


def zone_seconds(axis: TimeAxis, zone: Zone) -> tuple[float, float]:
    """Return when a zone begins and ends, s of the clip's clock."""
    stop = float(axis.pts[zone.stop]) if zone.stop < len(axis.pts) else axis.end
    return float(axis.pts[zone.start]), stop


def _paint_handle(painter: QPainter, strip: Lane, x: float, inward: int, bottom: float) -> None:
    """Paint one end: a bracket's upright with a filled corner, that points inwards."""
    rect, ink = strip.rect, color(strip.palette.accent)
    painter.setPen(QPen(ink, 1, Qt.PenStyle.DotLine))
    painter.drawLine(QPointF(x, rect.bottom()), QPointF(x, bottom))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    top, low = rect.top() - HALF / 2, rect.bottom() + HALF / 2
    tip = x + inward * _HANDLE
    outline = [(x, top), (tip, top), (x + inward * 3, (top + low) / 2), (tip, low), (x, low)]
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in outline]))
