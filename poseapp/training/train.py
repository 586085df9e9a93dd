"""Train a network: one loop, read from top to bottom; stopped at any step, it goes on from its checkpoint."""

from __future__ import annotations

import json
import logging
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_skeleton
from poseapp.training.batches import Plan
from poseapp.training.distributed import Group
from poseapp.training.feeding import builders_beside, feed
from poseapp.training.measuring.evaluate import mean_pck
from poseapp.training.pack import Pack
from poseapp.training.rate_search import find_highest_rate
from poseapp.training.recipe import Recipe
from poseapp.training.schedules import learning_rate, starts_round
from poseapp.training.state import Training, Weights
from poseapp.training.steps import output_sizes, take_step, wrap

log = logging.getLogger(__name__)
CHECKPOINT, LOG = "checkpoint.pt", "log.jsonl"
_REMEDY = "Lower the learning rate, or clip the gradient; the last checkpoint is whole"
ALONE = Group(0, 1, torch.device("cpu"))


def train(
    recipe: Recipe,
    packs: tuple[Pack, ...],
    out: Path,
    *,
    validation: Pack | None = None,
    group: Group = ALONE,
    weights: Weights | None = None,
) -> nn.Module:
    """Train by the recipe and return the averaged network; `out` receives checkpoint.pt and log.jsonl.

    A checkpoint in `out` is resumed; on a CPU the result is bit for bit that of an unbroken training.

    Args:
        packs: One for each source of the recipe.
        validation: Never trained on; its PCK goes into the log, and the best weights by it into the checkpoint.
        group: The processes that share every batch.
        weights: To begin from; fresh ones by the recipe's seed when None.

    Raises:
        BadInputError: The checkpoint in `out` is of another network, or the loss is no longer a number.
    """
    recipe = recipe.in_steps(sum(len(pack) for pack in packs))
    skeleton = load_skeleton(recipe.skeleton)
    run, checkpoint = Training.begin(recipe, skeleton, group.device, weights), out / CHECKPOINT
    out.mkdir(parents=True, exist_ok=True)
    if checkpoint.exists():
        run.load(checkpoint)
    outputs = {stage.size: output_sizes(run.network, stage.size) for stage in recipe.stages}
    plan = Plan(recipe, skeleton, packs, outputs, group.rank, group.world)
    if run.highest is None:
        run.highest = find_highest_rate(run, plan, group, steps=max(10, round(recipe.schedule.cycle)))
    keeper = Keeper(recipe, out, run.step, validation) if group.leads else None
    wrapped = wrap(run.network, group)
    for step, batch in feed(plan, run.step, builders_beside(group.device, group.world)):
        if starts_round(recipe, step):
            run.best = group.share(run.best)
            run.start_round(recipe)
        rate = learning_rate(recipe, step, run.highest)
        loss = group.mean(take_step(run, wrapped, batch, recipe, rate=rate))
        if not torch.isfinite(loss):
            raise BadInputError(f"the training diverged at step {step}", where=recipe.name, remedy=_REMEDY)
        run.step = step + 1
        if keeper is not None:
            keeper.keep(run, loss.item(), rate)
    return run.average


class Keeper:
    """Judges, logs and saves a training when its recipe says so.

    The log holds one JSON object a line; lines of steps that a resumed training repeats are dropped.
    """

    def __init__(self, recipe: Recipe, out: Path, step: int, validation: Pack | None) -> None:
        self._recipe, self._validation = recipe, validation
        self._log, self._checkpoint = out / LOG, out / CHECKPOINT
        self._losses, self._began = list[float](), time.monotonic()
        lines = self._log.read_text(encoding="utf-8").splitlines() if self._log.exists() else []
        kept = [line for line in lines if json.loads(line)["step"] <= step]
        with atomic_path(self._log) as temporary:  # a kill just now must not cost the lines before
            temporary.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")

    def keep(self, run: Training, loss: float, rate: float) -> None:
        """Take note of a step that was done."""
        self._losses.append(loss)
        recipe, done = self._recipe, run.step == self._recipe.steps
        judged = run.step % recipe.evaluate_every == 0 or done
        saved = run.step % recipe.save_every == 0 or done
        score = None
        if judged and self._validation is not None:
            score = mean_pck(run.average, self._validation, recipe, recipe.size_at(run.step - 1))
            run.keep_if_best(score)
        if judged or saved:
            self._write(run.step, rate, score)
        if saved:
            run.save(self._checkpoint, recipe)

    def _write(self, step: int, rate: float, score: float | None) -> None:
        """Write what the steps since the last line came to."""
        seconds, size = max(1e-9, time.monotonic() - self._began), self._recipe.size_at(step - 1)
        line: dict[str, object] = {"step": step, "size": size, "loss": float(np.mean(self._losses)), "lr": rate}
        line |= {"pictures_per_s": self._recipe.batch * len(self._losses) / seconds}
        if score is not None:
            line["pck"] = None if math.isnan(score) else score
        with self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        log.info("%s", line)
        self._losses, self._began = [], time.monotonic()
