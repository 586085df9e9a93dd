"""The working zone and the loop are remembered with the document."""

from __future__ import annotations

import pytest

from fixtures.dot_person import SKELETON
from poseapp.core.edit_builders import build_move
from poseapp.core.types import Key
from poseapp.services.playback import Zone
from poseapp.services.session import Session
from poseapp.storage.project import ProjectFile

pytestmark = pytest.mark.gui

KNEE = SKELETON.index("right_knee")


def opened(session, qtbot, path):
    with qtbot.waitSignal(session.frameReady, timeout=10_000):
        session.open(path)
    return session


def correct(session, frame=5):
    assert session.perform(build_move(session.document.store, Key(frame, 0, 4), (10, 20)))


def test_the_zone_waits_for_a_project_and_comes_back_with_it(session, dots, qtbot):
    opened(session, qtbot, dots.clip)
    session.playback.set_zone(Zone(12, 34))
    session.playback.set_looping(True)
    assert list(dots.clip.parent.glob("*.poseapp")) == []  # a zone is not worth a file
    correct(session)
    session.close()
    again = Session()
    try:
        heard = []
        again.playback.zoneChanged.connect(heard.append)
        opened(again, qtbot, dots.clip)
        assert (again.playback.zone, again.playback.looping) == (Zone(12, 34), True)
        assert heard == [Zone(12, 34)]
        assert len(again.document.keeper.journal()) == 1  # a setting is no edit
    finally:
        again.close()


def test_changes_go_to_the_open_project_at_once(session, dots, qtbot):
    opened(session, qtbot, dots.clip)
    correct(session)
    qtbot.waitUntil(lambda: session.document.project is not None, timeout=10_000)
    session.playback.set_zone(Zone(1, 9))
    with ProjectFile.open(session.document.project.path, readonly=True) as project:
        assert project.settings()["zone"] == "[1, 9]"
    session.playback.set_zone(None)
    with ProjectFile.open(session.document.project.path, readonly=True) as project:
        assert project.settings()["zone"] == "null"


def test_another_clip_has_no_zone_and_leaves_that_of_the_first_alone(session, dots, qtbot, tmp_path):
    opened(session, qtbot, dots.clip)
    correct(session)
    session.playback.set_zone(Zone(3, 8))
    other = tmp_path / "other"
    other.mkdir()
    (other / "other.mp4").write_bytes(dots.clip.read_bytes())
    opened(session, qtbot, other / "other.mp4")
    assert session.playback.zone is None
    opened(session, qtbot, dots.clip)
    assert session.playback.zone == Zone(3, 8)


@pytest.mark.parametrize("text", ["", "null", "nonsense", "[1]", '{"a": 1}', "[5, 1e999]", "[80, 90]", '["a", "b"]'])
def test_what_is_no_zone_of_this_clip_is_none(session, dots, qtbot, text):
    opened(session, qtbot, dots.clip)
    correct(session)
    qtbot.waitUntil(lambda: session.document.project is not None, timeout=10_000)
    session.document.project.set_setting("zone", text)
    session.close_document()
    opened(session, qtbot, dots.clip)
    assert session.playback.zone is None
