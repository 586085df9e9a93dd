"""The empty window: what to do first, in three steps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from poseapp.gui.icons import icon
from poseapp.gui.theme import GRID, HALF, font

_MAX_RECENT = 6


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
        self._recent = QVBoxLayout()
        self._recent_frame = QFrame(self)
        self._recent_frame.setLayout(self._recent)
        column = QVBoxLayout(self)
        column.addStretch(1)
        title = QLabel(self.tr("From video to joint angles"), self)
        title.setFont(font("display"))
        column.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
        buttons = QHBoxLayout()
        self.open_button = QPushButton(icon("open", "on_accent"), self.tr("Open video…"), self)
        self.open_button.setProperty("kind", "primary")
        self.open_button.clicked.connect(lambda _=False: self.openRequested.emit())
        self.sample_button = QPushButton(self.tr("Try the sample"), self)
        self.sample_button.clicked.connect(lambda _=False: self.sampleRequested.emit())
        buttons.addStretch(1)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.sample_button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addWidget(self._recent_frame, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.set_recent([])

    def set_recent(self, paths: Sequence[str]) -> None:
        """List recent files, newest first; the first six are shown."""
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for path in list(paths)[:_MAX_RECENT]:
            button = QPushButton(PurePath(path).name, self._recent_frame)
            button.setProperty("kind", "quiet")
            button.setToolTip(path)
            button.clicked.connect(lambda _=False, chosen=path: self.recentChosen.emit(chosen))
            self._recent.addWidget(button)
        self._recent.setSpacing(HALF)
        self._recent_frame.setVisible(len(paths) > 0)
        self._recent_frame.setContentsMargins(0, GRID * 3, 0, 0)
