"""Quick drawing of long curves: Qt's wide smooth strokes take a hundred times as long as lines of one device pixel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from shiboken6 import VoidPtr

_pointer: Any = VoidPtr  # its stub knows one of its constructors only


def draw_lines(
    painter: QPainter, lines: Sequence[QPolygonF], ink: QColor, *, width: float, dashes: Sequence[float] = ()
) -> None:
    """Draw lines `width` px wide as a bundle of one device pixel each; `dashes` px on and off."""
    ratio = painter.device().devicePixelRatio()
    pen = QPen(ink, 1.0)
    pen.setCosmetic(True)
    if dashes:
        pen.setDashPattern([length * ratio for length in dashes])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for dx, dy in _bundle(width * ratio):
        for line in lines:
            painter.drawPolyline(line.translated(dx / ratio, dy / ratio))


def polygon(x: npt.NDArray[Any], y: npt.NDArray[Any]) -> QPolygonF:
    """Return the points (n,), (n,) px as Qt draws them."""
    points = QPolygonF()
    points.resize(len(x))
    if len(x):
        # Writing into Qt's own memory (16 bytes a point) spares one Python object a point.
        memory = np.frombuffer(_pointer(points.data(), 16 * len(x), True), dtype=np.float64)  # noqa: FBT003
        memory[0::2], memory[1::2] = x, y
    return points


def runs(mask: npt.NDArray[np.bool_]) -> list[slice]:
    """Return the stretches in which `mask` (n,) is true."""
    changes = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False]))))
    return [slice(int(a), int(b)) for a, b in zip(changes[::2], changes[1::2], strict=True)]


def _bundle(width: float) -> list[tuple[float, float]]:
    """Return shifts, device px, at which lines of one pixel together are `width` wide without a gap."""
    reach = (width - 1) / 2
    if reach <= 0:
        return [(0.0, 0.0)]
    rings = math.ceil(reach)
    radii = [reach * ring / rings for ring in range(1, rings + 1)]
    centre = [] if reach < 1 else [(0.0, 0.0)]
    return centre + [shift for r in radii for shift in ((r, 0.0), (-r, 0.0), (0.0, r), (0.0, -r))]
