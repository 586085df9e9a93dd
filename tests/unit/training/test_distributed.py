"""Two processes learn what one does, and a killed training ends where an unbroken one does."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from poseapp.training.pack import Pack, write_pack  # noqa: E402

RECIPE = """
name = "test"
network = "softgated-1"
skeleton = "lsp14"
seed = 1
length = {steps}
ema = 0.9
accumulate = {accumulate}
frozen_norm = {frozen}
evaluate_every = 1
save_every = 1
[loss]
kind = "mse"
[optimiser]
kind = "adam"
learning_rate = 0.001
[schedule]
kind = "steps"
drops = [[3, 0.1]]
[[stage]]
until = {steps}
size = 128
[[source]]
name = "people"
share = 4
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(0)
    images = tuple(rng.integers(0, 255, (60, 50, 3), np.uint8) for _ in range(6))
    write_pack(folder / "people.npz", Pack(images, rng.uniform(5, 45, (6, 14, 2)).astype(np.float32)))
    return folder


def write_recipe(folder: Path, *, steps: int = 4, accumulate: int = 1, frozen: bool = False) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "recipe.toml"
    text = RECIPE.format(steps=steps, accumulate=accumulate, frozen=str(frozen).lower())
    path.write_text(text, encoding="utf-8")
    return path


def command(recipe: Path, data: Path, *launcher: str) -> list[str]:
    train = ["-m", "poseapp", "train", str(recipe), "--data", str(data), "--out", str(recipe.parent)]
    return [sys.executable, *launcher, *train, "--threads", "1", "--device", "cpu"]


def losses(recipe: Path) -> list[float]:
    lines = (recipe.parent / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["loss"] for line in lines]


def run_two(recipe: Path, data: Path) -> list[float]:
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")  # on a free port of its own
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run(command(recipe, data, *launcher), check=True, capture_output=True, timeout=240, env=environment)
    return losses(recipe)


def run_alone(recipe: Path, data: Path) -> list[float]:
    subprocess.run(command(recipe, data), check=True, capture_output=True, timeout=240)
    return losses(recipe)


def test_two_processes_have_the_losses_of_one_with_the_doubled_batch(data: Path, tmp_path: Path) -> None:
    # Batch norms that keep their statistics see no batch: two times two pictures are the same as four.
    two = run_two(write_recipe(tmp_path / "two", frozen=True), data)
    one = run_alone(write_recipe(tmp_path / "one", frozen=True), data)
    assert len(two) == len(one) == 4
    assert two == pytest.approx(one, rel=1e-4)


def test_two_processes_are_one_that_takes_its_batch_in_two_parts(data: Path, tmp_path: Path) -> None:
    two = run_two(write_recipe(tmp_path / "two"), data)
    parts = run_alone(write_recipe(tmp_path / "parts", accumulate=2), data)
    assert two == pytest.approx(parts, rel=1e-4)


def test_a_training_killed_again_and_again_ends_as_an_unbroken_one(data: Path, tmp_path: Path) -> None:
    whole = write_recipe(tmp_path / "whole", steps=8)
    run_alone(whole, data)
    broken, chance = write_recipe(tmp_path / "broken", steps=8), random.Random(5)
    checkpoint, seen = broken.parent / "checkpoint.pt", 0
    for _ in range(2):
        process = subprocess.Popen(command(broken, data), stderr=subprocess.DEVNULL)
        written = checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0
        while process.poll() is None and (not checkpoint.exists() or checkpoint.stat().st_mtime_ns == written):
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.3))
        process.send_signal(signal.SIGKILL)
        seen += process.wait() == -signal.SIGKILL
    run_alone(broken, data)
    assert seen >= 1
    ends = [torch.load(recipe.parent / "checkpoint.pt", weights_only=True) for recipe in (whole, broken)]
    for name in ("network", "average"):
        assert all(torch.equal(ends[0][name][key], ends[1][name][key]) for key in ends[0][name])
    assert losses(whole) == losses(broken)
