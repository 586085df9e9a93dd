"""The main job without a window, on a person of dots."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fixtures.dot_person import SKELETON, truth, write_dot_clip, write_dot_network
from poseapp.jobs.run import AnalyzeRequest, analyze_clip, measure_project


def test_exchanged_sides_are_told_kept_and_no_step_back(tmp_path: Path) -> None:
    poses = truth(90)
    ankles = [SKELETON.index("left_ankle"), SKELETON.index("right_ankle")]
    drawn = poses.copy()
    drawn[40:44, ankles] = poses[40:44][:, ankles[::-1]]
    clip = write_dot_clip(tmp_path / "walk.mp4", poses=drawn)
    network = write_dot_network(tmp_path / "dots.onnx")
    done: list[tuple[int, int]] = []
    request = AnalyzeRequest((str(clip),), model=str(network), project=tmp_path / "walk.poseapp")
    result = analyze_clip(request, on_progress=lambda *now: done.append(now))
    assert result.notes == ("Left and right were exchanged in 4 frames of person 1.",)
    assert result.problems == ()
    assert done == sorted(done)
    assert done[-1] == (90, 90)
    assert np.linalg.norm(result.analysis.persons[0].track.raw - poses, axis=-1).max() < 3
    kept = measure_project(tmp_path / "walk.poseapp").persons[0].track
    np.testing.assert_allclose(kept.raw, result.analysis.persons[0].track.raw, atol=0.05)
