"""The plots as a figure for a report: axes with names and units, a legend, no trace of the window or the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF, QTransform

from poseapp.core.skeleton import Side
from poseapp.gui.canvas.strokes import polygon, runs
from poseapp.gui.plots.angle_curve import DASHES, REFERENCE_DASHES
from poseapp.gui.plots.angle_groups import Quantity
from poseapp.gui.plots.plot_axes import value_ticks
from poseapp.gui.style.theme import Palette, blend, color

WIDTH = 960.0  # px
_ROW = 208.0  # px, of one plot
_LEFT, _RIGHT, _TOP, _BOTTOM, _GAP = 84.0, 20.0, 40.0, 104.0, 20.0
_STRIP, _HATCH = 6.0, 4.0  # px, height of what hatches frames out of the picture's plane, and from line to line
_SIDE_NAMES: dict[Side, str] = {"right": "Right", "left": "Left", "middle": "Middle"}

Line = tuple[npt.NDArray[Any], npt.NDArray[Any]]  # x (n,) and y (n,), NaN = cut


@dataclass(frozen=True)
class FigureCurve:
    """One side of a plot: everything in the units of the axes; `off_plane` (first, last) of what is hatched below."""

    side: Side
    line: Line
    band: tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]] | None = None  # x, low, high (n,)
    thin: tuple[Line, ...] = ()
    placed: tuple[QPointF, ...] = ()
    propagated: tuple[QPointF, ...] = ()
    off_plane: tuple[tuple[float, float], ...] = ()
    reference: Line | None = None  # of another system


@dataclass(frozen=True)
class FigurePlot:
    """One plot: the name and unit of its axis, what it spans, its curves; `direction` says what 0 and + are."""

    name: str
    unit: str
    quantity: Quantity
    span: tuple[float, float]
    curves: tuple[FigureCurve, ...]
    note: str = ""
    direction: str = ""


@dataclass(frozen=True)
class Figure:
    """Plots over one x axis.

    Attributes:
        x_name: With its unit. x_span: What it spans. x_ticks: Values and words.
        shade: The working zone, in units of x.
        note: A line below everything: how to read it.
    """

    plots: tuple[FigurePlot, ...]
    x_name: str
    x_span: tuple[float, float]
    x_ticks: tuple[tuple[float, str], ...]
    shade: tuple[float, float] | None = None
    note: str = ""
    size: QSizeF = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", QSizeF(WIDTH, _TOP + _ROW * len(self.plots) + _BOTTOM))


def paint_figure(painter: QPainter, figure: Figure, palette: Palette, face: QFont) -> None:
    """Paint a figure of `figure.size` px; `face` is the font of all its words."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(QPointF(0, 0), figure.size), color(palette.surface))
    painter.setFont(face)
    sides = [side for side in _SIDE_NAMES if any(c.side == side for plot in figure.plots for c in plot.curves)]
    _paint_legend(painter, sides, palette)
    for row, plot in enumerate(figure.plots):
        top = _TOP + row * _ROW
        box = QRectF(_LEFT, top + _GAP / 2, WIDTH - _LEFT - _RIGHT, _ROW - _GAP)
        _paint_plot(painter, figure, plot, box, palette)
    _paint_x_axis(painter, figure, palette)


def _paint_legend(painter: QPainter, sides: Sequence[Side], palette: Palette) -> None:
    metrics = QFontMetricsF(painter.font())
    x = WIDTH - _RIGHT
    for side in reversed(sides):
        words = _SIDE_NAMES[side]
        x -= metrics.horizontalAdvance(words)
        painter.setPen(color(palette.text))
        painter.drawText(QPointF(x, _TOP / 2 + metrics.ascent() / 2), words)
        x -= 44
        painter.setPen(_pen(side, palette, 2.0))
        painter.drawLine(QPointF(x, _TOP / 2 + 1), QPointF(x + 36, _TOP / 2 + 1))
        x -= 24


def _paint_plot(painter: QPainter, figure: Figure, plot: FigurePlot, box: QRectF, palette: Palette) -> None:
    low, high = plot.span
    downwards = plot.quantity == "y"
    scale_x = box.width() / (figure.x_span[1] - figure.x_span[0])
    scale_y = box.height() / (high - low) * (1 if downwards else -1)
    origin_y = box.top() - low * scale_y if downwards else box.bottom() - low * scale_y
    to_px = QTransform(scale_x, 0, 0, scale_y, box.left() - figure.x_span[0] * scale_x, origin_y)
    if figure.shade is not None:
        left, right = (to_px.map(QPointF(x, 0)).x() for x in figure.shade)
        painter.fillRect(QRectF(left, box.top(), right - left, box.height()) & box, color(palette.accent, 0.12))
    _paint_grid(painter, plot, box, to_px, palette)
    painter.save()
    painter.setClipRect(box)
    for curve in plot.curves:
        _paint_curve(painter, curve, to_px, palette)
        _paint_off_plane(painter, curve, box, to_px, palette)
    painter.restore()


def _paint_off_plane(painter: QPainter, curve: FigureCurve, box: QRectF, to_px: QTransform, palette: Palette) -> None:
    """Hatch at the lower edge, the left above the right and the other way inclined: lines, which every format knows."""
    left = curve.side == "left"
    bottom = box.bottom() - (_STRIP + 1 if left else 0)
    painter.setPen(QPen(color(palette.side(curve.side)), 1))
    for span in curve.off_plane:
        first, last = (min(max(to_px.map(QPointF(x, 0)).x(), box.left()), box.right()) for x in span)
        for x in np.arange(first, last, _HATCH).tolist():
            ends = (x, x + _STRIP) if left else (x + _STRIP, x)
            painter.drawLine(QPointF(ends[0], bottom - _STRIP), QPointF(ends[1], bottom))


