"""Marks of several projects with their pictures, read once."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from fixtures.dot_person import COLOURS, SKELETON, truth, write_dot_clip
from poseapp.core.calibration import Calibration, ScoreCurve
from poseapp.core.edit_builders import build_absent, build_marks, build_move
from poseapp.core.errors import BadInputError, CancelledError
from poseapp.core.own_builders import build_add_keypoints, build_rename_keypoint
from poseapp.core.own_keypoints import OwnKeypoint, extended
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Key, Mark, MarkState, ModelSpec, PoseChunk
from poseapp.storage.project import ProjectFile
from poseapp.training.finetuning import data
from poseapp.training.finetuning.data import CUTS, read_labels, read_marked
from poseapp.training.finetuning.weak import WEAK_WEIGHT, Label
from poseapp.training.pack import OUTSIDE
from poseapp.video import fingerprint, open_clip

N = 30
K = SKELETON.n_keypoints
ANKLE, WRIST, HEAD = (SKELETON.index(name) for name in ("right_ankle", "left_wrist", "head_top"))
SPEC = ModelSpec(
    "dots", "Dots", "none", SKELETON, (96, 96), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0),
    calibration=Calibration((ScoreCurve((0.0, 1.0), (0.0, 1.0)),), (0,) * K),
)  # fmt: skip


def make_project(folder, *, spec=SPEC):
    """A clip of dots whose predictions are right with a score of 0.9, those of the head 0.5; two people, one unseen."""
    clip = write_dot_clip(folder / "dots.mp4", N)
    with open_clip(clip) as opened:
        info = opened.info
    path = folder / "dots.poseapp"
    xy = np.stack([truth(N), np.full((N, K, 2), np.nan, np.float32)], axis=1)
    score = np.full((N, 2, K), 0.9, np.float32)
    score[:, :, HEAD] = 0.5
    score[:, 1] = np.nan
    with ProjectFile.create(path, info, SKELETON, sha256=fingerprint(clip)) as project:
        run = project.begin_run(spec)
        project.write_chunk(run, PoseChunk(0, xy, score, np.ones((N, 2, K, 3), np.float32)))
        project.end_run(run)
    return path


def edit(path, *builders):
    with ProjectFile.open(path) as project:
        store = project.load().store
        for build in builders:
            made = build(store)
            store.apply(made)
            project.record("do", made)


def move(frame, keypoint, by=3.0, **more):
    x, y = truth(N)[frame, keypoint] + by
    return lambda store: build_move(store, Key(frame, 0, keypoint), (float(x), float(y)), **more)


@pytest.fixture
def project(tmp_path):
    path = make_project(tmp_path)
    propagated = Mark(50.0, 60.0, MarkState.PROPAGATED, sigma=1.0)
    edit(
        path,
        move(4, ANKLE),
        move(4, WRIST, state=MarkState.OCCLUDED),
        move(20, WRIST),
        lambda store: build_absent(store, Key(20, 0, ANKLE)),
        lambda store: build_marks(store, {Key(21, 0, WRIST): propagated, Key(20, 0, 5): propagated}, "Heal"),
    )
    return path


def test_marks_are_labels_and_sure_predictions_beside_them_weak_ones(project):
    people = read_labels([project], SKELETON)
    assert people.frame.tolist() == [4, 20]  # nobody placed anything in 21
    assert (people.n_frames, people.n_marks) == (2, 4)
    first, second = people.labels
    assert (first[ANKLE], first[WRIST], first[HEAD]) == (Label.VISIBLE, Label.OCCLUDED, Label.UNKNOWN)
    assert (first == Label.WEAK).sum() == K - 3
    assert (second[WRIST], second[ANKLE], second[5]) == (Label.VISIBLE, Label.ABSENT, Label.UNKNOWN)
    np.testing.assert_allclose(people.keypoints[0, ANKLE], truth(N)[4, ANKLE] + 3, atol=1e-4)
    assert np.isnan(people.keypoints[0, HEAD]).all()
    assert np.isfinite(people.pose[0]).all()  # crops are placed about all that is shown
    weights = people.weights[1]
    assert (weights[ANKLE], weights[WRIST], weights[HEAD], weights[5]) == (1, 1, 0, 0)
    assert weights[SKELETON.index("neck")] == WEAK_WEIGHT


def test_without_a_calibration_nothing_is_sure(tmp_path):
    path = make_project(tmp_path, spec=replace(SPEC, calibration=None))
    edit(path, move(4, ANKLE))
    assert np.flatnonzero(read_labels([path], SKELETON).labels[0]).tolist() == [ANKLE]


def test_pictures_show_what_is_labelled(project, tmp_path):
    people = read_marked([project], SPEC, tmp_path / "training")
    points = people.in_cut(people.pose)[0]
    for k in (WRIST - 1, HEAD, SKELETON.index("pelvis")):  # not moved by anybody
        x, y = np.round(points[k]).astype(int)
        assert np.abs(people.images[0][y, x] / 255 - COLOURS[k]).max() < 0.12


def test_absent_keypoints_have_an_empty_heatmap(project, tmp_path):
    pack = read_marked([project], SPEC, tmp_path / "training").to_pack()
    assert (pack.keypoints[1, ANKLE] == OUTSIDE).all()
    assert np.isnan(pack.keypoints[1, HEAD]).all()
    assert np.isfinite(pack.keypoints[1, WRIST]).all()


def test_a_second_call_decodes_nothing(project, tmp_path, monkeypatch):
    first = read_marked([project], SPEC, tmp_path / "training")
    asked = []
    monkeypatch.setattr(data.ClipPictures, "frame", lambda _self, frame: asked.append(frame))
    second = read_marked([project], SPEC, tmp_path / "training")
    assert asked == []
    for a, b in zip(first.images, second.images, strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(first.to_cut, second.to_cut)


def test_one_more_frame_is_one_picture_more(project, tmp_path):
    told = []
    read_marked([project], SPEC, tmp_path / "training")
    edit(project, move(9, ANKLE))
    people = read_marked([project], SPEC, tmp_path / "training", on_progress=lambda *at: told.append(at))
    assert told == [(3, 3)]
    assert people.frame.tolist() == [4, 9, 20]


def test_a_broken_file_of_pictures_is_made_again(project, tmp_path):
    first = read_marked([project], SPEC, tmp_path / "training")
    file = tmp_path / "training" / CUTS
    file.write_bytes(file.read_bytes()[:2000])
    again = read_marked([project], SPEC, tmp_path / "training")
    np.testing.assert_array_equal(first.images[1], again.images[1])


def test_what_is_cut_out_survives_a_cancel(project, tmp_path):
    with pytest.raises(CancelledError):
        read_marked([project], SPEC, tmp_path / "training", cancel=lambda: True)
    told = []
    read_marked([project], SPEC, tmp_path / "training", on_progress=lambda *at: told.append(at))
    assert told == [(2, 2)]


def test_several_projects_are_one_set(project, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    second = make_project(other)
    edit(second, move(7, WRIST))
    idle = tmp_path / "idle"
    idle.mkdir()
    people = read_labels([project, make_project(idle), second, project], SKELETON)
    assert people.clip.tolist() == [0, 0, 1]
    assert [clip.project.parent.name for clip in people.clips] == [tmp_path.name, "other"]
    kept = people.chosen(people.clip == 1)
    assert (len(kept), kept.n_frames, kept.frame.tolist()) == (1, 1, [7])


def test_keypoints_go_by_their_name_into_another_skeleton(project):
    target = load_skeleton("body21")
    people = read_labels([project], target)
    assert people.labels[0, target.index("right_ankle")] == Label.VISIBLE
    assert people.labels[0, target.index("nose")] == Label.UNKNOWN
    np.testing.assert_allclose(people.keypoints[0, target.index("right_ankle")], truth(N)[4, ANKLE] + 3, atol=1e-4)


def test_nothing_marked_is_one_line(tmp_path):
    with pytest.raises(BadInputError, match=r"nobody has marked a keypoint\. Correct some frames first"):
        read_labels([make_project(tmp_path)], SKELETON)


def test_a_clip_that_is_gone_is_one_line(project, tmp_path):
    shutil.move(tmp_path / "dots.mp4", tmp_path / "elsewhere.mp4")
    with pytest.raises(BadInputError, match=r"dots\.mp4"):
        read_labels([project], SKELETON)


def test_marks_of_a_keypoint_of_ones_own_are_labels_whatever_the_network_calls_it(project):
    tip = OwnKeypoint("racket_tip", ("right_wrist",))
    edit(project, lambda store: build_add_keypoints(store, [OwnKeypoint("ball"), tip]))
    edit(project, lambda store: build_move(store, Key(4, 0, K + 1), (60.0, 61.0)))
    edit(project, lambda store: build_rename_keypoint(store, "racket_tip", "bat_tip"))
    network = extended(SKELETON, [tip])  # taught before the other name was given
    for skeleton in (network, extended(SKELETON, [OwnKeypoint("bat_tip")])):
        people = read_labels([project], skeleton)
        assert people.labels[0][K] == Label.VISIBLE
        assert people.keypoints[0, K].tolist() == [60, 61]
        assert people.labels[1][K] == Label.UNKNOWN
        assert people.labels[0][ANKLE] == Label.VISIBLE
    assert read_labels([project], SKELETON).n_marks == 4
