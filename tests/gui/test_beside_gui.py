"""Opening, keeping and leaving a clip touch no file in the GUI thread, and jobs do not get in each other's way."""

from __future__ import annotations

import json
import shutil
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from fixtures.dot_person import SKELETON
from fixtures.file_watch import FileWatch
from poseapp.core.edit_builders import build_move
from poseapp.core.skeleton import load_angles
from poseapp.core.types import ClipInfo, Key, PoseChunk
from poseapp.services.document import Document
from poseapp.services.measured_copy import measured_copy
from poseapp.services.session import Session
from poseapp.services.types import NoticeAction
from poseapp.storage import angle_file
from poseapp.storage.analysis_reader import read_analysis
from poseapp.storage.angle_file import users_angle_file, write_angle_file
from poseapp.storage.project import ProjectFile

pytestmark = pytest.mark.gui
KNEE = SKELETON.index("right_knee")
LAG = replace(load_angles()[0], name="right_lag", title="Lag R")
LEAD = replace(LAG, name="right_lead", title="Lead R")


@pytest.fixture
def watch(tmp_path, own_home, monkeypatch):
    return FileWatch((tmp_path, own_home), monkeypatch)


def open_clip(session, qtbot, path):
    with qtbot.waitSignal(session.frameReady, timeout=20_000):
        session.open(path)


@pytest.fixture
def project(dots, qtbot, analyse):
    """The project of the analysed dot clip, with one edit, closed."""
    session = Session()
    analyse(session, dots)
    assert session.perform(build_move(session.document.store, Key(7, 0, KNEE), (50.25, 60.5)))
    session.close()
    return dots.clip.with_suffix(".poseapp")


@contextmanager
def held(monkeypatch, place, name):
    """Let a function wait in its thread until the test goes on; yields what says that somebody waits."""
    gate, reached, real = threading.Event(), threading.Event(), getattr(place, name)

    def slow(*args, **options):
        reached.set()
        assert gate.wait(20)
        return real(*args, **options)

    monkeypatch.setattr(place, name, slow)
    yield gate, reached
    gate.set()


def own_angles(session):
    return [angle.name for angle in session.document.store.skeleton.own_angles]


def is_free(project):
    with ProjectFile.open(project) as file:
        return not file.read_only


def test_the_watch_sees_what_the_gui_thread_does(watch, project):
    with watch.watching():
        ProjectFile.open(project, readonly=True).close()
        users_angle_file().is_file()
    assert {what for what, _ in watch.seen} >= {"stat", "sqlite3.connect", "sql"}
    before = len(watch.seen)
    with watch.watching():
        thread = threading.Thread(target=lambda: ProjectFile.open(project, readonly=True).close())
        thread.start()
        thread.join()
    users_angle_file().is_file()
    assert len(watch.seen) == before


def test_a_clip_and_the_users_angles_are_read_beside_the_gui_thread(session, dots, qtbot, watch):
    write_angle_file(users_angle_file(), [LAG])
    with watch.watching():
        open_clip(session, qtbot, dots.clip)
    assert watch.seen == []
    assert own_angles(session) == ["right_lag"]


def test_a_project_is_opened_and_closed_beside_the_gui_thread(session, project, dots, qtbot, watch):
    with watch.watching():
        open_clip(session, qtbot, dots.clip)
        session.close_document()
        qtbot.waitUntil(lambda: not session.making.closing)
        open_clip(session, qtbot, project)
    assert watch.seen == []
    assert not session.document.read_only
    np.testing.assert_array_equal(session.document.store.view(7).xy[0, KNEE], (50.25, 60.5))
    assert session.document.history.can_undo
    assert session.document.sha256


