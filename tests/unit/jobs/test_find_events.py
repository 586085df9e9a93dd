"""Events found without a window."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from fixtures.figure import track_of, walk
from fixtures.project_files import make_clip
from poseapp.cli.main import run as command
from poseapp.core.errors import BadInputError
from poseapp.core.movement import EventSearch
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import ModelSpec, PoseChunk
from poseapp.jobs.find_events import find_in_project
from poseapp.jobs.run import measure_project
from poseapp.storage.project import ProjectFile

BODY = load_skeleton("body21")
SPEC = ModelSpec("probe", "Probe", "efficientpose-rt", BODY, (224, 224), (0.0,) * 3, (1.0,) * 3)
N = 180


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Six seconds of a walk at one stride a second, 30 frames/s."""
    path = tmp_path / "walk.poseapp"
    track = track_of(walk(BODY, np.arange(N) / 30))
    with ProjectFile.create(path, make_clip(tmp_path, N), BODY, sha256="ab" * 32) as file:
        run = file.begin_run(SPEC)
        file.write_chunk(run, PoseChunk(0, track.xy[:, None], track.score[:, None], track.cov[:, None]))
        file.end_run(run)
    return path


def test_what_is_found_is_kept_once_and_can_be_taken_back(project: Path) -> None:
    analysis, words = find_in_project(project, EventSearch("gait", 0))
    strikes = [event.frame for event in analysis.events if event.name == "heel strike" and event.side == "right"]
    assert len(strikes) >= 4
    assert np.diff(strikes) == pytest.approx(30, abs=1)
    assert "heel strikes" in words
    gait = measure_project(project).movement[0].gait
    assert gait is not None
    assert gait.cadence == pytest.approx(120, abs=3)
    n_rows = 1
    with ProjectFile.open(project, readonly=True) as file:
        assert len(file.journal()) == n_rows
        assert file.load().history.can_undo
    find_in_project(project, EventSearch("gait", 0))
    with ProjectFile.open(project, readonly=True) as file:
        assert len(file.journal()) == n_rows  # all of them were there


def test_nobody_has_no_events(project: Path) -> None:
    with pytest.raises(BadInputError, match="there is no person 2"):
        find_in_project(project, EventSearch("gait", 1))


def test_the_command_lists_events_and_numbers(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["events", str(project)]) == 0
    assert "There are no events." in capsys.readouterr().out
    assert command(["events", str(project), "--find", "gait"]) == 0
    text = capsys.readouterr().out
    assert "right heel strike" in text
    assert "120 steps a minute" in text
    assert "Step time, s" in text
    assert command(["events", str(project), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["gait"]["cadence"] == pytest.approx(120, abs=3)
    assert {"frame", "time", "name", "side", "person"} == set(report["events"][0])
    assert command(["events", str(project), "--find", "repetitions", "--angle", "tail_wag"]) == 2
    assert "tail_wag" in capsys.readouterr().err
