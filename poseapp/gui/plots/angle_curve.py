"""One curve over time as pyqtgraph paints it: band, raw line, curve, at a cost that does not grow with the clip."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from poseapp.core.skeleton import Side
from poseapp.gui.canvas.layer_keeper import LayerKeeper
from poseapp.gui.canvas.strokes import draw_lines, polygon, runs
from poseapp.gui.plots.curve_data import CurveData
from poseapp.gui.plots.tall_item import TallItem
from poseapp.gui.style.theme import blend, color, current_palette

Float64 = npt.NDArray[np.float64]

_DENSE = 2  # frames a pixel from which it shows their extremes
_CROWDED = 8  # frames a pixel from which a line through the extremes would fill the plot
_TREND = 12  # px that the trend averages over
_WIDTH = 1.75  # px
_MARK_SPACING = 8  # px, from one ring or dot to the next
_RING, _DOT = 3.5, 2.25  # px, radius
_STRIP = 6.0  # px, height of what says that an angle is not in the picture's plane
DASHES: dict[Side, list[float]] = {"right": [], "left": [7.0, 4.0], "middle": [2.0, 3.0]}  # px
REFERENCE_DASHES: dict[Side, list[float]] = {
    "right": [8.0, 3.0, 2.0, 3.0],
    "left": [8.0, 3.0, 2.0, 3.0, 2.0, 3.0],
    "middle": [2.0, 6.0],
}  # px


@dataclass(frozen=True)
class _Shape:
    """What is painted, in px of the widget."""

    band: list[QRectF]
    raw: list[QPolygonF]
    curve: list[QPolygonF]
    width: float = _WIDTH
    hatched: list[QRectF] = field(default_factory=list)
    rings: list[QPointF] = field(default_factory=list)
    dots: list[QPointF] = field(default_factory=list)


class AngleCurve(TallItem):
    """Right is solid, left dashed, the middle dotted, each in its colour.

    Close up: the curve, a band of one standard deviation, and where wanted the unfiltered values as a faint line.
    Where a few frames share a pixel: a line through their extremes. Where many do: a band between the extremes, and
    the trend. A ring marks frames that a person corrected, a dot those that a correction nearby healed. A hatched
    strip at the lower edge lies under frames in which the angle leaves the plane of the picture.
    """

    def __init__(self, side: Side) -> None:
        super().__init__()
        self._side = side
        self._time: Float64 = np.zeros(0)
        self._data: CurveData | None = None
        self.keeper: LayerKeeper[_Shape] = LayerKeeper()

    def set_data(self, time: Float64, data: CurveData) -> None:
        """Show a curve over `time` (T,) s; NaN leaves a gap."""
        self._time = time
        self._data = data
        self.keeper.forget()
        if len(time):
            self.enclose(float(time[0]), float(time[-1]))
        else:
            self.enclose_nothing()
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint band, raw line and curve, or the picture of them, which is kept until the view or the data change."""
        box = self.getViewBox()
        if box is None or self._data is None or len(self._time) == 0:
            return
        data, time = self._data, self._time
        self.keeper.paint(
            painter,
            box,
            lambda view, to_px, ratio: _shape(data, time, view, to_px, ratio),
            self._draw,
        )

    def _draw(self, painter: QPainter, shape: _Shape) -> None:
        _paint_shape(painter, shape, self._side)


class ReferenceLine(AngleCurve):
    """A curve of another system: thin, dash-dotted, on the left with two dots between the dashes."""

    def _draw(self, painter: QPainter, shape: _Shape) -> None:
        palette = current_palette()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(palette.text, 0.12))
        painter.drawRects(shape.band)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = blend(palette.side(self._side), palette.text, 0.6)
        draw_lines(painter, shape.curve, ink, width=1.25, dashes=REFERENCE_DASHES[self._side])


def _shape(data: CurveData, time: Float64, view: QRectF, to_px: QTransform, ratio: float) -> _Shape:
    first, last = view.left(), view.right()
    start = max(0, int(np.searchsorted(time, first)) - 1)
    stop = min(len(time), int(np.searchsorted(time, last)) + 1)
    left, right = to_px.map(QPointF(first, 0)).x(), to_px.map(QPointF(last, 0)).x()
    columns = max(1, round((right - left) * ratio))
    sides = np.linspace(first, last, columns + 1)
    if stop - start > _DENSE * columns:
        shape = _crowded_shape(data, time, sides, stop - start, to_px=to_px, ratio=ratio)
    else:
        shape = _close_shape(data, time, sides, slice(start, stop), to_px=to_px, ratio=ratio)
    step = max((last - first) / max(1.0, right - left) * _MARK_SPACING, 1e-9)
    grid = np.arange(math.floor(first / step), math.ceil(last / step) + 1) * step  # stands still while the view moves
    spots = np.searchsorted(time, grid)
    rings, dots = (_marks(frames, spots, time, data, to_px) for frames in (data.placed, data.propagated))
    return replace(shape, rings=rings, dots=dots, hatched=_hatched(data, time, view, to_px))