def test_a_moved_clip_is_located_beside_the_gui_thread(session, project, dots, qtbot, watch, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.move(dots.clip, elsewhere / "renamed.mp4")
    heard = []
    session.noticeRaised.connect(heard.append)
    with watch.watching():
        session.open(project)
        qtbot.waitUntil(lambda: bool(heard))
        with qtbot.waitSignal(session.frameReady, timeout=20_000):
            session.locate(elsewhere / "renamed.mp4")
    assert heard[0].action is NoticeAction.LOCATE
    assert watch.seen == []
    assert session.document.project.media().absolute == str(elsewhere / "renamed.mp4")


def test_a_file_is_made_beside_the_gui_thread_which_only_appends_to_it(session, dots, qtbot, watch):
    open_clip(session, qtbot, dots.clip)
    qtbot.waitUntil(lambda: bool(session.document.sha256))
    with watch.watching():
        assert session.perform(build_move(session.document.store, Key(3, 0, KNEE), (10, 20)))
        assert session.perform(build_move(session.document.store, Key(4, 0, KNEE), (10, 20)))
        qtbot.waitUntil(lambda: not session.document.saving)
    touched = [detail for what, detail in watch.seen if what != "sql"]
    assert touched == []
    statements = {detail.split()[0] for what, detail in watch.seen if what == "sql"}
    assert statements <= {"PRAGMA", "INSERT"}
    assert len(session.document.project.journal()) == 2


def test_angles_that_are_still_read_are_there_in_the_end(session, dots, qtbot, monkeypatch):
    write_angle_file(users_angle_file(), [LAG])
    with held(monkeypatch, angle_file, "read_angle_file") as (gate, reached):
        session.open(dots.clip)
        qtbot.waitUntil(reached.is_set)
        assert session.document is None  # nothing is shown with too few angles
        write_angle_file(users_angle_file(), [LAG, LEAD])
        with qtbot.waitSignal(session.frameReady, timeout=20_000):
            gate.set()
    assert own_angles(session) == ["right_lag", "right_lead"]


def test_angles_that_cannot_be_read_are_told_of_and_the_clip_opens(session, dots, qtbot):
    users_angle_file().parent.mkdir(parents=True)
    users_angle_file().write_text("[[angle]]\nname = 3")
    heard = []
    session.noticeRaised.connect(heard.append)
    open_clip(session, qtbot, dots.clip)
    assert "angles.toml" in heard[0].text
    assert own_angles(session) == []


def test_the_later_wish_wins_and_the_earlier_project_is_let_go_of(session, project, dots, qtbot, monkeypatch, tmp_path):
    other = tmp_path / "other.mp4"
    shutil.copyfile(dots.clip, other)
    with held(monkeypatch, ProjectFile, "load") as (gate, reached):
        session.open(project)
        qtbot.waitUntil(reached.is_set)
        session.open(other)
        with qtbot.waitSignal(session.frameReady, timeout=20_000):
            gate.set()
    assert session.document.clip.path == str(other)
    assert session.document.project is None
    assert is_free(project)


def test_a_session_that_ends_while_a_project_is_read_lets_go_of_it(project, qtbot, monkeypatch):
    session = Session()
    with held(monkeypatch, ProjectFile, "load") as (gate, reached):
        session.open(project)
        qtbot.waitUntil(reached.is_set)
        threading.Timer(0.05, gate.set).start()
        session.close()
    assert is_free(project)


def test_a_project_whose_clip_is_missing_is_let_go_of(session, project, dots, qtbot):
    dots.clip.unlink()
    heard = []
    session.noticeRaised.connect(heard.append)
    session.open(project)
    qtbot.waitUntil(lambda: bool(heard))
    assert not is_free(project)
    session.open(project)  # once more, at once: its lock is not in its own way
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard[1].action is NoticeAction.LOCATE
    session.close()
    assert is_free(project)


def test_what_is_open_can_be_opened_again(session, project, dots, qtbot):
    for path in (dots.clip, project, dots.clip):
        open_clip(session, qtbot, path)
        assert not session.document.read_only
        x = session.document.store.view(7).xy[0, KNEE, 0]
        assert session.perform(build_move(session.document.store, Key(7, 0, KNEE), (x + 1, 9.0)))
    assert session.document.store.view(7).xy[0, KNEE, 0] == 53.25


def test_leaving_before_the_fingerprint_is_known_keeps_the_edit_and_does_not_wait(session, dots, qtbot, monkeypatch):
    monkeypatch.setattr("poseapp.services.errands.hash_clip", lambda *_: iter(()))  # nobody knows it in time
    open_clip(session, qtbot, dots.clip)
    assert session.perform(build_move(session.document.store, Key(3, 0, KNEE), (10, 20)))
    create = ProjectFile.create.__func__
    gate, threads = threading.Event(), []

    def slow(cls, *args, **options):
        threads.append(threading.get_ident())
        assert gate.wait(20)
        return create(cls, *args, **options)

    monkeypatch.setattr(ProjectFile, "create", classmethod(slow))
    session.close_document()  # would never come back if it waited
    assert session.making.closing
    gate.set()
    qtbot.waitUntil(lambda: not session.making.closing)
    assert threads != [threading.get_ident()]
    with ProjectFile.open(dots.clip.with_suffix(".poseapp"), readonly=True) as file:
        assert file.load().store.mark(Key(3, 0, KNEE)).x == 10


def test_a_copy_of_the_project_is_written_beside_the_gui_thread(session, project, dots, qtbot, watch, tmp_path):
    open_clip(session, qtbot, dots.clip)
    copy = tmp_path / "copy.poseapp"
    with watch.watching(), qtbot.waitSignal(session.errands.copied):
        session.errands.save_copy(project, copy)
    assert watch.seen == []
    assert is_free(copy)
    with ProjectFile.open(copy, readonly=True) as file:
        assert file.load().store.mark(Key(7, 0, KNEE)).x == 50.25


def test_an_export_reads_no_file_in_the_gui_thread_and_holds_what_was_there(session, project, dots, qtbot, watch):
    open_clip(session, qtbot, dots.clip)
    exported = dots.clip.with_name("dots.h5")
    with watch.watching(), qtbot.waitSignal(session.errands.exported, timeout=30_000):
        session.export(exported)
    assert watch.seen == []
    assert session.perform(build_move(session.document.store, Key(7, 0, KNEE), (1.0, 2.0)))
    analysis = read_analysis(exported)
    assert [json.loads(row)["kind"] for row in analysis.journal] == ["do"]
    np.testing.assert_array_equal(analysis.persons[0].track.xy[7, KNEE], (50.25, 60.5))


def test_what_is_exported_from_a_long_clip_is_not_copied_first(qapp):
    """Of 20 000 frames of two persons with 2000 corrections; a copy of them takes some 50 ms of the processor."""
    frames, persons = 20_000, 2
    info = ClipInfo("long.mp4", "video", 640, 480, np.arange(frames) / 25, 25.0, variable_rate=False)
    document = Document(info, SKELETON)
    xy = np.zeros((frames, persons, SKELETON.n_keypoints, 2), np.float32)
    document.store.add_chunk(PoseChunk(0, xy, xy[..., 0], np.ones((*xy.shape[:3], 3), np.float32)))
    for i in range(2000):
        document.perform(build_move(document.store, Key(9 * i, 0, KNEE), (10.0, 20.0)))
    before = time.thread_time()
    measured_copy(document)
    assert time.thread_time() - before < 0.008
