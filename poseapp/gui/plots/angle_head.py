"""The row above the plots: how the keypoints were smoothed, what is plotted, and the way back to the whole clip."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from poseapp.core.analysis import FilterReport
from poseapp.core.skeleton import AngleDefinition, Skeleton
from poseapp.gui.plots.angle_groups import DEFAULT_SHOWN, PlotGroup, group_plots
from poseapp.gui.plots.plot_chooser import PlotChooser
from poseapp.gui.style.elided_label import ElidedLabel
from poseapp.gui.style.icons import icon
from poseapp.gui.style.theme import GRID, HALF, ICON_SIZE, font

_NARROW = 46 * GRID


class AngleHead(QWidget):
    """A note, a list of what can be plotted, a button.

    Attributes:
        note: Says how the keypoints were smoothed.
        chooser: The list.
        shown: The names of the groups on show, also of those that the skeleton does not have.

    Signals:
        shownChosen(tuple): The names of the groups that the user wants to see.
        cyclesToggled(bool): Whether percent of cycles are wanted rather than time.
        rawToggled(bool): Whether unfiltered curves are drawn beneath.
        wholeRequested(): The user wants to see the whole clip.
    """

    shownChosen = Signal(object)
    cyclesToggled = Signal(bool)
    rawToggled = Signal(bool)
    wholeRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: tuple[str, ...] = DEFAULT_SHOWN
        self._groups: tuple[PlotGroup, ...] = ()
        self._offered: tuple[tuple[AngleDefinition, ...], Skeleton | None, bool] | None = None
        self.note = ElidedLabel(parent=self)
        self.note.setFont(font("small"))
        self.note.setProperty("tone", "muted")
        self.chooser = PlotChooser(self)
        self.chooser.chosen.connect(self._on_chosen)
        self.chooser.rawToggled.connect(self.rawToggled)
        self._choose = self._button("settings", self.tr("Choose what is plotted"))
        self._choose.setObjectName("choose_plots")
        self._choose.setText(self.tr("Plots"))
        self._choose.clicked.connect(lambda _=False: self.open_chooser())
        self._modes = (self._mode(self.tr("Time")), self._mode(self.tr("Cycles")))
        self._modes[0].setToolTip(self.tr("Plot over the time of the clip"))
        self._modes[1].setToolTip(self.tr("Plot what repeats: mean and spread over 0 to 100 % of a cycle"))
        self._modes[0].setChecked(True)
        self._modes[1].toggled.connect(self._on_mode)
        self._whole = whole = self._button("fit", self.tr("Show the whole clip"))
        whole.setObjectName("whole_clip")
        whole.clicked.connect(lambda _=False: self.wholeRequested.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, GRID, GRID, GRID)
        row.setSpacing(HALF)
        for mode in self._modes:
            row.addWidget(mode)
        row.addWidget(self.note, 1)
        row.addWidget(self._choose)
        row.addWidget(whole)

    def open_chooser(self) -> None:
        """Show the list of what can be plotted."""
        self.chooser.open_below(self._choose)

    @property
    def cycles_shown(self) -> bool:
        """Tell whether percent of cycles are wanted rather than time."""
        return self._modes[1].isChecked()

    def set_cycles_shown(self, shown: bool) -> None:
        """Plot over cycles rather than time."""
        self._modes[int(shown)].setChecked(True)

    @property
    def raw_shown(self) -> bool:
        """Tell whether unfiltered curves are drawn beneath."""
        return self.chooser.raw.isChecked()

    def set_raw_shown(self, shown: bool) -> None:
        """Draw unfiltered curves beneath, or do not."""
        self.chooser.raw.setChecked(shown)

    def offer(
        self, definitions: tuple[AngleDefinition, ...], skeleton: Skeleton | None, *, metric: bool = False
    ) -> None:
        """Offer these angles and their velocities, and the keypoints of the skeleton where it is the angles' own;
        `metric`: in metres."""
        known = self._offered
        if known is not None and definitions is known[0] and skeleton is known[1] and metric == known[2]:
            return
        self._offered = definitions, skeleton, metric
        own = skeleton if skeleton and skeleton.angles == definitions else None
        groups = group_plots(definitions, own, metric=metric)
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

    def set_filter(self, report: FilterReport, *, neutral: bool = False) -> None:
        """Say how the keypoints were smoothed, and whether a posture reads zero; the whole of it is one hover away."""
        if report.kind == "none":
            text, told = self.tr("Not filtered"), report.note
        else:
            known = math.isfinite(report.effective_hz)
            text = f"{report.title} {report.effective_hz:.1f} Hz" if known else report.title
            text = f"{text} *" if report.note else text
            told = self.tr("Keypoints are smoothed: {how}").format(how=report.describe())
            told = f"{told}\n* {report.note}" if report.note else told
        if neutral:
            text = self.tr("{text} · zero: own posture").format(text=text)
            told += self.tr("\nJoint angles are less those of a posture that was taken as zero")
        self.note.setText(text)
        self.note.setToolTip(told.strip())

    def _on_chosen(self, names: tuple[str, ...]) -> None:
        offered = {group.name for group in self._groups}
        self.shownChosen.emit(names + tuple(name for name in self.shown if name not in offered))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words of a button out where the note needs the room."""
        super().resizeEvent(event)
        styles = Qt.ToolButtonStyle
        narrow = self.width() < _NARROW
        self._choose.setToolButtonStyle(styles.ToolButtonIconOnly if narrow else styles.ToolButtonTextBesideIcon)

    def _on_mode(self, cycles: bool) -> None:
        self._whole.setEnabled(not cycles)
        self.cyclesToggled.emit(cycles)

    def _mode(self, title: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(title)
        button.setCheckable(True)
        button.setAutoExclusive(True)
        return button

    def _button(self, icon_name: str, title: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(icon_name))
        button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        button.setToolTip(title)
        button.setAccessibleName(title)
        return button
