"""The empty window: what to do first, in three steps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from poseapp.gui.style.icons import icon, pixmap
from poseapp.gui.style.theme import GRID, HALF, ICON_SIZE, color, current_palette, font

_MAX_RECENT = 5
_PAGE = 90 * GRID  # px, at most
_NARROW = 68 * GRID  # px, below which the steps stand one above the other
_LOGO = 8 * GRID
_STEP_ICON = 3 * GRID


class Welcome(QWidget):
    """The page shown while no clip is open.

    Signals:
        openRequested(): "Open video…" was pressed.
        sampleRequested(): "Try the sample" was pressed.
        recentChosen(str): A recent file was chosen.
    """

    openRequested = Signal()
    sampleRequested = Signal()
    recentChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Welcome"))
        self._drop_shown = False
        self._logo = QLabel(self)
        self._steps = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._cards: list[_Step] = []
        self._recent = _RecentList(self)
        self._recent.chosen.connect(self.recentChosen)
        self.open_button = QPushButton(icon("open", "on_accent"), self.tr("Open video…"), self)
        self.open_button.setProperty("kind", "primary")
        self.open_button.clicked.connect(lambda _=False: self.openRequested.emit())
        self.sample_button = QPushButton(self.tr("Try the sample"), self)
        self.sample_button.clicked.connect(lambda _=False: self.sampleRequested.emit())
        self._compose()
        self._draw_logo()
        self.set_recent([])

    def set_recent(self, paths: Sequence[str]) -> None:
        """List recent files, newest first; the first five are shown."""
        self._recent.set_paths(list(paths)[:_MAX_RECENT])
        self._recent.setVisible(len(paths) > 0)

    def set_drop_shown(self, shown: bool) -> None:
        """Show that a file held over the window can be dropped here."""
        self._drop_shown = shown
        self.update()

    def _compose(self) -> None:
        page = QWidget(self)
        page.setMaximumWidth(_PAGE)
        column = QVBoxLayout(page)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
        column.setSpacing(0)
        column.addStretch(2)
        column.addWidget(self._logo, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(2 * GRID)
        column.addWidget(_centred(self.tr("From video to joint angles"), "display", page))
        column.addSpacing(GRID)
        words = self.tr("Estimate, correct and measure movement. Your videos stay on this computer.")
        subtitle = _centred(words, "body", page)
        subtitle.setProperty("tone", "muted")
        column.addWidget(subtitle)
        column.addSpacing(3 * GRID)
        column.addLayout(self._button_row())
        column.addSpacing(5 * GRID)
        self._add_steps(page)
        column.addLayout(self._steps)
        column.addSpacing(3 * GRID)
        column.addWidget(self._recent)
        column.addStretch(3)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(page, 100)
        row.addStretch(1)
        scroll.setWidget(holder)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID, GRID, GRID, GRID)
        outer.addWidget(scroll)

    def _add_steps(self, page: QWidget) -> None:
        steps = (
            ("film", self.tr("Open"), self.tr("Drop a video here, or press Ctrl+O.")),
            ("analyze", self.tr("Analyze"), self.tr("Press Analyze. The person is found and every joint followed.")),
            (
                "angle",
                self.tr("Read and correct"),
                self.tr("Read the angle beside the picture. Drag a keypoint to put it right."),
            ),
        )
        self._steps.setSpacing(2 * GRID)
        for number, (name, title, text) in enumerate(steps, start=1):
            card = _Step(name, f"{number}  {title}", text, page)
            self._cards.append(card)
            self._steps.addWidget(card, 1)

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID + HALF)
        row.addStretch(1)
        for button in (self.open_button, self.sample_button):
            button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
            button.setMinimumHeight(5 * GRID)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _draw_logo(self) -> None:
        self._logo.setPixmap(pixmap("poseapp", _LOGO, ratio=self.devicePixelRatioF()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand the steps one above the other where there is little width."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self._steps.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Outline the page while a file is held over it."""
        if self._drop_shown:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(color(current_palette().accent), 2, Qt.PenStyle.DashLine))
            painter.setBrush(color(current_palette().accent, 0.06))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(GRID, GRID, -GRID, -GRID), GRID, GRID)


class _Step(QFrame):
    """A card with an icon, a numbered title and a sentence."""

    def __init__(self, icon_name: str, title: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self.setProperty("card", "true")
        self._picture = QLabel(self)
        heading = QLabel(title, self)
        heading.setFont(font("strong"))
        heading.setWordWrap(True)
        sentence = QLabel(text, self)
        sentence.setWordWrap(True)
        sentence.setProperty("tone", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addWidget(self._picture)
        column.addWidget(heading)
        column.addWidget(sentence)
        column.addStretch(1)
        self._draw()

    def _draw(self) -> None:
        self._picture.setPixmap(pixmap(self._icon_name, _STEP_ICON, "accent", ratio=self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()


class _RecentList(QWidget):
    """Names of recent files with their folders, one button each."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(HALF // 2)
        self.heading = QLabel(self.tr("Recent"), self)
        self.heading.setFont(font("strong"))
        self.heading.setContentsMargins(GRID, 0, 0, HALF)
        self._column.addWidget(self.heading)
        self._rows: list[_RecentRow] = []

    def set_paths(self, paths: Sequence[str]) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self._rows = [_RecentRow(path, self) for path in paths]
        for row in self._rows:
            row.clicked.connect(lambda _=False, path=row.path: self.chosen.emit(path))
            self._column.addWidget(row)


class _RecentRow(QPushButton):
    """A file name, and its folder in a quiet colour, shortened in the middle where there is no room."""

    def __init__(self, path: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.path = path
        self._name, self._folder = PurePath(path).name, str(PurePath(path).parent)
        self.setProperty("kind", "row")
        self.setToolTip(path)
        self.setAccessibleName(self.tr("Open {name}").format(name=self._name))
        self.setMinimumHeight(4 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        palette = current_palette()
        painter = QPainter(self)
        room = self.rect().adjusted(GRID, 0, -GRID, 0)
        metrics = QFontMetrics(self.font())
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideMiddle, room.width())
        painter.setPen(color(palette.text))
        painter.drawText(room, align, name)
        room.setLeft(room.left() + metrics.horizontalAdvance(name) + 2 * GRID)
        painter.setPen(color(palette.muted))
        painter.setFont(font("small"))
        small = QFontMetrics(painter.font())
        painter.drawText(
            room, align, small.elidedText(self._folder, Qt.TextElideMode.ElideMiddle, max(0, room.width()))
        )


def _centred(text: str, role: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setFont(font("display" if role == "display" else "body"))
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    return label
