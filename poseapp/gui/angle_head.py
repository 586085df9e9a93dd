"""The row above the plots: how the keypoints were smoothed, what is plotted, and the way back to the whole clip."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from poseapp.core.analysis import FilterReport
from poseapp.gui.angle_groups import DEFAULT_SHOWN, PlotGroup
from poseapp.gui.elided_label import ElidedLabel
from poseapp.gui.icons import icon
from poseapp.gui.plot_chooser import PlotChooser
from poseapp.gui.theme import GRID, ICON_SIZE, font


class AngleHead(QWidget):
    """A note, a list of what can be plotted, a button.

    Attributes:
        note: Says how the keypoints were smoothed.
        chooser: The list.
        shown: The names of the groups on show, also of those that the skeleton does not have.

    Signals:
        shownChosen(tuple): The names of the groups that the user wants to see.
        rawToggled(bool): Whether unfiltered curves are drawn beneath.
        wholeRequested(): The user wants to see the whole clip.
    """

    shownChosen = Signal(object)
    rawToggled = Signal(bool)
    wholeRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: tuple[str, ...] = DEFAULT_SHOWN
        self._groups: tuple[PlotGroup, ...] = ()
        self.note = ElidedLabel(parent=self)
        self.note.setFont(font("small"))
        self.note.setProperty("tone", "muted")
        self.chooser = PlotChooser(self)
        self.chooser.chosen.connect(self._on_chosen)
        self.chooser.rawToggled.connect(self.rawToggled)
        self._choose = self._button("settings", self.tr("Choose what is plotted"))
        self._choose.setObjectName("choose_plots")
        self._choose.setText(self.tr("Plots"))
        self._choose.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._choose.clicked.connect(lambda _=False: self.open_chooser())
        whole = self._button("fit", self.tr("Show the whole clip"))
        whole.setObjectName("whole_clip")
        whole.clicked.connect(lambda _=False: self.wholeRequested.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        row.addWidget(self.note, 1)
        row.addWidget(self._choose)
        row.addWidget(whole)

    def open_chooser(self) -> None:
        """Show the list of what can be plotted."""
        self.chooser.open_below(self._choose)

    @property
    def raw_shown(self) -> bool:
        """Tell whether unfiltered curves are drawn beneath."""
        return self.chooser.raw.isChecked()

    def set_raw_shown(self, shown: bool) -> None:
        """Draw unfiltered curves beneath, or do not."""
        self.chooser.raw.setChecked(shown)

    def set_groups(self, groups: tuple[PlotGroup, ...]) -> None:
        """Offer these groups, with the shown ones checked."""
        if groups != self._groups:
            self._groups = groups
            self.chooser.set_groups(groups, self.shown)

    def set_shown(self, shown: Sequence[str]) -> None:
        """Check the groups that are shown; sends no signal."""
        self.shown = tuple(shown)
        self.chooser.set_shown(shown)

    def wanted(self) -> list[PlotGroup]:
        """Return the groups on show, in their order."""
        return [group for group in self._groups if group.name in self.shown]

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

    def _on_chosen(self, names: tuple[str, ...]) -> None:
        offered = {group.name for group in self._groups}
        self.shownChosen.emit(names + tuple(name for name in self.shown if name not in offered))

    def _button(self, icon_name: str, title: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(icon_name))
        button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        button.setToolTip(title)
        button.setAccessibleName(title)
        return button
