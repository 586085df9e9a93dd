"""The projects that tests of fine-tuning begin with hold the marks they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fixtures.marked_projects import make_dance_project, make_rendered_project, mark_frames
from poseapp.storage.project import ProjectFile
from poseapp.training.readers.project import read_project


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    return make_rendered_project(tmp_path_factory.mktemp("rendered"), [3, 20], n_frames=24, size=(160, 96))


def test_a_rendered_clip_is_marked_where_the_truth_is(rendered):
    labelled = read_project(rendered.path)
    assert labelled.picture_id.tolist() == [3, 20]
    np.testing.assert_allclose(labelled.keypoints, rendered.truth[[3, 20]], atol=1e-4)
    assert labelled.read_picture(1).shape == (96, 160, 3)


def test_what_it_predicts_is_five_pixels_to_the_right(rendered):
    with ProjectFile.open(rendered.path, readonly=True) as project:
        track = project.load().store.track(0)
    known = np.isfinite(rendered.truth[..., 0])
    assert known.mean() > 0.8  # ears and nose are not rendered
    np.testing.assert_allclose((track.raw - rendered.truth)[known], [(5.0, 0.0)] * known.sum(), atol=1e-4)


def test_only_what_is_far_off_can_be_marked(rendered, tmp_path):
    copy = tmp_path / "copy.poseapp"
    with ProjectFile.open(rendered.path, readonly=True) as project:
        project.save_copy(copy)
    truth = rendered.truth.copy()
    truth[10, 4] += 9
    assert mark_frames(copy, truth, [10], beyond_px=8.0) == 1


@pytest.mark.data
def test_the_dancer_is_marked_with_the_labels(shared_data: Path, tmp_path):
    made = make_dance_project(tmp_path / "dance.poseapp", shared_data, [5, 200])
    labelled = read_project(made.path)
    assert labelled.picture_id.tolist() == [5, 200]
    known = np.isfinite(labelled.keypoints[..., 0])
    assert known.sum() > 24
    np.testing.assert_allclose(labelled.keypoints[known], made.truth[[5, 200]][known], atol=1e-3)
