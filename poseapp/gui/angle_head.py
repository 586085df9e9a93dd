"""The row above the angle plots: how they were smoothed, which are shown, and the way back to the whole clip."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from poseapp.core.analysis import FilterReport
from poseapp.gui.angle_groups import AngleGroup
from poseapp.gui.elided_label import ElidedLabel
from poseapp.gui.icons import icon
from poseapp.gui.theme import GRID, ICON_SIZE, font


class AngleHead(QWidget):
    """A note, a menu of angles, a button.

    Attributes:
        note: Says how the keypoints were smoothed.

    Signals:
        shownChosen(tuple): The names of the groups that the user wants to see.
        wholeRequested(): The user wants to see the whole clip.
    """

    shownChosen = Signal(object)
    wholeRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = ElidedLabel(parent=self)
        self.note.setFont(font("small"))
        self.note.setProperty("tone", "muted")
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.menu.triggered.connect(lambda _: self.shownChosen.emit(self._checked()))
        choose = self._button("settings", self.tr("Choose the angles on show"))
        choose.setObjectName("choose_angles")
        choose.setText(self.tr("Angles"))
        choose.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        choose.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        choose.setMenu(self.menu)
        whole = self._button("fit", self.tr("Show the whole clip"))
        whole.setObjectName("whole_clip")
        whole.clicked.connect(lambda _=False: self.wholeRequested.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        row.addWidget(self.note, 1)
        row.addWidget(choose)
        row.addWidget(whole)

    def set_groups(self, groups: Sequence[AngleGroup], shown: Sequence[str]) -> None:
        """Offer these groups, with the shown ones checked; joints and segments stand apart."""
        self.menu.clear()
        kind = groups[0].kind if groups else ""
        for group in groups:
            if group.kind != kind:
                self.menu.addSeparator()
                kind = group.kind
            action = self.menu.addAction(group.title)
            action.setCheckable(True)
            action.setData(group.name)
            action.setToolTip(self.tr("Positive: {positive}").format(positive=group.positive))
        self.set_shown(shown)

    def set_shown(self, shown: Sequence[str]) -> None:
        """Check the groups that are shown; sends no signal."""
        for action in self.menu.actions():
            action.setChecked(action.data() in shown)

    def set_filter(self, report: FilterReport) -> None:
        """Say how the keypoints were smoothed; the whole of it is one hover away."""
        if report.kind == "none":
            self.note.setText(self.tr("Not filtered"))
            self.note.setToolTip(report.note)
            return
        kind = report.kind.capitalize()
        text = self.tr("{kind} {hz:.1f} Hz").format(kind=kind, hz=report.effective_hz)
        self.note.setText(f"{text} *" if report.note else text)
        facts = self.tr("Keypoints are smoothed: {kind}, zero phase, order {order}, −3 dB at {hz:.1f} Hz")
        told = facts.format(kind=kind, order=report.order, hz=report.effective_hz)
        self.note.setToolTip(f"{told}\n* {report.note}" if report.note else told)

    def _checked(self) -> tuple[str, ...]:
        return tuple(str(action.data()) for action in self.menu.actions() if action.isChecked())

    def _button(self, icon_name: str, title: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(icon_name))
        button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        button.setToolTip(title)
        button.setAccessibleName(title)
        return button
