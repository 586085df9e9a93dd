"""Curves of a report, drawn by Matplotlib without its global state."""

from __future__ import annotations

import io
import textwrap
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

from poseapp.core.skeleton import Side
from poseapp.reports.content import Curve, Plot

INK, MUTED, HAIRLINE = "#1a1f24", "#55606b", "#d3d9dd"
# Dark enough for print; right and left differ in dash and shade as well, so that a copy in grey can be read.
SIDE_INKS: dict[Side, str] = {"right": "#0067a3", "left": "#a84700", "middle": "#565e67"}
_DASHES: dict[Side, Any] = {"right": "solid", "left": (0, (5, 2)), "middle": (0, (1.5, 1.5))}
_NAMES: dict[Side, str] = {"right": "right", "left": "left", "middle": ""}
_NOTE_WIDTH = 88  # letters of small print over a plot
_SHORT = {"degrees": "°"}
STYLE: Any = {
    "font.size": 7.5,
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "svg.hashsalt": "poseapp",
    "text.parse_math": False,
}


def draw_plot(axes: Axes, plot: Plot) -> None:
    """Draw one plot into axes: earlier session faintly, bands, lines, events, what zero and positive mean."""
    for curve in plot.curves:
        _draw_curve(axes, plot, curve)
    for i, curve in enumerate(plot.earlier):
        name = "faint: earlier" if i == 0 else None
        look = {"color": SIDE_INKS[curve.side], "linestyle": _DASHES[curve.side]}
        axes.plot(plot.x, curve.values, linewidth=0.7, alpha=0.45, label=name, zorder=1.5, **look)
    for x, name in plot.marks:
        axes.axvline(x, color=MUTED, linewidth=0.6, linestyle=(0, (2, 2)))
        axes.annotate(
            name, (x, 1), xycoords=("data", "axes fraction"), xytext=(1.5, -1), textcoords="offset points",
            rotation=90, va="top", ha="left", fontsize=5.5, color=MUTED,
        )  # fmt: skip
    low, high = axes.get_ylim()
    if low < 0 < high:
        axes.axhline(0, color=MUTED, linewidth=0.5)
    if len(plot.x) > 1:
        axes.set_xlim(float(plot.x[0]), float(plot.x[-1]))
    tidy_axes(axes)
    axes.set_xlabel(plot.x_title, fontsize=6.5, color=MUTED, labelpad=1.5)
    _draw_head(axes, plot)


def tidy_axes(axes: Axes) -> None:
    """Leave of the axes what is needed to read numbers."""
    axes.tick_params(colors=MUTED, labelsize=6.5, length=2, width=0.5)
    for edge in ("top", "right"):
        axes.spines[edge].set_visible(False)
    for edge in ("left", "bottom"):
        axes.spines[edge].set_color(HAIRLINE)
    axes.grid(axis="y", color=HAIRLINE, linewidth=0.4)
    axes.set_axisbelow(True)


def _draw_head(axes: Axes, plot: Plot) -> None:
    """Write title, legend, and below both what zero and positive mean."""
    lines = textwrap.wrap(f"0 = {plot.zero}; + {plot.positive}", _NOTE_WIDTH)
    pad = 3.0 + 7.0 * len(lines)
    title = f"{plot.title} ({_SHORT.get(plot.unit, plot.unit)})"
    axes.set_title(title, loc="left", fontsize=8, fontweight="bold", color=INK, pad=pad)
    axes.annotate(
        "\n".join(lines), (0, 1), xycoords="axes fraction", xytext=(0, 2), textcoords="offset points", fontsize=5.5,
        color=MUTED,
    )  # fmt: skip
    if len({curve.side for curve in plot.curves}) > 1 or plot.earlier:
        axes.legend(
            fontsize=5.5, frameon=False, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=4, handlelength=2.6,
            borderaxespad=0.0, borderpad=0.0, columnspacing=1.2, bbox_transform=axes.transAxes + _up(axes, pad + 1),
        )  # fmt: skip


def _up(axes: Axes, points: float) -> ScaledTranslation:
    figure = axes.get_figure(root=True)
    assert figure is not None  # axes of a page
    return ScaledTranslation(0, points / 72, figure.dpi_scale_trans)


def _draw_curve(axes: Axes, plot: Plot, curve: Curve) -> None:
    ink = SIDE_INKS[curve.side]
    low, high = curve.values - curve.sigma, curve.values + curve.sigma
    axes.fill_between(plot.x, low, high, where=np.isfinite(low), color=ink, alpha=0.15, linewidth=0)
    name = _NAMES[curve.side] or None
    axes.plot(plot.x, curve.values, color=ink, linewidth=1.2, linestyle=_DASHES[curve.side], label=name)


def plot_as_svg(plot: Plot) -> str:
    """Return one plot as the text of an <svg> element, its letters as text."""
    with rc_context(STYLE):
        figure = Figure(figsize=(4.4, 2.1), layout="constrained")
        draw_plot(figure.add_subplot(), plot)
        target = io.StringIO()
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    text = target.getvalue()
    return text[text.index("<svg") :]
