"""The value of one curve at the playhead, with the line that stands for it."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from poseapp.core.skeleton import Side
from poseapp.gui.style.theme import GRID, HALF, color, current_palette, font
from poseapp.gui.style.wording import format_value

_SAMPLE = 2 * GRID  # px of line before the letter
_STYLES = {"right": Qt.PenStyle.SolidLine, "left": Qt.PenStyle.DashLine, "middle": Qt.PenStyle.DotLine}
_WIDEST = {
    "°": "~−88.8 ± 8.8°",
    "°/s": "~−888 ± 88 °/s",
    "px": "8888.8 ± 8.8 px",
    "m": "−10.00 ± 0.05\u00a0m",
    "m/s": "10.00 ± 0.05\u00a0m/s",
}


class ReadOut(QWidget):
    """ "── R 42.1 ± 3.2°" in the colour of the side."""

    def __init__(self, side: Side, title: str, parent: QWidget | None = None, *, unit: str = "°") -> None:
        super().__init__(parent)
        self._side = side
        self._unit = unit
        self._letter = {"right": self.tr("R"), "left": self.tr("L"), "middle": ""}[side]
        self._text = "–"
        self.setAccessibleName(title)

    @property
    def text(self) -> str:
        """The value in words."""
        return self._text

    def set_value(self, value: float, sigma: float, *, off_plane: bool = False) -> None:
        """Show a value with its standard deviation; NaN = missing; `~` where it is not in the plane of the picture."""
        text = format_value(value, sigma, self._unit)
        spoken = text
        if off_plane and not math.isnan(value):
            spoken = self.tr("{value}, not in the plane of the picture").format(value=text)
            text = f"~{text}"
        if text != self._text:
            self._text = text
            self.setAccessibleDescription(spoken)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Room for any usual value, so that nothing moves while the clip plays."""
        metrics = QFontMetricsF(font("strong"))
        width = max(metrics.horizontalAdvance(f"{self._letter} {text}") for text in (_WIDEST[self._unit], self._text))
        return QSize(math.ceil(_SAMPLE + HALF + width), max(2 * GRID + HALF, math.ceil(metrics.height())))

    def minimumSizeHint(self) -> QSize:
        """Return the same: a value is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sample of line and the value."""
        palette = current_palette()
        ink = palette.side(self._side)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(color(ink), 2, _STYLES[self._side])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        y = self.height() / 2
        painter.drawLine(QLineF(0, y, _SAMPLE, y))
        room = QRectF(self.rect()).adjusted(_SAMPLE + HALF, 0, 0, 0)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(font("strong"))
        painter.setPen(color(ink))
        words = f"{self._letter} {self._text}".strip()
        painter.drawText(room, align, words)
