"""The project file: one SQLite database that holds a clip's poses, every edit of them, and how to undo it."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from poseapp import __version__
from poseapp.core.clip_files import fingerprint as fingerprint_of
from poseapp.core.edit_text import edit_from_json, edit_to_json
from poseapp.core.edits import Edit
from poseapp.core.errors import BadInputError, EditConflictError
from poseapp.core.history import History, JournalKind, JournalRow
from poseapp.core.skeleton import Skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import ClipInfo, ModelSpec, PoseChunk
from poseapp.storage.media import (
    Fingerprint,
    MediaRef,
    check_media,
    describe_media,
    find_media,
    moved_media,
    read_media,
    relative_path,
    write_media,
)
from poseapp.storage.opening import Opened, open_database, replacing_project
from poseapp.storage.runs import RunInfo, RunState, RunTable, compress_blocks
from poseapp.storage.schema import (
    HandedConnection,
    connect,
    connect_temporary,
    create_tables,
    damaged,
    told,
    transaction,
    unsynced,
)


@dataclass(frozen=True)
class LoadedProject:
    """A project as the application works with it.

    Attributes:
        skeleton: With the keypoints and angles that were added.
        store: Predictions of one run, with every edit that holds applied.
        history: Undo and redo as they were when the project was left.
        runs: Oldest first.
        run_id: Whose predictions the store holds, None without any.
        clip: As the project knows it, whether or not the file is there.
        sha256: Fingerprint of the clip.
        settings: Of this project, as they were put in.
        journal: Every edit, undo and redo, oldest first.
    """

    skeleton: Skeleton
    store: PoseStore
    history: History
    runs: tuple[RunInfo, ...]
    run_id: int | None
    clip: ClipInfo
    sha256: str
    settings: Mapping[str, str]
    journal: tuple[JournalRow, ...]


class ProjectFile(AbstractContextManager["ProjectFile"]):
    """An open project. Use as a context manager, or call `close`.

    It belongs to the thread that opened it, until that one hands it over (`hand_over`).

    Every method may raise `BadInputError` when the file turns out damaged or the disk full; writing methods also when
    the project is read-only. What was written when a method returned survives the death of the process.

    Attributes:
        path: The file.
        read_only: Nothing can be written, because of `reason` ("" when it can).
    """

    def __init__(self, opened: Opened) -> None:
        self.path = opened.path
        self.read_only = bool(opened.reason)
        self.reason = opened.reason
        self._connection = opened.connection
        self._lock = opened.lock
        self._skeleton = _read_skeleton(self._connection, self.path)
        self._runs = RunTable(self._connection)
        if not self.read_only:
            with told(self.path):
                self._runs.mark_interrupted()

    @classmethod
    def create(
        cls, path: Path | str, clip: ClipInfo, skeleton: Skeleton, *, sha256: str = "", overwrite: bool = False
    ) -> ProjectFile:
        """Make a project and open it. The file appears when it is complete.

        `sha256` is that of the clip's contents; it is computed when not given.

        Raises:
            BadInputError: There is such a file already, it is open elsewhere, or nothing can be written there.
        """
        path = Path(path).absolute()
        if path.exists() and not overwrite:
            raise BadInputError("there is a file of this name already", where=str(path))
        media = describe_media(clip, sha256 or fingerprint_of(Path(clip.path)), path.parent)
        info = {"skeleton": skeleton.to_json(), "software": f"poseapp {__version__}", "created": str(time.time())}
        with replacing_project(path) as temporary, told(path), closing(connect_temporary(temporary)) as connection:
            create_tables(connection)
            with transaction(connection):
                connection.executemany("INSERT INTO info VALUES (?, ?)", info.items())
                write_media(connection, media)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path | str, readonly: bool = False, *, check: bool = True) -> ProjectFile:
        """Open a project; read-only when asked to, or when another instance has it or it cannot be written.

        `check=False` leaves out the search for damage all through the file, for who has another look at it anyway.

        Raises:
            BadInputError: Not a project, a damaged one, or one of a newer version.
        """
        opened = open_database(Path(path).absolute(), readonly=readonly, check=check)
        try:
            return cls(opened)
        except BaseException:
            opened.close()
            raise

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Bring everything into the one file and let go of it; harmless when done twice."""
        if not self.read_only:
            with suppress(sqlite3.Error):  # a reader elsewhere keeps the WAL: nothing is lost, only not tidy
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()
        self._lock.release()

    def record(self, kind: JournalKind, edit: Edit, *, author: str = "") -> int:
        """Append an edit, as it was applied to the store, to the journal; return the number of the row.

        When this raises nothing was recorded: apply the inverse to the store. What was recorded outlives the process;
        it outlives a power cut, too, when `sync_project` has returned.
        """
        row = (kind, edit_to_json(edit), time.time(), author)
        with self._writing() as connection, unsynced(connection):
            sql = "INSERT INTO journal (kind, edit, time, author) VALUES (?, ?, ?, ?)"
            return int(connection.execute(sql, row).lastrowid or 0)

    def journal(self) -> list[JournalRow]:
        """Return every edit, undo and redo, oldest first."""
        with told(self.path):
            rows = self._connection.execute("SELECT kind, edit, time, author FROM journal ORDER BY id").fetchall()
        return [JournalRow(kind, edit_from_json(edit), at, author) for kind, edit, at, author in rows]

    def begin_run(self, model: ModelSpec) -> int:
        """Start a layer of predictions; return the run's id."""
        with self._writing() as connection, unsynced(connection):
            return self._runs.begin(model)

    def write_chunk(self, run_id: int, chunk: PoseChunk) -> None:
        """Put predictions into a run, over earlier ones of the same frames; a power cut may take the last ones."""
        with self._writing() as connection, unsynced(connection):
            self._runs.write(run_id, chunk)

    def end_run(self, run_id: int, state: RunState = "done") -> None:
        """Say how a run ended: "done", "cancelled" or "failed". What it predicted stays."""
        with self._writing() as connection, unsynced(connection):
            self._runs.end(run_id, state)

    def runs(self) -> tuple[RunInfo, ...]:
        """Return every run, oldest first."""
        with told(self.path):
            return self._runs.all()

    def chunks(self, run_id: int) -> Iterator[PoseChunk]:
        """Yield the predictions of a run in order of frames, at most 256 at a time."""
        with told(self.path):
            try:
                yield from self._runs.chunks(run_id)
            except ValueError as error:
                raise damaged(self.path, f"predictions of run {run_id}: {error}") from error

    def media(self) -> MediaRef:
        """Return what the project knows of its clip."""
        with told(self.path):
            try:
                return read_media(self._connection)
            except (ValueError, KeyError, TypeError) as error:
                raise damaged(self.path, f"its clip: {error}") from error

    def find_media(self, *, fingerprint: Fingerprint = fingerprint_of) -> Path:
        """Return where the clip is now, and remember a new place.

        Raises:
            BadInputError: It is not where it can be looked for (then ask and `locate`), or is another clip.
        """
        ref = self.media()
        path = find_media(ref, self.path.parent, fingerprint)
        new = moved_media(ref, path, self.path.parent)
        if not self.read_only and new.place != ref.place:
            with self._writing() as connection:
                write_media(connection, new)
        return path

    def locate(self, new_path: Path | str, *, fingerprint: Fingerprint = fingerprint_of) -> MediaRef:
        """Say where the clip is now; a project that can be written remembers it.

        Raises:
            BadInputError: Another clip lies there; the message says how it differs.
        """
        ref, path = self.media(), Path(new_path).absolute()
        check_media(ref, path, fingerprint)
        new = moved_media(ref, path, self.path.parent)
        if not self.read_only:
            with self._writing() as connection:
                write_media(connection, new)
        return new

    def settings(self) -> Mapping[str, str]:
        """Return the settings of this project: names and texts, as they were put in."""
        with told(self.path):
            return dict(self._connection.execute("SELECT key, value FROM setting").fetchall())

    def set_setting(self, key: str, value: str) -> None:
        """Keep a setting, such as how to measure or who is the subject."""
        with self._writing() as connection, unsynced(connection):
            connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (key, value))

    def load(self, run_id: int | None = None, *, n_rows: int | None = None) -> LoadedProject:
        """Return the project as it was left, or as it was after the first `n_rows` of its journal.

        The predictions are those of one run: the last that has any for None, none at all for 0.

        Raises:
            BadInputError: The journal does not fit, so that the poses cannot be trusted.
        """
        runs = self.runs()
        if run_id is None:
            run_id = max((run.id for run in runs if run.n_frames), default=None)
        media = self.media()
        clip = media.clip
        store, history, rows = PoseStore(self._skeleton, clip.n_frames), History(), self.journal()[:n_rows]
        if run_id:
            store.clear_predictions(next((run.model.skeleton for run in runs if run.id == run_id), None))
            for chunk in self.chunks(run_id):
                store.add_chunk(chunk)
        try:
            for row in rows:
                store.apply(row.edit)
            history.restore(rows)
        except (EditConflictError, BadInputError) as error:
            raise damaged(self.path, f"the journal does not fit: {error.what}") from error
        settings, journal = self.settings(), tuple(rows)
        return LoadedProject(
            store.skeleton, store, history, runs, run_id or None, clip, media.sha256, settings, journal
        )

    def save_copy(self, path: Path | str) -> None:
        """Write a complete copy, which replaces a file of that name; the clip stays where it is.

        Raises:
            BadInputError: It is this project itself or one that is open, or nothing can be written there.
        """
        path = Path(path).absolute()
        if os.path.realpath(path) == os.path.realpath(self.path):
            raise BadInputError("a copy needs another name", where=str(path))
        with replacing_project(path) as temporary, told(path), closing(connect_temporary(temporary)) as copy:
            self._connection.backup(copy)
            ref = self.media()
            write_media(copy, dataclasses.replace(ref, relative=relative_path(Path(ref.absolute), path.parent)))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        if self.read_only:
            raise BadInputError(f"the project is read-only: {self.reason}", remedy="Save a copy to work on")
        with told(self.path):
            yield self._connection


