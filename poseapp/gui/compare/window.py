"""The window of a comparison: two clips side by side or superposed, one transport, one plot."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QSplitter,
    QStackedLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from poseapp.core.skeleton import Side
from poseapp.gui.compare.caption import CompareCaption
from poseapp.gui.compare.head import CompareHead
from poseapp.gui.compare.keys import OwnKeys, build_verbs
from poseapp.gui.compare.picture import ComparePicture, Layer
from poseapp.gui.compare.plot import ComparePlot
from poseapp.gui.compare.presenter import ComparePresenter
from poseapp.gui.compare.values import CompareValues
from poseapp.gui.compare.verbs import CompareVerbs
from poseapp.gui.empty_state import EmptyState
from poseapp.gui.notice_bar import NoticeBar
from poseapp.gui.style.elided_label import ElidedLabel
from poseapp.gui.style.theme import GRID, font, lie_on_surface
from poseapp.gui.timeline.transport import Transport
from poseapp.services.comparing import Comparing

_ANGLES_WIDTH = 57 * GRID  # or what the values need
SIDE_CHOICES: tuple[tuple[str, tuple[Side, ...]], ...] = (
    ("Both sides", ("right", "left", "middle")),
    ("Right", ("right", "middle")),
    ("Left", ("left", "middle")),
)


class CompareWindow(QWidget):
    """Shows a `Comparing`, which it closes with itself.

    Attributes:
        layers: What is shown of the two clips, the leading one first.
        pictures: The widgets at the left and at the right.

    Signals:
        closed(): The threads have ended.
        analyzeRequested(str): The person wants that clip analysed first.
    """

    closed = Signal()
    analyzeRequested = Signal(str)

    def __init__(self, comparing: Comparing, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("compare")
        self.setWindowTitle(self.tr("Comparison – poseapp"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.comparing = comparing
        self.layers = [Layer("A"), Layer("B")]
        self.pictures = tuple(ComparePicture(layer, self) for layer in self.layers)
        self.verbs = CompareVerbs(self)
        self.actions_by_name = build_verbs(self, self.verbs)
        self.head = CompareHead(self.actions_by_name, self)
        self._build_parts()
        self._lay_out()
        self.presenter = ComparePresenter(self)
        self._own_keys = OwnKeys(self)
        for kind in (QSlider, QComboBox, QAbstractButton):
            self._own_keys.watch(*self.findChildren(kind))
        if parent is not None:
            parent.installEventFilter(self)

    def open(self, path: str, *, start: int = 0, person: int | None = None) -> None:
        """Compare with a clip or a project, beginning at a frame and with a person of the first clip."""
        makers = (self.layers[0].maker, self.layers[1].maker)
        self.comparing.open(path, start=start, person=person, prepare=makers)

    def say(self, text: str) -> None:
        """Say something in place of everything, before there is anything to show."""
        self.waiting.set_text(text)

    def show_content(self) -> None:
        """Show pictures and plot."""
        self._stack.setCurrentIndex(1)
        self.pictures[0].setFocus()

    def sizeHint(self) -> QSize:
        """As large as the main window is at first."""
        return QSize(1280, 800)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the keyboard."""
        super().showEvent(event)
        self.activateWindow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close with the window that this one belongs to."""
        if watched is self.parent() and event.type() == QEvent.Type.Close:
            self.close()
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the threads."""
        self.presenter.close()
        self.comparing.close()
        event.accept()
        self.closed.emit()

    def _build_parts(self) -> None:
        self.notice = NoticeBar(self)
        self.waiting = EmptyState("film", self.tr("Reading the other clip…"), parent=self)
        self.captions = (
            CompareCaption("A", self.tr("Moves both clips"), self),
            CompareCaption("B", self.tr("Moves B alone"), self),
        )
        self.transport = Transport(self)
        self.together = ElidedLabel(parent=self)
        self.together.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.angle = QComboBox(self)
        self.angle.setAccessibleName(self.tr("Angle"))
        self.sides = QComboBox(self)
        self.sides.setAccessibleName(self.tr("Sides"))
        for title, _ in SIDE_CHOICES:
            self.sides.addItem(title)
        self.values = CompareValues(self)
        self.plot = ComparePlot(self)
        self.no_angles = EmptyState("angle", "", parent=self)
        self.lower_pages = QStackedWidget(self)
        self.hint = QLabel(self)
        self.hint.setProperty("tone", "muted")
        self.hint.setFont(font("small"))

    def _lay_out(self) -> None:
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        split = QSplitter(Qt.Orientation.Vertical, content)
        split.setChildrenCollapsible(False)
        split.addWidget(self._upper())
        split.addWidget(self._angles())
        split.setStretchFactor(0, 1)
        split.setSizes([500, 230])
        for widget in (self.notice, self.head):
            column.addWidget(widget)
        column.addWidget(split, 1)
        column.addWidget(self.hint)
        self.hint.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.waiting)
        self._stack.addWidget(content)

    def _upper(self) -> QWidget:
        upper = QWidget(self)
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for parts in (self.pictures, self.captions):
            row = QHBoxLayout()
            row.setSpacing(GRID // 2)
            for part in parts:
                row.addWidget(part, 1)
            column.addLayout(row, 1 if parts is self.pictures else 0)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 2 * GRID, 0)
        row.addWidget(self.transport)
        row.addWidget(self.together, 1)
        column.addLayout(row)
        return upper

    def _angles(self) -> QWidget:
        beside = QWidget(self)
        beside.setMinimumWidth(_ANGLES_WIDTH)
        beside.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.angle.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # the values say how wide
        column = QVBoxLayout(beside)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        column.setSpacing(2 * GRID)
        row = QHBoxLayout()
        row.addWidget(self.angle, 1)
        row.addWidget(self.sides)
        column.addLayout(row)
        column.addWidget(self.values)
        column.addStretch(1)
        page = QWidget(self)
        lie_on_surface(page)
        both = QHBoxLayout(page)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addWidget(beside)
        both.addWidget(self.plot, 1)
        self.lower_pages.addWidget(self.no_angles)
        self.lower_pages.addWidget(page)
        return self.lower_pages
