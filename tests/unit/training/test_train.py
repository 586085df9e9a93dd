"""The training loop learns, and a stopped training goes on as if it had not been."""

import dataclasses
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from poseapp.training.evaluate import predict  # noqa: E402
from poseapp.training.pack import Pack  # noqa: E402
from poseapp.training.recipe import AugmentRecipe, Recipe, ScheduleRecipe, SourceRecipe, StageRecipe  # noqa: E402
from poseapp.training.train import train  # noqa: E402

GENTLE = AugmentRecipe(
    rotation=5, full_turns=0, flip=0, blur=0, dark=0, cutoff=0, occluder=0, scale=(0.95, 1.05), shift=0.01
)
RECIPE = Recipe(
    "test", "fasterpose-slim", "body18", 3, 30, (SourceRecipe("dots", 4),), (StageRecipe(30, (64, 64)),),
    augment=GENTLE, schedule=ScheduleRecipe(warmup=3), ema=0.9, evaluate_every=5, save_every=4,
)  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)  # sums in one order


def dots() -> Pack:
    """Pictures with one bright dot of its own colour for each of four keypoints; the others are unlabelled."""
    rng = np.random.default_rng(0)
    images, points = [], np.full((12, 18, 2), np.nan, np.float32)
    for person in points:
        image = np.full((80, 80, 3), 40, np.uint8)
        for k, colour in enumerate(((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0))):
            at = rng.integers(15, 65, 2)
            cv2.circle(image, tuple(int(v) for v in at), 5, colour, -1)
            person[k] = at
        images.append(image)
    return Pack(tuple(images), points)


def test_thirty_steps_lower_the_loss(tmp_path: Path) -> None:
    network = train(RECIPE, (dots(),), tmp_path, validation=dots())
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines[-1]["step"] == 30
    assert lines[-1]["loss"] < 0.5 * lines[0]["loss"]
    assert predict(network, dots(), (64, 64), crop_factor=1.3).shape == (12, 18, 2)


def test_resumed_training_is_bit_for_bit_the_unbroken_one(tmp_path: Path) -> None:
    recipe = dataclasses.replace(RECIPE, length=6, evaluate_every=100, save_every=3)
    whole = train(recipe, (dots(),), tmp_path / "whole").state_dict()

    _train_until(recipe, tmp_path / "broken", 3)
    again = train(recipe, (dots(),), tmp_path / "broken").state_dict()
    assert all(torch.equal(whole[name], again[name]) for name in whole)


def _train_until(recipe: Recipe, out: Path, step: int) -> None:
    """Stop a training the hard way once its checkpoint holds `step` steps."""
    pack = dots()
    count = 0

    class Images(tuple):
        def __getitem__(self, i):
            nonlocal count
            count += 1
            if count > recipe.batch * (step + 1):
                raise KeyboardInterrupt
            return super().__getitem__(i)

    with pytest.raises(KeyboardInterrupt):
        train(recipe, (Pack(Images(pack.images), pack.keypoints),), out)
    assert torch.load(out / "checkpoint.pt", weights_only=True)["step"] == step
