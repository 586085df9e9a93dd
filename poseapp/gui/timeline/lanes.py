"""Which lanes the timeline has, what they are called, and where they lie."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontMetricsF

from poseapp.gui.style.theme import GRID, HALF, font
from poseapp.gui.style.wording import format_percent

LaneName = Literal["confidence", "source", "events", "cycles", "bookmarks", "review"]
LANES: tuple[LaneName, ...] = ("confidence", "source", "events", "cycles", "bookmarks", "review")

DONE = HALF  # px, the bar of a running analysis
ZONE = GRID  # px, the strip on which the zone's bracket lies
_CONFIDENCE = 5 * GRID
_MAX_NAME = 18  # letters of a lane's name


@dataclass(frozen=True)
class Row:
    """Where a lane lies, px."""

    name: LaneName
    top: int
    height: int

    @property
    def middle(self) -> float:
        """Half way down, px."""
        return self.top + self.height / 2


@dataclass(frozen=True)
class Layout:
    """Heights, px; those with words grow with the font.

    Attributes:
        ruler: Height of the labels. zone, done: Tops of the strips below them. rows: The lanes, from the top.
        height: Of everything.
    """

    ruler: int
    zone: int
    done: int
    rows: tuple[Row, ...]
    height: int

    def row(self, name: LaneName) -> Row | None:
        """Return where a lane lies, None when it takes no room."""
        return next((row for row in self.rows if row.name == name), None)

    def at(self, y: float) -> Row | None:
        """Return the lane at a px."""
        return next((row for row in self.rows if row.top <= y < row.top + row.height), None)

    @property
    def lanes_top(self) -> int:
        """Where the lanes begin, px."""
        return self.done


def lay_out(held: Sequence[LaneName], n_cycle_rows: int) -> Layout:
    """Return where the lanes lie that take room, for today's font."""
    text = math.ceil(QFontMetricsF(font("small")).height())
    line = max(2 * GRID, text + 2)
    heights: dict[LaneName, int] = dict.fromkeys(LANES, line)
    heights["confidence"] = _CONFIDENCE
    heights["cycles"] = line if n_cycle_rows <= 1 else n_cycle_rows * max(GRID + 2, math.ceil(0.6 * text))
    ruler = max(2 * GRID + HALF, text + HALF)
    done = ruler + ZONE
    top = done + DONE + HALF
    rows = []
    for name in held:
        rows.append(Row(name, top, heights[name]))
        top += heights[name] + (HALF if name == "confidence" else 2)
    return Layout(ruler, ruler, done, tuple(rows), top + HALF // 2)


def lane_title(name: LaneName) -> str:
    """Return what a lane is called."""
    return {
        "confidence": _tr("Confidence"),
        "source": _tr("Source"),
        "events": _tr("Events"),
        "cycles": _tr("Cycles"),
        "bookmarks": _tr("Bookmarks"),
        "review": _tr("To review"),
    }[name]


def explain_lane(name: LaneName, threshold: float) -> str:
    """Return what a lane shows, in a sentence or two."""
    least = format_percent(threshold)
    return {
        "confidence": _tr("Mean confidence of the keypoints in each frame; hatched where it is below {least}").format(
            least=least
        ),
        "source": _tr(
            "Where the poses come from: line predicted, diamond corrected by you, "
            "dot propagated from a correction, cross interpolated over a gap"
        ),
        "events": _tr("Events: M marks one at the playhead; drag one to move it, double-click to rename it"),
        "cycles": _tr("From each event to the next of the same name and side"),
        "bookmarks": _tr("Bookmarks: Ctrl+B sets one at the playhead, a double click gives it a text"),
        "review": _tr("Frames in which something looks wrong: N goes to the worst"),
    }[name]


def gutter_width() -> float:
    """Return the room, px, that the names of all lanes need, so that nothing moves when one appears."""
    metrics = QFontMetricsF(font("small"))
    widest = max(metrics.horizontalAdvance(lane_title(name)) for name in LANES)
    return math.ceil(min(widest, _MAX_NAME * metrics.averageCharWidth())) + 3.0 * GRID


def _tr(text: str) -> str:
    return QCoreApplication.translate("Timeline", text)
