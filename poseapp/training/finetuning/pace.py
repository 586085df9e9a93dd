"""How fast this machine trains a network: what decides how many steps fit into the time that a person gives."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass

import torch
from torch import nn

from poseapp.core.types import ModelSpec
from poseapp.training.finetuning.loop import freeze_first
from poseapp.training.finetuning.settings import TuneSettings

_TRIALS = 2


@dataclass(frozen=True)
class Pace:
    """Seconds a step takes, and whether bfloat16 is the faster way: on processors that know it, twice."""

    step_seconds: float
    bfloat16: bool


def measure_pace(network: nn.Module, spec: ModelSpec, settings: TuneSettings) -> Pace:
    """Return the pace of steps as the settings ask for them; the network stays as it is."""
    trial = copy.deepcopy(network).train()
    freeze_first(trial, settings.frozen)
    trial.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in the stubs
    images = torch.zeros(settings.marked + settings.replay, 3, *spec.input_size)
    images = images.contiguous(memory_format=torch.channels_last)
    seconds = {half: _step_seconds(trial, images, settings.replay, half=half) for half in (False, True)}
    half = seconds[True] < seconds[False]
    return Pace(seconds[half], half)


def _step_seconds(network: nn.Module, images: torch.Tensor, replay: int, *, half: bool) -> float:
    """Return the time of the faster of two steps: the first one also sets memory and kernels up."""
    best = float("inf")
    for _ in range(_TRIALS):
        began = time.monotonic()
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            answer = network(images)
        torch.autograd.backward(answer.float().square().mean())
        if replay:
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=half):
                network(images[:replay])
        best = min(best, time.monotonic() - began)
    return best
