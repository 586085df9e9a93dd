"""A file is whole or as it was."""

import errno
import os
from pathlib import Path

import pytest

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError


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


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_what_a_person_can_act_on_is_told(code: int, tmp_path: Path) -> None:
    target = tmp_path / "walk.h5"
    target.write_text("old")
    with pytest.raises(BadInputError, match="what was there before is unchanged"), atomic_path(target):
        raise OSError(code, os.strerror(code))
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_other_errors_of_the_system_are_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError), atomic_path(tmp_path / "walk.h5"):
        raise ConnectionError(errno.ECONNRESET, "reset")
    assert not list(tmp_path.iterdir())


def test_a_folder_or_device_is_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "walk.h5"
    folder.mkdir()
    with pytest.raises(BadInputError, match="ordinary file"), atomic_path(folder):
        raise AssertionError("must not be reached")
    assert folder.is_dir()


@pytest.mark.skipif(os.name == "nt", reason="making links needs rights there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "real.h5", tmp_path / "link.h5"
    target.write_text("old")
    link.symlink_to(target)
    with atomic_path(link) as temporary:
        temporary.write_text("new")
    assert link.is_symlink()
    assert target.read_text() == "new"