def clip_of(project: ProjectFile) -> tuple[str, str]:
    """Return where the clip was, and its fingerprint, without reading its timestamps.

    Raises:
        BadInputError: The file is damaged.
    """
    with told(project.path):
        row = project._connection.execute("SELECT absolute, sha256 FROM media").fetchone()
    if row is None:
        raise damaged(project.path, "it names no clip")
    return str(row[0]), str(row[1])


def state_of(project: ProjectFile) -> tuple[int, int | None]:
    """Return how long the journal is, and the run on show (None without one), without reading either.

    Raises:
        BadInputError: The file is damaged.
    """
    query = "SELECT (SELECT count(*) FROM journal), (SELECT max(run) FROM chunk WHERE n_frames > 0)"
    with told(project.path):
        n_rows, run = project._connection.execute(query).fetchone()
    return int(n_rows), None if run is None else int(run)


def is_placed(project: ProjectFile, path: Path) -> bool:
    """Tell whether a project knows its clip to lie at a path, as it is there now. Raises as `ProjectFile.media`."""
    ref = project.media()
    return moved_media(ref, path, project.path.parent).place == ref.place


def leave_tidying(project: ProjectFile) -> None:
    """Let an open project neither compress what it writes nor move it from the WAL to the file: see `tidy_project`.

    Raises:
        BadInputError: The file is damaged.
    """
    with told(project.path):
        project._connection.execute("PRAGMA wal_autocheckpoint = 0")
    project._runs.compresses = False


