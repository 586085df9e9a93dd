"""Where the panel of agreement lies: under the picture, above the timeline, or in a window of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from poseapp.gui.agreement.panel import AgreementPanel
from poseapp.gui.style.theme import GRID

_HEIGHTS = (34 * GRID, 54 * GRID)  # px, least and most to begin with
_OWN = (140 * GRID, 72 * GRID)  # px, of a window of its own
_SHARE = 0.34  # of the window's height


class AgreementDock(QDockWidget):
    """The panel in its place.

    Signals:
        closed: It was closed, by its button or by that of its own window.
    """

    closed = Signal()

    def __init__(self, panel: AgreementPanel, window: QMainWindow, above: QDockWidget) -> None:
        super().__init__(self.tr("Agreement"), window)
        self.setObjectName("agreement_dock")
        self.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetFloatable | QDockWidget.DockWidgetFeature.DockWidgetClosable
        )
        self.setAllowedAreas(Qt.DockWidgetArea.BottomDockWidgetArea)
        self.panel = panel
        self._bare = QWidget(self)
        self.setTitleBarWidget(self._bare)
        self.setWidget(panel)
        window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self)
        window.splitDockWidget(self, above, Qt.Orientation.Vertical)
        QTimer.singleShot(0, self, lambda: self._take_room(window))  # once it is laid out
        panel.windowWanted.connect(lambda: self.setFloating(not self.isFloating()))
        panel.closeWanted.connect(self.close)
        self.topLevelChanged.connect(self._on_floating)

    def _take_room(self, window: QMainWindow) -> None:
        height = min(max(int(_SHARE * window.height()), _HEIGHTS[0]), _HEIGHTS[1])
        window.resizeDocks([self], [height], Qt.Orientation.Vertical)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Say that it is closed, however that came."""
        super().closeEvent(event)
        self.closed.emit()

    def _on_floating(self, on: bool) -> None:
        self.setTitleBarWidget(None if on else self._bare)  # type: ignore[arg-type]
        self.panel.set_floating(on=on)
        if on:
            self.setWindowFlag(Qt.WindowType.Window)
            self.resize(*_OWN)
            self.show()
