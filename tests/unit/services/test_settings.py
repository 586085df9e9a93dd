"""Settings keep their types, and nonsense in the file is the default."""

from __future__ import annotations

import pytest

from poseapp.services import settings as names
from poseapp.services.settings import MAX_RECENT, Settings


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "window.ini"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (names.THEME, "light"),
        (names.SPEED, 0.25),
        (names.SHOW_ANGLES, False),
        (names.GEOMETRY, b"\x00\x01\xff"),
        (names.SHOWN_ANGLES, ("knee_flexion", "hip_flexion")),
        (names.LAST_FOLDER, "/a folder/with, comma; and ümlaut"),
    ],
)
def test_a_value_comes_back_as_it_was(path, setting, value):
    settings = Settings(path)
    assert settings.get(setting) == setting.default
    settings.set(setting, value)
    settings.save()
    assert Settings(path).get(setting) == value
    assert type(Settings(path).get(setting)) is type(setting.default)


@pytest.mark.parametrize("text", ["purple", '"purple"', "[1, 2]", "{", "3"])
def test_nonsense_is_the_default(path, text):
    path.parent.mkdir()
    path.write_text(f"[General]\ntheme={text}\nspeed={text if text != '3' else 'x'}\nshown_angles={text}\n")
    settings = Settings(path)
    assert settings.get(names.THEME) == "dark"
    assert settings.get(names.SPEED) == 1.0
    assert settings.get(names.SHOWN_ANGLES) == ()


def test_recent_files_are_newest_first_and_once(path):
    settings = Settings(path)
    for i in range(MAX_RECENT + 3):
        settings.add_recent(f"/clips/{i}.mp4")
    settings.add_recent("/clips/5.mp4")
    recent = settings.get(names.RECENT)
    assert recent[:2] == ("/clips/5.mp4", f"/clips/{MAX_RECENT + 2}.mp4")
    assert len(recent) == len(set(recent)) == MAX_RECENT
