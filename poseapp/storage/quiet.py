"""Reads a project without leaving a trace: no lock, and none of the files that SQLite puts beside a database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from poseapp.core.errors import BadInputError
from poseapp.storage.lock import FileLock
from poseapp.storage.migrations import migrate
from poseapp.storage.opening import Opened
from poseapp.storage.project import ProjectFile
from poseapp.storage.schema import SCHEMA_VERSION, check_project, connect, told

T = TypeVar("T")
_TRIES = 3


def read_quietly(path: Path | str, use: Callable[[ProjectFile], T]) -> T:
    """Return what `use` makes of a project; it must hold on to nothing of the file, and may be called again.

    Nobody writes to a project without a WAL, so it is read as a file that does not change; when it has changed all
    the same by the time it is read, it is read again. A project with a WAL is read as SQLite does it.

    Raises:
        BadInputError: Not a project, a damaged one, or one of a newer version.
    """
    path = Path(path).absolute()
    if not path.is_file():
        raise BadInputError("there is no such project", where=str(path))
    for _ in range(_TRIES):
        before = _state(path)
        if before is None:
            break
        try:
            with told(path), _open_still(path) as project:
                result = use(project)
        except BadInputError:
            if _state(path) == before:
                raise
            continue
        if _state(path) == before:
            return result
    with ProjectFile.open(path, readonly=True) as project:
        return use(project)


def _state(path: Path) -> tuple[int, int] | None:
    """Return what changes when somebody writes; None where somebody has the project open for writing."""
    if path.with_name(f"{path.name}-wal").exists():
        return None
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


def _open_still(path: Path) -> ProjectFile:
    connection = connect(path, "ro&immutable=1")
    try:
        if check_project(connection, path) < SCHEMA_VERSION:
            with closing(connection) as old:
                connection = sqlite3.connect(":memory:", isolation_level=None)
                old.backup(connection)
            migrate(connection)
        return ProjectFile(Opened(path, connection, FileLock(path), "it was opened for reading"))
    except BaseException:
        connection.close()
        raise
