"""Small shapes painted many times: drawn smoothly once, and put down as pictures from then on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

_REACH = 8  # px to each side of a shape's middle


class Stamp:
    """A shape, drawn by a function about the origin with a painter that is set up for it."""

    def __init__(self, draw: Callable[[QPainter], None], *, ratio: float) -> None:
        self._ratio = ratio
        self._picture = QPixmap(round(2 * _REACH * ratio), round(2 * _REACH * ratio))
        self._picture.setDevicePixelRatio(ratio)
        self._picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(_REACH, _REACH)
        draw(painter)
        painter.end()

    def put(self, painter: QPainter, xs: Iterable[float], y: float) -> None:
        """Put the shape down with its middle at px (x, y), on whole device pixels."""
        ratio = self._ratio
        top = round(y * ratio) / ratio - _REACH
        for x in xs:
            painter.drawPixmap(QPointF(round(x * ratio) / ratio - _REACH, top), self._picture)
