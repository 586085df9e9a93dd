"""From a project of a real clip to every format and back into a new project, by the command line alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from poseapp.cli.main import run
from poseapp.core.edit_builders import build_move
from poseapp.core.locations import resources_folder
from poseapp.core.types import Key, Source
from poseapp.jobs.run import measure_project
from poseapp.storage.project import ProjectFile

SAMPLE = resources_folder() / "sample" / "walk.mp4"
# What the way there and back may cost in px: decimals written, float32.
BACK = {"h5": 1e-4, "csv": 0.0051, "csv-tidy": 1e-3, "coco": 1e-3, "dlc": 1e-4, "sleap": 1e-4, "sleap-analysis": 1e-4,
        "trc": 1e-3, "c3d": 1e-3, "nwb": 1e-4, "openpose": 1e-3}  # fmt: skip
KEEPS_MARKS = ("h5", "csv", "csv-tidy", "coco", "sleap", "sleap-analysis", "nwb")
SUFFIXES = {"h5": ".h5", "csv": ".csv", "csv-tidy": ".csv", "coco": ".json", "dlc": ".h5", "sleap": ".slp",
            "sleap-analysis": ".h5", "trc": ".trc", "c3d": ".c3d", "nwb": ".nwb", "openpose": ""}  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The analysed sample, with one keypoint corrected."""
    folder = tmp_path_factory.mktemp("walk")
    assert run(["demo", "--headless", "--out", str(folder)]) == 0
    path = folder / "walk.poseapp"
    with ProjectFile.open(path) as file:
        edit = build_move(file.load().store, Key(30, 0, 1), (321.5, 234.25))
        file.record("do", edit)
    return path


@pytest.mark.parametrize("name", list(BACK))
def test_there_and_back(name: str, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / f"out{SUFFIXES[name]}"
    assert run(["export", str(project), "--format", name, "--out", str(out)]) == 0
    new = tmp_path / "new.poseapp"
    capsys.readouterr()
    assert run(["import", str(out), "--project", str(new), "--video", str(SAMPLE), "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done["persons"] == 1
    assert (done["marks"] == 1) == (name in KEEPS_MARKS)
    before, after = measure_project(project), measure_project(new)
    old, track = before.persons[0].track, after.persons[0].track
    names = [keypoint for keypoint in before.skeleton.keypoints if keypoint in after.skeleton.keypoints]
    assert len(names) == (19 if name == "openpose" else 21)  # without crown and neck
    mine, theirs = ([s.index(n) for n in names] for s in (before.skeleton, after.skeleton))
    seen = np.isfinite(old.xy[:, mine, 0]) & (old.source[:, mine] != Source.INTERPOLATED)  # those are filled anew
    sure = seen & (old.score[:, mine] >= 0.3)
    assert sure.mean() > 0.8
    np.testing.assert_allclose(track.xy[:, theirs][sure], old.xy[:, mine][sure], atol=BACK[name])
    if name in KEEPS_MARKS:
        assert track.source[30, after.skeleton.index("right_knee")] == Source.CORRECTED
    knee = [a.persons[0].angles.values[:, a.persons[0].angles.column("right_knee_flexion")] for a in (before, after)]
    difference = np.abs(knee[0] - knee[1])
    assert np.nanmedian(difference) < 0.1  # degrees
