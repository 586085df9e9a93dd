"""Readings of a project: kept, refused, and gone on with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.project_files import MODEL, make_clip, make_example
from poseapp.core.edit_builders import build_absent, build_move, build_restore
from poseapp.core.edits import inverse
from poseapp.core.errors import BadInputError
from poseapp.core.metadata import IMPORTED
from poseapp.core.readings import READINGS, Reading, readings_in, readings_to_json, renamed, with_reading, without
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import marks_between
from poseapp.core.types import Key, MarkState
from poseapp.jobs.readings import held_in, keep_reading, marks_edit, marks_of_reading, marks_to_put, run_title
from poseapp.storage.project import ProjectFile, state_of
from poseapp.storage.runs import RunInfo

ANNA = Reading("Anna", 5, 1, 1000.0)


def test_readings_survive_their_text() -> None:
    kept = (ANNA, Reading("Ben, later", 7, None, 2000.5))
    assert readings_in({READINGS: readings_to_json(kept)}) == kept
    assert readings_in({}) == ()
    with pytest.raises(BadInputError, match="cannot be read"):
        readings_in({READINGS: '[{"name": "Anna"}]'})


def test_names_are_unique_and_not_empty() -> None:
    with pytest.raises(BadInputError, match="needs a name"):
        with_reading((), Reading("  ", 0, None, 0.0))
    with pytest.raises(BadInputError, match="called 'Anna' already"):
        with_reading((ANNA,), Reading("Anna ", 9, 1, 0.0))
    both = with_reading((ANNA,), Reading("Ben", 9, 1, 0.0))
    assert [one.name for one in renamed(both, "Ben", "Ben ")] == ["Anna", "Ben"]
    with pytest.raises(BadInputError, match="already"):
        renamed(both, "Ben", "Anna")
    assert without(both, "Anna") == both[1:]
    with pytest.raises(BadInputError, match="It holds Anna, Ben"):
        without(both, "Carl")


def test_a_reading_is_a_place_in_the_journal_and_a_run(tmp_path: Path) -> None:
    path = make_example(tmp_path)  # five edits on one run
    made = keep_reading(path, "Anna")
    assert (made.rows, made.run) == (5, 1)
    with ProjectFile.open(path, readonly=True) as project:
        assert state_of(project) == (5, 1)
        assert readings_in(project.settings()) == (made,)
    assert held_in(path)[0].title == "Reading Anna"
    assert held_in(path)[1].title.startswith("Run 1, predicted by Probe on ")
    assert held_in(path)[1].title.endswith(", without corrections")  # it is the one on show
    with pytest.raises(BadInputError, match="already"):
        keep_reading(path, "Anna")


def test_a_run_says_where_it_came_from() -> None:
    run = RunInfo(2, replace(MODEL, title="Imported: labels", architecture=IMPORTED), 1000.0, 1001.0, "done", 3)
    assert run_title(run).startswith("Run 2, imported: labels on 1970-01-01 ")


def test_nothing_is_no_reading(tmp_path: Path) -> None:
    path = tmp_path / "new.poseapp"
    ProjectFile.create(path, make_clip(tmp_path), load_skeleton("mpii16"), sha256="ab" * 32).close()
    with pytest.raises(BadInputError, match="nothing to keep yet"):
        keep_reading(path, "Anna")
    assert held_in(path) == ()


def test_a_project_is_loaded_as_it_was(tmp_path: Path) -> None:
    path = make_example(tmp_path)
    with ProjectFile.open(path) as project:
        store = project.load().store
        edit = build_restore(store, Key(3, 0, 11))
        store.apply(edit)
        project.record("do", edit)
        project.record("undo", inverse(edit))
        project.record("redo", edit)
        assert project.load().store.mark(Key(3, 0, 11)) is None
        before = project.load(n_rows=5)
        assert before.store.mark(Key(3, 0, 11)).x == 1.5
        assert (before.run_id, before.history.n_done) == (1, 5)
        bare = project.load(0, n_rows=1)
        assert (bare.run_id, bare.history.n_done, bare.store.predicted(0)) == (None, 1, False)


def test_one_goes_on_with_an_earlier_reading(tmp_path: Path) -> None:
    path = make_example(tmp_path)
    keep_reading(path, "Anna")
    with ProjectFile.open(path) as project:
        store = project.load().store
        for edit in (build_move(store, Key(3, 0, 11), (9.0, 9.0)), build_absent(store, Key(20, 0, 2))):
            store.apply(edit)
            project.record("do", edit)
        store = project.load().store
    keypoints, marks = marks_of_reading(path, "Anna")
    assert len(marks) == 3
    wanted = marks_to_put(store, keypoints, marks)
    assert wanted[Key(20, 0, 2)] is None
    assert set(wanted) == {Key(3, 0, 11), Key(20, 0, 2)}  # what is as it was is left alone
    store.apply(marks_edit(store, wanted, "Go on with reading Anna"))
    assert marks_edit(store, {}, "Nothing") is None
    assert dict(marks_between(store, 0, store.n_frames)) == marks
    assert sorted(mark.state for mark in marks.values()) == [MarkState.VISIBLE, MarkState.OCCLUDED, MarkState.ABSENT]


def test_marks_find_their_keypoints_by_name(tmp_path: Path) -> None:
    path = make_example(tmp_path)
    with ProjectFile.open(path, readonly=True) as project:
        store = project.load().store
    names = store.skeleton.keypoints
    key, mark = next((key, mark) for key, mark in marks_between(store, 0, 40) if key.keypoint == 0)
    other = (names[1], "gone", names[0])
    put = marks_to_put(store, other, {Key(key.frame, 0, 2): mark, Key(1, 0, 1): mark})
    assert key not in put  # held already, under another number
    assert Key(1, 0, 1) not in put  # this keypoint is not there any more
