"""What changes from step to step of a training, and so what a checkpoint holds."""

from __future__ import annotations

import copy
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import Skeleton
from poseapp.nets.registry import find_architecture
from poseapp.training.recipe import OptimiserRecipe, Recipe

Weights = dict[str, Any]


@dataclass
class Training:
    """A network on its way.

    Attributes:
        network: Being trained.
        average: Its exponential moving average, the one to use; the network itself where the recipe wants none.
        step: How many steps are done.
        highest: The highest learning rate, given or searched; None until it is known.
        best: Weights of the average that scored best on the validation pictures, and that score, 0..1.
        seconds: Spent so far, where a training may take only so long.
        stale: How often in a row the average was judged and not found better.
    """

    network: nn.Module
    average: nn.Module
    optimiser: torch.optim.Optimizer
    step: int = 0
    highest: float | None = None
    best: Weights | None = None
    best_score: float = -1.0
    seconds: float = 0.0
    stale: int = 0

    @classmethod
    def begin(
        cls, recipe: Recipe, skeleton: Skeleton, device: torch.device, weights: Weights | None = None
    ) -> Training:
        """Return fresh weights, drawn from the recipe's seed, or given ones."""
        torch.manual_seed(recipe.seed)
        network = find_architecture(recipe.network).build(skeleton)
        if weights is not None:
            network.load_state_dict(weights)
        network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in the stubs
        average = copy.deepcopy(network).eval() if recipe.ema else network
        rate = recipe.optimiser.learning_rate
        return cls(network, average, build_optimiser(network, recipe.optimiser), highest=rate or None)

    def load(self, path: Path) -> None:
        """Go back to a checkpoint. Raises BadInputError where it is none or of another network."""
        state = read_checkpoint(path)
        try:
            self.network.load_state_dict(state["network"])
            self.average.load_state_dict(state["average"])
            groups = self.optimiser.state_dict()["param_groups"]  # the recipe, not the checkpoint, says how to go on
            self.optimiser.load_state_dict({"state": state["optimiser"]["state"], "param_groups": groups})
        except (RuntimeError, ValueError) as error:
            raise BadInputError(
                "the checkpoint is of another network or recipe", where=str(path), remedy="Train into a fresh folder"
            ) from error
        self.step, self.highest = state["step"], self.highest or state["highest"]
        self.best, self.best_score = state["best"], state["best_score"]
        self.seconds, self.stale = state.get("seconds", 0.0), state.get("stale", 0)

    def save(self, path: Path, recipe: Recipe) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {name: getattr(self, name).state_dict() for name in ("network", "average", "optimiser")}
        state |= {"step": self.step, "highest": self.highest, "best": self.best, "best_score": self.best_score}
        state |= {"seconds": self.seconds, "stale": self.stale}
        with atomic_path(path) as temporary:
            torch.save(state | {"recipe": json.dumps(asdict(recipe))}, temporary)

    def keep_if_best(self, score: float) -> None:
        """Remember the averaged weights when they score above all before."""
        self.stale += 1
        if score > self.best_score:
            self.best_score, self.stale = score, 0
            self.best = {name: value.clone() for name, value in self.average.state_dict().items()}

    def start_round(self, recipe: Recipe) -> None:
        """Go on from the best weights with a fresh optimiser (LPN section 3.3)."""
        if self.best is not None:
            self.network.load_state_dict(self.best)
            self.average.load_state_dict(self.best)
        self.optimiser = build_optimiser(self.network, recipe.optimiser)


def build_optimiser(network: nn.Module, recipe: OptimiserRecipe) -> torch.optim.Optimizer:
    """Return the optimiser that a recipe names; the rate is set anew at every step."""
    weights, decay, rate = network.parameters(), recipe.weight_decay, recipe.learning_rate or 1.0
    if recipe.kind == "adamw":
        return torch.optim.AdamW(weights, rate, weight_decay=decay, fused=True)
    if recipe.kind == "adam":
        return torch.optim.Adam(weights, rate, weight_decay=decay, fused=True)
    if recipe.kind == "rmsprop":
        return torch.optim.RMSprop(weights, rate, weight_decay=decay)
    return torch.optim.SGD(weights, rate, momentum=recipe.momentum, weight_decay=decay)


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Return what `Training.save` wrote. Raises BadInputError where the file is missing or no checkpoint."""
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        state["step"], state["recipe"]
    except Exception as error:
        raise BadInputError("not a checkpoint of a training", where=str(path)) from error
    return state


@torch.no_grad()
def update_average(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Move the averaged weights and statistics towards the network's."""
    for slow, fast in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if slow.dtype.is_floating_point:
            slow.lerp_(fast, 1 - decay)
        else:
            slow.copy_(fast)
