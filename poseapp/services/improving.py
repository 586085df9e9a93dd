"""Fine-tunes a network on the corrected frames of projects, in a process of its own, and says how that goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from poseapp.core.finetune_events import (
    DataRead,
    Failed,
    FineTuneEvent,
    Finished,
    Measured,
    Paused,
    Resumed,
    Stepped,
)
from poseapp.core.finetune_report import FineTuneReport
from poseapp.services.improve_process import ImproveProcess, ProcessEnd, own_command

DEFAULT_MINUTES = 5.0
TRAINING_SUFFIX = ".training"
_KILLED = 9

ImprovePhase = Literal["idle", "starting", "training", "pausing", "paused", "cancelling", "stopped", "finished"]


@dataclass(frozen=True)
class ImproveOrder:
    """What to learn from, and how.

    Attributes:
        projects: Paths of project files; the working folder lies beside the first.
        model: Name of the network to begin with, or path of its file.
        name: Of the new network.
        minutes: That it may take.
        fresh: Begin anew, even where an earlier training can go on.
        specialise: Go as near to these clips as it can, and forget more of others for it.
    """

    projects: tuple[str, ...]
    model: str = "default"
    name: str = ""
    minutes: float = DEFAULT_MINUTES
    fresh: bool = False
    specialise: bool = False

    @property
    def folder(self) -> Path:
        """Where the training keeps its pictures, its checkpoint and its report."""
        return training_folder(Path(self.projects[0]))

    def arguments(self) -> tuple[str, ...]:
        """Return what follows the program's name."""
        name = ("--name", self.name) if self.name else ()
        flags = [flag for flag, on in (("--fresh", self.fresh), ("--specialise", self.specialise)) if on]
        return ("finetune", *self.projects, "--model", self.model, *name, "--minutes", f"{self.minutes:g}",
                "--progress", *flags)  # fmt: skip


@dataclass(frozen=True)
class ImproveState:
    """How far it is.

    Attributes:
        phase: What goes on.
        order: What is or was trained, None before the first.
        data: What it learns from, None until that is known.
        progress: The newest step, None before the first.
        report: The proof, once it is finished.
        problem: Why it stopped, one line; "" where it did not, or the person asked for it.
    """

    phase: ImprovePhase = "idle"
    order: ImproveOrder | None = None
    data: DataRead | None = None
    progress: Stepped | None = None
    report: FineTuneReport | None = None
    problem: str = ""

    @property
    def running(self) -> bool:
        """Tell whether there is a process."""
        return self.phase not in ("idle", "stopped", "finished")

    @property
    def proving(self) -> bool:
        """Tell whether the last step was done: what follows is the proof, of which nobody knows how long it takes."""
        step = self.progress
        return self.running and step is not None and (step.step >= step.steps or step.eta_s <= 0)

    @property
    def can_go_on(self) -> bool:
        """Tell whether the same training can be started again where it was."""
        return self.phase == "stopped" and self.order is not None


Command = Callable[[Sequence[str]], Sequence[str]]


