"""An edit is in the file when it is acknowledged, and on the disk soon after, without the GUI thread waiting for it."""

from __future__ import annotations

import threading

import pytest

from poseapp.core.edit_builders import build_move
from poseapp.core.types import Key
from poseapp.jobs.bench_clip import BenchClips
from poseapp.services.session import Session
from poseapp.storage import project as project_module
from poseapp.storage.project import ProjectFile, sync_project

pytestmark = pytest.mark.gui


@pytest.fixture
def project(tmp_path):
    return BenchClips(tmp_path).make(60)


def test_edits_are_synced_beside_the_gui_thread(qapp, qtbot, tmp_path, monkeypatch):
    clips, synced, real = BenchClips(tmp_path), [], project_module.os.fsync

    def fsync(descriptor):
        synced.append(threading.current_thread() is threading.main_thread())
        real(descriptor)

    session = Session(clips.open)
    with qtbot.waitSignal(session.frameReady, timeout=20_000):
        session.open(clips.make(60))
    before = len(session.document.project.journal())
    monkeypatch.setattr(project_module.os, "fsync", fsync)
    assert session.perform(build_move(session.document.store, Key(5, 0, 1), (40.0, 50.0)))
    with ProjectFile.open(session.document.project.path, readonly=True) as other:  # what is left after a kill
        assert len(other.journal()) == before + 1
    qtbot.waitUntil(lambda: len(synced) > 0, timeout=10_000)
    assert synced == [False]
    assert session.perform(build_move(session.document.store, Key(5, 0, 1), (41.0, 50.0)))
    qtbot.waitUntil(lambda: len(synced) > 1, timeout=10_000)
    session.close()


def test_there_may_be_nothing_to_sync(project):
    sync_project(project)


def test_a_disk_that_refuses_is_told_of(project, monkeypatch):
    def refuse(_descriptor):
        raise OSError(28, "No space left on device")

    with ProjectFile.open(project) as opened:
        opened.set_setting("a", "b")
        monkeypatch.setattr(project_module.os, "fsync", refuse)
        with pytest.raises(project_module.BadInputError, match="No space left"):
            sync_project(project)
