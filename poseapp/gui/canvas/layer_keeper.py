"""Keeps what an item of a plot painted, so that a playhead may pass over it at the cost of copying a picture."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPaintDevice, QPainter, QTransform

from poseapp.gui.style.theme import current_palette

S = TypeVar("S")


class LayerKeeper(Generic[S]):
    """Holds the shape an item painted last, in px of the widget, and its picture.

    Attributes:
        shape: The shape, None before anything was painted.
    """

    def __init__(self) -> None:
        self.shape: S | None = None
        self._key: object = None
        self._layer: QImage | None = None

    def forget(self) -> None:
        """Make the shape anew the next time: the data have changed."""
        self._key = None

    def paint(
        self,
        painter: QPainter,
        box: Any,
        make: Callable[[QRectF, QTransform, float], S],
        draw: Callable[[QPainter, S], None],
    ) -> None:
        """Paint in a pyqtgraph view box; make(view, to_px, device pixel ratio) is called where something changed."""
        view, to_px, device = box.viewRect(), painter.worldTransform(), painter.device()
        ratio = device.devicePixelRatio()
        key = (view, to_px, ratio, device.width(), device.height(), current_palette())
        is_new = self._key is None or self._key != key
        if self.shape is None or is_new:
            self.shape, self._key, self._layer = make(view, to_px, ratio), key, None
        painter.save()
        painter.resetTransform()
        if is_new:  # data come in a stream while the clip is analysed or a keypoint dragged: not worth a layer yet
            draw(painter, self.shape)
        else:
            if self._layer is None:
                self._layer = _layer(device)
                onto = QPainter(self._layer)
                draw(onto, self.shape)
                onto.end()
            painter.drawImage(QPointF(0, 0), self._layer)
        painter.restore()


def _layer(device: QPaintDevice) -> QImage:
    ratio = device.devicePixelRatio()
    size = QSizeF(device.width(), device.height()) * ratio
    layer = QImage(math.ceil(size.width()), math.ceil(size.height()), QImage.Format.Format_ARGB32_Premultiplied)
    layer.setDevicePixelRatio(ratio)
    layer.fill(Qt.GlobalColor.transparent)
    return layer
