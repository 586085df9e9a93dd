"""The living document without a window: open, analyse, edit, keep, reopen."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import h5py
import numpy as np
import pytest

from fixtures.clips import write_clip
from fixtures.dot_person import SKELETON, truth
from poseapp.core.edit_builders import build_move, build_swap_sides
from poseapp.core.errors import BadInputError
from poseapp.core.types import Key, MarkState, Source
from poseapp.services.analysing import AnalyzeOptions
from poseapp.services.hashing import hash_clip
from poseapp.services.places import projects_folder
from poseapp.services.session import Session
from poseapp.services.types import NoticeAction, Selection
from poseapp.storage.project import ProjectFile

pytestmark = pytest.mark.gui

KNEE = SKELETON.index("right_knee")


def open_clip(session, qtbot, path):
    with qtbot.waitSignal(session.frameReady, timeout=10_000):
        session.open(path)


def notices(session):
    heard = []
    session.noticeRaised.connect(heard.append)
    return heard


def test_opening_shows_the_first_frame_and_creates_no_project(session, dots, qtbot):
    frames = []
    session.frameReady.connect(lambda frame: frames.append((frame.index, frame.rgb.flags.writeable)))
    open_clip(session, qtbot, dots.clip)
    assert frames == [(0, False)]
    assert session.document.clip.n_frames == dots.n_frames
    assert list(dots.clip.parent.glob("*.poseapp")) == []


def test_analysis_finds_the_dots_where_they_are(session, dots, qtbot, analyse):
    analyse(session, dots)
    xy = session.document.store.track(0).xy
    assert np.abs(xy - truth(dots.n_frames)).max() < 1.0
    assert session.document.model.name == "dots"
    assert session.measuring.measures(0).angles.values.shape[0] == dots.n_frames


def test_the_project_lies_beside_the_clip_and_opens_with_it(session, dots, qtbot, analyse):
    analyse(session, dots)
    key = Key(7, 0, KNEE)
    assert session.perform(build_move(session.document.store, key, (50.25, 60.5)))
    assert session.perform(build_swap_sides(session.document.store, 0, 20, 60))
    assert session.undo()
    session.close()
    assert (dots.clip.with_suffix(".poseapp")).is_file()

    again = Session()
    try:
        open_clip(again, qtbot, dots.clip)
        store = again.document.store
        assert store.mark(key).x == 50.25
        assert store.view(7).source[0, KNEE] == Source.CORRECTED
        assert store.view(30).source[0, KNEE] == Source.PREDICTED
        assert (again.document.history.can_undo, again.document.history.can_redo) == (True, True)
        assert again.undo()
        assert store.mark(key) is None
    finally:
        again.close()


def test_an_edit_before_the_fingerprint_is_known_is_kept_when_it_is(dots, qtbot, monkeypatch):
    gate = threading.Event()

    def slow(path, cancel):
        gate.wait(10)
        yield from hash_clip(path, cancel)

    monkeypatch.setattr("poseapp.services.errands.hash_clip", slow)
    session = Session()
    try:
        open_clip(session, qtbot, dots.clip)
        assert session.perform(build_move(session.document.store, Key(3, 0, KNEE), (10, 20)))
        assert session.document.saving
        assert session.document.project is None
        gate.set()
        qtbot.waitUntil(lambda: session.document.project is not None and not session.document.saving)
        assert len(session.document.project.journal()) == 1
    finally:
        gate.set()
        session.close()


def edit_before_there_is_a_file(session, qtbot, dots):
    open_clip(session, qtbot, dots.clip)
    qtbot.waitUntil(lambda: bool(session.document.sha256))
    assert session.perform(build_move(session.document.store, Key(3, 0, KNEE), (10, 20)))


def slow_create(monkeypatch, gate, threads=None):
    """Let the making of a file wait for the test."""
    create = ProjectFile.create.__func__

    def slow(cls, *args, **kwargs):
        if threads is not None:
            threads.append(threading.get_ident())
        gate.wait(10)
        return create(cls, *args, **kwargs)

    monkeypatch.setattr(ProjectFile, "create", classmethod(slow))


def test_the_file_is_made_in_a_thread_of_its_own_and_edits_go_on(session, dots, qtbot, monkeypatch):
    gate, threads = threading.Event(), []
    slow_create(monkeypatch, gate, threads)
    edit_before_there_is_a_file(session, qtbot, dots)
    assert session.making.under_way
    for x in (11, 12, 13):
        assert session.perform(build_move(session.document.store, Key(3, 0, KNEE), (x, 20)))
    assert session.undo()
    assert session.document.saving
    assert session.document.saved_at is None
    gate.set()
    qtbot.waitUntil(lambda: not session.document.saving)
    assert threads != [threading.get_ident()]
    assert len(threads) == 1
    with ProjectFile.open(session.document.project.path, readonly=True) as project:
        assert project.load().store.mark(Key(3, 0, KNEE)).x == 12


@pytest.mark.parametrize("leave", [Session.close, Session.close_document])
def test_leaving_while_the_file_is_made_keeps_every_edit(dots, qtbot, monkeypatch, leave):
    gate, session = threading.Event(), Session()
    try:
        slow_create(monkeypatch, gate)
        edit_before_there_is_a_file(session, qtbot, dots)
        assert session.perform(build_move(session.document.store, Key(4, 0, KNEE), (30, 40)))
        threading.Timer(0.1, gate.set).start()
        leave(session)
        qtbot.waitUntil(lambda: leave is Session.close or not session.making.closing)
        with ProjectFile.open(dots.clip.with_suffix(".poseapp"), readonly=True) as project:
            assert [len(project.load().store.marked_frames()), len(project.journal())] == [2, 2]
    finally:
        gate.set()
        session.close()


def test_a_file_that_cannot_be_made_is_said_and_tried_again(session, dots, qtbot, monkeypatch):
    create = ProjectFile.create

    def full(*_args, **_kwargs):
        raise BadInputError("the disk is full", where="dots.poseapp")

    monkeypatch.setattr(ProjectFile, "create", full)
    heard = notices(session)
    edit_before_there_is_a_file(session, qtbot, dots)
    qtbot.waitUntil(lambda: bool(heard))
    assert "disk is full" in heard[0].text
    assert session.document.saving
    assert session.document.keeper.problem is not None
    monkeypatch.setattr(ProjectFile, "create", create)
    assert session.perform(build_move(session.document.store, Key(4, 0, KNEE), (30, 40)))
    qtbot.waitUntil(lambda: not session.document.saving)
    assert len(session.document.project.journal()) == 2


def test_a_clip_in_a_folder_that_cannot_be_written_keeps_its_project_in_the_users_folder(
    session, dots, qtbot, monkeypatch
):
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != dots.clip.parent)
    open_clip(session, qtbot, dots.clip)
    heard = notices(session)
    qtbot.waitUntil(lambda: bool(session.document.sha256))
    assert session.perform(build_move(session.document.store, Key(3, 0, KNEE), (10, 20)))
    qtbot.waitUntil(lambda: session.document.project is not None)
    assert session.document.project.path.parent == projects_folder()
    assert "cannot be written" in heard[-1].text


def test_a_second_session_reads_only_and_says_so(session, dots, qtbot, analyse):
    analyse(session, dots)
    other = Session()
    try:
        heard = notices(other)
        open_clip(other, qtbot, dots.clip)
        assert other.document.read_only
        assert "reading only" in heard[0].text
        before = other.document.store.view(3).xy.copy()
        assert not other.perform(build_move(other.document.store, Key(3, 0, KNEE), (10, 20)))
        np.testing.assert_array_equal(other.document.store.view(3).xy, before)
        assert not other.document.history.can_undo
    finally:
        other.close()


def test_a_moved_clip_is_asked_for_and_located(session, dots, qtbot, analyse, tmp_path):
    analyse(session, dots)
    session.close()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.move(dots.clip, elsewhere / "renamed.mp4")

    again = Session()
    try:
        heard = notices(again)
        again.open(dots.clip.with_suffix(".poseapp"))
        qtbot.waitUntil(lambda: bool(heard))
        assert heard[0].action is NoticeAction.LOCATE
        assert again.document is None
        with qtbot.waitSignal(again.frameReady, timeout=10_000):
            again.locate(elsewhere / "renamed.mp4")
        assert again.document.store.n_persons == 1
        assert again.document.project.media().absolute == str(elsewhere / "renamed.mp4")
    finally:
        again.close()


def test_a_file_that_is_no_video_leaves_the_open_clip(session, dots, qtbot, tmp_path):
    open_clip(session, qtbot, dots.clip)
    bad = tmp_path / "prose.mp4"
    bad.write_text("this is not a video")
    heard = notices(session)
    session.open(bad)
    qtbot.waitUntil(lambda: bool(heard))
    assert "prose.mp4" in heard[0].text
    assert "Traceback" not in heard[0].text
    assert session.document.clip.path == str(dots.clip)
    with qtbot.waitSignal(session.frameReady):
        session.playback.seek(9)


@pytest.mark.parametrize("after_ms", [0, 3, 10, 30, 100])
def test_another_clip_and_at_once_a_bad_file_leave_the_pictures_of_the_open_clip(
    session, dots, qtbot, tmp_path, after_ms
):
    """The decoder had gone on to the other clip by then: its pictures lay under the poses of this one."""
    open_clip(session, qtbot, dots.clip)
    with qtbot.waitSignal(session.frameReady) as own:
        session.playback.seek(9)
    other, bad = tmp_path / "other.mp4", tmp_path / "prose.mp4"
    write_clip(other, dots.n_frames)
    bad.write_text("this is not a video")
    heard, opened = notices(session), []
    session.clipChanged.connect(lambda: opened.append(session.document))
    session.open(other)
    qtbot.wait(after_ms)
    session.open(bad)
    qtbot.waitUntil(lambda: any("prose.mp4" in notice.text for notice in heard))
    session.playback.seek(8)
    with qtbot.waitSignal(session.frameReady, check_params_cb=lambda frame: frame.index == 9) as shown:
        session.playback.seek(9)
    assert (session.document.clip.path == str(other)) == bool(opened)
    assert (shown.args[0].rgb.shape == own.args[0].rgb.shape) == (not opened)


def test_an_edit_that_cannot_be_written_is_taken_back(session, dots, qtbot, analyse, monkeypatch):
    analyse(session, dots)
    heard = notices(session)

    def full(*_args, **_kwargs):
        raise BadInputError("the disk is full", where="dots.poseapp")

    monkeypatch.setattr(session.document.project, "record", full)
    before = session.document.store.view(3).xy.copy()
    assert not session.perform(build_move(session.document.store, Key(3, 0, KNEE), (10, 20)))
    assert "disk is full" in heard[0].text
    np.testing.assert_array_equal(session.document.store.view(3).xy, before)
    assert not session.document.history.can_undo


def test_cancelling_keeps_what_was_found(session, dots, qtbot, monkeypatch):
    open_clip(session, qtbot, dots.clip)
    heard = notices(session)
    session.analyze(AnalyzeOptions(model=str(dots.network)))
    assert session.analysing.running
    session.analysing.cancel()
    qtbot.waitUntil(lambda: not session.analysing.running, timeout=20_000)
    assert heard[-1].text.startswith("Analysis stopped after")
    if session.document.project is not None:
        assert {run.state for run in session.document.project.runs()} <= {"cancelled"}


def test_a_network_that_is_not_there_is_one_line(session, dots, qtbot):
    open_clip(session, qtbot, dots.clip)
    heard = notices(session)
    session.analyze(AnalyzeOptions(model="no-such-network"))
    qtbot.waitUntil(lambda: not session.analysing.running, timeout=20_000)
    assert "no-such-network" in heard[0].text
    assert heard[0].kind == "error"


def test_marks_survive_another_analysis(session, dots, qtbot, analyse):
    analyse(session, dots)
    key = Key(5, 0, KNEE)
    session.perform(build_move(session.document.store, key, (10, 20), state=MarkState.OCCLUDED))
    with qtbot.waitSignal(session.analysing.statusChanged, timeout=30_000, check_params_cb=lambda s: s is None):
        session.analyze(AnalyzeOptions(model=str(dots.network)))
    assert session.document.store.mark(key).state is MarkState.OCCLUDED
    assert len(session.document.project.runs()) == 2


def test_a_correction_heals_the_curve(session, dots, qtbot, analyse):
    analyse(session, dots)
    column = session.measuring.measures(0).angles.column("right_knee_flexion")
    before = session.measuring.measures(0).angles.values[30, column]
    with qtbot.waitSignal(session.measuring.measured, timeout=5000):
        session.perform(build_move(session.document.store, Key(30, 0, KNEE), (130.0, 150.0)))
    after = session.measuring.measures(0).angles.values[30, column]
    assert abs(after - before) > 3
    with qtbot.waitSignal(session.measuring.measured, timeout=5000):
        session.undo()
    assert session.measuring.measures(0).angles.values[30, column] == pytest.approx(before)


def test_selection_tells_only_of_changes(session):
    heard = []
    session.selectionChanged.connect(heard.append)
    session.select(0, 3)
    session.select(0, 3)
    session.select(0)
    assert heard == [Selection(0, 3), Selection(0, None)]


def test_export_writes_what_h5py_reads(session, dots, qtbot, analyse, tmp_path):
    analyse(session, dots)
    session.perform(build_move(session.document.store, Key(3, 0, KNEE), (33.5, 44.5)))
    heard = notices(session)
    session.export(tmp_path / "out.h5")
    qtbot.waitUntil(lambda: bool(heard), timeout=20_000)
    assert heard[0].action is NoticeAction.SHOW_FOLDER
    with h5py.File(tmp_path / "out.h5") as file:
        assert file["time"].shape == (dots.n_frames,)
        np.testing.assert_allclose(file["persons/0/keypoints/final"][3, KNEE], (33.5, 44.5))
        assert file.attrs["source_sha256"] == session.document.sha256


def test_export_to_an_unknown_format_is_one_line(session, dots, qtbot, analyse, tmp_path):
    analyse(session, dots)
    heard = notices(session)
    session.export(tmp_path / "out.xyz")
    qtbot.waitUntil(lambda: bool(heard), timeout=20_000)
    assert heard[0].kind == "error"
    assert ".xyz" in heard[0].text


def test_opening_a_second_clip_lets_go_of_the_first(session, dots, qtbot, analyse, tmp_path):
    analyse(session, dots)
    other = tmp_path / "other.mp4"
    shutil.copyfile(dots.clip, other)
    open_clip(session, qtbot, other)
    assert session.document.store.n_persons == 0
    assert session.measuring.measures(0) is None
    qtbot.waitUntil(lambda: not session.making.closing)
    third = Session()
    try:
        open_clip(third, qtbot, dots.clip)
        assert not third.document.read_only
    finally:
        third.close()
