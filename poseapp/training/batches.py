"""Batches as pure functions of seed and step, so that a resumed training goes on exactly where it stopped."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from poseapp.core.geometry import resize_map
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float32
from poseapp.training.augment import augment
from poseapp.training.pack import Pack, UInt8
from poseapp.training.recipe import Recipe

HEATMAP_REDUCTION = 4


@dataclass(frozen=True)
class Batch:
    """images (N, S, S, 3) uint8 RGB; targets (N, K, S / 4, S / 4) 0..1; weights (N, K), 0 = not labelled."""

    images: UInt8
    targets: Float32
    weights: Float32


def gaussian_targets(keypoints: Float32, size: int, sigma: float) -> tuple[Float32, Float32]:
    """Return heatmaps (N, K, h, w) and weights (N, K) of keypoints (N, K, 2), input px.

    NaN gives weight 0; a keypoint outside the picture gives an empty heatmap with weight 1.
    """
    side = size // HEATMAP_REDUCTION
    at = resize_map((size, size), (side, side))(keypoints)
    grid = np.arange(side)
    with np.errstate(invalid="ignore"):
        gx = np.exp(-0.5 * ((grid - at[..., 0, None]) / sigma) ** 2)
        gy = np.exp(-0.5 * ((grid - at[..., 1, None]) / sigma) ** 2)
    targets = np.nan_to_num(gy[..., :, None] * gx[..., None, :]).astype(np.float32)
    return targets, np.isfinite(keypoints[..., 0]).astype(np.float32)


def build_batch(packs: tuple[Pack, ...], recipe: Recipe, skeleton: Skeleton, step: int) -> Batch:
    """Return the batch of a step; the same for the same seed, step, packs and recipe."""
    rng = np.random.default_rng([recipe.seed, step])
    size = recipe.size_at(step)
    images, points = [], []
    for source, pack in zip(recipe.sources, packs, strict=True):
        for i in rng.integers(0, len(pack), source.share):
            image, moved = augment(pack.images[i], pack.keypoints[i], size, skeleton.mirror, recipe.augment, rng)
            images.append(image)
            points.append(moved)
    targets, weights = gaussian_targets(np.stack(points), size, recipe.sigma)
    return Batch(np.stack(images), targets, weights)


def prefetched(packs: tuple[Pack, ...], recipe: Recipe, skeleton: Skeleton, start: int) -> Iterator[tuple[int, Batch]]:
    """Yield (step, batch) from `start` to the recipe's end, built one thread ahead."""
    ready: queue.Queue[tuple[int, Batch] | BaseException | None] = queue.Queue(maxsize=6)
    stop = threading.Event()

    def build() -> None:
        try:
            for step in range(start, recipe.steps):
                if stop.is_set():
                    return
                ready.put((step, build_batch(packs, recipe, skeleton, step)))
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
