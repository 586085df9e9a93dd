"""A file is whole or as it was."""

from pathlib import Path

import pytest

from poseapp.core.errors import BadInputError
from poseapp.storage.atomic import atomic_path


def write_half(target: Path) -> None:
    with atomic_path(target) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt


def test_the_new_file_replaces_the_old(tmp_path: Path) -> None:
    target = tmp_path / "walk.h5"
    target.write_text("old")
    with atomic_path(target) as temporary:
        assert temporary.suffix == ".h5"
        temporary.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "walk.h5"
    target.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        write_half(target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be written"), atomic_path(tmp_path / "no" / "walk.h5"):
        raise AssertionError("must not be reached")
