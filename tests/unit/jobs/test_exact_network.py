"""Every run and every analysis file name the exact network: what it is called, its bytes, and its parent."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import h5py
import onnx
import pytest

from fixtures.dot_person import write_dot_clip, write_dot_network
from poseapp.core.lineage import Lineage
from poseapp.core.metadata import METADATA_KEY, spec_to_json
from poseapp.inference import library
from poseapp.inference.network_check import read_network
from poseapp.jobs.reporting.content import _method
from poseapp.jobs.reporting.request import Measured
from poseapp.jobs.run import AnalyzeRequest, analyze_clip, measure_project
from poseapp.storage.analysis_file import read_analysis, write_analysis
from poseapp.storage.project import ProjectFile

LINEAGE = Lineage("poseapp-fast", "cd" * 32, "2026-11-20", clips=1, frames=20, marks=260, before_px=6.5, after_px=3.25)
GOLDEN = Path(__file__).parents[2] / "fixtures" / "projects" / "v1.poseapp"


def fine_tuned(path: Path) -> Path:
    """Write a network that says what it was fine-tuned from."""
    model = onnx.load(write_dot_network(path))
    spec = replace(read_network(path).spec, lineage=LINEAGE)
    onnx.helper.set_model_props(model, {METADATA_KEY: spec_to_json(spec)})
    onnx.save(model, path)
    return path


def test_a_run_with_the_users_default_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSEAPP_MODELS", str(tmp_path / "own"))
    made = fine_tuned(tmp_path / "made.onnx")
    sha256 = hashlib.sha256(made.read_bytes()).hexdigest()
    library.add_model(made, adopt=True, name="runner")
    clip = write_dot_clip(tmp_path / "walk.mp4", 12)
    result = analyze_clip(AnalyzeRequest((str(clip),), project=tmp_path / "walk.poseapp"))
    library.rename("runner", "called otherwise today")

    with ProjectFile.open(tmp_path / "walk.poseapp", readonly=True) as project:
        (run,) = project.runs()
    assert (run.model.name, run.model.file_sha256, run.model.lineage) == ("runner", sha256, LINEAGE)
    assert library.find_entry("called otherwise today").sha256 == sha256
    for analysis in (result.analysis, measure_project(tmp_path / "walk.poseapp")):
        write_analysis(tmp_path / "walk.h5", analysis)
        with h5py.File(tmp_path / "walk.h5") as file:
            model = dict(file["model"].attrs)
        assert (model["name"], model["file_sha256"]) == ("runner", sha256)
        assert (model["parent"], model["parent_sha256"]) == ("poseapp-fast", "cd" * 32)
        read = read_analysis(tmp_path / "walk.h5").model
        assert read is not None
        assert (read.file_sha256, read.lineage) == (sha256, LINEAGE)
    measured = Measured(result.analysis)
    report = dict(_method(measured, result.analysis.persons[0]))
    assert f"fine-tuned from poseapp-fast, file sha256 {sha256[:16]}," in report["Network"]


def test_projects_from_before_say_what_they_know(tmp_path: Path) -> None:
    path = tmp_path / "v1.poseapp"
    shutil.copy(GOLDEN, path)
    with ProjectFile.open(path, readonly=True) as project:
        runs = project.runs()
    assert runs
    assert {(run.model.file_sha256, run.model.lineage) for run in runs} == {("", None)}
