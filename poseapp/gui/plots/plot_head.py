"""What stands above a plot: its title and, beside it or under it where they do not fit, the values."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout

from poseapp.gui.plots.read_out import ReadOut
from poseapp.gui.style.elided_label import ElidedLabel
from poseapp.gui.style.theme import GRID, font


class PlotHead(QBoxLayout):
    """Attributes: title, read_outs."""

    def __init__(self, title: ElidedLabel, read_outs: Collection[ReadOut]) -> None:
        super().__init__(QBoxLayout.Direction.LeftToRight)
        self.title, self.read_outs = title, read_outs
        title.setFont(font("strong"))
        values = QHBoxLayout()
        values.setSpacing(GRID)
        for read_out in read_outs:
            values.addWidget(read_out)
        values.addStretch(1)
        self.setContentsMargins(2 * GRID, GRID, GRID, 0)
        self.setSpacing(0)
        self.addWidget(title, 1)
        self.addLayout(values)

    def least_width(self) -> int:
        """Return the px that the values need, whatever stands beside them."""
        return sum(read_out.sizeHint().width() + GRID for read_out in self.read_outs) + 3 * GRID

    def fit(self, width: int) -> None:
        """Put the values under the title where they do not fit beside it in `width` px."""
        fits = self.title.sizeHint().width() + self.least_width() <= width
        self.setDirection(QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom)
