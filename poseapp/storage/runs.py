"""Runs of networks in a project: who predicted what, and the predictions in blocks of 256 frames."""

from __future__ import annotations

import sqlite3
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from poseapp.core.errors import BadInputError
from poseapp.core.layers import BLOCK_FRAMES, block_pieces, chunk_values
from poseapp.core.metadata import spec_from_json, spec_to_json
from poseapp.core.types import ModelSpec, PoseChunk
from poseapp.storage.blocks import ZLIB_LEVEL, Block, unpack_block
from poseapp.storage.schema import transaction

RunState = Literal["running", "done", "cancelled", "failed", "interrupted"]

_PUT = """INSERT INTO chunk (run, block, n_persons, n_frames, codec, data) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (run, block) DO UPDATE SET
    n_persons = excluded.n_persons, n_frames = excluded.n_frames, codec = excluded.codec, data = excluded.data"""
_LIST = """SELECT id, model, started, ended, state,
    (SELECT coalesce(sum(n_frames), 0) FROM chunk WHERE chunk.run = run.id) FROM run ORDER BY id"""

_LOOSE = """SELECT run, block FROM chunk JOIN run ON run.id = chunk.run
    WHERE codec = 'planes' AND (n_frames = ? OR state <> 'running')"""
_COMPRESS = "UPDATE chunk SET codec = 'zlib', data = ? WHERE run = ? AND block = ? AND data = ?"  # as it was read


@dataclass(frozen=True)
class RunInfo:
    """One estimation over the clip.

    Attributes:
        id: Rises with every run.
        model: The network.
        started, ended: Unix s; `ended` None while it runs or when it was killed.
        state: "running", "done", "cancelled", "failed", or "interrupted" when the program died meanwhile.
        n_frames: How many frames have predictions.
    """

    id: int
    model: ModelSpec
    started: float
    ended: float | None
    state: RunState
    n_frames: int


class RunTable:
    """Reads and writes runs, each with the keypoints of its own network, which never change.

    Remembers the block it wrote last, since chunks come in order.

    Attributes:
        compresses: Blocks are compressed when they are complete; else that is left to `compress_blocks`.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.compresses = True
        self._connection = connection
        self._n_keypoints: dict[int, int] = {}  # by run
        self._last: tuple[int, int] | None = None
        self._block = Block.empty(0, 1)

    def begin(self, model: ModelSpec) -> int:
        """Start a run; return its id."""
        row = (spec_to_json(model), time.time())
        cursor = self._connection.execute("INSERT INTO run (model, started, state) VALUES (?, ?, 'running')", row)
        assert cursor.lastrowid is not None
        self._n_keypoints[cursor.lastrowid] = model.skeleton.n_keypoints
        return cursor.lastrowid

    def end(self, run_id: int, state: RunState) -> None:
        """Say how a run ended; the block it ended in is complete then."""
        values = (time.time(), state, run_id)
        with transaction(self._connection):
            if self.compresses and self._last is not None and self._last[0] == run_id:
                self._put(self._last, self._block, self._block.compress())
            self._connection.execute("UPDATE run SET ended = ?, state = ? WHERE id = ?", values)

    def mark_interrupted(self) -> None:
        """Say of runs that claim to be running, which nobody can be, that they were interrupted."""
        self._connection.execute("UPDATE run SET state = 'interrupted' WHERE state = 'running'")

    def all(self) -> tuple[RunInfo, ...]:
        """Return every run, oldest first."""
        rows = self._connection.execute(_LIST).fetchall()
        return tuple(RunInfo(i, spec_from_json(model), *rest) for i, model, *rest in rows)

    def write(self, run_id: int, chunk: PoseChunk) -> None:
        """Put a chunk over what the run holds in these frames, in one transaction.

        Raises:
            BadInputError: Other keypoints than those of the run's network.
        """
        expected, given = self._keypoints_of(run_id), chunk.xy.shape[2]
        if given != expected:
            raise BadInputError(f"the run's network predicts {expected} keypoints, not {given}")
        values = chunk_values(chunk)
        try:
            with transaction(self._connection):
                for number, rows, part in block_pieces(chunk.start, chunk.stop):
                    block = self._fetch(run_id, number)
                    block.put(rows, values[part])
                    packed = block.compress() if self.compresses and block.present.all() else block.pack()
                    self._put((run_id, number), block, packed)
        except BaseException:
            self._last = None  # what is remembered was not written
            raise

    def chunks(self, run_id: int) -> Iterator[PoseChunk]:
        """Yield the predictions of a run in order, at most 256 frames each.

        Raises:
            ValueError: A block cannot be read.
        """
        n_keypoints = self._keypoints_of(run_id)
        query = "SELECT block, codec, data, n_persons FROM chunk WHERE run = ? ORDER BY block"
        for number, codec, data, n_persons in self._connection.execute(query, (run_id,)):
            yield from unpack_block(codec, data, n_persons, n_keypoints).chunks(number * BLOCK_FRAMES)

    def _keypoints_of(self, run_id: int) -> int:
        if run_id not in self._n_keypoints:
            row = self._connection.execute("SELECT model FROM run WHERE id = ?", (run_id,)).fetchone()
            if row is None:
                raise sqlite3.IntegrityError(f"there is no run {run_id}")
            self._n_keypoints[run_id] = spec_from_json(row[0]).skeleton.n_keypoints
        return self._n_keypoints[run_id]

    def _put(self, place: tuple[int, int], block: Block, packed: tuple[str, bytes]) -> None:
        self._connection.execute(_PUT, (*place, block.n_persons, int(block.present.sum()), *packed))

    def _fetch(self, run_id: int, number: int) -> Block:
        if self._last != (run_id, number):
            query = "SELECT codec, data, n_persons FROM chunk WHERE run = ? AND block = ?"
            row = self._connection.execute(query, (run_id, number)).fetchone()
            n_keypoints = self._keypoints_of(run_id)
            self._block = Block.empty(0, n_keypoints)
            if row is not None:
                codec, data, n_persons = row
                self._block = unpack_block(codec, data, n_persons, n_keypoints)
            self._last = run_id, number
        return self._block


def compress_blocks(connection: sqlite3.Connection) -> None:
    """Compress the complete blocks that were written without, one at a time: another connection may write meanwhile."""
    complete = connection.execute(_LOOSE, (BLOCK_FRAMES,)).fetchall()
    for run_id, number in complete:
        place = run_id, number
        row = connection.execute("SELECT data FROM chunk WHERE run = ? AND block = ? AND codec = 'planes'", place)
        for (data,) in row.fetchall():
            packed = zlib.compress(data, ZLIB_LEVEL)
            connection.execute(_COMPRESS, (packed, *place, data))
