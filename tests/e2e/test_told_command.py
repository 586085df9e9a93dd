"""What is told on the command line ends up in the file, in the project and in the JSON; a camera is learnt."""

from __future__ import annotations

import json

import cv2
import h5py
import numpy as np
import pytest

from fixtures.dot_person import write_dot_clip, write_dot_network
from poseapp.cli.main import run
from poseapp.core.items import scene_of
from poseapp.jobs.run import measure_project
from poseapp.storage.project import ProjectFile


@pytest.fixture(scope="module")
def dots(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dots")
    return write_dot_clip(folder / "dots.mp4"), write_dot_network(folder / "dots.onnx")


def test_a_capture_rate_is_told(dots, tmp_path, capsys):
    clip, network = dots
    out, project = tmp_path / "dots.h5", tmp_path / "dots.poseapp"
    args = ["analyze", str(clip), "--model", str(network), "--out", str(out), "--project", str(project)]
    assert run([*args, "--capture-fps", "120", "--events", "jump", "--json"]) == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told["time_scale"] == pytest.approx(30 / 120)
    assert told["events"] == []
    assert told["gait"] == [None]
    assert told["metres_per_px"] is None
    assert {"name", "severity", "what", "why", "remedy"} == set(told["quality"][0])
    assert f"recording, {told['quality'][0]['severity']}: {told['quality'][0]['what']}" in said.err
    with h5py.File(out) as file:
        assert np.diff(file["time"][()]) == pytest.approx(1 / 120, rel=1e-3)
        assert file["calibration"].attrs["capture_fps"] == 120.0
    with ProjectFile.open(project, readonly=True) as opened:
        assert scene_of(opened.load().store.items)[1].capture_fps == 120.0
    assert measure_project(project).scene.capture_fps == 120.0


@pytest.mark.parametrize(
    ("option", "value"), [("--capture-fps", "0"), ("--body-height", "1.75"), ("--events", "dance")]
)
def test_what_cannot_be_is_refused(dots, option, value, capsys):
    assert run(["analyze", str(dots[0]), option, value]) == 2
    assert option in capsys.readouterr().err


def test_a_camera_file_of_another_shape_is_refused(dots, tmp_path, capsys):
    camera = tmp_path / "camera.toml"
    camera.write_text("width=100\nheight=30\nmatrix=[90,90,50,15]\ndistortion=[0,0,0,0,0]\n", encoding="utf-8")
    assert run(["analyze", str(dots[0]), "--model", str(dots[1]), "--camera", str(camera)]) == 3
    assert "100 x 30" in capsys.readouterr().err


def _board(degrees: float, axis: int, distance: float) -> np.ndarray:
    """Draw a board of 8 x 6 squares, tilted, as a straight camera of 500 px sees it."""
    turn = np.zeros(3)
    turn[axis] = np.deg2rad(degrees)
    rotation = cv2.Rodrigues(turn)[0]
    corners = np.array([[-1, -1, 0], [7, -1, 0], [7, 5, 0], [-1, 5, 0]], float) - [3, 2, 0]
    seen = corners @ rotation.T + [0, 0, distance]
    px = (500 * seen[:, :2] / seen[:, 2:] + [320, 240]).astype(np.float32)
    flat = np.kron((np.indices((6, 8)).sum(axis=0) % 2) * 200 + 20, np.ones((40, 40))).astype(np.uint8)
    source = np.array([[0, 0], [320, 0], [320, 240], [0, 240]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, px)
    return cv2.warpPerspective(flat, matrix, (640, 480), borderValue=235, flags=cv2.INTER_AREA)


def test_a_camera_is_learnt_from_pictures(tmp_path, capsys):
    for i, (degrees, axis, distance) in enumerate([(0, 0, 9), (25, 0, 9), (-25, 0, 9), (25, 1, 9), (-25, 1, 10)]):
        cv2.imwrite(str(tmp_path / f"board{i}.png"), _board(degrees, axis, distance))
    out = tmp_path / "camera.toml"
    pictures = [str(path) for path in sorted(tmp_path.glob("board*.png"))]
    assert run(["camera", *pictures, "--corners", "7x5", "--out", str(out), "--json"]) == 0
    lens = json.loads(capsys.readouterr().out)
    assert lens["matrix"][0] == pytest.approx(500, rel=0.05)
    assert out.read_text(encoding="utf-8").startswith("# How a camera bends")
    assert run(["camera", *pictures, "--corners", "9x6", "--out", str(out)]) == 3
    assert "was found in 0 pictures" in capsys.readouterr().err
