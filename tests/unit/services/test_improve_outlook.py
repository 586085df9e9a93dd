"""Names for new networks, and what is said where there is no project yet."""

from __future__ import annotations

import pytest

from poseapp.services.improve_outlook import find_outlook, name_problem


@pytest.fixture(autouse=True)
def own_library(tmp_path, monkeypatch):
    monkeypatch.setenv("POSEAPP_MODELS", str(tmp_path / "models"))


@pytest.mark.parametrize(
    ("clip", "name"),
    [
        ("/clips/walk.mp4", "walk tuned"),
        ("/clips/Frau Müller (links).mp4", "Frau Müller links tuned"),
        ("/clips/???.mp4", "clip tuned"),
        ("/clips/" + "a" * 90 + ".mp4", "a" * 40 + " tuned"),
    ],
)
def test_the_name_comes_from_the_clip(clip, name):
    assert find_outlook((), clip).suggested == name
    assert name_problem(name, ()) == ""


def test_without_a_project_there_is_nothing_to_learn_from():
    found = find_outlook((), "walk.mp4")
    assert (found.frames, found.marks, found.clips, found.unfinished, found.held_out) == (0, 0, 0, None, None)
    assert not found.enough
    assert found.models


def test_names_that_cannot_be():
    assert "cannot be the name" in name_problem("a/b", ())
    assert name_problem("walk", ("Walk",)) == "There is a network of this name already."
    assert name_problem("", ()) != ""


def test_a_project_that_is_not_there_is_said_in_one_line(tmp_path):
    found = find_outlook((str(tmp_path / "gone.poseapp"),), "")
    assert len(found.unreadable) == 1
    assert "gone.poseapp" in found.unreadable[0]
    assert "\n" not in found.unreadable[0]
