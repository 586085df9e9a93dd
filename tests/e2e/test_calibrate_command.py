"""`poseapp calibrate` as people meet it: a copy of the network that knows what its scores are worth."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")

from fixtures.dot_person import SKELETON, paint, truth, write_dot_network
from poseapp.cli.main import run
from poseapp.core.schema import map_keypoints
from poseapp.core.skeleton import load_skeleton
from poseapp.inference.network import load_network

N = 30


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """LSPET of thirty people whose left legs are labelled elsewhere in every third picture."""
    folder = tmp_path / "lspet"
    folder.mkdir()
    poses = truth(N)
    skeleton = load_skeleton("lsp14")
    joints = np.dstack([map_keypoints(poses, SKELETON, skeleton), np.ones((N, 14))])
    joints[::3, [skeleton.index("left_knee"), skeleton.index("left_ankle")], 0] += 80
    np.savez(folder / "joints.npz", joints=joints)
    with zipfile.ZipFile(folder / "images.zip", "w") as archive:
        for n, pose in enumerate(poses):
            archive.writestr(f"im{n + 1:05d}.webp", paint(pose))
    return folder


def test_calibrate_then_evaluate(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network, out = write_dot_network(tmp_path / "dots.onnx"), tmp_path / "calibrated.onnx"
    here = ["--data", str(data), "--format", "lspet"]
    assert run(["calibrate", str(network), *here, "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["model"], told["unit"]) == ("dots", "percent")
    assert told["fitted"]["ece"] < told["before"]["ece"]
    assert load_network(network, threads=1).spec.calibration is None  # only the copy carries it
    calibration = load_network(out, threads=1).spec.calibration
    assert calibration is not None
    assert calibration.source.endswith("pictures 0 to 29")
    assert run(["evaluate", "--model", str(out), *here, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ece"] == pytest.approx(told["fitted"]["ece"], abs=0.02)
    assert run(["calibrate", str(out), *here, "--out", str(out), "--keep-scores"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("calibrated.onnx: dots, calibrated with ")
    assert [line.split(":")[0].split(",")[0] for line in lines[1:]] == ["before", "after", "after"]


def test_too_little_is_one_line_and_no_file(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network, out = write_dot_network(tmp_path / "dots.onnx"), tmp_path / "calibrated.onnx"
    command = ["calibrate", str(network), "--data", str(data), "--format", "lspet", "--split", "0:3", "--out", str(out)]
    assert run(command) == 3
    stdout, stderr = capsys.readouterr()
    assert stdout == ""
    assert "Take more pictures" in stderr
    assert not out.exists()
