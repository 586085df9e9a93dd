"""Settings keep their types, and nonsense in the file is the default."""

from __future__ import annotations

import gc
import threading

import pytest

from poseapp.services import settings as names
from poseapp.services.settings import MAX_RECENT, Settings


@pytest.fixture(autouse=True)
def garbage_of_this_thread(qapp):
    """Let no job collect what belongs to this thread, as `GuiGarbage` does in the application."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


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


def test_changes_are_written_together_a_little_later_and_beside_the_thread(path, qtbot, monkeypatch):
    written, keep = [], names._keep
    here = threading.get_ident()

    def recorded(path, values):
        written.append((threading.get_ident() != here, dict(values)))
        return keep(path, values)

    monkeypatch.setattr(names, "_keep", recorded)
    settings = Settings(path)
    settings.set(names.THEME, "light")
    settings.set(names.SPEED, 0.5)
    settings.set(names.SPEED, 0.25)
    assert written == []
    assert not path.exists()
    qtbot.waitUntil(lambda: path.exists() and not settings._runner._threads)
    assert written == [(True, {"theme": '"light"', "speed": "0.25"})]
    settings.set(names.SPEED, 0.25)
    settings.save()
    assert len(written) == 1  # nothing has changed
    assert (Settings(path).get(names.THEME), Settings(path).get(names.SPEED)) == ("light", 0.25)


def test_two_windows_do_not_take_away_what_the_other_one_keeps(path):
    one, other = Settings(path), Settings(path)
    one.set(names.THEME, "light")
    one.save()
    other.set(names.SPEED, 2.0)
    other.save()
    again = Settings(path)
    assert (again.get(names.THEME), again.get(names.SPEED)) == ("light", 2.0)


def test_settings_that_cannot_be_written_hold_until_the_end(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    settings = Settings(tmp_path / "file" / "window.ini")
    settings.set(names.THEME, "light")
    settings.save()
    assert settings.get(names.THEME) == "light"
    assert "cannot be kept" in caplog.text
