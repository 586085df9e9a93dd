"""The user's own table of angles, and those of others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_angles, load_skeleton
from poseapp.storage import angle_file
from poseapp.storage.angle_file import (
    read_angle_file,
    users_angle_file,
    users_angles,
    with_users_angles,
    write_angle_file,
)

LAG = replace(load_angles()[0], name="right_lag", title="Lag R")


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return users_angle_file()


def test_a_new_project_begins_with_the_users_angles(config: Path) -> None:
    assert users_angles() == ()
    write_angle_file(config, [LAG])
    assert users_angles() == (LAG,)
    assert with_users_angles(load_skeleton("body21")).angles[-1] == LAG
    assert [file.name for file in config.parent.iterdir()] == ["angles.toml"]


def test_a_table_without_angles_can_be_kept(tmp_path: Path) -> None:
    write_angle_file(tmp_path / "none.toml", [])
    assert read_angle_file(tmp_path / "none.toml") == ()


def test_what_cannot_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.toml"
    with pytest.raises(BadInputError, match=r"cannot be read \(No such file"):
        read_angle_file(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInputError, match="not UTF-8"):
        read_angle_file(path)
    path.write_text("[[angle]]\nname = 3")
    with pytest.raises(BadInputError, match=r"mine.toml: angle 1: 'title' is missing"):
        read_angle_file(path)
    monkeypatch.setattr(angle_file, "_MOST_BYTES", 4)
    with pytest.raises(BadInputError, match="too large"):
        read_angle_file(path)


def test_a_place_that_cannot_be_written_is_refused_and_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    write_angle_file(path, [LAG])
    with pytest.raises(BadInputError):
        write_angle_file(path / "below" / "x.toml", [LAG])
    assert read_angle_file(path) == (LAG,)
