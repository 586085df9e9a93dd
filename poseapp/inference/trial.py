"""Runs a stranger's network once in a process of its own, with limits on time and memory, before it is let in.

A small file can ask for any amount of work: whatever it does happens there, and ends there.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from poseapp.core.errors import BadInputError, CancelledError

MAX_SECONDS = 60
MAX_MEMORY = 3 << 30  # bytes of address space; the built-in network takes a tenth of it
_REMEDY = "Use it only if you trust who made it, and ask them for a file exported by poseapp"
_REFUSED = BadInputError.exit_code
_LOOK_EVERY = 0.1  # s, for a cancel
_MAX_COMPLAINTS = 10_000  # bytes


def own_command(*arguments: str) -> list[str]:
    """Return the command line of one of this application's own commands."""
    start = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "poseapp"]
    return [*start, *arguments]


def try_network(path: Path, seconds: float = MAX_SECONDS, *, cancel: Callable[[], bool] = lambda: False) -> None:
    """Load a network and let it see one picture, in a process of its own.

    Raises:
        BadInputError: It cannot be used, took too long, or ended the process: which, in one line.
        CancelledError: `cancel` said so; the process is gone.
    """
    code, complaints = _run(own_command("models", "check", "--inside", str(path.absolute())), seconds, cancel)
    if code is None:
        what = f"the network did not answer within {seconds:g} s"
        raise BadInputError(what, where=path.name, remedy=_REMEDY)
    if code == _REFUSED:
        lines = complaints.decode("utf-8", "replace").strip().splitlines()
        what = lines[-1].removeprefix("poseapp: ").removeprefix(f"{path.name}: ") if lines else "it cannot be used"
        raise BadInputError(what.rstrip("."), where=path.name)
    if code:
        what = "the network failed when it was tried: it crashed, or asked for too much memory or time"
        raise BadInputError(what, where=path.name, remedy=_REMEDY)


def _run(command: list[str], seconds: float, cancel: Callable[[], bool]) -> tuple[int | None, bytes]:
    """Return a process's exit code, None where its time ran out, and the end of what it complained of."""
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # no console opens for it on Windows
        )
        try:
            code = _wait(process, seconds, cancel)
        finally:
            process.kill()  # of one that has ended this does nothing
            process.wait()
        complaints.seek(0)
        return code, complaints.read(_MAX_COMPLAINTS)


def _wait(process: subprocess.Popen[bytes], seconds: float, cancel: Callable[[], bool]) -> int | None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(min(_LOOK_EVERY, max(deadline - time.monotonic(), 0.0)))
        if cancel():
            raise CancelledError
    return None


def confine() -> None:
    """Limit this process, where the system can; it is to run a stranger's network and end.

    Windows has no such limits for a process itself: there the time alone is limited, by who started it.
    """
    if os.name == "nt":
        return
    resource = importlib.import_module("resource")
    for limit, value in ((resource.RLIMIT_AS, MAX_MEMORY), (resource.RLIMIT_CPU, MAX_SECONDS)):
        _soft, hard = resource.getrlimit(limit)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