def _paint_grid(painter: QPainter, plot: FigurePlot, box: QRectF, to_px: QTransform, palette: Palette) -> None:
    metrics = QFontMetricsF(painter.font())
    for value in value_ticks(plot.quantity, *plot.span, box.height()):
        y = to_px.map(QPointF(0, value)).y()
        painter.setPen(QPen(color(palette.muted if value == 0 else palette.line), 1))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        words = f"{value:.0f}".replace("-", "−")
        painter.setPen(color(palette.text))
        painter.drawText(
            QPointF(box.left() - 8 - metrics.horizontalAdvance(words), y + metrics.ascent() / 2 - 1), words
        )
    painter.setPen(QPen(color(palette.muted), 1))
    painter.drawLine(box.topLeft(), box.bottomLeft())
    painter.save()
    painter.translate(16, box.center().y())
    painter.rotate(-90)
    painter.setPen(color(palette.text))
    name = f"{plot.name} ({plot.unit})"
    painter.drawText(QPointF(-metrics.horizontalAdvance(name) / 2, metrics.ascent() / 2), name)
    painter.restore()
    if plot.direction:
        painter.setPen(color(palette.muted))
        words = metrics.elidedText(plot.direction, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(QPointF(box.left(), box.top() - metrics.descent() - 1), words)
    if plot.note:
        painter.setPen(color(palette.muted))
        width = metrics.horizontalAdvance(plot.note)
        painter.drawText(QPointF(box.right() - width, box.top() + metrics.ascent()), plot.note)


def _paint_curve(painter: QPainter, curve: FigureCurve, to_px: QTransform, palette: Palette) -> None:
    ink = palette.side(curve.side)
    if curve.band is not None:
        x, low, high = curve.band
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(ink, 0.2))
        for run in runs(np.isfinite(low) & np.isfinite(high)):
            around = np.concatenate([high[run], low[run][::-1]])
            painter.drawPolygon(to_px.map(polygon(np.concatenate([x[run], x[run][::-1]]), around)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(blend(ink, palette.surface, 0.45), 0.8))
    for line in curve.thin:
        _draw(painter, line, to_px)
    painter.setPen(_pen(curve.side, palette, 2.0))
    _draw(painter, curve.line, to_px)
    if curve.reference is not None:
        painter.setPen(_dashed(blend(ink, palette.text, 0.6), 1.25, REFERENCE_DASHES[curve.side]))
        _draw(painter, curve.reference, to_px)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(palette.propagated))
    for point in curve.propagated:
        painter.drawEllipse(to_px.map(point), 2.25, 2.25)
    painter.setPen(QPen(color(ink), 1.5))
    painter.setBrush(color(palette.surface))
    for point in curve.placed:
        painter.drawEllipse(to_px.map(point), 3.5, 3.5)


def _draw(painter: QPainter, line: Line, to_px: QTransform) -> None:
    x, y = line
    for run in runs(np.isfinite(y)):
        shape: QPolygonF = to_px.map(polygon(x[run], y[run]))
        painter.drawPolyline(shape)


def _paint_x_axis(painter: QPainter, figure: Figure, palette: Palette) -> None:
    metrics = QFontMetricsF(painter.font())
    first, last = figure.x_span
    left, right = _LEFT, WIDTH - _RIGHT
    top = figure.size.height() - _BOTTOM - _GAP / 2
    painter.setPen(QPen(color(palette.muted), 1))
    painter.drawLine(QPointF(left, top), QPointF(right, top))
    for value, words in figure.x_ticks:
        x = left + (value - first) / (last - first) * (right - left)
        painter.setPen(QPen(color(palette.muted), 1))
        painter.drawLine(QPointF(x, top), QPointF(x, top + 5))
        painter.setPen(color(palette.text))
        painter.drawText(QPointF(x - metrics.horizontalAdvance(words) / 2, top + 8 + metrics.ascent()), words)
    painter.drawText(
        QPointF((left + right) / 2 - metrics.horizontalAdvance(figure.x_name) / 2, top + 28 + metrics.ascent()),
        figure.x_name,
    )
    painter.setPen(color(palette.muted))
    for row, words in enumerate(_lines(figure.note, metrics, right - left)):
        painter.drawText(QPointF(left, top + 54 + metrics.ascent() + row * metrics.height()), words)


def _lines(note: str, metrics: QFontMetricsF, width: float) -> list[str]:
    """Return the sentences of a note in as few lines as they fit in."""
    lines: list[str] = []
    for sentence in note.replace(". ", ".\n").split("\n"):
        longer = f"{lines[-1]} {sentence}" if lines else sentence
        if lines and metrics.horizontalAdvance(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(sentence)
    return lines


def _pen(side: Side, palette: Palette, width: float) -> QPen:
    return _dashed(color(palette.side(side)), width, DASHES[side])


def _dashed(ink: QColor, width: float, dashes: Sequence[float]) -> QPen:
    pen = QPen(ink, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashes:
        pen.setDashPattern([length / width for length in dashes])
    return pen
