"""From what the plots show to a figure; long stretches become the band between their extremes and their trend."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF

from poseapp.core.analysis import FilterReport
from poseapp.core.types import Float64
from poseapp.gui.plots.angle_groups import OWN_ZERO, PlotGroup
from poseapp.gui.plots.curve_data import CurveData
from poseapp.gui.plots.cycle_data import CycleData
from poseapp.gui.plots.cycle_plot import counted
from poseapp.gui.plots.figure import WIDTH, Figure, FigureCurve, FigurePlot, Line
from poseapp.gui.plots.plot_axes import value_range
from poseapp.gui.style.wording import format_time
from poseapp.gui.timeline.time_axis import nice_step, step_decimals

if TYPE_CHECKING:
    from poseapp.gui.plots.angle_panel import AnglePanel
    from poseapp.gui.plots.reference_data import ReferenceData

_COLUMNS = round(WIDTH)  # beyond two frames a column a line would fill the plot
_TREND = 80  # columns of the trend
_MARKS = 100  # rings or dots at most
_PERCENT = np.linspace(0.0, 100.0, 101)


def figure_of(panel: AnglePanel) -> Figure | None:
    """Return what the panel shows; None where there is nothing."""
    measures, groups = panel.measures, panel.head.wanted()
    if measures is None or not groups:
        return None
    if panel.head.cycles_shown:
        page = panel.over_cycles
        cycles = {name: plot.cycles for name, plot in page.plots.items()}
        made = figure_of_cycles(groups, cycles, page.events.currentText(), measures.filter)
    else:
        column = panel.over_time.column
        made = figure_over_time(
            groups, panel.curves, panel.time, column.view, shade=column.shade, report=measures.filter
        )
        if column.reference is not None:
            shown = [group for group in groups if group.name in panel.curves]
            made = with_reference(made, shown, column.reference, float(panel.time[0]))
    if measures.angles.neutral:
        made = replace(made, note=f"{made.note} Joint angles are less those of a posture that was taken as zero.")
    return made if made.plots else None


def figure_over_time(
    groups: Sequence[PlotGroup],
    curves: Mapping[str, Sequence[CurveData]],
    time: Float64,
    view: tuple[float, float],
    *,
    shade: tuple[float, float] | None,
    report: FilterReport,
) -> Figure:
    """Return the figure of what is in view, first .. last s of frames at `time` (T,) s."""
    plots = tuple(
        FigurePlot(
            group.title,
            group.unit,
            group.quantity,
            _span(group, [_extent(data, time, view) for data in curves[group.name]]),
            tuple(_curve(data, time, view) for data in curves[group.name]),
            direction=_direction(group, own_zero=any(data.own_zero for data in curves[group.name])),
        )
        for group in groups
        if group.name in curves
    )
    long = view[1] >= 60.0
    step = nice_step((view[1] - view[0]) / 10)
    numbers = [n * step for n in range(math.ceil(view[0] / step - 1e-9), math.floor(view[1] / step + 1e-9) + 1)]
    decimals = step_decimals(step)
    ticks = tuple((n, format_time(n, decimals=decimals) if long else f"{n:.{decimals}f}") for n in numbers)
    name = "Time (min:s)" if long else "Time (s)"
    drawn = [curve for plot in plots for curve in plot.curves]
    words = ["Band: ± one standard deviation.", _filter_words(report)]
    words += ["Ring: corrected by hand."] if any(curve.placed for curve in drawn) else []
    words += ["Dot: healed by a correction nearby."] if any(curve.propagated for curve in drawn) else []
    words += ["Hatched: not in the plane of the picture."] if any(curve.off_plane for curve in drawn) else []
    words += ["Shaded: the working zone."] if shade is not None else []
    return Figure(plots, name, view, ticks, shade, " ".join(words))


def with_reference(figure: Figure, groups: Sequence[PlotGroup], reference: ReferenceData, start: float) -> Figure:
    """Return the figure of these groups with the curves of another system, whose 0 s is at `start` s."""
    time, view, plots = reference.time + start, figure.x_span, []
    for group, plot in zip(groups, figure.plots, strict=True):
        found = {data.member.side: data for data in reference.of(group)}
        low, high = _span(group, [_extent(data, time, view) for data in found.values()])
        curves = (replace(c, reference=_line(found[c.side], time, view)) if c.side in found else c for c in plot.curves)
        span = (min(low, plot.span[0]), max(high, plot.span[1])) if found else plot.span
        plots.append(replace(plot, curves=tuple(curves), span=span))
    if not any(curve.reference for plot in plots for curve in plot.curves):
        return figure
    return replace(figure, plots=tuple(plots), note=f"{figure.note} Dash-dotted: {reference.title}.")


def figure_of_cycles(
    groups: Sequence[PlotGroup], cycles: Mapping[str, Sequence[CycleData]], event: str, report: FilterReport
) -> Figure:
    """Return the figure of cycles that begin with an event."""
    plots = tuple(
        FigurePlot(
            group.title,
            group.unit,
            group.quantity,
            _span(group, [data.extent for data in cycles[group.name]]),
            tuple(_cycle(data) for data in cycles[group.name]),
            counted(cycles[group.name]),
            _direction(group),
        )
        for group in groups
        if cycles.get(group.name)
    )
    ticks = tuple((float(n), str(n)) for n in range(0, 101, 10))
    note = f"Mean ± one standard deviation; single cycles thin. {_filter_words(report)}"
    return Figure(plots, f"Cycle from {event} to {event} (%)", (0.0, 100.0), ticks, None, note)


def _direction(group: PlotGroup, *, own_zero: bool = False) -> str:
    return f"{OWN_ZERO if own_zero else group.zero}; + = {group.positive}"


def _line(data: CurveData, time: Float64, view: tuple[float, float]) -> Line:
    """Return the curve, or its trend where a long stretch is in view."""
    part = _part(time, view)
    if part.stop - part.start <= 2 * _COLUMNS:
        return time[part], data.values.values[part]
    coarse = np.linspace(*view, _TREND + 1)
    trend = data.values.columns(np.searchsorted(time, coarse).astype(np.intp)).mean
    return (coarse[:-1] + coarse[1:]) / 2, trend


def _curve(data: CurveData, time: Float64, view: tuple[float, float]) -> FigureCurve:
    part = _part(time, view)
    placed, propagated = (_marks(frames, part, time, data) for frames in (data.placed, data.propagated))
    side = data.member.side
    if part.stop - part.start > 2 * _COLUMNS:
        sides = np.linspace(*view, _COLUMNS + 1)
        seen = data.values.columns(np.searchsorted(time, sides).astype(np.intp))
        line = _line(data, time, view)
        band = (sides[:-1] + sides[1:]) / 2, seen.low, seen.high
        return FigureCurve(side, line, band, (), placed, propagated, _off_plane(data, time, view))
    x, values, sigma = time[part], data.values.values[part], data.sigma[part]
    raw = () if data.raw is None else ((x, data.raw[part]),)
    band = x, values - sigma, values + sigma
    return FigureCurve(side, (x, values), band, raw, placed, propagated, _off_plane(data, time, view))


def _off_plane(data: CurveData, time: Float64, view: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    """Return first and last s of what lies within the view of the stretches that leave the plane of the picture."""
    spans = ((float(time[a]), float(time[min(b, len(time) - 1)])) for a, b in data.off_plane.tolist())
    return tuple(span for span in spans if span[1] > view[0] and span[0] < view[1])


def _cycle(data: CycleData) -> FigureCurve:
    mean, sd = data.mean.mean, data.mean.sd
    thin = tuple((_PERCENT, single) for single in data.single)
    return FigureCurve(data.member.side, (_PERCENT, mean), (_PERCENT, mean - sd, mean + sd), thin)


def _marks(frames: npt.NDArray[np.intp], part: slice, time: Float64, data: CurveData) -> tuple[QPointF, ...]:
    inside = frames[np.searchsorted(frames, part.start) : np.searchsorted(frames, part.stop)]
    chosen = inside[:: max(1, -(-len(inside) // _MARKS))]
    values = data.values.values[chosen]
    return tuple(QPointF(t, v) for t, v in zip(time[chosen].tolist(), values.tolist(), strict=True) if v == v)


def _part(time: Float64, view: tuple[float, float]) -> slice:
    """Return the frames within the view: a drawing that scales cannot clip what lies beyond."""
    return slice(int(np.searchsorted(time, view[0])), int(np.searchsorted(time, view[1], side="right")))


def _extent(data: CurveData, time: Float64, view: tuple[float, float]) -> tuple[float, float]:
    """Return the least and greatest value in view, of the band and the raw curve, too, where there is one."""
    part = _part(time, view)
    if part.stop - part.start > 2 * _COLUMNS:
        return data.extent
    values, sigma = data.values.values[part], np.nan_to_num(data.sigma[part])
    drawn = np.concatenate([values - sigma, values + sigma, [] if data.raw is None else data.raw[part]])
    known = drawn[np.isfinite(drawn)]
    return (float(known.min()), float(known.max())) if len(known) else (math.nan, math.nan)


def _span(group: PlotGroup, extents: Sequence[tuple[float, float]]) -> tuple[float, float]:
    known = [extent for extent in extents if not math.isnan(extent[0])]
    low, high = (min(e[0] for e in known), max(e[1] for e in known)) if known else (math.nan, math.nan)
    return value_range(group.quantity, low, high)


def _filter_words(report: FilterReport) -> str:
    return f"{report.describe()}."
