"""A project keeps keypoints and angles of its own: through runs that do not know them, undo, and a kill."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fixtures.own_keypoint_project import KNOWING, TIP, knowing_chunk, own_edit
from fixtures.project_files import MODEL, SKELETON, K, make_chunk, make_clip, make_example
from poseapp.core import edit_text
from poseapp.core.edit_builders import build_move
from poseapp.core.edits import AnglesEdit, EditGroup, KeypointsEdit, MarksEdit, inverse
from poseapp.core.errors import BadInputError
from poseapp.core.own_builders import build_add_keypoints, build_rename_keypoint
from poseapp.core.store import PoseStore
from poseapp.core.types import Key
from poseapp.storage.project import ProjectFile

TESTS = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed project of 40 frames without predictions."""
    target = tmp_path / "walk.poseapp"
    ProjectFile.create(target, make_clip(tmp_path), SKELETON).close()
    return target


def test_an_old_project_takes_a_keypoint_and_its_run_stays_as_it_was(tmp_path: Path) -> None:
    target = make_example(tmp_path)
    with ProjectFile.open(target) as project:
        store = project.load().store
        before = [chunk.xy.copy() for chunk in project.chunks(1)]
        for edit in (build_add_keypoints(store, [TIP]), build_move(store, Key(2, 0, 3), (1, 1))):
            store.apply(edit)
            project.record("do", edit)
        mark = build_move(store, Key(2, 0, K), (7, 8))
        store.apply(mark)
        project.record("do", mark)
    with ProjectFile.open(target) as project:
        loaded = project.load()
        after = [chunk.xy.copy() for chunk in project.chunks(1)]
    np.testing.assert_array_equal(before, after)
    assert loaded.skeleton.keypoints == (*SKELETON.keypoints, "racket_tip")
    assert loaded.store.view(2).xy[0, K].tolist() == [7, 8]
    assert np.isnan(loaded.store.view(3).xy[0, K]).all()
    assert loaded.store.view(20).xy[0, 15].tolist() == [150, 20]
    while edit := loaded.history.undo():
        loaded.store.apply(edit)
    assert loaded.store.skeleton == SKELETON
    assert not len(loaded.store.marked_frames())


def test_a_golden_project_of_the_first_version_takes_a_keypoint_and_an_older_application_says_why_it_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "old.poseapp"
    shutil.copyfile(TESTS / "fixtures" / "projects" / "v1.poseapp", target)
    with ProjectFile.open(target) as project:
        loaded = project.load()
        before = loaded.store.track(0)
        project.record("do", build_add_keypoints(loaded.store, [TIP]))
    with ProjectFile.open(target) as project:
        after = project.load().store.track(0)
        np.testing.assert_array_equal(after.xy[:, :K], before.xy)
        np.testing.assert_array_equal(after.source[:, :K], before.source)
        assert np.isnan(after.xy[:, K:]).all()
        assert project._connection.execute("PRAGMA user_version").fetchone()[0] == 1
        monkeypatch.setattr(edit_text, "EDIT_VERSION", 3)
        with pytest.raises(BadInputError, match=r"made by a newer poseapp.*Update poseapp"):
            project.load()


def test_runs_of_two_networks_lie_side_by_side_each_with_its_own_keypoints(path: Path) -> None:
    with ProjectFile.open(path) as project:
        store = project.load().store
        first = project.begin_run(MODEL)
        project.write_chunk(first, make_chunk(0, 40, persons=2))
        project.end_run(first)
        add = build_add_keypoints(store, [TIP])
        store.apply(add)
        project.record("do", add)
        second = project.begin_run(KNOWING)
        project.write_chunk(second, knowing_chunk(10))
        project.write_chunk(second, knowing_chunk(30, persons=2))
        with pytest.raises(BadInputError, match="predicts 17 keypoints, not 16"):
            project.write_chunk(second, make_chunk(30, 4))
        project.end_run(second)
    with ProjectFile.open(path) as project:
        old, new = project.load(first).store, project.load().store
        rename = build_rename_keypoint(new, "racket_tip", "bat_tip")
        project.record("do", rename)
        renamed = project.load().store
    assert np.isnan(old.view(5).xy[:, K]).all()
    assert new.view(5).xy[0, K].tolist() == [5, 5]
    assert old.view(5).xy[1, :K].tolist() == new.view(5).xy[1, :K].tolist()
    assert renamed.skeleton.keypoints[K] == "bat_tip"
    assert renamed.view(5).xy[0, K].tolist() == [5, 5]


def test_a_run_that_knows_more_than_the_project_can_be_loaded_before_and_after(path: Path) -> None:
    with ProjectFile.open(path) as project:
        run = project.begin_run(KNOWING)
        project.write_chunk(run, knowing_chunk(8))
        store = project.load().store
        assert store.view(5).xy.shape == (1, K, 2)
        add = build_add_keypoints(store, [TIP])
        project.record("do", add)
        assert project.load().store.view(5).xy[0, K].tolist() == [5, 5]
        project.record("undo", inverse(add))
        assert project.load().store.view(5).xy.shape == (1, K, 2)


@pytest.mark.parametrize("lines", [1, 7, 60, 150])
def test_every_change_of_keypoints_and_angles_survives_a_kill(path: Path, lines: int) -> None:
    command = [sys.executable, "-m", "fixtures.own_keypoint_project", str(path)]
    places = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": places}
    ) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
    with ProjectFile.open(path) as project:
        assert not project.read_only
        loaded, rows = project.load(), project.journal()
    assert len(rows) >= int(acknowledged[-1]) + 1 == lines
    store = PoseStore(SKELETON, 40)
    for number, row in enumerate(rows):
        assert row.edit == own_edit(store, number)
        store.apply(row.edit)
    kinds = {type(row.edit) for row in rows}
    assert lines < 60 or kinds >= {KeypointsEdit, AnglesEdit, MarksEdit, EditGroup}
    assert loaded.skeleton == store.skeleton
    np.testing.assert_array_equal(loaded.store.track(0).xy, store.track(0).xy)
    while edit := loaded.history.undo():
        loaded.store.apply(edit)
    assert loaded.store.skeleton == SKELETON
    assert sorted(file.name for file in path.parent.iterdir()) == ["walk.mp4", "walk.poseapp"]
