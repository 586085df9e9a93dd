"""Which project belongs to which clip."""

from __future__ import annotations

import os

import pytest

from fixtures.dot_person import SKELETON, write_dot_clip
from poseapp.services.places import find_project, is_project, place_for_project, projects_folder
from poseapp.storage.project import ProjectFile
from poseapp.video import fingerprint, open_clip


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def clip(tmp_path):
    folder = tmp_path / "clips"
    folder.mkdir()
    return write_dot_clip(folder / "walk.mp4", 3)


def make_project(path, clip):
    with open_clip(clip) as opened:
        ProjectFile.create(path, opened.info, SKELETON, sha256=fingerprint(clip)).close()
    return path


def test_a_project_is_told_by_its_name(clip):
    assert is_project(clip.with_suffix(".POSEAPP"))
    assert not is_project(clip)


def test_a_clip_without_a_project_gets_one_beside_it(clip):
    assert find_project(clip) is None
    assert place_for_project(clip) == clip.with_suffix(".poseapp")


def test_the_project_beside_the_clip_is_found(clip):
    place = make_project(place_for_project(clip), clip)
    assert find_project(clip) == place


def test_two_clips_of_one_name_do_not_share_a_project(clip):
    make_project(place_for_project(clip), clip)
    other = write_dot_clip(clip.with_suffix(".mov"), 3)
    assert find_project(other) is None
    place = make_project(place_for_project(other), other)
    assert place.name == "walk.mov.poseapp"
    assert find_project(other) == place
    assert find_project(clip) == clip.with_suffix(".poseapp")


def test_where_the_folder_cannot_be_written_it_lies_in_the_users(clip, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    place = make_project(place_for_project(clip), clip)
    assert place.parent == projects_folder()
    assert find_project(clip) == place


def test_a_damaged_project_is_offered_so_that_opening_says_why(clip):
    clip.with_suffix(".poseapp").write_text("not a database")
    assert find_project(clip) == clip.with_suffix(".poseapp")
