"""One angle over time as pyqtgraph paints it: band, raw line, curve, at a cost that does not grow with the clip."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPaintDevice, QPainter, QPolygonF, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from poseapp.core.skeleton import Side
from poseapp.gui.decimation import Pyramid
from poseapp.gui.strokes import draw_lines, polygon, runs
from poseapp.gui.theme import blend, color, current_palette

Float64 = npt.NDArray[np.float64]

_DENSE = 2  # frames a pixel from which it shows their extremes
_CROWDED = 8  # frames a pixel from which a line through the extremes would fill the plot
_TREND = 12  # px that the trend averages over
_WIDTH = 1.75  # px
_DASHES: dict[Side, list[float]] = {"right": [], "left": [7.0, 4.0], "middle": [2.0, 3.0]}  # px


@dataclass(frozen=True)
class _Shape:
    """What is painted, in px of the widget."""

    band: list[QRectF]
    raw: list[QPolygonF]
    curve: list[QPolygonF]
    width: float = _WIDTH


class AngleCurve(pg.GraphicsObject):  # type: ignore[misc, unused-ignore]
    """Right is solid, left dashed, the middle dotted, each in its colour.

    Close up: the curve, a band of one standard deviation, and the unfiltered angle as a faint line. Where a few
    frames share a pixel: a line through their extremes. Where many do: a band between the extremes, and the trend.
    """

    def __init__(self, side: Side) -> None:
        super().__init__()
        self._side = side
        self._time: Float64 = np.zeros(0)
        self._values = Pyramid(np.zeros(0))
        self._raw = self._sigma = np.zeros(0)
        self._bounds = QRectF()
        self._kept: tuple[object, _Shape, QImage | None] | None = None

    def set_data(self, time: Float64, *, values: Float64, raw: Float64, sigma: Float64) -> None:
        """Show (T,) degrees over `time` (T,) s; NaN leaves a gap."""
        self._time = time
        self._values, self._raw, self._sigma = Pyramid(values), raw, sigma
        self._kept = None
        # The whole height of any angle: the view decides what is seen, this only must enclose it.
        bounds = QRectF(float(time[0]), -1000.0, float(time[-1] - time[0]) or 1.0, 2000.0) if len(time) else QRectF()
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the rectangle that encloses the curve, s and degrees."""
        return self._bounds

    def dataBounds(self, axis: int, frac: float = 1.0, orthoRange: object = None) -> list[float | None]:
        """Tell pyqtgraph that the panel sets the ranges itself."""
        return [None, None]

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint band, raw line and curve, or the picture of them, which is kept until the view or the data change."""
        box = self.getViewBox()
        if box is None or len(self._time) == 0:
            return
        view, to_px, device = box.viewRect(), painter.worldTransform(), painter.device()
        ratio = device.devicePixelRatio()
        key = (view, to_px, ratio, device.width(), device.height(), current_palette())
        is_new = self._kept is None or self._kept[0] != key
        if self._kept is None or is_new:
            self._kept = (key, self._shape(view.left(), view.right(), to_px=to_px, ratio=ratio), None)
        _, shape, layer = self._kept
        painter.save()
        painter.resetTransform()
        if is_new:  # data come in a stream while the clip is analysed or a keypoint dragged: not worth a layer yet
            _paint_shape(painter, shape, self._side)
        else:
            if layer is None:
                layer = _layer(device, shape, self._side)
                self._kept = (key, shape, layer)
            painter.drawImage(0, 0, layer)
        painter.restore()

    def _shape(self, first: float, last: float, *, to_px: QTransform, ratio: float) -> _Shape:
        start = max(0, int(np.searchsorted(self._time, first)) - 1)
        stop = min(len(self._time), int(np.searchsorted(self._time, last)) + 1)
        left, right = to_px.map(QPointF(first, 0)).x(), to_px.map(QPointF(last, 0)).x()
        columns = max(1, round((right - left) * ratio))
        sides = np.linspace(first, last, columns + 1)
        middle = (sides[:-1] + sides[1:]) / 2
        if stop - start > _DENSE * columns:
            return self._crowded_shape(sides, stop - start, to_px=to_px, ratio=ratio)
        part = slice(start, stop)
        time, values, sigma = self._time[part], self._values.values[part], self._sigma[part]
        low, high = (np.interp(middle, time, values + s, left=np.nan, right=np.nan) for s in (-sigma, sigma))
        band = _band(middle, low, high, to_px=to_px, ratio=ratio)
        return _Shape(band, _polylines(time, self._raw[part], to_px), _polylines(time, values, to_px))

    def _crowded_shape(self, sides: Float64, n_frames: int, *, to_px: QTransform, ratio: float) -> _Shape:
        columns = len(sides) - 1
        middle = (sides[:-1] + sides[1:]) / 2
        seen = self._values.columns(np.searchsorted(self._time, sides).astype(np.intp))
        if n_frames <= _CROWDED * columns:
            lines = _polylines(np.repeat(middle, 2), _zigzag(seen.low, seen.high), to_px)
            return _Shape([], [], lines, width=1.0)
        band = _band(middle, seen.low, seen.high, to_px=to_px, ratio=ratio)
        coarse = np.linspace(sides[0], sides[-1], max(1, round(columns / ratio / _TREND)) + 1)
        trend = self._values.columns(np.searchsorted(self._time, coarse).astype(np.intp)).mean
        return _Shape(band, [], _polylines((coarse[:-1] + coarse[1:]) / 2, trend, to_px))


def _layer(device: QPaintDevice, shape: _Shape, side: Side) -> QImage:
    ratio = device.devicePixelRatio()
    size = QSizeF(device.width(), device.height()) * ratio
    layer = QImage(math.ceil(size.width()), math.ceil(size.height()), QImage.Format.Format_ARGB32_Premultiplied)
    layer.setDevicePixelRatio(ratio)
    layer.fill(Qt.GlobalColor.transparent)
    painter = QPainter(layer)
    _paint_shape(painter, shape, side)
    painter.end()
    return layer


def _paint_shape(painter: QPainter, shape: _Shape, side: Side) -> None:
    palette = current_palette()
    ink = palette.side(side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(ink, 0.16))
    painter.drawRects(shape.band)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_lines(painter, shape.raw, blend(ink, palette.surface, 0.45), width=1.0)
    draw_lines(painter, shape.curve, color(ink), width=shape.width, dashes=_DASHES[side])


def _zigzag(low: npt.NDArray[Any], high: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    y = np.stack([low, high], axis=1).astype(float)
    y[1::2] = y[1::2, ::-1]  # downwards in every second column, so that neighbours join at the near end
    return y.ravel()


def _polylines(x: Float64, y: npt.NDArray[Any], to_px: QTransform) -> list[QPolygonF]:
    px, py = x * to_px.m11() + to_px.dx(), y.astype(float) * to_px.m22() + to_px.dy()
    return [polygon(px[run], py[run]) for run in runs(np.isfinite(y))]


def _band(
    x: Float64, low: npt.NDArray[Any], high: npt.NDArray[Any], *, to_px: QTransform, ratio: float
) -> list[QRectF]:
    """Return a box a device pixel wide for each column (n,) in which both limits are known."""
    known = np.isfinite(low) & np.isfinite(high)
    left = np.floor((x[known] * to_px.m11() + to_px.dx()) * ratio) / ratio
    top, bottom = (y[known].astype(float) * to_px.m22() + to_px.dy() for y in (high, low))
    height = np.maximum(bottom - top, 0.0)
    return [QRectF(a, b, 1 / ratio, c) for a, b, c in zip(left.tolist(), top.tolist(), height.tolist(), strict=True)]
