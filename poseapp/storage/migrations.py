"""How projects of older versions become today's: one function a step, each from version n to n + 1.

A step depends on nothing but the database it is given, uses no code that may change later, and is never edited once
a version with it is out. `tests/fixtures/projects` keeps a file of every version.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping

from poseapp.core.errors import BadInputError
from poseapp.storage.schema import SCHEMA_VERSION, transaction

Step = Callable[[sqlite3.Connection], None]

STEPS: Mapping[int, Step] = {}


def migrate(connection: sqlite3.Connection, *, steps: Mapping[int, Step] = STEPS, target: int = SCHEMA_VERSION) -> None:
    """Bring a project to `target`, wholly or not at all; nothing happens to one that is there.

    Raises:
        BadInputError: There is no way from its version.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version == target:
        return
    with transaction(connection):
        while version < target:
            if version not in steps:
                raise BadInputError(f"projects of version {version} cannot be read")
            steps[version](connection)
            version += 1
        connection.execute(f"PRAGMA user_version = {version}")
