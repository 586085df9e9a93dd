"""The document keeps in the project what it shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fixtures.dot_person import SKELETON, write_dot_clip
from poseapp.core.edit_builders import build_facing, build_move
from poseapp.core.errors import BadInputError, EditConflictError
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Key, ModelSpec, PoseChunk
from poseapp.services.document import Document
from poseapp.storage.project import ProjectFile
from poseapp.video import fingerprint, open_clip

KEY = Key(2, 0, 4)
SPEC = ModelSpec("dots", "Dots", "test", SKELETON, (96, 96), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def chunk(start, n, keypoints=16):
    xy = np.full((n, 1, keypoints, 2), 5.0, np.float32)
    return PoseChunk(start, xy, np.full(xy.shape[:3], 0.8, np.float32), np.ones((*xy.shape[:3], 3), np.float32))


@pytest.fixture
def document(tmp_path):
    path = write_dot_clip(tmp_path / "walk.mp4", 8)
    with open_clip(path) as clip:
        info = clip.info
    document = Document(info, SKELETON)
    yield document
    document.close()


def test_nothing_is_written_before_there_is_something_worth_it(document, tmp_path):
    document.set_sha256(fingerprint(document.clip.path))
    assert document.project is None
    assert list(tmp_path.glob("*.poseapp")) == []


def test_edits_undo_and_redo_are_in_the_journal_at_once(document):
    document.set_sha256(fingerprint(document.clip.path))
    document.perform(build_move(document.store, KEY, (1, 2)))
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
    document.set_sha256(fingerprint(document.clip.path))
    assert not document.saving
    assert [row.kind for row in document.project.journal()] == ["do", "undo"]


def test_an_edit_that_does_not_fit_changes_nothing(document):
    document.set_sha256(fingerprint(document.clip.path))
    edit = build_move(document.store, KEY, (1, 2))
    document.perform(edit)
    with pytest.raises(EditConflictError):
        document.perform(edit)
    assert len(document.project.journal()) == 1
    assert document.history.can_undo


def test_an_edit_that_cannot_be_kept_is_not_shown(document, monkeypatch):
    document.set_sha256(fingerprint(document.clip.path))
    document.perform(build_move(document.store, KEY, (1, 2)))

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
    document.set_sha256(fingerprint(document.clip.path))
    document.begin_run(SPEC, "dots")
    document.add_chunk(chunk(0, 4))
    document.add_chunk(chunk(4, 4))
    document.end_run("done")
    document.perform(build_move(document.store, KEY, (1, 2)))
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
    document.set_sha256(fingerprint(document.clip.path))
    document.perform(build_move(document.store, KEY, (1, 2)))
    path = document.project.path
    document.close()
    with ProjectFile.open(path) as project:
        shorter = replace(document.clip, pts=document.clip.pts[:-1])
        with pytest.raises(BadInputError, match="7 frames, the project 8"):
            Document.from_project(project, project.load(), shorter)


def test_other_keypoints_are_taken_until_something_was_corrected(document):
    document.set_sha256(fingerprint(document.clip.path))
    body = replace(SPEC, skeleton=load_skeleton("body18"))
    document.begin_run(body, "body")
    document.add_chunk(chunk(0, 8, keypoints=18))
    assert document.store.skeleton.name == "body18"
    document.begin_run(SPEC, "dots")
    assert document.store.skeleton == SKELETON
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
    document.set_sha256(fingerprint(document.clip.path))
    document.add_chunk(chunk(4, 4))
    document.end_run("done")
    assert not document.saving
    (run,) = document.project.runs()
    assert (run.state, run.n_frames) == ("done", 8)


def test_a_run_that_ends_before_the_fingerprint_is_known_is_kept_as_ended(document):
    document.begin_run(SPEC, "dots")
    document.add_chunk(chunk(0, 8))
    document.end_run("cancelled")
    document.set_sha256(fingerprint(document.clip.path))
    (run,) = document.project.runs()
    assert (run.state, run.n_frames) == ("cancelled", 8)


def test_closing_keeps_what_still_waits(document):
    document.perform(build_move(document.store, KEY, (1, 2)))
    assert document.project is None
    document.close()
    with ProjectFile.open(document.clip.path.replace(".mp4", ".poseapp"), readonly=True) as project:
        assert project.load().store.mark(KEY).x == 1
