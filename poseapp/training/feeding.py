"""Batches built as fast as a network takes them: beside a GPU one thread is far too slow, so processes build them."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.types import Float32
from poseapp.training.batches import Batch, Plan, build_batch, prefetched
from poseapp.training.pack import Pack

if TYPE_CHECKING:
    import torch

AHEAD = 3  # batches in work or ready for each process
_plans: list[Plan] = []  # of a building process, one


@dataclass(frozen=True)
class Shelf:
    """A pack whose pixels lie end to end in a file, so that processes share them.

    Attributes:
        pixels: The file. shapes: (N, 2) height and width. keypoints: (N, K, 2) px. weights, about: As there.
    """

    pixels: Path
    shapes: npt.NDArray[np.int64]
    keypoints: Float32
    weights: Float32 | None = None
    about: Float32 | None = None

    @classmethod
    def fill(cls, path: Path, pack: Pack) -> Shelf:
        """Write a pack's pixels into a file."""
        np.save(path, np.concatenate([image.reshape(-1) for image in pack.images]))
        shapes = np.array([image.shape[:2] for image in pack.images], np.int64)
        return cls(path, shapes, pack.keypoints, pack.weights, pack.about)

    def open(self) -> Pack:
        """Return the pack; its pictures are read from the file when they are looked at."""
        pixels = np.load(self.pixels, mmap_mode="r")
        parts = np.split(pixels, np.cumsum(self.shapes.prod(axis=1) * 3)[:-1])
        return Pack(
            tuple(part.reshape(h, w, 3) for part, (h, w) in zip(parts, self.shapes, strict=True)),
            self.keypoints,
            self.weights,
            self.about,
        )


def builders_beside(device: torch.device, world: int = 1) -> int:
    """Return how many processes should build batches: none where the network needs the processors itself.

    Args:
        device: Of the network.
        world: Processes of the training that share this machine's processors.
    """
    if device.type == "cpu":
        return 0
    return max(1, (os.cpu_count() or 2) // world - 1)


def feed(plan: Plan, start: int, builders: int) -> Iterator[tuple[int, Batch]]:
    """Yield (step, batch) from `start` to the recipe's end, the same whoever builds them.

    Args:
        builders: Processes; fewer than 2 builds in a thread.
    """
    if builders < 2:
        yield from prefetched(plan, start)
        return
    with tempfile.TemporaryDirectory(prefix="poseapp-packs-") as folder:
        shelves = tuple(Shelf.fill(Path(folder) / f"{n}.npy", pack) for n, pack in enumerate(plan.packs))
        # Fresh processes: a fork of one that runs OpenCV's, PyTorch's and CUDA's threads may hang.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(builders, context, _begin, (replace(plan, packs=()), shelves))
        try:
            yield from _in_order(pool, range(start, plan.recipe.steps), AHEAD * builders)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, steps: range, most: int) -> Iterator[tuple[int, Batch]]:
    waiting: deque[tuple[int, Future[Batch]]] = deque()
    for step in steps:
        waiting.append((step, pool.submit(_build, step)))
        if len(waiting) >= most:
            done, batch = waiting.popleft()
            yield done, batch.result()
    while waiting:
        done, batch = waiting.popleft()
        yield done, batch.result()


def _begin(plan: Plan, shelves: tuple[Shelf, ...]) -> None:
    cv2.setNumThreads(1)
    _plans.append(replace(plan, packs=tuple(shelf.open() for shelf in shelves)))


def _build(step: int) -> Batch:
    return build_batch(_plans[-1], step)
