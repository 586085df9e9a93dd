"""The plot of one row of agreement, and steps from its largest difference to smaller ones."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from poseapp.core.agreement import AgreementRow
from poseapp.gui.agreement.plot import AgreementPlot
from poseapp.gui.agreement.words import point_words
from poseapp.gui.style.icons import icon
from poseapp.gui.style.theme import GRID, HALF, font

_SIDE = 21 * GRID  # px, what is said beside the plot


class DifferencePane(QWidget):
    """A Bland-Altman plot with words about one of its points.

    Attributes:
        row: On show. rank: Of the point that is spoken of, 0 for the largest difference.

    Signals:
        frameWanted(int, object): (AgreementRow) a frame is to be shown.
    """

    frameWanted = Signal(int, object)

    def __init__(self, time_of: Callable[[int], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row: AgreementRow | None = None
        self.rank = 0
        self._gone = False  # to a frame of this row
        self._time_of = time_of
        self.plot, self.words, self.title = AgreementPlot(self), QLabel(self), QLabel(self)
        self.title.setFont(font("strong"))
        for label in (self.title, self.words):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setFixedWidth(_SIDE)
        self.words.setAccessibleName(self.tr("The difference that is spoken of"))
        self.plot.clicked.connect(self._on_point)
        self.buttons: dict[str, QToolButton] = {}
        side = QVBoxLayout()
        side.setSpacing(HALF)
        side.addWidget(self.title)
        side.addWidget(self.words)
        side.addStretch(1)
        side.addLayout(self._build_buttons())
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.plot, 1)
        row.addLayout(side)

    def set_row(self, row: AgreementRow | None, name: str) -> None:
        """Show another row under a name, or none."""
        self.row = row if row is not None and row.agreement.n else None
        self.rank, self._gone = 0, False
        self.title.setText(name if self.row is not None else self.tr("Nothing to compare"))
        self.plot.set_row(self.row)
        for button in self.buttons.values():
            button.setEnabled(self.row is not None)
        self._speak()

    def go(self, rank: int) -> None:
        """Show the frame whose difference has a rank, 0 the largest."""
        if self.row is None:
            return
        self.rank = min(max(rank, 0), self.row.agreement.n - 1)
        self._gone = True
        self._speak()
        frame = int(self.row.frames[int(self.row.worst_first[self.rank])])
        self.plot.set_frame(frame)
        self.frameWanted.emit(frame, self.row)

    def step(self, by: int) -> None:
        """Go to a smaller (+1) or a larger (-1) difference; the first step goes to the largest."""
        self.go(self.rank + by if self._gone else 0)

    def _build_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        verbs: tuple[tuple[str, str, str, Callable[[], None]], ...] = (
            ("worst", "first", self.tr("Show the frame of the largest difference"), lambda: self.go(0)),
            ("larger", "step-back", self.tr("Show the frame of the next larger difference (Shift+Enter)"),
             lambda: self.step(-1)),
            ("smaller", "step-forward", self.tr("Show the frame of the next smaller difference (Enter)"),
             lambda: self.step(1)),
        )  # fmt: skip
        for name, sign, tip, verb in verbs:
            button = QToolButton(self)
            button.setIcon(icon(sign))
            button.setAutoRaise(True)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(lambda _checked=False, verb=verb: verb())
            self.buttons[name] = button
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _on_point(self, place: int) -> None:
        if self.row is not None:
            self.go(int((self.row.worst_first == place).argmax()))

    def _speak(self) -> None:
        row = self.row
        if row is None:
            self.words.setText("")
            return
        place = int(row.worst_first[self.rank])
        self.words.setText(point_words(row, place, self.rank, self._time_of(int(row.frames[place]))))
