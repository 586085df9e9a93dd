"""Two projects of one clip compared."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from fixtures.figure import walk
from fixtures.project_files import make_clip
from poseapp.cli.main import run as command
from poseapp.core.edit_builders import build_moves, build_swap_sides
from poseapp.core.errors import BadInputError, UsageError
from poseapp.core.readings import PosesOf
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import Key, ModelSpec, PoseChunk
from poseapp.jobs.agreement import compare, compare_projects
from poseapp.jobs.agreement_files import write_agreement
from poseapp.jobs.readings import keep_reading
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
    with pytest.raises(BadInputError, match="both placed the same keypoint by hand"):
        compare_projects(first, annotate(tmp_path / "c.poseapp", 1.0, 3), marked_only=True)


def moved(store, frames, keypoint: str, dx: float):
    """The edit that moves a keypoint of the first person by some px in frames, by hand."""
    k = store.skeleton.index(keypoint)
    places = {}
    for frame in frames:
        x, y = store.view(frame).xy[0, k]
        places[Key(frame, 0, k)] = (float(x) + dx, float(y))
    return build_moves(store, places, author="ben")


def test_a_run_is_compared_as_it_predicted_and_as_sides_are_seen(tmp_path: Path) -> None:
    path = annotate(tmp_path / "a.poseapp", 0.0, 1)
    with ProjectFile.open(path) as project:
        store = project.load().store
        for edit in (build_swap_sides(store, 0, 0, N, ["leg"]), moved(store, range(10), "left_wrist", 4.0)):
            store.apply(edit)
            project.record("do", edit)
    table = compare(PosesOf(path), PosesOf(path, run=1))
    assert table.first == "Poses on show"
    assert table.second.startswith("Run 1, predicted by Probe on ")
    wrist = row_of(table, "left_wrist_x")
    np.testing.assert_allclose(wrist.difference, [-4.0] * 10 + [0.0] * (N - 10), atol=1e-4)
    assert wrist.agreement.bias == pytest.approx(-4 * 10 / N, abs=1e-4)
    assert row_of(table, "left_ankle_x").agreement.spread == pytest.approx(0.0, abs=1e-4)  # swapped in both
    by_hand = compare(PosesOf(path), PosesOf(path, run=1), marked_only=True)
    assert by_hand.frames == 10
    assert row_of(by_hand, "left_wrist_x").agreement.bias == pytest.approx(-4.0, abs=1e-4)
    assert row_of(by_hand, "left_ankle_x").agreement.n == 0  # a run places nothing, and nobody else placed this


def test_a_reading_is_what_was_there_whatever_is_done_later(tmp_path: Path) -> None:
    path = annotate(tmp_path / "a.poseapp", 0.0, 1, marked=range(6))
    keep_reading(path, "Anna")
    with ProjectFile.open(path) as project:
        store = project.load().store
        for edit in (moved(store, range(8), "left_wrist", 2.0), build_swap_sides(store, 0, 20, N, ["leg"])):
            store.apply(edit)
            project.record("do", edit)
    table = compare(PosesOf(path), PosesOf(path, reading="Anna"))
    assert table.second == "Reading Anna"
    assert row_of(table, "left_wrist_x").difference.tolist() == pytest.approx([-2.0] * 8 + [0.0] * (N - 8), abs=1e-4)
    assert row_of(table, "left_ankle_x").agreement.spread > 1  # the reading is not swapped
    both = compare(PosesOf(path), PosesOf(path, reading="Anna"), marked_only=True)
    assert both.frames == 6


def test_an_angle_counts_by_hand_only_where_all_that_it_is_made_of_was_placed(tmp_path: Path) -> None:
    path = annotate(tmp_path / "a.poseapp", 0.0, 1)
    with ProjectFile.open(path) as project:
        store = project.load().store
        for name, frames in (("right_hip", range(12)), ("right_knee", range(9)), ("right_ankle", range(5, 20))):
            edit = moved(store, frames, name, 1.0)
            store.apply(edit)
            project.record("do", edit)
    keep_reading(path, "once")
    table = compare(PosesOf(path), PosesOf(path, reading="once"), marked_only=True)
    assert row_of(table, "right_knee_flexion").frames.tolist() == [5, 6, 7, 8]
    assert row_of(table, "right_knee_x").frames.tolist() == list(range(9))


def test_people_are_matched_by_where_they_are(tmp_path: Path) -> None:
    first, second = tmp_path / "a.poseapp", tmp_path / "b.poseapp"
    xy = walk(BODY, np.arange(N) / 30)[:, None].astype(np.float32)
    for path, order in ((first, (0.0, 300.0)), (second, (300.0, 0.0))):
        both = np.concatenate([xy + np.float32([shift, 0.0]) for shift in order], axis=1).astype(np.float32)
        score = np.where(np.isnan(both[..., 0]), np.nan, 0.9).astype(np.float32)
        cov = np.broadcast_to(np.float32([1, 0, 1]), (*score.shape, 3)).copy()
        with ProjectFile.create(path, make_clip(tmp_path, N), BODY, sha256="ab" * 32) as project:
            run = project.begin_run(SPEC)
            project.write_chunk(run, PoseChunk(0, both, score, cov))
            project.end_run(run)
    table = compare_projects(first, second)
    assert {row.person for row in table.rows if row.agreement.n} == {0, 1}
    assert max(abs(row.agreement.bias) for row in table.rows if row.agreement.n) < 1e-3


def test_the_largest_differences_come_first(tmp_path: Path) -> None:
    path = annotate(tmp_path / "a.poseapp", 0.0, 1)
    with ProjectFile.open(path) as project:
        store = project.load().store
        for frame, dx in ((7, 3.0), (30, -9.0), (41, 5.0)):
            edit = moved(store, [frame], "left_wrist", dx)
            store.apply(edit)
            project.record("do", edit)
    row = row_of(compare(PosesOf(path), PosesOf(path, run=1)), "left_wrist_x")
    assert row.frames[row.worst_first[:3]].tolist() == [30, 41, 7]


def test_the_table_is_written_without_file_names(tmp_path: Path) -> None:
    first, second = annotate(tmp_path / "secret.poseapp", 2.0, 1), annotate(tmp_path / "b.poseapp", 2.0, 2)
    table = compare_projects(first, second)
    write_agreement(table, tmp_path / "table.csv")
    rows = list(csv.DictReader((tmp_path / "table.csv").read_text(encoding="utf-8").splitlines()))
    knee = row_of(table, "right_knee_x").agreement
    (found,) = [row for row in rows if row["name"] == "right_knee_x"]
    assert (found["person"], found["unit"], found["n"]) == ("1", "px", str(N))
    assert float(found["mdc"]) == pytest.approx(knee.mdc, rel=1e-5)
    assert float(found["limit_low"]) == pytest.approx(knee.bias - 1.96 * knee.spread, rel=1e-5)
    write_agreement(table, tmp_path / "pages.pdf", first="right_knee_x")
    pages = (tmp_path / "pages.pdf").read_bytes()
    assert pages[:4] == b"%PDF"
    assert b"secret" not in pages + (tmp_path / "table.csv").read_bytes()
    with pytest.raises(UsageError, match="no table has the suffix"):
        write_agreement(table, tmp_path / "table.doc")


def test_the_command_keeps_lists_and_compares_within_a_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = annotate(tmp_path / "a.poseapp", 1.0, 1, marked=range(5))
    assert command(["agree", str(path), "--keep", "Anna"]) == 0
    assert command(["agree", str(path), "--list", "--json"]) == 0
    output = capsys.readouterr().out
    held = json.loads(output[output.index("{") :])["held"]
    assert [(one["reading"], one["run"]) for one in held] == [("Anna", 0), ("", 1)]
    assert command(["agree", str(path), "--with-run", "probe", "--csv", str(tmp_path / "t.csv")]) == 0
    assert "Second: Run 1, predicted by Probe" in capsys.readouterr().out
    assert (tmp_path / "t.csv").exists()
    assert command(["agree", str(path), "--with-reading", "Anna", "--marked", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["frames"] == 5
    assert command(["agree", str(path), "--with-reading", "Ben"]) == 3
    assert "the project has no reading called 'Ben'. It holds Anna" in capsys.readouterr().err
    assert command(["agree", str(path), "--with-run", "7"]) == 3
    assert "It has 1 (probe)" in capsys.readouterr().err
    assert command(["agree", str(path)]) == 2


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
