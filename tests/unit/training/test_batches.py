"""Batches: determinism, order, shares of processes, targets."""

from dataclasses import replace

import numpy as np

from poseapp.core.skeleton import load_skeleton
from poseapp.training.batches import Plan, build_batch, draw, prefetched
from poseapp.training.pack import Pack
from poseapp.training.recipe import LossRecipe, Recipe, SourceRecipe, StageRecipe
from poseapp.training.targets import OutputSizes, heatmap_targets

RECIPE = Recipe(
    "test", "fasterpose-slim", "body18", 1, 4, (SourceRecipe("a", 2), SourceRecipe("b", 1)),
    (StageRecipe(2, (64, 64)), StageRecipe(4, (96, 64))),
)  # fmt: skip
SKELETON = load_skeleton("body18")


def random_pack(seed: int) -> Pack:
    rng = np.random.default_rng(seed)
    images = tuple(rng.integers(0, 255, (90, 80 + i, 3), np.uint8) for i in range(5))
    return Pack(images, rng.uniform(10, 70, (5, 18, 2)).astype(np.float32))


def quarter(size: tuple[int, int]) -> OutputSizes:
    quarter = (size[0] // 4, size[1] // 4)
    return OutputSizes(((size[0] // 8, size[1] // 8), quarter, quarter), (quarter,))


PLAN = Plan(RECIPE, SKELETON, (random_pack(0), random_pack(1)), {size: quarter(size) for size in ((64, 64), (96, 64))})


def test_a_batch_is_a_function_of_its_step() -> None:
    first, again, other = (build_batch(PLAN, step) for step in (1, 1, 0))
    assert first.images.shape == (3, 64, 64, 3)
    assert np.array_equal(first.images, again.images)
    assert not np.array_equal(first.images, other.images)
    assert build_batch(PLAN, 2).images.shape == (3, 96, 64, 3)


def test_every_output_has_a_target_of_its_size() -> None:
    batch = build_batch(PLAN, 3)
    assert [maps.shape for maps in batch.heatmaps] == [(3, 18, 12, 8), (3, 18, 24, 16), (3, 18, 24, 16)]
    assert batch.links[0].shape == (3, 2 * len(SKELETON.bones), 24, 16)
    assert batch.link_weights.shape == (3, len(SKELETON.bones))
    # The recipe's sigma is that of the final map; a map of half its size takes half of it.
    assert np.array_equal(batch.heatmaps[0], heatmap_targets(batch.keypoints, (96, 64), (12, 8), 0.75))


def test_sigma_follows_its_steps() -> None:
    plan = replace(PLAN, recipe=replace(RECIPE, loss=LossRecipe(sigma=((0, 3.0), (1, 1.0)))))
    early, late = (build_batch(plan, step) for step in (0, 1))
    assert np.array_equal(early.heatmaps[1], heatmap_targets(early.keypoints, (64, 64), (16, 16), 3.0))
    assert np.array_equal(late.heatmaps[1], heatmap_targets(late.keypoints, (64, 64), (16, 16), 1.0))


def test_every_picture_comes_once_an_epoch_in_a_new_order() -> None:
    plan = replace(PLAN, recipe=replace(RECIPE, sources=(SourceRecipe("a", 5), SourceRecipe("b", 1))))
    epochs = [[picture for source, picture in draw(plan, step) if source == 0] for step in range(4)]
    assert all(sorted(epoch) == [0, 1, 2, 3, 4] for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) > 1


def test_processes_share_a_batch_without_overlap() -> None:
    whole = build_batch(PLAN, 0)
    parts = [build_batch(replace(PLAN, rank=rank, world=2), 0) for rank in (0, 1)]
    assert np.array_equal(whole.images[0::2], parts[0].images)
    assert np.array_equal(whole.images[1::2], parts[1].images)


def test_prefetching_starts_anywhere_and_ends_with_the_recipe() -> None:
    steps = list(prefetched(PLAN, 1))
    assert [step for step, _ in steps] == [1, 2, 3]
    assert np.array_equal(steps[1][1].images, build_batch(PLAN, 2).images)


def test_what_a_keypoint_counts_follows_it_when_the_sides_change_places() -> None:
    weights = np.full((5, 18), 0.25, np.float32)
    weights[:, SKELETON.index("left_wrist")] = 1.0
    pack = replace(random_pack(0), weights=weights)
    pack.keypoints[:, SKELETON.index("nose") if "nose" in SKELETON.keypoints else 0] = np.nan
    for flip, heavy in ((0.0, "left_wrist"), (1.0, "right_wrist")):
        recipe = replace(RECIPE, augment=replace(RECIPE.augment, flip=flip))
        batch = build_batch(replace(PLAN, recipe=recipe, packs=(pack, random_pack(1))), 0)
        assert batch.weights[0, SKELETON.index(heavy)] == 1.0
        assert sorted(set(batch.weights[:2].ravel().tolist())) == [0.0, 0.25, 1.0]
        assert (batch.weights[2] == 1).all()  # of the pack without weights
