"""A project's marks as labels: whose, in which frames, from which pictures."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from fixtures.clips import read_number, write_clip
from fixtures.project_files import MODEL, SKELETON, make_chunk, make_clip
from poseapp.core.edit_builders import build_absent, build_move, build_swap_sides
from poseapp.core.errors import BadInputError
from poseapp.core.store import PoseStore
from poseapp.core.types import Key, MarkState
from poseapp.storage.project import ProjectFile
from poseapp.training.readers import read_labelled
from poseapp.training.readers.project import read_project
from poseapp.video import open_clip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two persons in 20 frames; person 1 is marked in frame 3, person 0 in frames 7 and 9 (there only as absent)."""
    clip = write_clip(tmp_path / "walk.mp4", 20)
    with open_clip(clip) as opened:
        info = opened.info
    path = tmp_path / "study.poseapp"
    with ProjectFile.create(path, info, SKELETON) as made:
        run = made.begin_run(MODEL)
        made.write_chunk(run, make_chunk(0, 20, persons=2))
        made.end_run(run)
        store = PoseStore(SKELETON, 20)
        store.add_chunk(make_chunk(0, 20, persons=2))
        for edit in (
            build_move(store, Key(3, 1, 11), (1.5, 2.25)),
            build_move(store, Key(3, 1, 12), (3.5, 4.25), state=MarkState.OCCLUDED),
            build_absent(store, Key(3, 1, 0)),
            build_move(store, Key(7, 0, 10), (5.0, 6.0)),
            build_swap_sides(store, 0, 5, 10, ["leg"]),
            build_absent(store, Key(9, 0, 0)),
        ):
            store.apply(edit)
            made.record("do", edit)
    return path


def test_marks_are_labels(project: Path) -> None:
    found = read_labelled(project, "project")
    assert found.name == "study"
    assert found.skeleton == SKELETON
    assert found.picture_id.tolist() == [3, 7]
    assert found.picture.tolist() == [0, 1]
    assert np.isfinite(found.keypoints[..., 0]).sum(axis=1).tolist() == [2, 1]
    assert found.keypoints[0, 11].tolist() == [1.5, 2.25]
    assert np.flatnonzero(found.occluded[0]).tolist() == [12]
    # the legs were exchanged afterwards: what was marked as the right hip is now seen as the left one
    right, left = SKELETON.index("right_hip"), SKELETON.index("left_hip")
    assert right == 10
    assert np.isnan(found.keypoints[1, right]).all()
    assert found.keypoints[1, left].tolist() == [5, 6]


def test_predictions_fill_the_rest_when_asked_to(project: Path) -> None:
    found = read_project(project, fill=True)
    assert np.isfinite(found.keypoints[0, :, 0]).sum() == 15  # all but the absent one
    assert np.isnan(found.keypoints[0, 0]).all()
    assert found.keypoints[0, 11].tolist() == [1.5, 2.25]
    assert found.keypoints[0, 5].tolist() == [1050, 3]  # person 1, keypoint 5, frame 3
    assert found.picture.tolist() == [0, 1]  # nobody is labelled who was not marked


def test_pictures_are_the_marked_frames_from_any_thread(project: Path) -> None:
    found = read_labelled(project, "project")
    assert [read_number(found.read_picture(n)) for n in (1, 0)] == [7, 3]
    seen: list[int] = []
    thread = threading.Thread(target=lambda: seen.append(read_number(found.read_picture(1))))
    thread.start()
    thread.join()
    assert seen == [7]


def test_a_project_can_be_read_while_it_is_open(project: Path) -> None:
    with ProjectFile.open(project):
        assert len(read_labelled(project, "project")) == 2


def test_nothing_marked_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "bare.poseapp"
    ProjectFile.create(path, make_clip(tmp_path), SKELETON).close()
    with pytest.raises(BadInputError, match=r"bare\.poseapp: nobody has marked a keypoint"):
        read_labelled(path, "project")


def test_a_clip_that_is_gone_is_one_clear_line(project: Path) -> None:
    (project.parent / "walk.mp4").unlink()
    with pytest.raises(BadInputError, match="moved, renamed or deleted"):
        read_labelled(project, "project")
