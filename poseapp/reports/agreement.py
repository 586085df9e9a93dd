"""Bland-Altman plots, differences of pairs over their means with bias and limits of agreement, and pages of them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

from poseapp.core.atomic import atomic_path
from poseapp.core.types import Float64, frozen_arrays
from poseapp.reports.content import Table
from poseapp.reports.pdf import draw_table
from poseapp.reports.plots import INK, MUTED, SIDE_INKS, STYLE, tidy_axes

_COLUMNS, _MOST = 3, 12
_PANEL = (2.6, 2.1)  # inches
_A4 = (8.27, 11.69)  # inches
_LEFT, _RIGHT = 0.08, 0.94  # shares of the page
_MOST_ROWS = 56  # of a table on a page
_WIDTH = 142  # letters on a line of small print
HEAD = ("", "n", "Bias", "Limits of agreement", "ICC [95 %]", "SEM", "MDC")


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


@dataclass(frozen=True)
class AgreementPages:
    """What stands on the pages: what was compared, how, rows of words as `HEAD` names them, and plots."""

    about: str
    method: str
    angles: Sequence[Sequence[str]]
    keypoints: Sequence[Sequence[str]]
    plots: Sequence[PairPlot] = field(default_factory=tuple)


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


def write_agreement_pages(path: Path, pages: AgreementPages) -> None:
    """Write A4 pages as PDF: tables first, then a dozen plots on each page.

    Raises:
        BadInputError: It cannot be written.
    """
    nothing = dict.fromkeys(("Creator", "Author", "Producer", "CreationDate", "ModDate"))
    about = {**nothing, "Title": "Agreement"}
    with rc_context(STYLE), atomic_path(path) as temporary, PdfPages(temporary, metadata=about) as file:
        for figure in agreement_pages(pages):
            file.savefig(figure)


def agreement_pages(pages: AgreementPages) -> list[Figure]:
    """Return the pages as figures, to be written or looked at."""
    figures = []
    for title, rows in (("Angles, degrees", pages.angles), ("Keypoints, px", pages.keypoints)):
        for start in range(0, len(rows), _MOST_ROWS):
            figures.append(_table_page(title, rows[start : start + _MOST_ROWS], pages))
    for start in range(0, len(pages.plots), _MOST):
        figures.append(_plots_page(pages.plots[start : start + _MOST], pages))
    return figures


def _table_page(title: str, rows: Sequence[Sequence[str]], pages: AgreementPages) -> Figure:
    figure, top = _page(pages)
    lines = textwrap.wrap(pages.method, _WIDTH)
    for i, line in enumerate(reversed(lines)):
        figure.text(_LEFT, 0.035 + 0.0118 * i, line, fontsize=6, color=MUTED, va="bottom")
    bottom = 0.05 + 0.0118 * len(lines)
    grid = GridSpec(1, 1, figure, left=_LEFT, right=_RIGHT, top=top, bottom=bottom)
    step = min(0.0185, (top - bottom) / (len(rows) + 3)) / (top - bottom)
    table = Table(title, HEAD, tuple(tuple(row) for row in rows))
    draw_table(figure.add_subplot(grid[0]), table, step)
    return figure


def _plots_page(plots: Sequence[PairPlot], pages: AgreementPages) -> Figure:
    figure, top = _page(pages)
    grid = GridSpec(4, _COLUMNS, figure, left=_LEFT, right=_RIGHT, top=top - 0.02, bottom=0.05, hspace=0.5, wspace=0.4)
    for i, plot in enumerate(plots):
        draw_pairs(figure.add_subplot(grid[divmod(i, _COLUMNS)]), plot)
    return figure


def _page(pages: AgreementPages) -> tuple[Figure, float]:
    """Return a page with its head, and where that ends, share of the page."""
    figure = Figure(figsize=_A4)
    figure.text(_LEFT, 0.968, "Agreement", fontsize=14, fontweight="bold", color=INK, va="top")
    lines = textwrap.wrap(pages.about, 118)
    for i, line in enumerate(lines):
        figure.text(_LEFT, 0.94 - 0.0148 * i, line, fontsize=8, color=INK, va="top")
    return figure, 0.93 - 0.0148 * len(lines)


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
    axes.margins(y=0.12)
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
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.5},
        )  # fmt: skip
    axes.set_title(plot.title, loc="left", fontsize=7.5, fontweight="bold", color=INK)
    axes.set_xlabel(f"Mean ({plot.unit})", fontsize=6, color=MUTED)
    axes.set_ylabel(f"Second − first ({plot.unit})", fontsize=6, color=MUTED)
    tidy_axes(axes)
