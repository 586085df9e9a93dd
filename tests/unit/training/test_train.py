"""The training loop learns, and a stopped training goes on as if it had not been."""

import dataclasses
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from poseapp.core.errors import BadInputError  # noqa: E402
from poseapp.training.measuring.evaluate import predict  # noqa: E402
from poseapp.training.pack import Pack  # noqa: E402
from poseapp.training.recipe import AugmentRecipe, OptimiserRecipe, Recipe, ScheduleRecipe, SourceRecipe, StageRecipe  # noqa: E402
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


def test_rounds_parts_and_half_precision_resume_bit_for_bit_too(tmp_path: Path) -> None:
    recipe = dataclasses.replace(
        RECIPE, length=5, schedule=ScheduleRecipe("rounds", drops=((3, 0.1),), rounds=2, restart=2),
        accumulate=2, bfloat16=True, evaluate_every=2, save_every=6,
    )  # fmt: skip
    assert recipe.steps == 8
    whole = train(recipe, (torsos(),), tmp_path / "whole", validation=torsos()).state_dict()
    _train_until(recipe, tmp_path / "broken", 6, torsos())
    again = train(recipe, (torsos(),), tmp_path / "broken", validation=torsos()).state_dict()
    assert all(torch.equal(whole[name], again[name]) for name in whole)
    logs = [(tmp_path / name / "log.jsonl").read_text(encoding="utf-8").splitlines() for name in ("whole", "broken")]
    assert [[json.loads(line)[key] for key in ("step", "loss", "lr", "pck")] for line in logs[0]] == [
        [json.loads(line)[key] for key in ("step", "loss", "lr", "pck")] for line in logs[1]
    ]


def test_a_diverged_training_says_so_and_keeps_its_checkpoint(tmp_path: Path) -> None:
    recipe = dataclasses.replace(
        RECIPE, optimiser=OptimiserRecipe("sgd", 1e30), schedule=ScheduleRecipe("steps"), save_every=1
    )
    with pytest.raises(BadInputError, match=r"diverged at step \d"):
        train(recipe, (dots(),), tmp_path)
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"] >= 1


def torsos() -> Pack:
    """The pictures of `dots` with a torso, so that they can be scored."""
    pack = dots()
    points = pack.keypoints.copy()
    points[:, [9, 2]] = (30, 20), (40, 60)
    return Pack(pack.images, points)


def _train_until(recipe: Recipe, out: Path, step: int, pack: Pack | None = None) -> None:
    """Stop a training the hard way once its checkpoint holds `step` steps."""
    pack = pack or dots()
    count = 0

    class Images(tuple):
        def __getitem__(self, i):
            nonlocal count
            count += 1
            if count > recipe.batch * (step + 1):
                raise KeyboardInterrupt
            return super().__getitem__(i)

    with pytest.raises(KeyboardInterrupt):
        train(recipe, (Pack(Images(pack.images), pack.keypoints),), out, validation=pack)
    assert torch.load(out / "checkpoint.pt", weights_only=True)["step"] == step
