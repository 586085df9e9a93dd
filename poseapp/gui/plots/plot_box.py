"""What the mouse does in a plot: click, sweep over a stretch, zoom, pan."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal

DRAG_PX = 4.0  # a press that moves further is no click


class PlotBox(pg.ViewBox):  # type: ignore[misc, unused-ignore]
    """A left click goes to a place on the x axis, a left drag sweeps over a part of it; the wheel zooms, the middle
    button pans.

    Signals:
        clicked(float): There.
        doubleClicked(float): There.
        swept(float, float, bool): From where to where, and whether the button was let go.
    """

    clicked = Signal(float)
    doubleClicked = Signal(float)
    swept = Signal(float, float, bool)

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self._sweeping = False
        self.setMouseEnabled(x=True, y=False)
        self.disableAutoRange()

    def mouseClickEvent(self, ev: Any) -> None:
        if ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            signal = self.doubleClicked if ev.double() else self.clicked
            signal.emit(float(self.mapToView(ev.pos()).x()))

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        if ev.button() == Qt.MouseButton.MiddleButton:
            super().mouseDragEvent(ev, axis)
        elif ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            self._sweep(ev)

    def wheelEvent(self, ev: Any, axis: int | None = None) -> None:
        if ev.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            ev.accept()
            (first, last), _ = self.viewRange()
            self.translateBy(x=-ev.delta() / 120 * (last - first) / 8)
        else:
            super().wheelEvent(ev, axis)

    def _sweep(self, ev: Any) -> None:
        start, here = ev.buttonDownPos(), ev.pos()
        self._sweeping = self._sweeping or abs(here.x() - start.x()) > DRAG_PX
        first, last = (float(self.mapToView(point).x()) for point in (start, here))
        if self._sweeping:
            self.swept.emit(first, last, bool(ev.isFinish()))
        elif ev.isFinish():  # held for long, but hardly moved
            self.clicked.emit(last)
        self._sweeping = self._sweeping and not ev.isFinish()
