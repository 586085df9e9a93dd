"""What there is to learn from is counted as the training itself counts it."""

from __future__ import annotations

import pytest

from fixtures.project_files import MODEL, SKELETON, make_chunk, make_clip
from poseapp.core.edit_builders import build_marks
from poseapp.core.errors import BadInputError
from poseapp.core.types import Key, Mark, MarkState
from poseapp.jobs.learnable import count_held_out, read_learnable
from poseapp.storage.project import ProjectFile

HERE = Mark(10.0, 20.0)


def write_project(folder, marks):
    folder.mkdir(exist_ok=True)
    clip = make_clip(folder)
    path = folder / "walk.poseapp"
    with ProjectFile.create(path, clip, SKELETON) as project:
        store = project.load().store
        edit = build_marks(store, marks, "Correct")
        store.apply(edit)
        project.record("do", edit)
    return path


def test_marks_of_a_person_count_and_what_follows_from_them_does_not(tmp_path):
    marks = {
        Key(3, 0, 0): HERE,
        Key(3, 0, 1): Mark(1.0, 2.0, MarkState.OCCLUDED),
        Key(3, 1, 0): HERE,
        Key(7, 0, 2): Mark(0.0, 0.0, MarkState.ABSENT),
        Key(8, 0, 2): Mark(5.0, 5.0, MarkState.PROPAGATED, sigma=2.0),
    }
    found = read_learnable(write_project(tmp_path, marks))
    assert (found.frames, found.marks) == ((3, 7), 4)
    assert len(found.time) == 40


def test_frames_are_held_out_from_ten_on(tmp_path):
    few = read_learnable(write_project(tmp_path / "few", {Key(4 * i, 0, 0): HERE for i in range(9)}))
    enough = read_learnable(write_project(tmp_path / "enough", {Key(4 * i, 0, 0): HERE for i in range(10)}))
    assert (few.marks, count_held_out([few])) == (9, 0)
    assert count_held_out([enough]) == 4
    assert count_held_out([few, enough]) == 5  # a quarter of nineteen


def test_it_agrees_with_what_the_training_reads(tmp_path):
    pytest.importorskip("torch")
    from poseapp.training.finetuning.data import read_labels
    from poseapp.training.finetuning.split import split_frames

    marks = {Key(frame, 0, k): HERE if k else Mark(90.0, 80.0) for frame in range(0, 40, 3) for k in range(3)}
    path = write_project(tmp_path, marks)
    with ProjectFile.open(path) as project:
        run = project.begin_run(MODEL)
        project.write_chunk(run, make_chunk(0, 40))
        project.end_run(run)
    found, people = read_learnable(path), read_labels([path], SKELETON)
    assert (len(found.frames), found.marks) == (people.n_frames, people.n_marks)
    split = split_frames(people.clip, people.frame, people.times)
    assert count_held_out([found]) == people.chosen(split.held_out).n_frames


def test_what_is_no_project_says_so(tmp_path):
    path = tmp_path / "broken.poseapp"
    path.write_bytes(b"no project")
    with pytest.raises(BadInputError, match=r"broken\.poseapp"):
        read_learnable(path)
