"""The same short training for networks of every family, and what they reach by it.

python -m poseapp.training.measuring.comparison --data DATA --out RUNS [--only NAME ...]

Every run sees Leeds Sports Pose Extended 1-8000 at 64 x 64 px for about the same processor time on one core (the number
of pictures is set beforehand from the network's speed), with one optimiser, one schedule and one augmentation; it is
measured on 8001-8500. Each leaves `result.json` in its folder; a finished run is not run again.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from poseapp.core.skeleton import load_skeleton
from poseapp.nets.registry import find_architecture
from poseapp.training.measuring.evaluate import CROP_FACTOR, predict
from poseapp.training.measuring.metrics import count_hits, summarise_hits, torso_length
from poseapp.training.pack import Pack
from poseapp.training.recipe import (
    AugmentRecipe,
    LossKind,
    LossRecipe,
    OptimiserRecipe,
    Recipe,
    ScheduleRecipe,
    SourceRecipe,
    StageRecipe,
)
from poseapp.training.sources import read_sources
from poseapp.training.steps import output_sizes
from poseapp.training.train import train

log = logging.getLogger(__name__)

SIZE = (64, 64)
SIGMA = 4.0  # input px of the final targets; wider at first, or squared errors leave the maps empty for long
BATCH = 16


@dataclass(frozen=True)
class Run:
    """One training of the comparison. Attributes: name, network, loss, thousands (of pictures), bfloat16."""

    name: str
    network: str
    loss: LossKind
    thousands: float
    bfloat16: bool = True


# Families, each under the loss of its paper, and then what an ablation changes.
RUNS = (
    Run("fasterpose-slim", "fasterpose-slim", "rce", 56),
    Run("softgated-1", "softgated-1", "mse", 70),
    Run("lpn-50", "lpn-50", "mse", 31, bfloat16=False),
    Run("efficientpose-rt", "efficientpose-rt", "mse", 29, bfloat16=False),
    Run("repose", "repose", "partial-mse", 6),
    Run("fasterpose-lpn50", "fasterpose-lpn50", "rce", 42),
    Run("simplebaseline-resnet50", "simplebaseline-resnet50", "mse", 11),
    Run("fasterpose-resnet50", "fasterpose-resnet50", "rce", 17),
    Run("fasterpose-slim with MSE", "fasterpose-slim", "mse", 56),
    Run("fasterpose-lpn50 with MSE", "fasterpose-lpn50", "mse", 42),
    Run("lpn-50-nogc", "lpn-50-nogc", "mse", 31, bfloat16=False),
    Run("efficientpose-i", "efficientpose-i", "mse", 25, bfloat16=False),
    Run("efficientpose-i-noskeleton", "efficientpose-i-noskeleton", "mse", 25, bfloat16=False),
    Run("softgated-2x128", "softgated-2x128", "mse", 26),
    Run("softgated-2x128-nogate", "softgated-2x128-nogate", "mse", 26),
    Run("repose-add", "repose-add", "partial-mse", 6),
    Run("repose-replace", "repose-replace", "partial-mse", 6),
    Run("repose-noupdate", "repose-noupdate", "partial-mse", 6),
)


@dataclass(frozen=True)
class Result:
    """What a run came to.

    Attributes:
        pck: Percent of the 12 limb keypoints within 0.2 torso lengths; low, high: its 95 % interval over pictures.
        pictures: Seen in training. minutes: Of processor time, training and pictures together.
    """

    name: str
    network: str
    loss: str
    pck: float
    low: float
    high: float
    pictures: int
    minutes: float


def build_recipe(run: Run, reduction: int) -> Recipe:
    """Return the recipe of a run; `reduction` is input px per px of the final heatmaps."""
    steps = round(run.thousands * 1000 / BATCH)
    sigma = SIGMA / reduction
    return Recipe(
        name=run.name,
        network=run.network,
        skeleton="lsp14",
        seed=7,
        length=steps,
        sources=(SourceRecipe("lspet", BATCH, "lspet", split="0:8000"),),
        validation=SourceRecipe("lspet", 0, "lspet", split="8000:8500"),
        stages=(StageRecipe(steps, SIZE),),
        augment=AugmentRecipe(CROP_FACTOR, (0.8, 1.25), rotation=30.0, full_turns=0.0, blur=0.0, dark=0.0, cutoff=0.0),
        loss=LossRecipe(run.loss, sigma=((0, 2.5 * sigma), (0.3 * steps, 1.6 * sigma), (0.6 * steps, sigma))),
        optimiser=OptimiserRecipe("adamw", 2e-3, weight_decay=0.01, clip=1.0),
        schedule=ScheduleRecipe("cosine", warmup=50),
        ema=0.99,
        bfloat16=run.bfloat16,
        evaluate_every=max(1, steps // 4),
        save_every=max(1, steps // 8),
    )


def carry_out(run: Run, packs: tuple[Pack, ...], validation: Pack, out: Path) -> Result:
    """Train and measure one run; `out` receives its checkpoint, log and result.json."""
    network = find_architecture(run.network).build(load_skeleton("lsp14"))
    recipe = build_recipe(run, SIZE[0] // output_sizes(network, SIZE).heatmaps[-1][0])
    began = time.process_time()
    trained = train(recipe, packs, out, validation=validation)
    minutes = (time.process_time() - began) / 60
    found = predict(trained, validation, SIZE, crop_factor=CROP_FACTOR, activation=recipe.activation)
    truth, skeleton = validation.keypoints, load_skeleton(recipe.skeleton)
    hits = count_hits(found, truth, torso_length(truth, skeleton), threshold=0.2)
    score = summarise_hits(hits, skeleton.keypoints, np.arange(len(truth)))
    low, high = score.interval12
    result = Result(run.name, run.network, run.loss, score.mean12, low, high, recipe.steps * BATCH, minutes)
    (out / "result.json").write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")
    return result


def main() -> None:
    """Carry out the runs that have no result yet, in order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds `lspet`")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", nargs="*", metavar="NAME", help="of these runs; all when left out")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    wanted = [run for run in RUNS if not args.only or run.name in args.only]
    missing = [run for run in wanted if not (args.out / run.name / "result.json").exists()]
    packs: tuple[Pack, ...] = ()
    validation: Pack | None = None
    for run in missing:
        if validation is None:
            packs, validation = read_sources(build_recipe(run, 1), args.data)
        if validation is not None:
            log.info("%s", carry_out(run, packs, validation, args.out / run.name))


if __name__ == "__main__":
    main()
