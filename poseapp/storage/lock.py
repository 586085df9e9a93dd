"""One writer a project: an exclusive lock on a side file, which the system releases when the process dies."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # the locked byte lies behind the text, which stays readable

    def _lock(descriptor: int) -> bool:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class FileLock:
    """The right to write a project, held from `acquire` to `release` or the end of the process."""

    def __init__(self, project: Path) -> None:
        self.path = project.with_name(f"{project.name}-lock")
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock; False when another instance holds it.

        Raises:
            OSError: The folder cannot be written, or knows no locks.
        """
        while True:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                locked = _lock(descriptor)
            except OSError:
                os.close(descriptor)
                raise
            if locked and self._is_current(descriptor):
                self._descriptor = descriptor
                self._sign()
                return True
            os.close(descriptor)
            if not locked:
                return False

    def release(self) -> None:
        """Give the lock back and remove its file; harmless when it is not held."""
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        if sys.platform == "win32":  # an open file cannot be removed there; one that another has opened stays
            os.close(descriptor)
            with suppress(OSError):
                self.path.unlink()
        else:  # removed while held: whoever waits on the old file sees that it is not the current one
            with suppress(OSError):
                self.path.unlink()
            os.close(descriptor)

    def holder(self) -> str:
        """Return who holds the lock, in words ("" when it does not say)."""
        with suppress(OSError, UnicodeDecodeError, ValueError):
            process, host = self.path.read_text(encoding="utf-8").split("\n")[:2]
            return f"process {process}" + ("" if host == socket.gethostname() else f" on {host}")
        return ""

    def _is_current(self, descriptor: int) -> bool:
        with suppress(OSError):
            return os.path.samestat(os.fstat(descriptor), self.path.stat())
        return False

    def _sign(self) -> None:
        assert self._descriptor is not None
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, f"{os.getpid()}\n{socket.gethostname()}\n".encode())