def _hatched(data: CurveData, time: Float64, view: QRectF, to_px: QTransform) -> list[QRectF]:
    """Return the strips under what is not in the plane of the picture; those of the left lie above those of the right.

    Stretches that share a px are one, so that a long clip costs no more than the width of the plot.
    """
    floor = max(to_px.map(view.topLeft()).y(), to_px.map(view.bottomLeft()).y())
    top = floor - _STRIP * (2 if data.member.side == "left" else 1)
    strips: list[QRectF] = []
    inside = (data.off_plane[:, 1] > np.searchsorted(time, view.left()) - 1) & (
        data.off_plane[:, 0] < np.searchsorted(time, view.right()) + 1
    )
    for start, stop in data.off_plane[inside].tolist():
        left = to_px.map(QPointF(time[start], 0)).x()
        right = max(to_px.map(QPointF(time[min(stop, len(time) - 1)], 0)).x(), left + 1)
        if strips and left <= strips[-1].right() + 1:
            strips[-1].setRight(max(right, strips[-1].right()))
        else:
            strips.append(QRectF(left, top, right - left, _STRIP))
    return strips


def _close_shape(
    data: CurveData, time: Float64, sides: Float64, part: slice, *, to_px: QTransform, ratio: float
) -> _Shape:
    middle = (sides[:-1] + sides[1:]) / 2
    time, values, sigma = time[part], data.values.values[part], data.sigma[part]
    low, high = (np.interp(middle, time, values + s, left=np.nan, right=np.nan) for s in (-sigma, sigma))
    raw = [] if data.raw is None else polylines(time, data.raw[part], to_px)
    return _Shape(columns_band(middle, low, high, to_px=to_px, ratio=ratio), raw, polylines(time, values, to_px))


def _crowded_shape(
    data: CurveData, time: Float64, sides: Float64, n_frames: int, *, to_px: QTransform, ratio: float
) -> _Shape:
    columns = len(sides) - 1
    middle = (sides[:-1] + sides[1:]) / 2
    seen = data.values.columns(np.searchsorted(time, sides).astype(np.intp))
    if n_frames <= _CROWDED * columns:
        lines = polylines(np.repeat(middle, 2), _zigzag(seen.low, seen.high), to_px)
        return _Shape([], [], lines, width=1.0)
    band = columns_band(middle, seen.low, seen.high, to_px=to_px, ratio=ratio)
    coarse = np.linspace(sides[0], sides[-1], max(1, round(columns / ratio / _TREND)) + 1)
    trend = data.values.columns(np.searchsorted(time, coarse).astype(np.intp)).mean
    return _Shape(band, [], polylines((coarse[:-1] + coarse[1:]) / 2, trend, to_px))


def _marks(
    frames: npt.NDArray[np.intp], spots: npt.NDArray[np.intp], time: Float64, data: CurveData, to_px: QTransform
) -> list[QPointF]:
    """Return where to mark the first of `frames` (n,) between each two of `spots`, at the cost of the spots."""
    place = np.searchsorted(frames, spots)
    chosen = frames[place[:-1][place[1:] > place[:-1]]]
    values = data.values.values[chosen].astype(float)
    return [to_px.map(QPointF(t, v)) for t, v in zip(time[chosen].tolist(), values.tolist(), strict=True) if v == v]


def _paint_shape(painter: QPainter, shape: _Shape, side: Side) -> None:
    palette = current_palette()
    ink = palette.side(side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(ink, 0.16))
    painter.drawRects(shape.band)
    patterns = Qt.BrushStyle
    painter.setBrush(QBrush(color(ink), patterns.FDiagPattern if side == "left" else patterns.BDiagPattern))
    painter.drawRects(shape.hatched)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_lines(painter, shape.raw, blend(ink, palette.surface, 0.45), width=1.0)
    draw_lines(painter, shape.curve, color(ink), width=shape.width, dashes=DASHES[side])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(palette.propagated))
    for point in shape.dots:
        painter.drawEllipse(point, _DOT, _DOT)
    painter.setPen(QPen(color(ink), 1.5))
    painter.setBrush(color(palette.surface))
    for point in shape.rings:
        painter.drawEllipse(point, _RING, _RING)


def _zigzag(low: npt.NDArray[Any], high: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    y = np.stack([low, high], axis=1).astype(float)
    y[1::2] = y[1::2, ::-1]  # downwards in every second column, so that neighbours join at the near end
    return y.ravel()


def polylines(x: Float64, y: npt.NDArray[Any], to_px: QTransform) -> list[QPolygonF]:
    """Return the lines through x, y (n,) in px, cut where y is missing."""
    px, py = x * to_px.m11() + to_px.dx(), y.astype(float) * to_px.m22() + to_px.dy()
    return [polygon(px[run], py[run]) for run in runs(np.isfinite(y))]


def columns_band(
    x: Float64, low: npt.NDArray[Any], high: npt.NDArray[Any], *, to_px: QTransform, ratio: float
) -> list[QRectF]:
    """Return a box a device pixel wide for each column (n,) in which both limits are known."""
    known = np.isfinite(low) & np.isfinite(high)
    left = np.floor((x[known] * to_px.m11() + to_px.dx()) * ratio) / ratio
    one, other = (y[known].astype(float) * to_px.m22() + to_px.dy() for y in (high, low))
    top, height = np.minimum(one, other), np.abs(other - one)  # an axis may point down
    return [QRectF(a, b, 1 / ratio, c) for a, b, c in zip(left.tolist(), top.tolist(), height.tolist(), strict=True)]
