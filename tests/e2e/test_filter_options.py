"""The filter on the command line: what is asked for is what the file says."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from fixtures.figure import walk
from fixtures.project_files import MODEL, make_clip
from poseapp.cli.filter_options import add_filter_options, chosen_settings, settings_of
from poseapp.cli.main import run as run_command
from poseapp.core.analysis import MeasureSettings
from poseapp.core.filter_settings import FilterSettings
from poseapp.core.settings_text import MEASURE, settings_to_json
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import PoseChunk
from poseapp.storage.project import ProjectFile

BODY = load_skeleton("body18")


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_filter_options(parser)
    return parser.parse_args(words)


def test_nothing_said_leaves_it_to_the_project() -> None:
    assert chosen_settings(options()) is None
    assert settings_of(options()) == MeasureSettings()


def test_every_option_reaches_its_setting() -> None:
    said = options(
        "--filter", "kalman", "--cutoff", "4.5", "--order", "2", "--window", "0.3", "--degree", "2", "--threshold", "2",
        "--beta", "0.1", "--motion", "acceleration", "--despike", "--view", "back",
    )  # fmt: skip
    made = FilterSettings("kalman", 4.5, "given", 2, 0.3, 2, 2.0, 0.1, "acceleration", despike=True)
    assert chosen_settings(said) == MeasureSettings(made, view="back")


def test_a_rule_instead_of_a_cutoff() -> None:
    found = chosen_settings(options("--cutoff", "residual"))
    assert found is not None
    assert found.filter == FilterSettings(cutoff_rule="residual")
    base = MeasureSettings(FilterSettings(cutoff_rule="autocorrelation"), 0.4)
    assert settings_of(options("--cutoff", "8"), base) == replace(base, filter=FilterSettings(cutoff_hz=8.0))


@pytest.mark.parametrize("words", [("--cutoff", "0"), ("--filter", "best"), ("--beta", "-1"), ("--order", "3")])
def test_what_makes_no_sense_is_refused(words: tuple[str, str]) -> None:
    with pytest.raises((argparse.ArgumentError, SystemExit)):
        options(*words)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path, clip = tmp_path / "walk.poseapp", make_clip(tmp_path, 90)
    xy = walk(BODY, clip.pts)[:, None] + np.random.default_rng(0).normal(0, 1, (90, 1, 18, 2))
    cov = np.broadcast_to([1.0, 0.0, 1.0], (90, 1, 18, 3)).astype(np.float32)
    chunk = PoseChunk(0, xy.astype(np.float32), np.full((90, 1, 18), 0.9, np.float32), cov)
    with ProjectFile.create(path, clip, BODY) as made:
        run = made.begin_run(replace(MODEL, skeleton=BODY))
        made.write_chunk(run, chunk)
        made.end_run(run)
        made.set_setting(MEASURE, settings_to_json(MeasureSettings(FilterSettings("median"))))
    return path


def filter_of(path: Path) -> dict[str, object]:
    with h5py.File(path) as file:
        return dict(file["persons/0/filter"].attrs) | {"raw": np.isfinite(file["persons/0/angles/raw"][()]).any()}


def test_an_export_uses_the_project_and_then_the_options(project: Path, tmp_path: Path) -> None:
    for words, kind in (((), "median"), (("--filter", "savitzky-golay", "--window", "0.2"), "savitzky-golay")):
        out = tmp_path / f"{kind}.h5"
        assert run_command(["export", str(project), "--format", "h5", "--out", str(out), *words]) == 0
        assert filter_of(out)["kind"] == kind
        assert filter_of(out)["raw"]
    said = filter_of(tmp_path / "savitzky-golay.h5")
    assert (said["window_frames"], said["degree"]) == (7, 3)
    assert 4 < said["effective_cutoff_hz"] < 8
    out = tmp_path / "b.h5"
    assert (
        run_command(
            ["export", str(project), "--format", "h5", "--out", str(out), "--filter", "butterworth", "--cutoff", "5"]
        )
        == 0
    )
    said = filter_of(out)
    assert said["requested_cutoff_hz"] == 5.0
    assert said["effective_cutoff_hz"] == pytest.approx(5.0, rel=1e-3)


def test_what_is_not_said_stays_as_the_project_has_it(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "w.h5"
    assert run_command(["export", str(project), "--format", "h5", "--out", str(out), "--window", "0.5"]) == 0
    said = filter_of(out)
    assert (said["kind"], said["window_frames"]) == ("median", 17)
