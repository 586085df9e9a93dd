"""Upright dashed lines where a person turns, as one item: a plot's cost does not grow with their number."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from poseapp.gui.plots.tall_item import TallItem

_LEAST = 8  # px from one line to the next, on average; nearer ones say nothing any more


class TurnLines(TallItem):
    """Lines at some times, s. In a view that holds too many for its width there are none: zoom in to see them.

    Attributes:
        times: (n,) s, ascending.
    """

    def __init__(self) -> None:
        super().__init__()
        self.times: npt.NDArray[np.float64] = np.zeros(0)
        self._pen = QPen(QColor(Qt.GlobalColor.gray))

    def set_times(self, times: npt.NDArray[np.float64]) -> None:
        """Show lines at these times, s, ascending."""
        if np.array_equal(times, self.times):
            return
        self.times = times
        if len(times):
            self.enclose(float(times[0]) - 1.0, float(times[-1]) + 1.0)
        else:
            self.enclose_nothing()
        self.update()

    def set_pen(self, pen: QPen) -> None:
        """Draw with a cosmetic pen."""
        self._pen = pen
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the lines in view."""
        box = self.getViewBox()
        if box is None or not len(self.times):
            return
        view = box.viewRect()
        first, last = np.searchsorted(self.times, (view.left(), view.right()))
        if first == last or (last - first) * _LEAST > box.width():
            return
        painter.setPen(self._pen)
        painter.drawLines([QLineF(x, view.top(), x, view.bottom()) for x in self.times[first:last].tolist()])
