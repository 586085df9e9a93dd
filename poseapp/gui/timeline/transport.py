"""Playing and stepping: the row of buttons under the picture, with time and frame."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from poseapp.gui.style.icons import icon
from poseapp.gui.style.theme import GRID, HALF, ICON_SIZE, font
from poseapp.gui.style.wording import format_speed, format_time

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)


class Transport(QWidget):
    """Buttons first, back, play, forward, last; "0:03.217  frame 97 / 229  1×".

    Frames are counted from 0, as in the exported files.

    Signals:
        playToggled(): Play or pause was pressed.
        stepRequested(int): By that many frames.
        seekRequested(int): To that frame.
        speedChosen(float): Of playing, 1 = real time.
        loopToggled(bool): Playing begins again at the end of the zone, or of the clip.
        zoneCleared(): The working zone is to be taken away.
    """

    playToggled = Signal()
    stepRequested = Signal(int)
    seekRequested = Signal(int)
    speedChosen = Signal(float)
    loopToggled = Signal(bool)
    zoneCleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._n_frames = 0
        self._playing = False
        self._play = self._button("play", self.tr("Play or pause"), self.playToggled.emit)
        buttons = [
            self._button("first", self.tr("First frame"), lambda: self.seekRequested.emit(0)),
            self._button("step-back", self.tr("One frame back"), lambda: self.stepRequested.emit(-1)),
            self._play,
            self._button("step-forward", self.tr("One frame on"), lambda: self.stepRequested.emit(1)),
            self._button("last", self.tr("Last frame"), lambda: self.seekRequested.emit(self._n_frames - 1)),
        ]
        self._time = self._read_out(self.tr("Time"))
        self._frame = self._read_out(self.tr("Frame"))
        self._frame.setProperty("tone", "muted")
        self._frame.setToolTip(self.tr("Frames are counted from 0, as in the exported files"))
        self._speed = self._speed_button()
        self._loop = self._loop_button()
        self._zone = self._read_out(self.tr("Working zone"))
        self._zone.setProperty("tone", "muted")
        self._zone.setToolTip(
            self.tr("I and O set where it begins and ends; so does a drag with Shift on the timeline")
        )
        self._clear = self._button("close", self.tr("Take the working zone away"), self.zoneCleared.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, HALF, GRID, HALF)
        row.setSpacing(HALF)
        for group in (buttons, [self._time], [self._frame], [self._speed, self._loop], [self._zone, self._clear]):
            for widget in group:
                row.addWidget(widget)
            row.addSpacing(GRID)
        row.addStretch(1)
        self.setAccessibleName(self.tr("Playing"))
        self.set_zone("")
        self.set_position(0, 0, 0.0)

    def set_position(self, i: int, n: int, pts: float) -> None:
        """Show frame `i` of `n` at `pts` s; n = 0 shows that there is no clip."""
        self._n_frames = n
        for widget in self.findChildren(QToolButton):
            widget.setEnabled(n > 0)
        if n == 0:
            self._time.setText("–:––.–––")
            self._frame.setText("")
            return
        self._time.setText(format_time(pts))
        self._frame.setText(self.tr("frame {index} / {last}").format(index=i, last=n - 1))
        self._reserve_width()

    def set_playing(self, playing: bool) -> None:
        """Show whether the clip is playing."""
        self._playing = playing
        self._play.setIcon(icon("pause" if playing else "play"))

    def set_looping(self, looping: bool) -> None:
        """Show whether playing loops."""
        self._loop.setChecked(looping)

    def set_zone(self, words: str) -> None:
        """Show the working zone in words, "" for none."""
        self._zone.setText(words)
        self._zone.setVisible(bool(words))
        self._clear.setVisible(bool(words))

    def set_speed(self, speed: float) -> None:
        """Show the playing speed."""
        self._speed.setText(format_speed(speed))
        for action in self._speed.menu().actions():
            action.setChecked(action.data() == speed)

    def _button(self, name: str, title: str, slot: object) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name))
        button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        button.setToolTip(title)
        button.setAccessibleName(title)
        button.setObjectName(name)
        button.clicked.connect(lambda _=False: slot())  # type: ignore[operator]
        return button

    def _loop_button(self) -> QToolButton:
        button = self._button("loop", self.tr("Loop over the working zone, or the whole clip (L)"), lambda: None)
        button.setCheckable(True)
        button.toggled.connect(self.loopToggled)
        return button

    def _read_out(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setFont(font())
        label.setAccessibleName(name)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _speed_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("speed")
        button.setText(format_speed(1.0))
        button.setFont(font())
        button.setToolTip(self.tr("Playing speed"))
        button.setAccessibleName(self.tr("Playing speed"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        group = QActionGroup(menu)
        for speed in SPEEDS:
            action = QAction(format_speed(speed), group)
            action.setCheckable(True)
            action.setChecked(speed == 1.0)
            action.setData(speed)
            menu.addAction(action)
        menu.triggered.connect(lambda action: self._choose_speed(float(action.data())))
        button.setMenu(menu)
        return button

    def _choose_speed(self, speed: float) -> None:
        self.set_speed(speed)
        self.speedChosen.emit(speed)

    def _reserve_width(self) -> None:
        metrics = QFontMetrics(self._frame.font())
        widest = self.tr("frame {index} / {last}").format(index=self._n_frames - 1, last=self._n_frames - 1)
        self._frame.setMinimumWidth(metrics.horizontalAdvance(widest))
