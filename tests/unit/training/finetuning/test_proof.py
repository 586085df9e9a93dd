"""Old and new network on held-out frames: dots whose places are known, and networks that are off by known distances."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import onnx
import pytest

from fixtures.dot_person import SKELETON, truth, write_dot_clip, write_dot_network
from poseapp.core.edit_builders import build_absent, build_marks
from poseapp.core.errors import BadInputError, CancelledError
from poseapp.core.finetune_report import FineTuneReport
from poseapp.core.metadata import METADATA_KEY, spec_from_json, spec_to_json
from poseapp.core.types import Key, Mark
from poseapp.inference.network import load_network
from poseapp.storage.project import ProjectFile
from poseapp.training.finetuning import proof
from poseapp.training.finetuning.data import read_labels
from poseapp.training.finetuning.drift import far_people, measure_drift, sample_people
from poseapp.training.finetuning.looks import look_at, torso_of
from poseapp.training.finetuning.proof import measure_errors, prove, read_report
from poseapp.training.finetuning.split import split_frames
from poseapp.video import fingerprint, open_clip

N = 120
FRAMES = range(0, 48, 4)  # of the first 1.6 s: what comes 2 s later is far from every mark
ANKLE, HEAD = SKELETON.index("right_ankle"), SKELETON.index("head_top")


def shifted_network(path, shift):
    """The network of the dots, which says everything so many input px to the right."""
    write_dot_network(path)
    model = onnx.load(str(path))
    prop = next(prop for prop in model.metadata_props if prop.key == METADATA_KEY)
    prop.value = spec_to_json(replace(spec_from_json(prop.value), offset=(shift, 0.0)))
    onnx.save(model, str(path))
    return load_network(path, threads=1)


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("networks")
    return shifted_network(folder / "old.onnx", 2.0), shifted_network(folder / "new.onnx", 0.0)


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dots")
    clip = write_dot_clip(folder / "dots.mp4", N)
    with open_clip(clip) as opened:
        info = opened.info
    path, xy = folder / "dots.poseapp", truth(N)
    with ProjectFile.create(path, info, SKELETON, sha256=fingerprint(clip)) as project:
        store = project.load().store
        marks = {
            Key(f, 0, k): Mark(float(xy[f, k, 0]), float(xy[f, k, 1]))
            for f in FRAMES for k in range(SKELETON.n_keypoints) if k != HEAD
        }  # fmt: skip
        for edit in (build_marks(store, marks, "Correct"), build_absent(store, Key(20, 0, HEAD))):
            store.apply(edit)
            project.record("do", edit)
    return read_labels([path], SKELETON)


def scale(people):
    """Clip px an input px: the crop is 1.5 times the height of the figure, which is 160 px, on 96 px."""
    return 1.5 * 160 / 96


def test_errors_are_the_shift_of_the_network(networks, people):
    errors = measure_errors(look_at(networks, people), people)
    assert np.nanmedian(errors.before) == pytest.approx(2 * scale(people), abs=0.4)
    assert np.nanmedian(errors.after) < 0.5
    assert np.isnan(errors.before[:, HEAD]).all()  # nobody placed it
    assert np.isfinite(np.delete(errors.after, HEAD, axis=1)).all()


def test_what_a_network_does_not_see_is_off_by_a_torso(networks, people):
    looks = look_at(networks, people)
    xy = looks.xy.copy()
    xy[1, 3, ANKLE] = np.nan
    errors = measure_errors(replace(looks, xy=xy), people)
    assert errors.after[3, ANKLE] == pytest.approx(torso_of(people)[3])
    # |(14, -46) - (-10, 4)|
    assert torso_of(people)[3] == pytest.approx(np.hypot(24, 50), abs=0.1)


def test_the_proof_of_a_better_network(networks, people, tmp_path):
    split = split_frames(people.clip, people.frame, people.times)
    report = prove(*networks, people, split, tmp_path)
    assert report.adopted
    assert report.verdict.endswith("It becomes the default.")
    assert report.before_px == pytest.approx(2 * scale(people), abs=0.5)
    assert report.interval[0] == pytest.approx(report.improvement_px, abs=0.5)
    assert report.before_torso == pytest.approx(100 * report.before_px / np.hypot(24, 50), rel=0.02)
    assert (report.pck10_before, report.pck20_before, report.pck20_after) == (pytest.approx(1), 1, 1)
    assert (report.clips, report.held_out_frames) == (1, 4)
    assert report.frames + report.held_out_frames <= len(FRAMES)
    assert {row.name for row in report.keypoints} == set(SKELETON.keypoints) - {"head_top"}
    assert all(row.after_deg < 3 for row in report.angles)
    assert read_report(tmp_path) == report
    for name in report.examples:
        assert cv2.imread(str(tmp_path / name)).shape == (454, 3 * 260 + 16, 3)  # a figure of 160 by 58 px is narrow


def test_the_same_network_stays(networks, people, tmp_path):
    split = split_frames(people.clip, people.frame, people.times)
    report = prove(networks[0], networks[0], people, split, tmp_path)
    assert not report.adopted
    assert report.interval == (0.0, 0.0)
    assert report.drift is None  # a network of dots is sure of nothing in the sample clip
    assert "No difference beyond chance" in report.verdict


def test_too_few_frames_are_said_to_be(networks, people, tmp_path):
    few = people.chosen(people.frame < 20)
    report = prove(*networks, few, split_frames(few.clip, few.frame, few.times), tmp_path)
    assert report.verdict == (
        "5 corrected frames are too few to keep some away from learning and measure on them: that takes 10. "
        "The old network stays the default. The new one can be chosen by hand."
    )
    assert (report.before_px, report.interval, report.examples) == (None, None, ())


def test_a_cancel_leaves_no_report(networks, people, tmp_path):
    split = split_frames(people.clip, people.frame, people.times)
    with pytest.raises(CancelledError):
        prove(*networks, people, split, tmp_path, cancel=lambda: True)
    with pytest.raises(BadInputError, match="cannot be read"):
        read_report(tmp_path)


def test_probes_lie_far_from_every_mark(people):
    far = far_people(people)
    assert len(far) == 0  # the project holds no predictions
    sample = sample_people(SKELETON, 5)
    assert sample.frame.tolist() == [0, 60, 120, 179, 239]
    assert np.isfinite(sample.pose[:, ANKLE]).all()


def test_drift_counts_only_what_the_parent_is_sure_of(networks, people, monkeypatch):
    far = people.chosen(people.frame < 12)
    monkeypatch.setattr("poseapp.training.finetuning.drift.sample_people", lambda _skeleton: far)
    drift = measure_drift(*networks, people)
    assert drift.frames == 3
    assert drift.median_px == pytest.approx(2 * scale(people), abs=0.5)
    assert drift.agreement == 1  # 5 px are less than 20 % of 55 px
    assert drift.tolerable


def test_a_report_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / proof.REPORT).mkdir()
    with pytest.raises(BadInputError):
        proof.write_report(
            tmp_path, FineTuneReport("a", "b", adopted=False, verdict="", seconds=0, clips=1, frames=1, marks=1)
        )
