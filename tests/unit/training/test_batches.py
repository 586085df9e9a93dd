"""Batches: targets, masks, determinism."""

import numpy as np

from poseapp.core.skeleton import load_skeleton
from poseapp.training.batches import build_batch, gaussian_targets, prefetched
from poseapp.training.pack import Pack
from poseapp.training.recipe import Recipe, SourceRecipe, StageRecipe

RECIPE = Recipe(
    "test", "fasterpose-slim", "body18", 1, 4, (SourceRecipe("a", 2), SourceRecipe("b", 1)),
    (StageRecipe(2, 64), StageRecipe(4, 96)),
)  # fmt: skip
SKELETON = load_skeleton("body18")


def random_pack(seed: int) -> Pack:
    rng = np.random.default_rng(seed)
    images = tuple(rng.integers(0, 255, (90, 80 + i, 3), np.uint8) for i in range(5))
    return Pack(images, rng.uniform(10, 70, (5, 18, 2)).astype(np.float32))


def test_target_peaks_at_the_keypoint_and_absent_labels_have_no_weight() -> None:
    points = np.array([[[33.5, 61.5], [np.nan, np.nan], [-1e3, -1e3]]], np.float32)
    targets, weights = gaussian_targets(points, 128, 1.5)
    # u' = (33.5 + 0.5) / 4 - 0.5 = 8, v' = (61.5 + 0.5) / 4 - 0.5 = 15
    assert np.unravel_index(targets[0, 0].argmax(), (32, 32)) == (15, 8)
    assert targets[0, 0].max() == 1
    assert np.isclose(targets[0, 0, 15, 9], np.exp(-0.5 / 1.5**2))
    assert weights.tolist() == [[1, 0, 1]]  # outside the picture is known: an empty map to learn
    assert not targets[0, 1:].any()


def test_a_batch_is_a_function_of_its_step() -> None:
    packs = (random_pack(0), random_pack(1))
    first, again, other = (build_batch(packs, RECIPE, SKELETON, step) for step in (1, 1, 0))
    assert first.images.shape == (3, 64, 64, 3)
    assert np.array_equal(first.images, again.images)
    assert not np.array_equal(first.images, other.images)
    assert build_batch(packs, RECIPE, SKELETON, 2).images.shape == (3, 96, 96, 3)


def test_prefetching_starts_anywhere_and_ends_with_the_recipe() -> None:
    packs = (random_pack(0), random_pack(1))
    steps = list(prefetched(packs, RECIPE, SKELETON, 1))
    assert [step for step, _ in steps] == [1, 2, 3]
    assert np.array_equal(steps[1][1].images, build_batch(packs, RECIPE, SKELETON, 2).images)
