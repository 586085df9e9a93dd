"""Pictures as a fine-tuning shows them, without a training."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from torch import Tensor

from poseapp.core.errors import CancelledError
from poseapp.core.types import Float32
from poseapp.training.batches import Plan, prefetched
from poseapp.training.finetuning.settings import TuneSettings, build_recipe
from poseapp.training.finetuning.start import Trainable
from poseapp.training.measuring.evaluate import normalise
from poseapp.training.pack import Pack
from poseapp.training.steps import output_sizes
from poseapp.training.targets import OutputSizes

_QUANTISED_ON = 6  # batches


def final_sizes(start: Trainable) -> Mapping[tuple[int, int], OutputSizes]:
    """Return the size of the last heatmaps, which alone are taught here, at the network's input size."""
    size = start.spec.input_size
    return {size: OutputSizes(output_sizes(start.network, size).heatmaps[-1:])}


def pictures_to_quantise(
    start: Trainable, pack: Pack, settings: TuneSettings, cancel: Callable[[], bool] = lambda: False
) -> Iterator[Float32]:
    """Yield what ranges of 8 bits are measured on: batches (N, 3, H, W), normalised. Raises CancelledError."""
    return (pictures.numpy() for pictures in varied_pictures(start, pack, settings, _QUANTISED_ON, cancel))


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
    sizes = final_sizes(start)
    for _, batch in prefetched(Plan(recipe, spec.skeleton, (pack,), sizes), 0):
        if cancel():
            raise CancelledError
        yield normalise(batch.images, spec.mean, spec.std)
