"""Batches as pure functions of seed and step, so that a resumed training goes on exactly where it stopped."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float32
from poseapp.training.augment import Sample, Size, vary
from poseapp.training.pack import Pack, UInt8
from poseapp.training.recipe import Recipe
from poseapp.training.targets import OutputSizes, heatmap_targets, known, link_targets


@dataclass(frozen=True)
class Batch:
    """N pictures and what a network should answer.

    Attributes:
        images: (N, H, W, 3) uint8 RGB.
        keypoints: (N, K, 2) input px, NaN = not labelled.
        heatmaps: One target (N, K, h, w), 0..1, for each heatmap output; outputs of one size share an array.
        weights: (N, K), 0 = not labelled.
        links: One target (N, 2P, h, w) for each output of part affinity fields; link_weights: (N, P).
    """

    images: UInt8
    keypoints: Float32
    heatmaps: tuple[Float32, ...]
    weights: Float32
    links: tuple[Float32, ...]
    link_weights: Float32


@dataclass(frozen=True)
class Plan:
    """Everything a batch depends on beside its step.

    Attributes:
        recipe: In steps.
        outputs: Sizes of the network's outputs at every input size of the recipe.
        rank, world: This process builds every `world`-th picture of a batch, from the `rank`-th on.
    """

    recipe: Recipe
    skeleton: Skeleton
    packs: tuple[Pack, ...]
    outputs: Mapping[Size, OutputSizes]
    rank: int = 0
    world: int = 1


@lru_cache(maxsize=8)
def _order(n: int, seed: int, source: int, epoch: int) -> npt.NDArray[np.intp]:
    return np.random.default_rng([seed, source, epoch]).permutation(n)


def draw(plan: Plan, step: int) -> list[tuple[int, int]]:
    """Return (source, picture) of a whole batch: each source is gone through in a new order each time."""
    drawn = []
    for source, (recipe, pack) in enumerate(zip(plan.recipe.sources, plan.packs, strict=True)):
        for position in range(step * recipe.share, (step + 1) * recipe.share):
            epoch, place = divmod(position, len(pack))
            drawn.append((source, int(_order(len(pack), plan.recipe.seed, source, epoch)[place])))
    return drawn


def build_batch(plan: Plan, step: int) -> Batch:
    """Return this process's part of the batch of a step; the same for the same step and plan."""
    recipe, skeleton = plan.recipe, plan.skeleton
    size = recipe.size_at(step)
    images, points, weights = [], [], []
    for i, (source, picture) in list(enumerate(draw(plan, step)))[plan.rank :: plan.world]:
        rng, pack = np.random.default_rng([recipe.seed, step, i]), plan.packs[source]
        about = None if pack.about is None else pack.about[picture]
        sample = Sample(pack.images[picture], pack.keypoints[picture], about)
        varied = vary(sample, size, skeleton, recipe.augment, rng)
        images.append(varied.picture)
        points.append(varied.keypoints)
        own = np.ones(skeleton.n_keypoints, np.float32) if pack.weights is None else pack.weights[picture]
        weights.append(own[list(skeleton.mirror)] if varied.flipped else own)
    batch = with_targets(np.stack(images), np.stack(points), plan, step)
    return replace(batch, weights=batch.weights * np.stack(weights))


def with_targets(images: UInt8, keypoints: Float32, plan: Plan, step: int) -> Batch:
    """Return pictures (N, H, W, 3) with keypoints (N, K, 2), input px, as the batch of a step."""
    size, sigma = (images.shape[1], images.shape[2]), plan.recipe.sigma_at(step)
    outputs = plan.outputs[size]
    final = outputs.heatmaps[-1]
    made = {
        shape: heatmap_targets(keypoints, size, shape, sigma * shape[0] / final[0]) for shape in set(outputs.heatmaps)
    }
    links, width = plan.skeleton.links, plan.recipe.loss.link_width
    fields = [link_targets(keypoints, links, size, shape, width) for shape in outputs.links]
    return Batch(
        images,
        keypoints,
        tuple(made[shape] for shape in outputs.heatmaps),
        known(keypoints),
        tuple(field for field, _ in fields),
        fields[0][1] if fields else np.zeros((len(images), 0), np.float32),
    )


def prefetched(plan: Plan, start: int) -> Iterator[tuple[int, Batch]]:
    """Yield (step, batch) from `start` to the recipe's end, built one thread ahead."""
    ready: queue.Queue[tuple[int, Batch] | BaseException | None] = queue.Queue(maxsize=6)
    stop = threading.Event()

    def build() -> None:
        try:
            for step in range(start, plan.recipe.steps):
                if stop.is_set():
                    return
                ready.put((step, build_batch(plan, step)))
            ready.put(None)
        except BaseException as error:  # noqa: BLE001 - handed to the consumer, which raises it
            ready.put(error)

    thread = threading.Thread(target=build, name="batches", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
        while not ready.empty():
            ready.get_nowait()
        thread.join(timeout=5)
