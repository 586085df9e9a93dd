"""How a project's database is opened, for writing by one instance and for reading by all others."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.storage.lock import FileLock
from poseapp.storage.migrations import migrate
from poseapp.storage.schema import SCHEMA_VERSION, check_project, connect, connect_in_memory, told


@dataclass(frozen=True)
class Opened:
    """A database of today's version; `reason` says why it is read-only, "" when it is not."""

    path: Path
    connection: sqlite3.Connection
    lock: FileLock
    reason: str

    def close(self) -> None:
        """Let go of both."""
        self.connection.close()
        self.lock.release()


def open_database(path: Path, *, readonly: bool, check: bool = True) -> Opened:
    """Open a project's database, migrated to today's version: in place when writing, in memory when reading.

    `check` looks for damage all through the file, which takes a while.

    Raises:
        BadInputError: Not a project, a damaged one, or one of a newer version.
    """
    if not path.is_file():
        raise BadInputError("there is no such project", where=str(path))
    lock = FileLock(Path(os.path.realpath(path)))
    reason = "it was opened for reading" if readonly else _claim(lock, path)
    try:
        with told(path):
            return Opened(path, _connect_checked(path, bool(reason), check=check), lock, reason)
    except BaseException:
        lock.release()
        raise


@contextmanager
def replacing_project(path: Path) -> Iterator[Path]:
    """Yield a temporary path whose database becomes `path` at the end; nothing is left of it after an error.

    Raises:
        BadInputError: Another instance has that project open, or the folder cannot be written.
    """
    path = Path(os.path.realpath(path))
    lock = FileLock(path)
    try:
        free = lock.acquire()
    except OSError as error:
        remedy = "Choose another folder"
        raise BadInputError(f"cannot be written ({error.strerror})", where=str(path), remedy=remedy) from error
    if not free:
        raise BadInputError("the project is open elsewhere", where=str(path), remedy="Close it there first")
    try:
        with atomic_path(path) as temporary:
            yield temporary
            for leftover in ("-wal", "-shm"):  # of a killed instance: SQLite would play it into the new file
                path.with_name(path.name + leftover).unlink(missing_ok=True)
    finally:
        lock.release()


def _claim(lock: FileLock, path: Path) -> str:
    """Take the lock; return why that cannot be, "" when it could."""
    if not os.access(path, os.W_OK):
        return "the file is write-protected"
    try:
        if lock.acquire():
            return ""
    except OSError as error:
        return f"its folder cannot be written ({error.strerror})"
    holder = lock.holder()
    return "it is open in another window" + (f" ({holder})" if holder else "")


def _connect_checked(path: Path, readonly: bool, *, check: bool) -> sqlite3.Connection:
    connection = _connect_reading(path) if readonly else connect(path, "rw")
    try:
        version = check_project(connection, path, thorough=check)
        if not readonly:
            connection.execute("PRAGMA journal_mode = WAL")
        elif version < SCHEMA_VERSION:
            connection = _in_memory(connection)
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _connect_reading(path: Path) -> sqlite3.Connection:
    connection = connect(path, "ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        wal = path.with_name(f"{path.name}-wal")
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CANTOPEN or wal.exists():
            raise
        # In a folder that cannot be written there is no room for WAL's index, and nobody who could write meanwhile.
        return connect(path, "ro&immutable=1")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _in_memory(connection: sqlite3.Connection) -> sqlite3.Connection:
    with closing(connection):
        copy = connect_in_memory()
        connection.backup(copy)
    return copy
