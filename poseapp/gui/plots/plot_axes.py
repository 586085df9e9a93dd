"""The axes of the plots: time below, a quantity with its unit at the left, percent of a cycle."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pyqtgraph as pg
from PySide6.QtGui import QFontMetrics

from poseapp.gui.plots.angle_groups import UNITS, Quantity
from poseapp.gui.style.theme import GRID, font
from poseapp.gui.style.wording import format_time
from poseapp.gui.timeline.time_axis import nice_step, step_decimals

_TICK_SPACING = 64  # px
_DEGREES = (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0)
_WIDEST: dict[Quantity, str] = {"angle": "−180°", "velocity": "−1000°/s", "x": "1000 px", "y": "1000 px",
                             "x_m": "−10.0 m", "y_m": "−10.0 m", "speed_m": "10.0 m/s"}  # fmt: skip
_METRIC: tuple[Quantity, ...] = ("x_m", "y_m", "speed_m")
_SNAP: dict[Quantity, float] = {"angle": 10.0, "velocity": 50.0, "x": 10.0, "y": 10.0, **dict.fromkeys(_METRIC, 0.1)}
_LEAST: dict[Quantity, float] = {
    "angle": 20.0, "velocity": 100.0, "x": 20.0, "y": 20.0, **dict.fromkeys(_METRIC, 0.2),
}  # fmt: skip
_EMPTY: dict[Quantity, tuple[float, float]] = {
    "angle": (0.0, 90.0),
    "velocity": (-100.0, 100.0),
    "x": (0.0, 100.0),
    "y": (0.0, 100.0),
    "x_m": (0.0, 1.0),
    "y_m": (0.0, 1.0),
    "speed_m": (0.0, 1.0),
}


def axis_width(quantities: Iterable[Quantity] = ("angle",)) -> int:
    """Return the px that the numbers at the left need: equal in all plots on show, so that times align."""
    metrics = QFontMetrics(font("small"))
    return max([6 * GRID, *(metrics.horizontalAdvance(_WIDEST[q]) + GRID for q in quantities)])


def value_range(quantity: Quantity, low: float, high: float) -> tuple[float, float]:
    """Return what a plot of values low .. high (NaN: none) shows; it does not twitch while a curve heals."""
    if math.isnan(low) or math.isnan(high):
        return _EMPTY[quantity]
    snap = _SNAP[quantity]
    pad = max(0.06 * (high - low), (_LEAST[quantity] - (high - low)) / 2, 0.2 * snap)
    return math.floor((low - pad) / snap) * snap, math.ceil((high + pad) / snap) * snap


def value_ticks(quantity: Quantity, low: float, high: float, room: float) -> list[float]:
    """Return round values within low .. high, not more than fit into `room` px."""
    most = max(2, int(room / (2.75 * GRID)), min(3, int(room / (1.75 * GRID))))
    finest = 0.1 if quantity in _METRIC else 1.0
    scale = 10.0 ** math.floor(math.log10(max((high - low) / most, finest)) + 1e-9)
    steps = (*_DEGREES, 180.0) if quantity == "angle" else tuple(m * scale for m in (1.0, 2.0, 5.0, 10.0, 20.0))
    ticks: list[float] = []
    for step in steps:
        finer, ticks = ticks, [n * step for n in range(_ceil(low / step), _ceil(high / step + 2e-9))]
        if len(ticks) <= most:
            return ticks or finer[:1]
    return ticks


def value_label(quantity: Quantity, value: float) -> str:
    """Return a tick's words, unit and all."""
    if quantity in _METRIC:
        return f"{value:.1f}\u202f{UNITS[quantity]}".replace("-", "−")
    unit = {"angle": "°", "velocity": "°/s"}.get(quantity, "\u202fpx")
    return f"{value:.0f}{unit}".replace("-", "−")


def _ceil(value: float) -> int:
    return math.ceil(value - 1e-9)


class TimeAxisItem(pg.AxisItem):  # type: ignore[misc, unused-ignore]
    """Seconds as m:ss."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        step = nice_step((maxVal - minVal) * _TICK_SPACING / max(1.0, size))
        return [(step, [n * step for n in range(math.ceil(minVal / step), math.floor(maxVal / step) + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [format_time(value, decimals=step_decimals(spacing)) for value in values]


class PercentAxisItem(pg.AxisItem):  # type: ignore[misc, unused-ignore]
    """Percent of a cycle."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        step = next((s for s in (10.0, 20.0, 25.0) if size * s / 100 >= _TICK_SPACING * 0.7), 50.0)
        return [(step, [n * step for n in range(math.ceil(minVal / step), math.floor(maxVal / step) + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{value:.0f} %" for value in values]


class ValueAxisItem(pg.AxisItem):  # type: ignore[misc, unused-ignore]
    """A quantity with its sign and its unit, at few round numbers."""

    def __init__(self, quantity: Quantity) -> None:
        super().__init__("left")
        self._quantity: Quantity = quantity

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        low, high = sorted((minVal, maxVal))  # an axis that points down comes the other way round
        ticks = value_ticks(self._quantity, low, high, size)
        return [(ticks[1] - ticks[0] if len(ticks) > 1 else 1.0, ticks)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [value_label(self._quantity, value) for value in values]