class Improving(QObject):
    """Runs one fine-tuning at a time; it goes on when another clip is opened.

    Attributes:
        state: How far it is.
        losses: (step, loss) so far. measured: What was measured on held-out frames so far.

    Signals:
        changed: The phase, the data, the report or the problem.
        advanced: Another step, or another measurement.
    """

    changed = Signal()
    advanced = Signal()

    def __init__(self, parent: QObject | None = None, *, command: Command = own_command) -> None:
        super().__init__(parent)
        self.state = ImproveState()
        self.losses: list[tuple[int, float]] = []
        self.measured: list[Measured] = []
        self._command = command
        self._failure = ""
        self._report: FineTuneReport | None = None
        self._process = ImproveProcess(self)
        self._process.said.connect(self._on_said)
        self._process.ended.connect(self._on_ended)

    @property
    def pid(self) -> int:
        """Number of the process, 0 for none."""
        return self._process.pid

    def start(self, order: ImproveOrder) -> None:
        """Begin, or go on where the same order stopped; ignored while one runs."""
        if self.state.running or not order.projects:
            return
        if self.state.order is None or replace(order, fresh=False) != self.state.order or order.fresh:
            self._forget_curve()
        self._failure, self._report = "", None
        self._set(ImproveState("starting", replace(order, fresh=False)))
        self._process.start(self._command(order.arguments()))

    def go_on(self) -> None:
        """Start the training that stopped once more; it goes on from its checkpoint."""
        if self.state.can_go_on and self.state.order is not None:
            self.start(self.state.order)

    def pause(self) -> None:
        """Let it wait."""
        if self.state.phase == "training" and not self.state.proving:
            self._process.tell("pause")
            self._set(replace(self.state, phase="pausing"))

    def resume(self) -> None:
        """Let it go on after a pause."""
        if self.state.phase in ("pausing", "paused"):
            self._process.tell("resume")
            if self.state.phase == "pausing":  # it may not have heard the first word yet: it hears both in order
                self._set(replace(self.state, phase="training"))

    def cancel(self) -> None:
        """End it; what was learnt can be gone on with."""
        if self.state.running and self.state.phase != "cancelling":
            self._set(replace(self.state, phase="cancelling"))
            self._process.cancel()

    def forget(self) -> None:
        """Put a finished or stopped training away, so that another one can be set up."""
        if not self.state.running:
            self._forget_curve()
            self._set(ImproveState())

    def close(self) -> None:
        """End the process and wait until it is gone."""
        self._process.close()
        self.state = ImproveState()

    def _on_said(self, event: FineTuneEvent) -> None:
        phase = self.state.phase
        if isinstance(event, Stepped):
            self._take_step(event)
            if phase == "starting":
                self._set(replace(self.state, phase="training", progress=event))
            self.advanced.emit()
        elif isinstance(event, Measured):
            self.measured = [m for m in self.measured if m.step < event.step] + [event]
            self.advanced.emit()
        elif isinstance(event, DataRead):
            self._set(replace(self.state, data=event))
        elif isinstance(event, Paused) and phase in ("starting", "training", "pausing"):
            self._set(replace(self.state, phase="paused"))
        elif isinstance(event, Resumed) and phase != "cancelling":
            self._set(replace(self.state, phase="training"))
        elif isinstance(event, Failed):
            self._failure = failure_words(event)
        elif isinstance(event, Finished):
            self._report = event.report  # shown when the process is gone, so that another one can be started

    def _take_step(self, event: Stepped) -> None:
        if self.losses and self.losses[-1][0] >= event.step:  # it went on from a checkpoint before the stop
            self.losses = [pair for pair in self.losses if pair[0] < event.step]
        self.losses.append((event.step, event.loss))
        self.state = replace(self.state, progress=event)

    def _on_ended(self, end: ProcessEnd) -> None:
        if self._report is not None:
            self._set(replace(self.state, phase="finished", report=self._report))
            return
        asked = self.state.phase == "cancelling" or (end.how == "cancelled" and not self._failure)
        self._set(replace(self.state, phase="stopped", problem="" if asked else self._failure or end_words(end)))

    def _forget_curve(self) -> None:
        self.losses, self.measured = [], []

    def _set(self, state: ImproveState) -> None:
        self.state = state
        self.changed.emit()


def training_folder(project: Path) -> Path:
    """Return where the fine-tuning on a project keeps what it needs: beside the project, and nowhere else."""
    return project.with_name(f"{project.stem}{TRAINING_SUFFIX}")


def failure_words(event: Failed) -> str:
    """Return a failure in one line."""
    head = f"{event.where}: {event.what}" if event.where else event.what
    return f"{head}. {event.remedy}." if event.remedy else f"{head}."


def end_words(end: ProcessEnd) -> str:
    """Return in one line why a process ended that nobody had asked to, and that had not said why."""
    if end.how == "not started":
        return "The training could not be started: the program was not found. Install poseapp again."
    if end.how == "killed":
        cause = "; this happens when memory runs out" if end.code == _KILLED else ""
        return f"The training was ended from outside (signal {end.code}){cause}. What was learnt is kept: go on."
    if end.complaint:
        return end.complaint
    return f"The training ended too early (code {end.code}). What was learnt is kept: go on."
