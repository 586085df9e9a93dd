"""Batches are the same whoever builds them."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from poseapp.core.skeleton import load_skeleton
from poseapp.training import feeding
from poseapp.training.batches import Plan, build_batch
from poseapp.training.feeding import Shelf, builders_beside, feed
from poseapp.training.pack import Pack
from poseapp.training.recipe import Recipe, SourceRecipe, StageRecipe
from poseapp.training.targets import OutputSizes

RECIPE = Recipe("test", "fasterpose-slim", "body18", 1, 9, (SourceRecipe("a", 2),), (StageRecipe(9, (64, 64)),))


def plan() -> Plan:
    rng = np.random.default_rng(0)
    images = tuple(rng.integers(0, 255, (90, 80 + i, 3), np.uint8) for i in range(5))
    pack = Pack(images, rng.uniform(10, 70, (5, 18, 2)).astype(np.float32))
    return Plan(RECIPE, load_skeleton("body18"), (pack,), {(64, 64): OutputSizes(((16, 16),))})


@pytest.mark.parametrize("builders", [0, 2])
def test_every_batch_comes_once_in_order_and_as_built_alone(builders: int) -> None:
    fed = list(feed(plan(), 3, builders))
    assert [step for step, _ in fed] == [3, 4, 5, 6, 7, 8]
    for step, batch in fed:
        alone = build_batch(plan(), step)
        assert np.array_equal(batch.images, alone.images)
        assert np.array_equal(batch.heatmaps[0], alone.heatmaps[0])


def test_a_training_that_stops_leaves_no_builders() -> None:
    batches = feed(plan(), 0, 2)
    assert next(batches)[0] == 0
    batches.close()
    assert not multiprocessing.active_children()


def test_an_error_of_a_builder_reaches_the_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "ProcessPoolExecutor", lambda n, context, begin, given: _Alone(begin, given))
    broken = replace(plan(), packs=(Pack((np.zeros((1, 0, 3), np.uint8),), np.zeros((1, 18, 2), np.float32)),))
    with pytest.raises(cv2.error):
        list(feed(broken, 0, 2))


class _Alone(ThreadPoolExecutor):
    """The pool's work in a thread of this process."""

    def __init__(self, begin: Callable[..., None], given: tuple[object, ...]) -> None:
        super().__init__(1, initializer=begin, initargs=given)


def test_a_shelf_gives_its_pack_back(tmp_path: Path) -> None:
    pack = plan().packs[0]
    back = Shelf.fill(tmp_path / "pixels.npy", pack).open()
    assert np.array_equal(back.keypoints, pack.keypoints)
    assert len(back) == len(pack)
    assert all(np.array_equal(a, b) for a, b in zip(back.images, pack.images, strict=True))


def test_processors_build_beside_a_gpu_only() -> None:
    assert builders_beside(torch.device("cpu")) == 0
    assert builders_beside(torch.device("cuda")) >= 1
    assert builders_beside(torch.device("cuda"), world=10_000) == 1
