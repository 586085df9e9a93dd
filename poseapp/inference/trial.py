"""Runs a stranger's network once in a process of its own, with limits on time and memory, before it is let in.

A small file can ask for any amount of work: whatever it does happens there, and ends there.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

from poseapp.core.errors import BadInputError

MAX_SECONDS = 60
MAX_MEMORY = 3 << 30  # bytes of address space; the built-in network takes a tenth of it
_REMEDY = "Use it only if you trust who made it, and ask them for a file exported by poseapp"
_REFUSED = BadInputError.exit_code


def own_command(*arguments: str) -> list[str]:
    """Return the command line of one of this application's own commands."""
    start = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "poseapp"]
    return [*start, *arguments]


def try_network(path: Path, seconds: float = MAX_SECONDS) -> None:
    """Load a network and let it see one picture, in a process of its own.

    Raises:
        BadInputError: It cannot be used, took too long, or ended the process: which, in one line.
    """
    command = own_command("models", "check", "--inside", str(path.absolute()))
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # no console opens for it on Windows
        )
    except subprocess.TimeoutExpired as error:
        what = f"the network did not answer within {seconds:g} s"
        raise BadInputError(what, where=path.name, remedy=_REMEDY) from error
    if done.returncode == _REFUSED:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        what = lines[-1].removeprefix("poseapp: ").removeprefix(f"{path.name}: ") if lines else "it cannot be used"
        raise BadInputError(what.rstrip("."), where=path.name)
    if done.returncode:
        what = "the network failed when it was tried: it crashed, or asked for too much memory or time"
        raise BadInputError(what, where=path.name, remedy=_REMEDY)


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
