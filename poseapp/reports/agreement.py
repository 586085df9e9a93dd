"""Bland-Altman plots: differences of pairs over their means, with bias and limits of agreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from poseapp.core.atomic import atomic_path
from poseapp.core.types import Float64, frozen_arrays
from poseapp.reports.plots import INK, MUTED, SIDE_INKS, STYLE, tidy_axes

_COLUMNS, _MOST = 3, 12
_PANEL = (2.6, 2.1)  # inches


@dataclass(frozen=True)
class PairPlot:
    """Paired values (n,) of one thing with their bias and limits of agreement, all in `unit`."""

    title: str
    unit: str
    first: Float64
    second: Float64
    bias: float
    low: float
    high: float

    def __post_init__(self) -> None:
        frozen_arrays(self)


def write_agreement(path: Path, plots: Sequence[PairPlot]) -> None:
    """Write the first dozen plots as PDF, SVG or PNG, by the suffix.

    Raises:
        BadInputError: It cannot be written.
    """
    with rc_context(STYLE), atomic_path(path) as temporary:
        kind = path.suffix.lower().removeprefix(".")
        about = {"pdf": ("Creator", "Producer", "CreationDate"), "svg": ("Date", "Creator"), "png": ("Software",)}
        metadata = dict.fromkeys(about.get(kind, ()))
        agreement_figure(plots).savefig(temporary, format=kind, dpi=150, metadata=metadata)


def agreement_figure(plots: Sequence[PairPlot]) -> Figure:
    """Return the plots side by side, as a figure to be written or looked at."""
    shown = plots[:_MOST]
    rows = max(1, -(-len(shown) // _COLUMNS))
    columns = min(_COLUMNS, max(1, len(shown)))
    figure = Figure(figsize=(_PANEL[0] * columns, _PANEL[1] * rows), layout="constrained")
    for i, plot in enumerate(shown):
        draw_pairs(figure.add_subplot(rows, columns, i + 1), plot)
    return figure


def draw_pairs(axes: Axes, plot: PairPlot) -> None:
    """Draw second minus first over the mean of both (Bland & Altman 1986)."""
    mean, difference = (plot.first + plot.second) / 2, plot.second - plot.first
    axes.scatter(mean, difference, s=7, color=SIDE_INKS["right"], alpha=0.55, linewidths=0)
    known = np.isfinite(mean)
    for value, name, dashes in (
        (plot.bias, "bias", "solid"),
        (plot.high, "+1.96 SD", "--"),
        (plot.low, "−1.96 SD", "--"),
    ):
        if not np.isfinite(value) or not known.any():
            continue
        axes.axhline(value, color=INK, linewidth=0.8, linestyle=dashes)
        axes.annotate(
            f"{name} {value:.1f}".replace("-", "−"), (1, value), xycoords=("axes fraction", "data"), xytext=(-1, 1.5),
            textcoords="offset points", ha="right", fontsize=5.5, color=INK,
        )  # fmt: skip
    axes.set_title(plot.title, loc="left", fontsize=7.5, fontweight="bold", color=INK)
    axes.set_xlabel(f"Mean ({plot.unit})", fontsize=6, color=MUTED)
    axes.set_ylabel(f"Second − first ({plot.unit})", fontsize=6, color=MUTED)
    tidy_axes(axes)
