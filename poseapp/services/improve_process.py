"""Runs a fine-tuning in a process of its own: its events come in as lines, pause and cancel go out as words."""

from __future__ import annotations

import importlib.util
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QIODevice, QObject, QProcess, QProcessEnvironment, QTimer, Signal

from poseapp.core.errors import BadInputError, PoseappError
from poseapp.core.finetune_events import event_from_line

_logger = logging.getLogger(__name__)

KILL_AFTER_MS = 5000  # a cancel that is not heard becomes a kill
_CLOSING_MS = 1500  # what the window waits for it when it closes itself
_KILLED_MS = 5000
_NICER, _LEAST_PRIORITY = 10, 19  # the window comes first
_STDERR_KEPT = 4000  # characters
# Memory is kept between steps instead of given back and asked for again: training takes a third of the time.
_ENVIRONMENT = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "100000000000",
    "PYTHONUNBUFFERED": "1",
    "PYTHONIOENCODING": "utf-8",
}

HowEnded = Literal["done", "cancelled", "failed", "killed", "not started"]


@dataclass(frozen=True)
class ProcessEnd:
    """How a process ended: its exit code or, where it was killed, the signal; and the last line of what it complained
    of, "" for nothing."""

    how: HowEnded
    code: int = 0
    complaint: str = ""


def training_problem() -> PoseappError | None:
    """Return why nothing can be trained here, None where it can; looks for files, so not for the GUI thread."""
    if is_frozen():
        what = "fine-tuning needs the training extra, which this build leaves out"
        remedy = "Install poseapp with Python: pip install 'poseapp[train]'"
        return BadInputError(what, remedy=remedy)
    if any(importlib.util.find_spec(name) is None for name in ("torch", "onnx")):
        return BadInputError(
            "fine-tuning needs the training extra", remedy="Install it: pip install 'poseapp[train]', and start again"
        )
    return None


def is_frozen() -> bool:
    """Tell whether this is an application built by a packager, which holds no PyTorch."""
    return bool(getattr(sys, "frozen", False))


def own_command(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return the program and arguments that run one of this application's own commands."""
    return (sys.executable, *(() if is_frozen() else ("-m", "poseapp")), *arguments)


class ImproveProcess(QObject):
    """One child process at a time.

    Signals:
        said: (event of `core.finetune_events`).
        ended: (ProcessEnd), exactly once for every start.
    """

    said = Signal(object)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._unread = b""
        self._complaints = ""
        self._cancelling = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(KILL_AFTER_MS)
        self._patience.timeout.connect(self._kill)

    @property
    def running(self) -> bool:
        """Tell whether there is a process."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """Number of the process, 0 for none."""
        return 0 if self._process is None else int(self._process.processId())

    def start(self, command: Sequence[str]) -> None:
        """Run a program with its arguments; ignored while one runs."""
        if self._process is not None:
            return
        self._unread, self._complaints, self._cancelling = b"", "", False
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        for name, value in _ENVIRONMENT.items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.started.connect(self._on_started)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_complaints)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        process.start(command[0], list(command[1:]), QIODevice.OpenModeFlag.ReadWrite)

    def tell(self, word: Literal["pause", "resume"]) -> None:
        """Say a word to it."""
        if self._process is not None:
            self._process.write(f"{word}\n".encode())

    def cancel(self) -> None:
        """Ask it to end, and end it by force when it does not in a few seconds."""
        if self._process is None or self._cancelling:
            return
        self._cancelling = True
        self._process.write(b"cancel\n")
        self._patience.start()

    def close(self) -> None:
        """End it, and wait until it is gone; nothing is reported any more."""
        process, self._process = self._process, None
        self._patience.stop()
        if process is None:
            return
        for signal in (process.finished, process.errorOccurred, process.readyReadStandardOutput):
            signal.disconnect()
        process.write(b"cancel\n")
        process.closeWriteChannel()
        if not process.waitForFinished(_CLOSING_MS):
            process.kill()
            process.waitForFinished(_KILLED_MS)
        process.deleteLater()

    def _on_started(self) -> None:
        """Give way to the window, as long as the process is young: threads that it makes later inherit it."""
        if hasattr(os, "setpriority"):
            try:
                niceness = min(_LEAST_PRIORITY, os.getpriority(os.PRIO_PROCESS, 0) + _NICER)
                os.setpriority(os.PRIO_PROCESS, self.pid, niceness)
            except OSError as error:
                _logger.info("The training keeps its priority: %s", error)

    def _read(self) -> None:
        if self._process is None:
            return
        *lines, self._unread = (self._unread + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            if not line.strip():
                continue
            try:
                event = event_from_line(line.decode("utf-8", "replace"))
            except BadInputError as error:
                _logger.warning("%s: %r", error, line[:200])
                continue
            self.said.emit(event)

    def _read_complaints(self) -> None:
        if self._process is not None:
            text = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
            self._complaints = (self._complaints + text)[-_STDERR_KEPT:]

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:  # else `finished` follows
            self._end(ProcessEnd("not started"))

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._read_complaints()
        if self._cancelling:
            self._end(ProcessEnd("cancelled", code))
        elif status == QProcess.ExitStatus.CrashExit:
            self._end(ProcessEnd("killed", code))
        else:
            how: HowEnded = {0: "done", 4: "cancelled"}.get(code, "failed")  # type: ignore[assignment]
            self._end(ProcessEnd(how, code, _last_line(self._complaints)))

    def _end(self, end: ProcessEnd) -> None:
        process, self._process = self._process, None
        self._patience.stop()
        if end.how in ("failed", "killed") and self._complaints:
            _logger.warning("The training ended (%s %d) after saying:\n%s", end.how, end.code, self._complaints)
        if process is not None:
            process.deleteLater()
            self.ended.emit(end)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("poseapp: ") if lines else ""