def hand_over(project: ProjectFile) -> None:
    """Let the thread that uses an open project next have it; this one leaves it alone from now on."""
    assert isinstance(project._connection, HandedConnection)
    project._connection.hand_over()


def sync_project(path: Path) -> None:
    """Wait until what was recorded is on the disk: for another thread than the one that has the project open.

    Raises:
        BadInputError: The disk does not take it.
    """
    wal = path.with_name(f"{path.name}-wal")
    try:
        with wal.open("rb+") as file:
            os.fsync(file.fileno())
    except FileNotFoundError:
        return  # it was moved to the file, and synced, meanwhile
    except OSError as error:
        what = f"the last change could not be saved ({error.strerror})"
        raise BadInputError(what, where=str(path), remedy="Make room or save a copy elsewhere") from error


def tidy_project(path: Path) -> None:
    """Compress what was written, and move it from the WAL to the file.

    For another thread than the one that has the project open and left this out, since both take long.

    Raises:
        BadInputError: The file cannot be read or written.
    """
    with told(path), closing(connect(path, "rw")) as connection, unsynced(connection):
        compress_blocks(connection)
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _read_skeleton(connection: sqlite3.Connection, path: Path) -> Skeleton:
    with told(path):
        row = connection.execute("SELECT value FROM info WHERE key = 'skeleton'").fetchone()
    if row is None:
        raise damaged(path, "it has no skeleton")
    return Skeleton.from_json(row[0])
