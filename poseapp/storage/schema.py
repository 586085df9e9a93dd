"""The tables of a project file, and the one way to open its database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident
from typing import Any, Literal
from urllib.parse import quote

from poseapp.core.errors import BadInputError

APPLICATION_ID = 0x506F7365  # "Pose", what `file` and the application recognise a project by
SCHEMA_VERSION = 1
_UNSAVED = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY)
_CHECKED_BYTES = 64 << 20  # a full check of a larger file would make opening slow

TABLES = """
CREATE TABLE info (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE media (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    relative TEXT NOT NULL, absolute TEXT NOT NULL,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, modified REAL NOT NULL,
    clip TEXT NOT NULL, n_frames INTEGER NOT NULL, pts BLOB NOT NULL  -- pts: float64, little-endian, seconds
) STRICT;
CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model TEXT NOT NULL, started REAL NOT NULL, ended REAL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'cancelled', 'failed', 'interrupted'))
) STRICT;
CREATE TABLE chunk (  -- poses of 256 frames from 256 * block; see poseapp.storage.blocks
    run INTEGER NOT NULL REFERENCES run (id), block INTEGER NOT NULL,
    n_persons INTEGER NOT NULL, n_frames INTEGER NOT NULL, codec TEXT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (run, block)
) STRICT;
CREATE TABLE journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('do', 'undo', 'redo')),
    edit TEXT NOT NULL, time REAL NOT NULL, author TEXT NOT NULL
) STRICT;
CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
CREATE TRIGGER journal_is_never_shortened BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
"""

Mode = Literal["rwc", "rw", "ro", "ro&immutable=1"]


class HandedConnection(sqlite3.Connection):
    """A connection that one thread uses at a time: the one that opened it, until that one hands it over."""

    def __init__(self, database: str, **options: Any) -> None:
        super().__init__(database, **{**options, "check_same_thread": False})
        self._owner = get_ident()

    def hand_over(self) -> None:
        """Let the thread that uses it next have it; this one leaves it alone from now on."""
        self._check_owner()
        self._owner = 0

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """As that of `sqlite3`. Raises ProgrammingError in another thread than the one that has the connection."""
        self._check_owner()
        return super().execute(sql, parameters)

    def close(self) -> None:
        """As that of `sqlite3`. Raises as `execute`."""
        self._check_owner()
        super().close()

    def _check_owner(self) -> None:
        self._owner = self._owner or get_ident()
        if self._owner != get_ident():
            raise sqlite3.ProgrammingError("this connection belongs to another thread")


def connect_in_memory() -> sqlite3.Connection:
    """Open an empty database in memory."""
    return sqlite3.connect(":memory:", isolation_level=None, factory=HandedConnection)


def connect(path: Path, mode: Mode) -> sqlite3.Connection:
    """Open a database with the pragmas of this house.

    Every edit is one commit. In WAL a commit that returned outlives the process at any `synchronous`, because its
    pages are with the system by then; FULL syncs the WAL too, so it also outlives a power cut, for some ms a commit:
    edits leave that to a job (`sync_project`).
    """
    name = path.as_posix()
    uri = f"file://{quote(name if name.startswith('/') else '/' + name)}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5.0, factory=HandedConnection)
    connection.execute("PRAGMA trusted_schema = OFF")  # a project may come from a stranger
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def connect_temporary(path: Path) -> sqlite3.Connection:
    """Open a database that nobody relies on yet; whoever renames it into place syncs it as a whole."""
    connection = connect(path, "rw")
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def create_tables(connection: sqlite3.Connection) -> None:
    """Make an empty database a project of the newest version."""
    connection.executescript(TABLES)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


@contextmanager
def unsynced(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit without waiting for the disk what can be computed again; the next commit that waits syncs it, too."""
    connection.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        connection.execute("PRAGMA synchronous = FULL")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Do everything inside or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def check_project(connection: sqlite3.Connection, path: Path, *, thorough: bool = True) -> int:
    """Return the schema version of a project; `thorough` reads all of a file that is not too large.

    Raises:
        BadInputError: Not a project, one of a newer version, or a damaged one.
    """
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if application != APPLICATION_ID:
        raise BadInputError("this is not a poseapp project", where=str(path))
    if version > SCHEMA_VERSION:
        what = f"the project was saved by a newer poseapp (version {version} of the format)"
        raise BadInputError(what, where=str(path), remedy="Update poseapp to open it")
    if thorough and path.stat().st_size <= _CHECKED_BYTES:
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise damaged(path, str(verdict).splitlines()[-1])
    return version


def damaged(path: Path, detail: str) -> BadInputError:
    """Return the error that says a project cannot be trusted any more, and what is left to do."""
    remedy = "Restore it from a backup or a saved copy; the clip itself is not touched"
    return BadInputError(f"the project is damaged ({detail})", where=str(path), remedy=remedy)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what a bad file or disk makes SQLite raise into one line that a person can act on: a `BadInputError`."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", -1) & 0xFF  # the low byte is the primary code
        if code == sqlite3.SQLITE_NOTADB:
            raise BadInputError("this is not a poseapp project", where=str(path)) from error
        if code in _UNSAVED:
            what = f"the last change could not be saved ({error})"
            raise BadInputError(what, where=str(path), remedy="Make room or save a copy elsewhere") from error
        if code == sqlite3.SQLITE_CANTOPEN:
            raise BadInputError(f"the project cannot be opened ({error})", where=str(path)) from error
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR):  # ERROR: a table is missing
            raise damaged(path, str(error)) from error
        raise
