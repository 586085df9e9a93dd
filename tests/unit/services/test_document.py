"""The document keeps in the project what it shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fixtures.dot_person import SKELETON, write_dot_clip
from poseapp.core.edit_builders import build_facing, build_move
from poseapp.core.errors import BadInputError, EditConflictError
from poseapp.core.own_builders import build_add_keypoints, unadded
from poseapp.core.own_keypoints import OwnKeypoint, extended
from poseapp.core.skeleton import load_angles, load_skeleton
from poseapp.core.types import Key, ModelSpec, PoseChunk
from poseapp.services.document import Document
from poseapp.services.keeper import make_project, tidy
from poseapp.storage.project import ProjectFile
from poseapp.video import fingerprint, open_clip

KEY = Key(2, 0, 4)
SPEC = ModelSpec("dots", "Dots", "test", SKELETON, (96, 96), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def chunk(start, n, keypoints=16):
    xy = np.full((n, 1, keypoints, 2), 5.0, np.float32)
    return PoseChunk(start, xy, np.full(xy.shape[:3], 0.8, np.float32), np.ones((*xy.shape[:3], 3), np.float32))


def settle(document):
    """Make the project that is due, as a job does."""
    order = document.keeper.take_order()
    if order is not None:
        document.keeper.adopt(next(make_project(order)))


def learn(document):
    document.keeper.sha256 = fingerprint(document.clip.path)
    settle(document)


@pytest.fixture
def document(tmp_path):
    path = write_dot_clip(tmp_path / "walk.mp4", 8)
    with open_clip(path) as clip:
        info = clip.info
    document = Document(info, SKELETON)
    yield document
    document.close()


def test_nothing_is_written_before_there_is_something_worth_it(document, tmp_path):
    learn(document)
    assert document.project is None
    assert list(tmp_path.glob("*.poseapp")) == []


def test_edits_undo_and_redo_are_in_the_journal_at_once(document):
    learn(document)
    document.perform(build_move(document.store, KEY, (1, 2)))
    assert document.saved_at is None
    settle(document)
    document.undo()
    document.redo()
    with ProjectFile.open(document.project.path, readonly=True) as other:
        assert [row.kind for row in other.journal()] == ["do", "undo", "redo"]
        assert other.load().store.mark(KEY).x == 1
    assert document.saved_at is not None


def test_edits_wait_for_the_fingerprint(document):
    document.perform(build_move(document.store, KEY, (1, 2)))
    document.undo()
    assert document.saving
    assert document.project is None
    learn(document)
    assert not document.saving
    assert [row.kind for row in document.project.journal()] == ["do", "undo"]


def test_an_edit_that_does_not_fit_changes_nothing(document):
    learn(document)
    edit = build_move(document.store, KEY, (1, 2))
    document.perform(edit)
    settle(document)
    with pytest.raises(EditConflictError):
        document.perform(edit)
    assert len(document.project.journal()) == 1
    assert document.history.can_undo


def test_an_edit_that_cannot_be_kept_is_not_shown(document, monkeypatch):
    learn(document)
    document.perform(build_move(document.store, KEY, (1, 2)))
    settle(document)

    def full(*_args):
        raise BadInputError("the disk is full")

    monkeypatch.setattr(document.project, "record", full)
    with pytest.raises(BadInputError):
        document.undo()
    assert document.store.mark(KEY).x == 1
    with pytest.raises(BadInputError):
        document.perform(build_facing(document.store, 0, 0, 8, -1))
    assert document.store.facing(0) == ()
    assert (document.history.can_undo, document.history.can_redo) == (True, False)


def test_predictions_and_marks_come_back(document):
    learn(document)
    document.begin_run(SPEC, "dots")
    document.add_chunk(chunk(0, 4))
    document.add_chunk(chunk(4, 4))
    document.end_run("done")
    document.perform(build_move(document.store, KEY, (1, 2)))
    settle(document)
    path = document.project.path
    document.close()
    with ProjectFile.open(path) as project:
        again = Document.from_project(project, project.load(), document.clip)
        assert again.model.name == "dots"
        assert again.network == "dots"
        view = again.store.view(2)
        np.testing.assert_array_equal(view.xy[0, 4], (1, 2))
        np.testing.assert_array_equal(view.xy[0, 5], (5, 5))


def test_a_clip_of_another_length_is_refused(document):
    learn(document)
    document.perform(build_move(document.store, KEY, (1, 2)))
    settle(document)
    path = document.project.path
    document.close()
    with ProjectFile.open(path) as project:
        shorter = replace(document.clip, pts=document.clip.pts[:-1])
        with pytest.raises(BadInputError, match="7 frames, the project 8"):
            Document.from_project(project, project.load(), shorter)


def test_other_keypoints_are_taken_until_something_was_corrected(document):
    learn(document)
    body = replace(SPEC, skeleton=load_skeleton("body18"))
    document.begin_run(body, "body")
    settle(document)
    document.add_chunk(chunk(0, 8, keypoints=18))
    assert document.store.skeleton.name == "body18"
    document.begin_run(SPEC, "dots")
    assert document.project is None
    settle(document)
    assert document.store.skeleton == SKELETON
    with ProjectFile.open(document.project.path, readonly=True) as project:
        assert project.load().skeleton == SKELETON
    document.perform(build_move(document.store, KEY, (1, 2)))
    with pytest.raises(BadInputError, match="corrections"):
        document.begin_run(body, "body")
    assert document.store.mark(KEY) is not None


def test_a_run_that_begins_before_the_fingerprint_is_kept_when_it_is_known(document):
    document.begin_run(SPEC, "dots")
    document.add_chunk(chunk(0, 4))
    assert document.project is None
    assert document.saving
    document.perform(build_move(document.store, KEY, (1, 2)))
    learn(document)
    document.add_chunk(chunk(4, 4))
    document.end_run("done")
    assert not document.saving
    (run,) = document.project.runs()
    assert (run.state, run.n_frames) == ("done", 8)


def test_a_run_that_ends_before_the_fingerprint_is_known_is_kept_as_ended(document):
    document.begin_run(SPEC, "dots")
    document.add_chunk(chunk(0, 8))
    document.end_run("cancelled")
    learn(document)
    (run,) = document.project.runs()
    assert (run.state, run.n_frames) == ("cancelled", 8)


def test_closing_keeps_what_still_waits(document):
    document.perform(build_move(document.store, KEY, (1, 2)))
    assert document.project is None
    document.close()
    with ProjectFile.open(document.clip.path.replace(".mp4", ".poseapp"), readonly=True) as project:
        assert project.load().store.mark(KEY).x == 1


def test_edits_made_while_the_file_is_made_are_kept_in_order(document):
    learn(document)
    document.perform(build_move(document.store, KEY, (1, 2)))
    order = document.keeper.take_order()
    assert document.keeper.take_order() is None
    document.perform(build_move(document.store, KEY, (3, 4)))
    document.undo()
    assert document.saving
    assert document.saved_at is None
    document.keeper.adopt(next(make_project(order)))
    assert not document.saving
    rows = document.project.journal()
    assert [row.kind for row in rows] == ["do", "do", "undo"]
    assert rows == sorted(rows, key=lambda row: row.time)
    with ProjectFile.open(document.project.path, readonly=True) as project:
        assert project.load().store.mark(KEY).x == 1


def test_predictions_made_while_the_file_is_made_are_kept(document):
    learn(document)
    document.begin_run(SPEC, "dots")
    document.add_chunk(chunk(0, 3))
    order = document.keeper.take_order()
    document.add_chunk(chunk(3, 3))
    document.keeper.adopt(next(make_project(order)))
    document.add_chunk(chunk(6, 2))
    document.end_run("done")
    (run,) = document.project.runs()
    assert (run.state, run.n_frames) == ("done", 8)
    assert np.isfinite(document.project.load().store.track(0).xy).all()


def test_a_run_that_ends_while_the_file_is_made_is_kept_as_ended(document):
    learn(document)
    document.begin_run(SPEC, "dots")
    document.add_chunk(chunk(0, 8))
    order = document.keeper.take_order()
    document.end_run("cancelled")
    document.keeper.adopt(next(make_project(order)))
    (run,) = document.project.runs()
    assert (run.state, run.n_frames) == ("cancelled", 8)


def test_a_second_run_while_the_file_is_made_is_the_one_that_goes_on(document):
    learn(document)
    document.begin_run(SPEC, "dots")
    document.add_chunk(chunk(0, 2))
    order = document.keeper.take_order()
    document.end_run("cancelled")
    document.begin_run(replace(SPEC), "dots")
    document.add_chunk(chunk(0, 8))
    document.keeper.adopt(next(make_project(order)))
    document.end_run("done")
    assert [(run.state, run.n_frames) for run in document.project.runs()][1:] == [("done", 8)]


def test_a_file_made_for_other_keypoints_is_replaced(document):
    learn(document)
    document.begin_run(replace(SPEC, skeleton=load_skeleton("body18")), "body")
    order = document.keeper.take_order()
    document.begin_run(SPEC, "dots")
    document.keeper.adopt(next(make_project(order)))
    assert document.project is None
    settle(document)
    with ProjectFile.open(document.project.path, readonly=True) as project:
        assert project.load().skeleton == SKELETON


def test_what_cannot_be_kept_waits_for_the_next_try(document, monkeypatch):
    learn(document)
    document.perform(build_move(document.store, KEY, (1, 2)))
    assert document.keeper.take_order() is not None
    document.keeper.give_up(BadInputError("the disk is full"))
    assert document.saving
    assert document.keeper.take_order() is None
    document.perform(build_move(document.store, KEY, (3, 4)))
    settle(document)
    assert [row.edit.changes[0].after.x for row in document.project.journal()] == [1, 3]


def test_the_journal_tells_of_what_waits(document):
    learn(document)
    document.perform(build_move(document.store, KEY, (1, 2)))
    assert [row.kind for row in document.keeper.journal()] == ["do"]
    settle(document)
    document.undo()
    assert [row.kind for row in document.keeper.journal()] == ["do", "undo"]


def test_closing_keeps_what_could_not_be_written_at_first(document, monkeypatch):
    learn(document)
    document.perform(build_move(document.store, KEY, (1, 2)))
    order = document.keeper.take_order()
    document.perform(build_move(document.store, KEY, (3, 4)))
    record = ProjectFile.record
    done = next(make_project(order))

    def full(*_args, **_kwargs):
        raise BadInputError("the disk is full")

    monkeypatch.setattr(ProjectFile, "record", full)
    with pytest.raises(BadInputError):
        document.keeper.adopt(done)
    assert document.saving
    monkeypatch.setattr(ProjectFile, "record", record)
    path = document.project.path
    document.close()
    with ProjectFile.open(path, readonly=True) as project:
        assert project.load().store.mark(KEY).x == 3


def test_a_long_run_asks_for_tidying_now_and_then(document):
    learn(document)
    document.begin_run(SPEC, "dots")
    settle(document)
    due = []
    for _ in range(40):
        document.add_chunk(chunk(0, 8))
        due += [document.keeper.take_untidy()]
    assert [place for place in due if place is not None] == [document.project.path] * 2
    wal = document.project.path.with_name(document.project.path.name + "-wal")
    before = document.project.path.stat().st_mtime_ns
    assert next(tidy(document.project.path)) == document.project.path
    assert document.project.path.stat().st_mtime_ns > before
    assert wal.exists()
    document.add_chunk(chunk(0, 8))
    document.end_run("done")
    with ProjectFile.open(document.project.path, readonly=True) as project:
        assert project.runs()[0].n_frames == 8


def test_networks_that_begin_alike_run_on_a_project_with_keypoints_of_its_own(document):
    tip = OwnKeypoint("racket_tip", ("right_wrist",))
    knowing = replace(SPEC, name="knowing", skeleton=extended(SKELETON, [tip, OwnKeypoint("ball")]))
    learn(document)
    document.perform(build_add_keypoints(document.store, [tip]))
    settle(document)
    document.begin_run(SPEC, "dots")
    document.add_chunk(chunk(0, 8))
    assert document.store.view(3).xy[0, 15:].tolist()[0] == [5, 5]
    assert np.isnan(document.store.view(3).xy[0, 16]).all()
    document.perform(build_move(document.store, Key(3, 0, 16), (1, 2)))
    document.begin_run(knowing, "knowing")
    document.add_chunk(chunk(0, 8, keypoints=18))
    assert document.store.view(2).xy[0, 16].tolist() == [5, 5]
    assert document.store.view(3).xy[0, 16].tolist() == [1, 2]
    assert [point.name for point in unadded(document.store)] == ["ball"]
    document.perform(build_add_keypoints(document.store, unadded(document.store)))
    assert document.store.view(3).xy[0, 17].tolist() == [5, 5]
    with ProjectFile.open(document.project.path, readonly=True) as project:
        loaded = project.load()
        assert loaded.skeleton.keypoints[16:] == ("racket_tip", "ball")
        assert [run.model.name for run in loaded.runs] == ["dots", "knowing"]
        again = Document.from_project(project, loaded, document.clip)
        with pytest.raises(BadInputError, match="read-only"):
            again.undo()
        assert again.store.skeleton.keypoints[16:] == ("racket_tip", "ball"), "what is not kept is not shown"
    document.undo()
    assert document.store.skeleton.keypoints[16:] == ("racket_tip",)
    with pytest.raises(BadInputError, match="corrections"):
        document.begin_run(replace(SPEC, skeleton=load_skeleton("body18")), "body")


def test_angles_of_ones_own_outlive_another_network(document):
    lag = replace(load_angles()[0], name="lag", side="middle", points=("left_wrist", "left_elbow", "left_hip"))
    own = Document(document.clip, SKELETON.with_angles((lag,)))
    learn(own)
    own.begin_run(SPEC, "dots")
    settle(own)
    own.begin_run(replace(SPEC, skeleton=load_skeleton("body18")), "body")
    settle(own)
    assert own.store.skeleton.own_angles == (lag,)
    with ProjectFile.open(own.project.path, readonly=True) as project:
        assert project.load().skeleton == load_skeleton("body18").with_angles((lag,))
    own.close()


def test_a_project_that_is_replaced_is_closed_by_who_makes_the_next(document, monkeypatch):
    learn(document)
    document.begin_run(replace(SPEC, skeleton=load_skeleton("body18")), "body")
    settle(document)
    first, closed, close = document.project, [], ProjectFile.close
    monkeypatch.setattr(ProjectFile, "close", lambda file: (closed.append(file), close(file)))
    document.begin_run(SPEC, "dots")
    assert document.project is None
    order = document.keeper.take_order()
    assert closed == []  # which waits for the disk
    document.keeper.adopt(next(make_project(order)))
    assert closed[:1] == [first]
    assert (document.project.path, document.project.read_only) == (first.path, False)


def test_a_project_that_was_to_be_replaced_is_closed_at_the_end(document):
    learn(document)
    document.begin_run(replace(SPEC, skeleton=load_skeleton("body18")), "body")
    settle(document)
    path = document.project.path
    document.keeper.start_over(SPEC.skeleton)
    document.close()
    with ProjectFile.open(path) as project:
        assert not project.read_only
