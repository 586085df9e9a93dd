"""What is drawn over the time of a plot as one item, whatever its height: the plot sets the ranges itself."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF

_TALL = 1e5  # higher than anything that is plotted: the view decides what is seen of it


class TallItem(pg.GraphicsObject):  # type: ignore[misc, unused-ignore]
    """An item that encloses any value from one place of the horizontal axis to another."""

    def __init__(self) -> None:
        super().__init__()
        self._bounds = QRectF()

    def enclose(self, first: float, last: float) -> None:
        """Reach from `first` to `last`, in the unit of the horizontal axis."""
        bounds = QRectF(first, -_TALL, (last - first) or 1.0, 2 * _TALL)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds

    def enclose_nothing(self) -> None:
        """Be nowhere."""
        self.prepareGeometryChange()
        self._bounds = QRectF()

    def boundingRect(self) -> QRectF:
        """Return the rectangle that encloses what is drawn."""
        return self._bounds

    def dataBounds(self, axis: int, frac: float = 1.0, orthoRange: object = None) -> list[float | None]:
        """Tell pyqtgraph that the plot sets the ranges itself."""
        return [None, None]
