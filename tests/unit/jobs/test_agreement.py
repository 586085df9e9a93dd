"""Two projects of one clip compared."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from fixtures.figure import walk
from fixtures.project_files import make_clip
from poseapp.cli.main import run as command
from poseapp.core.edit_builders import build_moves
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import Key, ModelSpec, PoseChunk
from poseapp.jobs.agreement import compare_projects
from poseapp.storage.project import ProjectFile

BODY = load_skeleton("body21")
SPEC = ModelSpec("probe", "Probe", "efficientpose-rt", BODY, (224, 224), (0.0,) * 3, (1.0,) * 3)
N = 60


def annotate(path: Path, noise: float, seed: int, *, marked: range = range(0), sha256: str = "ab" * 32) -> Path:
    """A project of a walk whose network was `noise` px off; in `marked` frames a person set all right, 3 px higher."""
    xy = walk(BODY, np.arange(N) / 30)
    rng = np.random.default_rng(seed)
    found = (xy + rng.normal(0, noise, xy.shape))[:, None].astype(np.float32)
    score = np.where(np.isnan(found[..., 0]), np.nan, 0.9).astype(np.float32)
    cov = np.broadcast_to(np.float32([1, 0, 1]), (*score.shape, 3)).copy()
    store = PoseStore(BODY, N)
    chunk = PoseChunk(0, found, score, cov)
    store.add_chunk(chunk)
    with ProjectFile.create(path, make_clip(path.parent, N), BODY, sha256=sha256) as project:
        run = project.begin_run(SPEC)
        project.write_chunk(run, chunk)
        project.end_run(run)
        for frame in marked:
            places = {
                Key(frame, 0, k): (float(x), float(y) - 3) for k, (x, y) in enumerate(xy[frame]) if np.isfinite(x)
            }
            project.record("do", build_moves(store, places, author="ann"))
    return path


def row_of(table, name):
    return next(row for row in table.rows if row.name == name)


def test_noise_of_two_annotators_is_their_error_of_measurement(tmp_path: Path) -> None:
    first, second = annotate(tmp_path / "a.poseapp", 2.0, 1), annotate(tmp_path / "b.poseapp", 2.0, 2)
    table = compare_projects(first, second)
    assert (table.frames, table.marked) == (N, False)
    knee = row_of(table, "right_knee_x")
    assert (knee.unit, knee.agreement.n) == ("px", N)
    assert knee.agreement.sem == pytest.approx(2.0, rel=0.25)
    assert abs(knee.agreement.bias) < 1.0
    assert knee.agreement.icc > 0.98  # the walk goes far
    angle = row_of(table, "right_knee_flexion").agreement
    assert 0 < angle.sem < 5
    assert angle.mdc == pytest.approx(1.96 * 2**0.5 * angle.sem)


def test_only_frames_that_both_marked(tmp_path: Path) -> None:
    first = annotate(tmp_path / "a.poseapp", 0.0, 1, marked=range(20))
    second = annotate(tmp_path / "b.poseapp", 0.0, 2, marked=range(10, 30))
    table = compare_projects(first, second, marked_only=True)
    assert table.frames == 10
    assert row_of(table, "left_ankle_y").agreement.bias == pytest.approx(0.0, abs=1e-3)
    everything = compare_projects(first, second)
    assert row_of(everything, "left_ankle_y").agreement.spread > 1  # where only one of them moved it


def test_the_way_round_the_circle_does_not_count(tmp_path: Path) -> None:
    first, second = annotate(tmp_path / "a.poseapp", 1.0, 1), annotate(tmp_path / "b.poseapp", 1.0, 2)
    for row in compare_projects(first, second).rows:
        if row.unit == "degrees" and row.agreement.n:
            assert np.nanmax(np.abs(row.second - row.first)) < 90, row.name


def test_what_cannot_be_compared_is_one_clear_line(tmp_path: Path) -> None:
    first = annotate(tmp_path / "a.poseapp", 1.0, 1)
    with pytest.raises(BadInputError, match=r"a\.poseapp and b\.poseapp are of different clips"):
        compare_projects(first, annotate(tmp_path / "b.poseapp", 1.0, 2, sha256="cd" * 32))
    with pytest.raises(BadInputError, match="no frame in which both marked"):
        compare_projects(first, annotate(tmp_path / "c.poseapp", 1.0, 3), marked_only=True)


def test_the_command_prints_a_table_and_draws_the_plots(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = annotate(tmp_path / "a.poseapp", 2.0, 1), annotate(tmp_path / "b.poseapp", 2.0, 2)
    assert command(["agree", str(first), str(second), "--plot", str(tmp_path / "plot.png")]) == 0
    text = capsys.readouterr().out
    assert "60 frames; bias is second minus first" in text
    assert "Knee flexion R, degrees" in text
    assert (tmp_path / "plot.png").read_bytes()[:4] == b"\x89PNG"
    assert command(["agree", str(first), str(second), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {"name", "unit", "icc", "sem", "mdc", "bias", "limits"} <= set(rows[0])
    assert command(["agree", str(first), str(second), "--plot", str(tmp_path / "plot.doc")]) == 2
    assert "no plot has the suffix" in capsys.readouterr().err
