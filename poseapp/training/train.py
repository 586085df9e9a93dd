"""Train a network: one loop, read from top to bottom; stopped at any step, it goes on from its checkpoint.

python -m poseapp.training.train RECIPE --data PACKS --out FOLDER
"""

from __future__ import annotations

import argparse
import copy
import json
import logging
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from poseapp.core.skeleton import Skeleton, load_skeleton
from poseapp.nets.registry import find_architecture
from poseapp.training.batches import prefetched
from poseapp.training.evaluate import evaluate_pck, normalise
from poseapp.training.losses import rce_loss
from poseapp.training.pack import Pack, read_pack
from poseapp.training.recipe import Recipe, read_recipe

log = logging.getLogger(__name__)


def learning_rate(recipe: Recipe, step: int) -> float:
    """Return the rate of a step: linear warm-up, then half a cosine to 0."""
    if step < recipe.warmup:
        return recipe.learning_rate * (step + 1) / recipe.warmup
    progress = (step - recipe.warmup) / max(1, recipe.steps - recipe.warmup)
    return recipe.learning_rate * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


@torch.no_grad()
def update_average(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Move the averaged weights and statistics towards the network's."""
    for slow, fast in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if slow.dtype.is_floating_point:
            slow.lerp_(fast, 1 - decay)
        else:
            slow.copy_(fast)


@dataclass
class Training:
    """What changes from step to step, and so what a checkpoint holds.

    Attributes:
        network: Being trained. average: Its exponential moving average, the one to use.
        step: How many steps are done.
    """

    network: nn.Module
    average: nn.Module
    optimiser: torch.optim.Optimizer
    step: int = 0

    @classmethod
    def begin(cls, recipe: Recipe, skeleton: Skeleton) -> Training:
        """Return fresh weights, drawn from the recipe's seed."""
        torch.manual_seed(recipe.seed)
        network = find_architecture(recipe.network).build(skeleton)
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stubs
        optimiser = torch.optim.AdamW(network.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay)
        return cls(network, copy.deepcopy(network).eval(), optimiser)

    def load(self, path: Path) -> None:
        """Go back to a checkpoint."""
        state = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step = state["step"]

    def save(self, path: Path, recipe: Recipe) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {name: getattr(self, name).state_dict() for name in ("network", "average", "optimiser")}
        temporary = path.with_suffix(".tmp")
        torch.save(state | {"step": self.step, "recipe": json.dumps(asdict(recipe))}, temporary)
        temporary.replace(path)


def train(recipe: Recipe, packs: tuple[Pack, ...], out: Path, *, validation: Pack | None = None) -> nn.Module:
    """Train by the recipe and return the averaged network; `out` receives checkpoint.pt and log.jsonl.

    A checkpoint in `out` is resumed; on a CPU the result is bit for bit that of an unbroken training.

    Args:
        packs: One for each source of the recipe.
        validation: Never trained on; its PCK goes into the log.
    """
    skeleton = load_skeleton(recipe.skeleton)
    run, checkpoint = Training.begin(recipe, skeleton), out / "checkpoint.pt"
    out.mkdir(parents=True, exist_ok=True)
    if checkpoint.exists():
        run.load(checkpoint)
    losses: list[float] = []
    began = time.monotonic()
    for step, batch in prefetched(packs, recipe, skeleton, run.step):
        for group in run.optimiser.param_groups:
            group["lr"] = learning_rate(recipe, step)
        run.network.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
            logits = run.network(normalise(batch.images))
        loss = rce_loss(logits.float(), torch.from_numpy(batch.targets), torch.from_numpy(batch.weights))
        run.optimiser.zero_grad()
        torch.autograd.backward(loss)
        run.optimiser.step()
        update_average(run.average, run.network, min(recipe.ema, (1 + step) / (10 + step)))
        losses.append(loss.item())

        run.step = step + 1
        if run.step % recipe.save_every == 0 or run.step == recipe.steps:
            run.save(checkpoint, recipe)
        if run.step % recipe.evaluate_every == 0 or run.step == recipe.steps:
            seconds = (time.monotonic() - began) / len(losses)
            _report(out / "log.jsonl", recipe, run, validation, float(np.mean(losses)), seconds)
            losses, began = [], time.monotonic()
    return run.average


def _report(path: Path, recipe: Recipe, run: Training, validation: Pack | None, loss: float, seconds: float) -> None:
    size = recipe.size_at(run.step - 1)
    line = {"step": run.step, "size": size, "loss": loss, "lr": learning_rate(recipe, run.step - 1)}
    line |= {"pictures_per_s": recipe.batch / seconds}
    if validation is not None:
        line["pck_limbs"] = float(evaluate_pck(run.average, validation, size, crop_factor=1.25)[:12].mean())
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    log.info("%s", line)


def main() -> None:
    """Run a recipe on the packs of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="folder with <source>.npz and validation.npz")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(args.threads)
    recipe = read_recipe(args.recipe)
    packs = tuple(read_pack(args.data / f"{source.name}.npz") for source in recipe.sources)
    train(recipe, packs, args.out, validation=read_pack(args.data / "validation.npz"))


if __name__ == "__main__":
    main()
