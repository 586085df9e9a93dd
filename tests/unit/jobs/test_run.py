"""The main job without a window, on a person of dots."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from fixtures.dot_person import SKELETON, truth, write_dot_clip, write_dot_network
from poseapp.core.analysis import MeasureSettings
from poseapp.core.angle_forms import AngleForm, definition_of
from poseapp.core.filter_settings import FilterSettings
from poseapp.core.types import Source
from poseapp.jobs.run import AnalyzeRequest, analyze_clip, measure_project
from poseapp.storage.analysis_file import write_analysis
from poseapp.storage.analysis_reader import read_analysis
from poseapp.storage.angle_file import users_angle_file, write_angle_file
from poseapp.storage.csv_file import write_csv


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


def test_what_was_bridged_is_told_in_the_project_and_in_every_file(tmp_path: Path) -> None:
    poses, ankle = truth(90), SKELETON.index("left_ankle")
    drawn = poses.copy()
    drawn[40:44, ankle] = poses[40:44, SKELETON.index("right_ankle")] + [1, 6]
    clip, network = write_dot_clip(tmp_path / "walk.mp4", poses=drawn), write_dot_network(tmp_path / "dots.onnx")
    request = AnalyzeRequest((str(clip),), model=str(network), project=tmp_path / "walk.poseapp")
    result = analyze_clip(request)
    assert result.notes == ("Keypoints astray were put back in 4 frames of person 1.",)
    kept = measure_project(tmp_path / "walk.poseapp")
    write_analysis(tmp_path / "walk.h5", kept)
    for analysis in (result.analysis, kept, read_analysis(tmp_path / "walk.h5")):
        person = analysis.persons[0]
        for source in (person.source, person.track.source):
            assert np.argwhere(source == Source.INTERPOLATED).tolist() == [[n, ankle] for n in range(40, 44)]
        assert (person.track.score[np.isfinite(person.track.score)] >= 0).all()
        assert np.linalg.norm(person.final - poses, axis=-1).max() < 4
        angle = person.angles.column("left_knee_flexion")
        assert np.flatnonzero(np.isnan(person.angles.sigma[:, angle])).tolist() == [40, 41, 42, 43]


def test_each_frame_as_the_network_says(tmp_path: Path) -> None:
    poses, ankle = truth(60), SKELETON.index("left_ankle")
    drawn = poses.copy()
    drawn[30:34, ankle] = poses[30:34, SKELETON.index("right_ankle")] + [1, 6]
    clip, network = write_dot_clip(tmp_path / "walk.mp4", poses=drawn), write_dot_network(tmp_path / "dots.onnx")
    result = analyze_clip(AnalyzeRequest((str(clip),), model=str(network), settle=False))
    assert result.notes == ()
    assert np.linalg.norm(result.analysis.persons[0].track.raw - drawn, axis=-1).max() < 4


def test_the_users_angles_are_measured_kept_with_the_project_and_written_with_their_definition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CONFIG_HOME", "APPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "config"))
    lean = AngleForm("Lean", "vertical", ("neck", "pelvis"), "turn")
    definition = definition_of(lean, SKELETON)
    write_angle_file(users_angle_file(), [definition])
    clip, network = write_dot_clip(tmp_path / "walk.mp4", 8), write_dot_network(tmp_path / "dots.onnx")
    project = tmp_path / "walk.poseapp"
    request = AnalyzeRequest((str(clip),), model=str(network), project=project)
    angles = analyze_clip(request).analysis.persons[0].angles
    neck, pelvis = (truth(8)[:, SKELETON.index(name)] for name in ("neck", "pelvis"))
    expected = np.degrees(np.arctan2(*(neck - pelvis).T * [[1], [-1]]))
    np.testing.assert_allclose(angles.raw[:, angles.column("lean")], expected, atol=1.5)
    users_angle_file().unlink()
    analysis = measure_project(project)
    assert analysis.skeleton.own_angles == (definition,), "the project has them, whatever becomes of the user's file"
    assert analyze_clip(request).analysis.skeleton.own_angles == (definition,)
    write_analysis(tmp_path / "walk.h5", analysis)
    write_csv(tmp_path / "walk.csv", analysis)
    with h5py.File(tmp_path / "walk.h5") as file:
        attrs = file["persons/0/angles"].attrs
        i = list(attrs["names"]).index("lean")
        assert attrs["zero"][i] == "neck straight above pelvis"
        assert attrs["positive"][i] == "neck moves forward of pelvis"
        assert attrs["definition"][i].startswith("P0 = neck, P1 = pelvis; y down; theta = atan2(y0 - y1, x0 - x1)")
    assert read_analysis(tmp_path / "walk.h5").persons[0].angles.definitions[i] == definition
    assert "lean_deg,lean_sigma_deg" in (tmp_path / "walk.csv").read_text().splitlines()[0]


def test_a_project_keeps_how_it_was_asked_to_be_measured(tmp_path: Path) -> None:
    clip, network = write_dot_clip(tmp_path / "walk.mp4", 30), write_dot_network(tmp_path / "dots.onnx")
    project = tmp_path / "walk.poseapp"
    settings = MeasureSettings(FilterSettings("savitzky-golay", window_seconds=0.3))
    result = analyze_clip(AnalyzeRequest((str(clip),), model=str(network), settings=settings, project=project))
    assert result.analysis.persons[0].filter.kind == "savitzky-golay"
    again = measure_project(project)
    assert again.settings == settings
    assert again.persons[0].filter == result.analysis.persons[0].filter
    once_more = analyze_clip(AnalyzeRequest((str(clip),), model=str(network), project=project))
    assert once_more.analysis.settings == settings, "nothing else was asked for: as the project says"
    plain = analyze_clip(AnalyzeRequest((str(clip),), model=str(network)))
    assert plain.analysis.settings == MeasureSettings()
