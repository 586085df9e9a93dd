"""Puts the widgets of the main window in their places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QTabWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from poseapp.gui.style.icons import icon
from poseapp.gui.style.theme import GRID, ICON_SIZE

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow

_Area = Qt.DockWidgetArea
_PEOPLE_WIDTH = 216
_PEOPLE_HEIGHT, _REVIEW_HEIGHT = 128, 400
_REVIEW_BUTTONS = ("accept_moment", "swap_back", "previous_moment", "next_moment")
_DRAW_TOOLS = ("draw_line", "draw_ruler", "draw_goniometer", "draw_plumb", "draw_text", "draw_stopwatch")
_ANGLES_WIDTH = 328


class Centre(QWidget):
    """The middle: the picture or the first screen, and notices that float above without moving it."""

    def __init__(self, pages: QStackedWidget, notice_bar: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._notice_bar = notice_bar
        notice_bar.setParent(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(pages)
        notice_bar.installEventFilter(self)

    def place_notice(self) -> None:
        """Put the notice along the upper edge, as high as its words need."""
        width = self.width() - 2 * GRID
        bar = self._notice_bar
        height = bar.heightForWidth(width) if bar.hasHeightForWidth() else bar.sizeHint().height()
        bar.setGeometry(GRID, GRID, width, height)
        bar.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Place the notice again when its words change."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.LayoutRequest):
            self.place_notice()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the notice along the edge."""
        self.place_notice()


def build_centre(window: MainWindow) -> Centre:
    """Return the middle of the window."""
    window.pages.addWidget(window.welcome)
    window.pages.addWidget(window.canvas)
    return Centre(window.pages, window.notice_bar, window)


def build_bottom(window: MainWindow) -> QDockWidget:
    """Return the strip under everything: playing and the timeline, over the whole width."""
    strip = QWidget(window)
    column = QVBoxLayout(strip)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(window.transport)
    column.addWidget(window.timeline)
    strip.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    dock = QDockWidget(window)
    dock.setObjectName("bottom")
    dock.setWindowTitle(window.tr("Time"))
    dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
    dock.setTitleBarWidget(QWidget(dock))
    dock.setWidget(strip)
    for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
        window.setCorner(corner, _Area.BottomDockWidgetArea)
    window.addDockWidget(_Area.BottomDockWidgetArea, dock)
    return dock


def build_side_docks(window: MainWindow, actions: dict[str, QAction]) -> tuple[QDockWidget, ...]:
    """Return the panels beside the picture."""
    people = _dock(window, "people", window.tr("People"), window.people)
    angles = _dock(window, "angles", window.tr("Angles"), window.angle_panel)
    review = _dock(window, "review", window.tr("Review"), window.review)
    window.review.add_actions([actions[name] for name in _REVIEW_BUTTONS])
    window.addDockWidget(_Area.LeftDockWidgetArea, people)
    window.splitDockWidget(people, review, Qt.Orientation.Vertical)
    window.addDockWidget(_Area.RightDockWidgetArea, angles)
    window.resizeDocks([people, review], [_PEOPLE_HEIGHT, _REVIEW_HEIGHT], Qt.Orientation.Vertical)
    window.resizeDocks([people, angles], [_PEOPLE_WIDTH, _ANGLES_WIDTH], Qt.Orientation.Horizontal)
    return people, review, angles


def build_improve_dock(window: MainWindow, *, beside: QDockWidget) -> QDockWidget:
    """Return the panel that improves a network, which takes turns with another one; hidden until it is wanted."""
    dock = _dock(window, "improve", window.tr("Improve model"), window.improve_panel)
    dock.setTitleBarWidget(QWidget(dock))  # its tab says it already
    window.addDockWidget(_Area.RightDockWidgetArea, dock)
    window.tabifyDockWidget(beside, dock)
    window.setTabPosition(_Area.RightDockWidgetArea, QTabWidget.TabPosition.North)
    dock.hide()
    return dock


def build_tool_bar(window: MainWindow, actions: dict[str, QAction]) -> QToolBar:
    """Return the tool bar, in the order of the work: open, analyse, correct, look, export."""
    bar = QToolBar(window.tr("Tools"), window)
    bar.setObjectName("tools")
    bar.setMovable(False)
    bar.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    _add(bar, actions["open"], with_text="Open")
    bar.addSeparator()
    _add(bar, actions["analyze"], with_text="Analyze").setProperty("kind", "primary")
    window.analyze_controls.offer_more(actions["networks"])
    bar.addWidget(window.analyze_controls)
    bar.addSeparator()
    for name in ("undo", "redo"):
        _add(bar, actions[name])
    bar.addSeparator()
    for name in ("fit", "zoom_person", "heatmap", "arcs"):
        _add(bar, actions[name])
    bar.addWidget(_menu_button(bar, window.tr("Draw"), "draw-line", [actions[name] for name in _DRAW_TOOLS]))
    bar.addSeparator()
    bar.addWidget(window.facing)
    spacer = QWidget(bar)
    spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(spacer)
    _add(bar, actions["export"], with_text="Export")
    window.addToolBar(bar)
    return bar


def build_status_bar(window: MainWindow) -> None:
    """Fill the status bar: the job, the network, when the work was last saved."""
    bar = window.statusBar()
    bar.setSizeGripEnabled(False)
    bar.setContentsMargins(GRID, 0, GRID, 0)
    left = QWidget(bar)
    work = QHBoxLayout(left)
    work.setContentsMargins(GRID, 0, 0, 0)
    work.setSpacing(GRID)
    window.hint.setProperty("tone", "muted")
    work.addWidget(window.job)
    work.addWidget(window.training_job)
    work.addWidget(window.hint)
    work.addStretch(1)
    bar.addWidget(left, 1)
    words = QWidget(bar)
    row = QHBoxLayout(words)
    row.setContentsMargins(0, 0, GRID, 0)
    row.setSpacing(2 * GRID)
    for label, spoken in ((window.clip_facts, "Clip"), (window.model_name, "Network"), (window.saved, "Saved")):
        label.setProperty("tone", "muted")
        label.setAccessibleName(window.tr(spoken))
        row.addWidget(label)
    bar.addPermanentWidget(words)
    bar.setFixedHeight(4 * GRID)


def _dock(window: MainWindow, name: str, title: str, content: QWidget) -> QDockWidget:
    dock = QDockWidget(title, window)
    dock.setObjectName(name)
    dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetMovable)
    dock.setAllowedAreas(_Area.LeftDockWidgetArea | _Area.RightDockWidgetArea)
    dock.setWidget(content)
    return dock


def _add(bar: QToolBar, action: QAction, *, with_text: str = "") -> QToolButton:
    button = QToolButton(bar)
    button.setDefaultAction(action)
    button.setAutoRaise(True)
    button.setAccessibleName(action.text().replace("&", ""))
    if with_text:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        action.setIconText(with_text)
    bar.addWidget(button)
    return button


def _menu_button(bar: QToolBar, title: str, icon_name: str, actions: Sequence[QAction]) -> QToolButton:
    button = QToolButton(bar)
    button.setIcon(icon(icon_name))
    button.setToolTip(title)
    button.setAccessibleName(title)
    button.setAutoRaise(True)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(button)
    menu.addActions(list(actions))
    button.setMenu(menu)
    return button


def plain_label(parent: QWidget) -> QLabel:
    """Return a label that shows its text to the letter."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
