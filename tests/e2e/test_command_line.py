"""The command line as people and scripts meet it: results on stdout, one clear line for what is bad."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from fixtures import bad_files
from poseapp.cli.main import run
from poseapp.core.locations import resources_folder

SAMPLE = resources_folder() / "sample" / "walk.mp4"


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo has run headless."""
    folder = tmp_path_factory.mktemp("demo")
    assert run(["demo", "--headless", "--out", str(folder)]) == 0
    return folder


def fails(capsys: pytest.CaptureFixture[str], arguments: list[str], code: int = 3) -> str:
    """Run a command that must fail with one line on stderr and nothing on stdout; return the line."""
    capsys.readouterr()
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.strip().splitlines()) == 1, err
    assert "Traceback" not in err
    return err.strip()


def test_analyze_json_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "walk.h5"
    assert run(["analyze", str(SAMPLE), "--out", str(out), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert {"video", "frames", "seconds", "frames_per_s", "persons", "model", "out"} <= set(result)
    assert result["video"] == "walk.mp4"
    with h5py.File(out) as file:
        assert file.attrs["format"] == "poseapp-analysis"
        assert len(file["time"]) == result["frames"]
        assert np.all(np.diff(file["time"][:]) > 0)
        assert str(tmp_path) not in str(dict(file.attrs))


def test_default_output_lies_in_this_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(SAMPLE, tmp_path / "a walk.mp4")
    assert run(["analyze", "a walk.mp4"]) == 0
    assert (tmp_path / "a walk.h5").exists()
    assert "a walk.h5" in capsys.readouterr().out


def test_export_of_a_project(analysed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = analysed / "walk.poseapp"
    assert run(["export", str(project), "--format", "h5", "--out", str(tmp_path / "a.h5"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["persons"] == 1
    assert run(["export", str(project), "--format", "csv", "--out", str(tmp_path / "a.csv")]) == 0
    with h5py.File(analysed / "walk.h5") as first, h5py.File(tmp_path / "a.h5") as again:
        np.testing.assert_array_equal(first["time"][:], again["time"][:])
        np.testing.assert_allclose(first["persons/0/angles/values"][:], again["persons/0/angles/values"][:], atol=0.05)
    assert "right_knee_flexion" in (tmp_path / "a.csv").read_text()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("prose.mp4", bad_files.write_text_named_mp4),
        ("empty.mp4", bad_files.write_empty),
        ("song.mp4", bad_files.write_audio_only),
        ("gone.mp4", lambda path: path),
        ("folder", lambda path: path.mkdir()),
    ],
)
def test_bad_clip_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, make: object) -> None:
    make(tmp_path / name)
    line = fails(capsys, ["analyze", str(tmp_path / name), "--out", str(tmp_path / "x.h5")])
    assert line.startswith(f"poseapp: {name}: ")
    assert not (tmp_path / "x.h5").exists()


def test_truncated_with_nothing_readable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = bad_files.write_without_index(SAMPLE, tmp_path / "cut.mp4")
    assert fails(capsys, ["analyze", str(path)]).startswith("poseapp: cut.mp4: ")


def test_truncated_but_partly_readable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = bad_files.write_truncated(SAMPLE, tmp_path / "cut.mp4")
    assert run(["analyze", str(path), "--out", str(tmp_path / "cut.h5"), "--json"]) == 0
    out, err = capsys.readouterr()
    result = json.loads(out)
    assert result["problems"]
    assert "note: " in err
    with h5py.File(tmp_path / "cut.h5") as file:
        found = np.isfinite(file["persons/0/keypoints/raw"][:]).any(axis=(1, 2))
        assert found[:20].all()


def test_unreadable_folder(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    shutil.copy(SAMPLE, locked / "a.mp4")
    locked.chmod(0)
    try:
        if os.access(locked, os.R_OK):
            pytest.skip("this user may read every folder")
        done = subprocess.run(
            [sys.executable, "-m", "poseapp", "analyze", str(locked)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 3
        assert done.stderr.startswith("poseapp: locked: ")
    finally:
        locked.chmod(0o700)


def test_project_from_a_newer_version(analysed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newer = tmp_path / "newer.poseapp"
    shutil.copy(analysed / "walk.poseapp", newer)
    with sqlite3.connect(newer) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    line = fails(capsys, ["export", str(newer), "--format", "csv", "--out", str(tmp_path / "x.csv")])
    assert "newer" in line
    assert "newer.poseapp: " in line


def test_file_that_is_no_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = bad_files.write_text_named_mp4(tmp_path / "odd.poseapp")
    assert "odd.poseapp: " in fails(capsys, ["export", str(path), "--format", "csv", "--out", str(tmp_path / "x.csv")])


def test_network_without_our_description(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    onnx = pytest.importorskip("onnx")
    from onnx import TensorProto, helper

    value = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 8, 8]) for name in ("image", "heatmaps")]
    graph = helper.make_graph([helper.make_node("Identity", ["image"], ["heatmaps"])], "g", value[:1], value[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, tmp_path / "foreign.onnx")
    line = fails(capsys, ["analyze", str(SAMPLE), "--model", str(tmp_path / "foreign.onnx")])
    assert line.startswith("poseapp: foreign.onnx: ")


def test_unknown_network_says_how_to_get_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert "models install" in fails(capsys, ["analyze", str(SAMPLE), "--model", "efficientpose-xyz"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze"],
        ["analyze", "a.mp4", "--persons", "0"],
        ["analyze", "a.mp4", "--box", "1,2,3"],
        ["analyze", "a.mp4", "--out", "a.xyz"],
        ["export", "a.poseapp", "--format", "doc", "--out", "a"],
        ["analyze", "--nonsense"],
    ],
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert capsys.readouterr().out == ""


def test_a_full_disk_leaves_the_old_file_whole(analysed: Path, tmp_path: Path) -> None:
    out = tmp_path / "old.csv"
    out.write_text("precious\n")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    command = [sys.executable, "-c", _EXPORT_IGNORING_SIGXFSZ, str(analysed / "walk.poseapp"), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit)
    assert done.returncode == 3, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert out.read_text() == "precious\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["old.csv"]


_EXPORT_IGNORING_SIGXFSZ = """
import signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from poseapp.cli.main import run
sys.exit(run(["export", sys.argv[1], "--format", "csv", "--out", sys.argv[2]]))
"""


def test_models_lists_what_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [m["name"] for m in result["installed"] if m["default"]] == ["poseapp-fast"]
    for row in result["architectures"]:
        assert {"name", "input", "keypoints", "params", "macs", "cost", "paper_params", "note"} <= set(row)


def test_window_without_a_display_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert "no display" in fails(capsys, ["gui"])


def test_selfcheck_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["selfcheck", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["ok"]
    assert {check["name"] for check in result["checks"]} >= {"networks", "video", "window"}
