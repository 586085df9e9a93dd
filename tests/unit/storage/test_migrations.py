"""Old projects become new ones, wholly or not at all."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fixtures.project_files import make_example
from poseapp.core.errors import BadInputError
from poseapp.storage import migrations, opening, schema
from poseapp.storage.migrations import migrate
from poseapp.storage.project import ProjectFile


def add_column(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT ''")


def fail(connection: sqlite3.Connection) -> None:
    raise RuntimeError("half way")


def version(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]


def columns(connection: sqlite3.Connection) -> list[str]:
    return [row[1] for row in connection.execute("PRAGMA table_info(run)")]


def test_steps_run_in_order_and_the_version_is_written(tmp_path: Path) -> None:
    order: list[int] = []
    steps = {1: add_column, 2: lambda _: order.append(2), 3: lambda _: order.append(3)}
    with closing(schema.connect(make_example(tmp_path), "rw")) as connection:
        migrate(connection, steps=steps, target=4)
        assert version(connection) == 4
        assert "note" in columns(connection)
        migrate(connection, steps=steps, target=4)
    assert order == [2, 3]


def test_a_step_that_fails_leaves_the_old_version(tmp_path: Path) -> None:
    with closing(schema.connect(make_example(tmp_path), "rw")) as connection:
        with pytest.raises(RuntimeError, match="half way"):
            migrate(connection, steps={1: add_column, 2: fail}, target=3)
        assert version(connection) == 1
        assert "note" not in columns(connection)


def test_a_version_without_a_way_is_refused(tmp_path: Path) -> None:
    with closing(schema.connect(make_example(tmp_path), "rw")) as connection:
        connection.execute("PRAGMA user_version = 0")
        with pytest.raises(BadInputError, match="projects of version 0 cannot be read"):
            migrate(connection)


def test_there_is_a_step_from_every_version_and_a_golden_file_of_each() -> None:
    versions = list(range(1, schema.SCHEMA_VERSION))
    assert sorted(migrations.STEPS) == versions
    golden = Path(__file__).resolve().parents[2] / "fixtures" / "projects"
    assert {file.name for file in golden.iterdir()} == {f"v{n}.poseapp" for n in [*versions, schema.SCHEMA_VERSION]}


@pytest.mark.parametrize("readonly", [False, True])
def test_an_old_project_opens_and_reading_does_not_touch_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readonly: bool
) -> None:
    path = make_example(tmp_path)
    before = path.read_bytes()
    for module in (schema, opening):
        monkeypatch.setattr(module, "SCHEMA_VERSION", 2)
    monkeypatch.setattr(opening, "migrate", lambda connection: migrate(connection, steps={1: add_column}, target=2))
    with ProjectFile.open(path, readonly=readonly) as project:
        assert project.load().history.can_undo
        assert "note" in columns(project._connection)
    with closing(schema.connect(path, "ro")) as connection:
        assert version(connection) == (1 if readonly else 2)
    assert not readonly or path.read_bytes() == before
