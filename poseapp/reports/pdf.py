"""A report as one A4 page of PDF: text as text, curves as vectors."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec, SubplotSpec

from poseapp.core.atomic import atomic_path
from poseapp.reports.content import KeyFrame, ReportContent, Table
from poseapp.reports.plots import HAIRLINE, INK, MUTED, STYLE, draw_plot

_A4 = (8.27, 11.69)  # inches
_LEFT, _RIGHT = 0.06, 0.95  # shares of the page
_MOST_PLOTS = 4
_WARN = "#7a5900"
_SMALL_PRINT = 158  # letters on a line of small print
_LINE = 0.0118  # height of a line of small text, share of the page


def write_pdf(path: Path, content: ReportContent) -> None:
    """Write the page; nothing of the machine or the person who made it goes into the file.

    Raises:
        BadInputError: It cannot be written.
    """
    with rc_context(STYLE), atomic_path(path) as temporary:
        figure = build_page(content)
        nothing = dict.fromkeys(("Creator", "Author", "Producer", "CreationDate", "ModDate"))
        figure.savefig(temporary, format="pdf", metadata={**nothing, "Title": content.title})


def build_page(content: ReportContent) -> Figure:
    """Return the page, to be written or looked at."""
    figure = Figure(figsize=_A4)
    top = _draw_head(figure, content)
    bottom = _draw_foot(figure, content)
    n_plots = min(_MOST_PLOTS, len(content.plots))
    plot_rows = (n_plots + 1) // 2
    table_rows = max((len(table.rows) + 2 for table in content.tables), default=0)
    heights = [1.7 if content.key_frames else 0.01, 1.9 * plot_rows or 0.01, 0.155 * table_rows or 0.01]
    grid = GridSpec(3, 1, figure, left=_LEFT, right=_RIGHT, top=top, bottom=bottom, height_ratios=heights, hspace=0.24)
    _draw_key_frames(figure, grid[0], content.key_frames)
    if n_plots:
        inner = grid[1].subgridspec(plot_rows, 2, hspace=0.62, wspace=0.16)
        for i, plot in enumerate(content.plots[:n_plots]):
            draw_plot(figure.add_subplot(inner[divmod(i, 2)]), plot)
    if content.tables:
        widths = [sum(_column_widths(table)) for table in content.tables]
        inner = grid[2].subgridspec(1, len(content.tables), wspace=0.05, width_ratios=widths)
        for i, table in enumerate(content.tables):
            draw_table(figure.add_subplot(inner[0, i]), table, 1 / table_rows)
    return figure


def _draw_head(figure: Figure, content: ReportContent) -> float:
    """Draw title, subject, facts, findings and warnings; return where they end, share of the page."""
    y = 0.968
    figure.text(_LEFT, y, content.title, fontsize=14, fontweight="bold", color=INK, va="top")
    subject = f"Subject: {content.subject or '_' * 28}"
    figure.text(_RIGHT, y - 0.002, subject, fontsize=9, color=INK, va="top", ha="right")
    y -= 0.026
    facts = "   ·   ".join(f"{name} {value}" for name, value in content.facts)
    figure.text(_LEFT, y, facts, fontsize=7, color=MUTED, va="top")
    y -= 0.018
    figure.add_artist(_rule(y))
    y -= 0.008
    for ink, sentences, mark in ((INK, content.findings, ""), (_WARN, content.warnings, "! ")):
        for sentence in sentences:
            for line in textwrap.wrap(mark + sentence, 118):
                figure.text(_LEFT, y, line, fontsize=8, color=ink, va="top")
                y -= 0.0148
    return y - 0.012


def _draw_foot(figure: Figure, content: ReportContent) -> float:
    """Draw notes, the box of methods and the line to sign on; return where they begin, share of the page."""
    notes = [line for table in content.tables for line in textwrap.wrap(table.note, _SMALL_PRINT)]
    lines = []
    for name, value in content.method:
        lines += textwrap.wrap(f"{name}: {value}", _SMALL_PRINT, subsequent_indent="    ")
    figure.text(_LEFT, 0.026, "Signed", fontsize=7.5, color=INK)
    figure.text(0.62, 0.026, "Date", fontsize=7.5, color=INK)
    for first, last in ((_LEFT + 0.05, 0.56), (0.66, _RIGHT)):
        figure.add_artist(_rule(0.024, first, last, ink=INK))
    y = 0.048 + _LINE * len(lines)
    top = y + 0.008
    figure.add_artist(_rule(top))
    for i, line in enumerate(lines):
        figure.text(_LEFT, y - i * _LINE, line, fontsize=6, color=MUTED, va="top")
    top += 0.006 + _LINE * len(notes)
    for i, line in enumerate(notes):
        figure.text(_LEFT, top - i * _LINE, line, fontsize=6, color=MUTED, va="top")
    return top + 0.008


def _rule(y: float, first: float = _LEFT, last: float = _RIGHT, ink: str = HAIRLINE) -> Any:
    from matplotlib.lines import Line2D

    return Line2D([first, last], [y, y], color=ink, linewidth=0.6)


def _draw_key_frames(figure: Figure, place: SubplotSpec, frames: tuple[KeyFrame, ...]) -> None:
    if not frames:
        return
    widths = [frame.rgb.shape[1] / frame.rgb.shape[0] for frame in frames]
    inner = place.subgridspec(1, len(frames), wspace=0.04, width_ratios=widths)
    for i, frame in enumerate(frames):
        axes = figure.add_subplot(inner[0, i])
        axes.imshow(frame.rgb, interpolation="lanczos")
        axes.set_axis_off()
        axes.set_title(frame.caption, fontsize=6.5, color=INK, y=-0.02, va="top", pad=0)


def _column_widths(table: Table) -> list[float]:
    return [max(len(row[i]) for row in (table.head, *table.rows)) + 2.5 for i in range(len(table.head))]


def draw_table(axes: Any, table: Table, step: float) -> None:
    """Draw a table into axes from their top, `step` the height of a row, share of the axes."""
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    widths = _column_widths(table)
    ends = [sum(widths[: i + 1]) / sum(widths) for i in range(len(widths))]
    axes.text(0, 1, table.title, fontsize=8, fontweight="bold", color=INK, va="top", transform=axes.transAxes)
    for r, row in enumerate((table.head, *table.rows)):
        y = 1 - step * (r + 1.2)
        for i, text in enumerate(row):
            style = {"fontsize": 6.2, "color": MUTED if r == 0 else INK, "va": "top", "transform": axes.transAxes}
            axes.text(0 if i == 0 else ends[i], y, text, ha="left" if i == 0 else "right", **style)
        axes.plot([0, 1], [y - 0.82 * step] * 2, color=HAIRLINE, linewidth=0.4, transform=axes.transAxes)
