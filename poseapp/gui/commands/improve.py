"""What the Model menu does about a fine-tuning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poseapp.services.analysing import AnalyzeOptions

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow


class ImproveCommands:
    """Starts, steers and judges a training; the panel's presenter knows what is asked for."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._improving = window.session.improving

    def show(self, on: bool) -> None:
        """Show the panel, or put it away."""
        self._window.improve_presenter.set_shown(on)

    def open(self) -> None:
        """Show the panel, where it is not shown yet."""
        action = self._window.actions_by_name["improve"]
        if action.isChecked():
            self._window.improve_dock.raise_()
        action.setChecked(True)

    def start(self) -> None:
        """Start what the panel says, or go on where it was paused or stopped."""
        self.open()
        if self._improving.state.phase in ("pausing", "paused"):
            self._improving.resume()
        elif self._improving.state.can_go_on:
            self._improving.go_on()
        else:
            self._window.improve_presenter.start(fresh=False)

    def start_over(self) -> None:
        """Start what the panel says, and forget an earlier training that was stopped."""
        self._window.improve_presenter.start(fresh=True)

    def pause(self) -> None:
        """Let it wait."""
        self._improving.pause()

    def cancel(self) -> None:
        """End it; what was learnt can be gone on with."""
        self._improving.cancel()

    def use(self) -> None:
        """Analyse with the new network from now on."""
        report = self._improving.state.report
        if report is not None:
            self._window.session.networks.use(report.model)

    def go_back(self) -> None:
        """Analyse with the old network from now on."""
        report = self._improving.state.report
        if report is not None:
            self._window.session.networks.use(report.parent)

    def keep(self) -> None:
        """Leave the old network in use, and put the report away."""
        self._improving.forget()

    def analyze_again(self) -> None:
        """Estimate the poses of the open clip with the new network; corrections stay on top."""
        report, document = self._improving.state.report, self._window.session.document
        if report is not None and document is not None:
            persons = max(1, document.store.n_persons)
            self._window.session.analyze(AnalyzeOptions(report.model, persons))

    def possible(self) -> frozenset[str]:
        """Return what can be done, in the words of the table of actions."""
        state = self._improving.state
        given = {"improving"} if state.running and state.phase != "cancelling" else set()
        waits = state.phase in ("pausing", "paused") or state.can_go_on
        if waits or (not state.running and self._window.improve_panel.setup.startable):
            given.add("improvable")
        if state.phase == "finished":
            given.add("new network")
        return frozenset(given)
