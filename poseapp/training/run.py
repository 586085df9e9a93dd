"""A training from its recipe to a network that the application takes."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from poseapp.core.errors import BadInputError
from poseapp.nets.registry import find_architecture
from poseapp.training.distributed import joined
from poseapp.training.exporting.ship import export_trained
from poseapp.training.recipe import Recipe, StageRecipe, find_recipe, read_recipe
from poseapp.training.sources import read_sources
from poseapp.training.train import CHECKPOINT, LOG, train


@dataclass(frozen=True)
class Order:
    """What a person asked for.

    Attributes:
        recipe: A file, or the name of a shipped one.
        data: Folder of the packs and data sets that it names.
        out: Receives checkpoint, log and network.
        network: In place of the recipe's; "" leaves it.
        device: "auto", "cpu" or "cuda".
        threads: Of the processor.
    """

    recipe: str
    data: Path
    out: Path
    network: str = ""
    device: str = "auto"
    threads: int = 2


@dataclass(frozen=True)
class Trained:
    """What came of it.

    Attributes:
        file: The ONNX file.
        steps: Of the optimiser, those before a resumption too.
        pck: PCK@0.2 of the limbs on the validation pictures, percent; None without.
        seconds: Of this call.
    """

    name: str
    network: str
    file: Path
    steps: int
    pck: float | None
    seconds: float


def carry_out(order: Order) -> Trained | None:
    """Train, or go on with a training that stopped, and export; None in every process but the leading one.

    Raises:
        BadInputError: The recipe, the data, the network's name or the checkpoint is wrong.
        PoseappError: The exported network answers otherwise than the trained one.
    """
    torch.set_num_threads(order.threads)
    began = time.monotonic()
    recipe = read_order(order)
    packs, validation = read_sources(recipe, order.data)
    with joined(order.device) as group:
        train(recipe, packs, order.out, validation=validation, group=group)
        if not group.leads:
            return None
    checkpoint = order.out / CHECKPOINT
    file = export_trained(checkpoint, order.out / f"{recipe.name}.onnx")
    last = json.loads((order.out / LOG).read_text(encoding="utf-8").splitlines()[-1])
    pck = None if last.get("pck") is None else 100 * last["pck"]
    return Trained(recipe.name, recipe.network, file, last["step"], pck, time.monotonic() - began)


def read_order(order: Order) -> Recipe:
    """Return the recipe with the network that was asked for, at the size of that network's paper.

    Raises:
        BadInputError: No such recipe or network.
    """
    recipe = read_recipe(find_recipe(order.recipe))
    name = order.network or recipe.network
    try:
        architecture = find_architecture(name)
    except KeyError as error:
        raise BadInputError(
            "there is no such network", where=name, remedy="`poseapp models` lists those there are"
        ) from error
    if not order.network:
        return recipe
    return resize(replace(recipe, name=order.network, network=order.network), architecture.input_size)


def resize(recipe: Recipe, size: tuple[int, int]) -> Recipe:
    """Return the recipe with its last and largest pictures of another size, everything else in proportion."""
    scale = size[0] / recipe.stages[-1].size[0]
    stages = tuple(
        StageRecipe(stage.until, (round(stage.size[0] * scale), round(stage.size[1] * scale)))
        for stage in recipe.stages[:-1]
    )
    sigma = tuple((begin, value * scale) for begin, value in recipe.loss.sigma)
    last = StageRecipe(recipe.stages[-1].until, size)
    return replace(recipe, stages=(*stages, last), loss=replace(recipe.loss, sigma=sigma))
