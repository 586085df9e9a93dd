"""One step of training: forward, backward, step, average; in parts and on several processes where asked."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from poseapp.core.errors import BadInputError
from poseapp.nets.heads import Heads
from poseapp.training.augment import Size
from poseapp.training.batches import Batch
from poseapp.training.distributed import Group
from poseapp.training.losses import supervise
from poseapp.training.measuring.evaluate import normalise
from poseapp.training.recipe import Recipe
from poseapp.training.state import Training, update_average
from poseapp.training.targets import OutputSizes


class Supervised(nn.Module):
    """A network whose forward answers every head: what DistributedDataParallel must see."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Heads:
        """Map normalised images (N, 3, H, W) to every supervised output."""
        heads: Heads = self.network.heads(images)  # type: ignore[operator]  # nn.Module knows no verbs
        return heads


def wrap(network: nn.Module, group: Group) -> nn.Module:
    """Return the network's heads, their gradients averaged over the processes of a group."""
    supervised = Supervised(network)
    if group.world == 1:
        return supervised
    if group.device.type == "cuda":
        synchronised = nn.SyncBatchNorm.convert_sync_batchnorm(supervised)  # type: ignore[no-untyped-call]
        return DistributedDataParallel(synchronised, device_ids=[group.device])
    return DistributedDataParallel(supervised)


def take_step(run: Training, wrapped: nn.Module, batch: Batch, recipe: Recipe, *, rate: float) -> Tensor:
    """Train on one batch and return its loss, a scalar without gradient, the mean of its parts."""
    for group in run.optimiser.param_groups:
        group["lr"] = rate
    wrapped.train()
    if recipe.frozen_norm:
        freeze_norm(wrapped)
    run.optimiser.zero_grad(set_to_none=True)
    total = torch.zeros(())
    for part in range(recipe.accumulate):
        last = part == recipe.accumulate - 1
        waiting: Any = nullcontext() if last or not isinstance(wrapped, DistributedDataParallel) else wrapped.no_sync()
        with waiting:
            loss = part_loss(wrapped, batch, recipe, part=part) / recipe.accumulate
            torch.autograd.backward(loss)
        total = total + loss.detach().cpu()
    if recipe.optimiser.clip:
        nn.utils.clip_grad_norm_(run.network.parameters(), recipe.optimiser.clip)
    run.optimiser.step()
    if recipe.ema:
        update_average(run.average, run.network, min(recipe.ema, (1 + run.step) / (10 + run.step)))
    return total


def part_loss(wrapped: nn.Module, batch: Batch, recipe: Recipe, *, part: int) -> Tensor:
    """Return the loss of every `accumulate`-th picture of a batch from the `part`-th on."""
    device = next(wrapped.parameters()).device

    def chosen(array: npt.NDArray[np.float32]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array[part :: recipe.accumulate])).to(device)

    images = normalise(batch.images[part :: recipe.accumulate]).to(device)
    with torch.autocast(device.type, torch.bfloat16, enabled=recipe.bfloat16):
        heads = wrapped(images)
    heatmaps, links = tuple(map(chosen, batch.heatmaps)), tuple(map(chosen, batch.links))
    return supervise(heads, heatmaps, chosen(batch.weights), links, chosen(batch.link_weights), recipe=recipe.loss)


def freeze_norm(network: nn.Module) -> None:
    """Let batch norms use the statistics that they have."""
    for module in network.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.eval()


@torch.no_grad()
def output_sizes(network: nn.Module, size: Size) -> OutputSizes:
    """Return the size of every supervised output at an input size.

    Raises:
        BadInputError: The network does not take pictures of this size.
    """
    mode, weight = network.training, next(network.parameters())
    image = torch.zeros(1, 3, *size, device=weight.device)
    try:
        heads: Heads = network.eval().heads(image)  # type: ignore[operator]  # nn.Module knows no verbs
    except RuntimeError as error:
        remedy = "Choose a size that it halves without remainder, such as its paper's (`poseapp models`)"
        raise BadInputError(f"the network takes no pictures of {size[0]} x {size[1]} px", remedy=remedy) from error
    network.train(mode)
    heatmaps, links = (tuple((int(m.shape[2]), int(m.shape[3])) for m in maps) for maps in heads)
    return OutputSizes(heatmaps, links)
