"""Pictures as a fine-tuning shows them, without a training."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch import Tensor

from poseapp.core.errors import CancelledError
from poseapp.training.batches import Plan, prefetched
from poseapp.training.finetuning.settings import TuneSettings, build_recipe
from poseapp.training.finetuning.start import Trainable
from poseapp.training.measuring.evaluate import normalise
from poseapp.training.pack import Pack
from poseapp.training.targets import OutputSizes

QUANTISED_ON = 6  # batches on which ranges of 8 bits are measured


def varied_pictures(
    start: Trainable,
    pack: Pack,
    settings: TuneSettings,
    batches: int,
    cancel: Callable[[], bool] = lambda: False,
) -> Iterator[Tensor]:
    """Yield batches of pictures (N, 3, H, W), normalised.

    Raises:
        CancelledError: `cancel` said so.
    """
    spec = start.spec
    recipe = build_recipe(spec, replace(settings, replay=0), steps=batches, bfloat16=False)
    with torch.no_grad():
        shape = start.network.eval()(torch.zeros(1, 3, *spec.input_size)).shape
    sizes = {spec.input_size: OutputSizes(((int(shape[2]), int(shape[3])),))}
    for _, batch in prefetched(Plan(recipe, spec.skeleton, (pack,), sizes), 0):
        if cancel():
            raise CancelledError
        yield normalise(batch.images, spec.mean, spec.std)
