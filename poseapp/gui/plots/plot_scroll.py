"""A column that scrolls where its plots need more height than there is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from poseapp.gui.style.theme import GRID, HALF


class PlotScroll(QScrollArea):
    """Holds plots in `column`, on `page`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = QWidget()
        self.column = QVBoxLayout(self.page)
        self.column.setContentsMargins(0, 0, 0, GRID)
        self.column.setSpacing(HALF)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self.page)

    def hold(self, width: int) -> None:
        """Keep this px for the plots, whatever else wants room."""
        self.setMinimumWidth(width + self.verticalScrollBar().sizeHint().width())

    def bar_width(self) -> int:
        """Return the px that the scroll bar takes."""
        bar = self.verticalScrollBar()
        return bar.width() if bar.isVisible() else 0
