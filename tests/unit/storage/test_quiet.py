"""Reading a project leaves nothing behind, and gives what was there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fixtures.project_files import make_example, numbered_edit
from poseapp.core.errors import BadInputError
from poseapp.storage.project import ProjectFile
from poseapp.storage.quiet import read_quietly

GOLDEN = Path(__file__).parents[2] / "fixtures" / "projects" / "v1.poseapp"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_nothing_is_left_beside_the_project(tmp_path):
    path = make_example(tmp_path)
    (tmp_path / "example.poseapp-lock").unlink(missing_ok=True)
    before = contents(tmp_path)
    assert read_quietly(path, lambda project: len(project.journal())) == 5
    assert contents(tmp_path) == before


def test_what_is_read_is_what_the_project_says(tmp_path):
    path = make_example(tmp_path)
    with ProjectFile.open(path, readonly=True) as project:
        wanted = project.load().store.view(4)
    assert read_quietly(path, lambda project: project.load()).store.view(4).xy.tobytes() == wanted.xy.tobytes()


def test_an_old_project_is_migrated_in_memory(tmp_path):
    path = tmp_path / "old.poseapp"
    shutil.copyfile(GOLDEN, path)
    before = contents(tmp_path)
    assert read_quietly(path, lambda project: project.load()).store.n_persons == 1
    assert contents(tmp_path) == before


def test_what_a_writer_has_not_put_into_the_file_yet_is_seen(tmp_path):
    path = make_example(tmp_path)
    with ProjectFile.open(path) as writer:
        store = writer.load().store
        edit = numbered_edit(store, 3)
        writer.record("do", edit)
        assert read_quietly(path, lambda project: len(project.journal())) == 6


@pytest.mark.parametrize("fails", [False, True])
def test_a_project_that_changes_meanwhile_is_read_again(tmp_path, fails):
    path = make_example(tmp_path)
    seen = []

    def use(project):
        seen.append(len(project.journal()))
        if len(seen) == 1:
            with ProjectFile.open(path) as writer:
                writer.record("do", numbered_edit(writer.load().store, 3))
            if fails:
                raise BadInputError("what was read makes no sense")
        return seen[-1]

    assert read_quietly(path, use) == 6
    assert seen == [5, 6]


def test_what_is_no_project_is_said(tmp_path):
    other = tmp_path / "other.poseapp"
    other.write_bytes(b"something else" * 100)
    for path in (other, tmp_path / "none.poseapp"):
        with pytest.raises(BadInputError, match=path.name):
            read_quietly(path, lambda project: project.media())


def test_it_cannot_be_written(tmp_path):
    path = make_example(tmp_path)
    with pytest.raises(BadInputError, match="read-only"):
        read_quietly(path, lambda project: project.set_setting("a", "b"))
