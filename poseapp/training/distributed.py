"""One training on several processors or machines: started by `torchrun`, joined here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor


@dataclass(frozen=True)
class Group:
    """The processes of one training. Attributes: rank (of this one), world (how many), device (of this one)."""

    rank: int
    world: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """Whether this process writes files."""
        return self.rank == 0

    def share(self, value: Any) -> Any:
        """Return the leader's value in every process."""
        if self.world == 1:
            return value
        box = [value]
        dist.broadcast_object_list(box, src=0)
        return box[0]

    def mean(self, value: Tensor) -> Tensor:
        """Return the mean of a scalar over the processes."""
        if self.world == 1:
            return value
        total = value.to(self.device)
        dist.all_reduce(total)
        return total.cpu() / self.world


@contextmanager
def joined(device: str = "auto") -> Iterator[Group]:
    """Join the processes that torchrun started (NCCL on GPUs, gloo on processors), or be the only one.

    Args:
        device: "cpu", "cuda", or "auto": a GPU where there is one.
    """
    wanted = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    place = torch.device(wanted, int(os.environ.get("LOCAL_RANK", 0))) if wanted == "cuda" else torch.device(wanted)
    if world == 1:
        yield Group(0, 1, place)
        return
    dist.init_process_group("nccl" if wanted == "cuda" else "gloo")
    try:
        yield Group(rank, world, place)
    finally:
        dist.destroy_process_group()
