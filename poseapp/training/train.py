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
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from poseapp.core.skeleton import load_skeleton
from poseapp.nets.fasterpose import fasterpose_slim
from poseapp.training.batches import prefetched
from poseapp.training.evaluate import evaluate_pck
from poseapp.training.losses import rce_loss
from poseapp.training.pack import Pack, UInt8, read_pack
from poseapp.training.recipe import Recipe, read_recipe

log = logging.getLogger(__name__)
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def normalise(images: UInt8) -> Tensor:
    """Return RGB pictures (N, H, W, 3) as (N, 3, H, W) float32, channels last, zero mean and unit spread."""
    x = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    x = (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)
    return x.contiguous(memory_format=torch.channels_last)


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


def train(recipe: Recipe, packs: tuple[Pack, ...], out: Path, *, validation: Pack | None = None) -> nn.Module:
    """Train by the recipe and return the averaged network; `out` receives checkpoint.pt and log.jsonl.

    A checkpoint in `out` is resumed; on a CPU the result is bit for bit that of an unbroken training.

    Args:
        packs: One for each source of the recipe.
        validation: Never trained on; its PCK goes into the log.
    """
    torch.manual_seed(recipe.seed)
    skeleton = load_skeleton(recipe.skeleton)
    network = fasterpose_slim(skeleton.n_keypoints).to(memory_format=torch.channels_last)
    average = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(network.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay)
    out.mkdir(parents=True, exist_ok=True)
    checkpoint, start = out / "checkpoint.pt", 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["network"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        start = state["step"]

    losses, began = [], time.monotonic()
    for step, batch in prefetched(packs, recipe, skeleton, start):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(recipe, step)
        network.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
            logits = network(normalise(batch.images))
        loss = rce_loss(logits.float(), torch.from_numpy(batch.targets), torch.from_numpy(batch.weights))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        update_average(average, network, min(recipe.ema, (1 + step) / (10 + step)))
        losses.append(loss.item())

        done = step + 1
        if done % recipe.save_every == 0 or done == recipe.steps:
            state = {"network": network.state_dict(), "average": average.state_dict()}
            state |= {"optimiser": optimiser.state_dict(), "step": done, "recipe": json.dumps(asdict(recipe))}
            torch.save(state, checkpoint.with_suffix(".tmp"))
            checkpoint.with_suffix(".tmp").replace(checkpoint)
        if done % recipe.evaluate_every == 0 or done == recipe.steps:
            line = {"step": done, "loss": float(np.mean(losses)), "lr": learning_rate(recipe, step)}
            line |= {"pictures_per_s": recipe.batch * len(losses) / (time.monotonic() - began)}
            if validation is not None:
                pck = evaluate_pck(average, validation, recipe.size_at(step), crop_factor=1.25)
                line["pck_limbs"] = float(pck[:12].mean())
            with (out / "log.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            log.info("%s", line)
            losses, began = [], time.monotonic()
    return average


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
