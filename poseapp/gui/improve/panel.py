"""The panel *Improve model*: set up, watch, judge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from poseapp.core.finetune_events import Measured
from poseapp.gui.improve.buttons import ImproveButtons, wanted_buttons
from poseapp.gui.improve.progress import ImproveProgress
from poseapp.gui.improve.result import ImproveResult
from poseapp.gui.improve.setup import ImproveSetup
from poseapp.gui.improve.words import state_words
from poseapp.gui.style.theme import GRID, lie_on_surface
from poseapp.services.improving import ImproveState

if TYPE_CHECKING:
    from poseapp.gui.improve.curves import ImproveCurves

_WIDTH = 44 * GRID


class ImprovePanel(QWidget):
    """Shows one of three things, above the buttons that go with it.

    Attributes:
        setup, progress, result, buttons: The parts.
        curves: None until something is trained: the library that plots is loaded late.

    Signals:
        asked(str): A button was pressed, one of `buttons.BUTTONS`.
    """

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Improve model"))
        self.setup = ImproveSetup(self)
        self.progress = ImproveProgress(self)
        self.result = ImproveResult(self)
        self.buttons = ImproveButtons(self)
        self.buttons.pressed.connect(self.asked)
        self.curves: ImproveCurves | None = None
        self._state = ImproveState()
        self._in_use = False
        self._compose()
        self.setup.changed.connect(self._show_buttons)
        self.show_state(self._state)

    def sizeHint(self) -> QSize:
        """As wide as tables and pictures want it."""
        return QSize(_WIDTH, super().sizeHint().height())

    def show_state(self, state: ImproveState) -> None:
        """Show the part that belongs to the state."""
        before, self._state = self._state, state
        setting_up, finished = state.phase == "idle", state.phase == "finished"
        self.setup.setVisible(setting_up)
        self.progress.setVisible(not setting_up and not finished)
        self.progress.show_state(state)
        self.result.setVisible(finished)
        if state.report is not None and state.report is not before.report:
            self.result.show_report(state.report)
        if self.curves is not None:
            self.curves.setVisible(not setting_up)
        if before.phase != state.phase and (setting_up or finished or before.phase == "idle"):
            self._scroll.verticalScrollBar().setValue(0)
        self._show_buttons()
        self.buttons.describe(state.report.verdict if finished and state.report is not None else state_words(state))

    def show_advance(
        self, state: ImproveState, measured: Sequence[Measured], losses: Sequence[tuple[int, float]]
    ) -> None:
        """Show how far it is within its phase: what was measured and the losses so far."""
        self._state = state
        self.progress.show_state(state)
        self._show_buttons()
        if not measured and not losses:
            return
        if self.curves is None:
            from poseapp.gui.improve.curves import ImproveCurves

            self.curves = ImproveCurves(self)
            self._column.insertWidget(self._column.indexOf(self.result) + 1, self.curves)
            self.curves.setVisible(self._state.phase != "idle")
        steps = 0 if self._state.progress is None else self._state.progress.steps
        self.curves.show_curves([(m.step, m.median_px) for m in measured], losses, steps)

    def set_in_use(self, in_use: bool, words: str = "") -> None:
        """Say whether the new network is the one used by default, and in words what is."""
        self._in_use = in_use
        self.result.in_use.set_words("info", words)
        self._show_buttons()

    def focus_first(self) -> None:
        """Put the keyboard where the work begins."""
        if self._state.phase == "idle" and self.setup.outlook is None:
            self.setup.parent_network.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.buttons.shown:
            self.buttons.button(self.buttons.shown[0]).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_buttons(self) -> None:
        outlook = self.setup.outlook
        unfinished = outlook is not None and outlook.unfinished is not None
        names = wanted_buttons(self._state, unfinished=unfinished, in_use=self._in_use)
        disabled = set()
        if self._state.phase == "idle" and not self.setup.ready:
            disabled |= {"start", "start_over"}
            disabled |= {"go_on"} if outlook is None or outlook.problem else set()
        disabled |= {"cancel"} if self._state.phase == "cancelling" else set()
        disabled |= {"pause"} if self._state.proving else set()
        self.buttons.show_buttons(names, disabled=frozenset(disabled))

    def _compose(self) -> None:
        page = QWidget(self)
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        self._column.setSpacing(2 * GRID)
        for widget in (self.setup, self.progress, self.result):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(page)
        lie_on_surface(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.buttons)
        lie_on_surface(self)
