"""`poseapp train`: from pictures with labels to a network that analyses a clip."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from poseapp.core.locations import resources_folder
from poseapp.training.pack import Pack, write_pack

RECIPE = """
name = "mine"
network = "fasterpose-slim"
skeleton = "body18"
seed = 1
length = 3
evaluate_every = 2
save_every = 2
[loss]
kind = "rce"
sigma = [[0, 1.5]]
[[stage]]
until = 3
size = 64
[[source]]
name = "people"
share = 4
[validation]
name = "people"
"""


def poseapp(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "poseapp", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    images = tuple(rng.integers(0, 255, (70, 60, 3), np.uint8) for _ in range(5))
    write_pack(tmp_path / "people.npz", Pack(images, rng.uniform(5, 55, (5, 18, 2)).astype(np.float32)))
    (tmp_path / "mine.toml").write_text(RECIPE, encoding="utf-8")
    return tmp_path


def test_a_trained_network_analyses_a_clip(data: Path) -> None:
    arguments = ("train", data / "mine.toml", "--data", data, "--out", data / "out", "--json")
    done = poseapp(*arguments)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["steps"] == 3
    assert 0 <= said["pck@0.2"] <= 100
    assert Path(said["out"]) == data / "out" / "mine.onnx"

    again = poseapp(*arguments)  # finished: nothing is trained, the network is written again
    assert json.loads(again.stdout)["steps"] == 3

    clip = resources_folder() / "sample" / "walk.mp4"
    analysed = poseapp("analyze", clip, "--model", said["out"], "--out", data / "walk.h5", "--json")
    assert analysed.returncode == 0, analysed.stderr
    assert json.loads(analysed.stdout)["model"] == "mine"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nothing",), "there is no such recipe"),
        (("missing.toml",), "the recipe cannot be read"),
        (("smoke-lpn",), "there is no such data set"),
        (("smoke-lpn", "--network", "lpn-51"), "there is no such network"),
    ],
)
def test_bad_input_is_one_line(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    done = poseapp("train", *arguments, "--data", tmp_path, "--out", tmp_path / "out")
    assert done.returncode == 3
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_checkpoint_of_another_network_is_refused(data: Path) -> None:
    arguments = ("train", data / "mine.toml", "--data", data, "--out", data / "out")
    assert poseapp(*arguments).returncode == 0
    other = poseapp(*arguments, "--network", "softgated-1")
    assert other.returncode == 3
    assert "of another network" in other.stderr
