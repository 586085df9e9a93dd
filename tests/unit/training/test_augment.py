"""The one affine map of the augmentation moves pixels and keypoints alike."""

import cv2
import numpy as np
import pytest

from poseapp.core.skeleton import load_skeleton
from poseapp.training.augment import augment, cut_off, move_image, move_keypoints, place, place_randomly
from poseapp.training.recipe import AugmentRecipe

SIZE = 160
INPUT = (SIZE, SIZE)
MIRROR = load_skeleton("body18").mirror


def picture_with_a_dot(at: tuple[float, float]) -> np.ndarray:
    rows, columns = np.mgrid[0:200, 0:240]
    dot = 255 * np.exp(-((columns - at[0]) ** 2 + (rows - at[1]) ** 2) / (2 * 4.0**2))
    return np.repeat(dot.astype(np.uint8)[..., None], 3, axis=2)


def centre_of_light(image: np.ndarray) -> np.ndarray:
    light = image[..., 0].astype(float)
    rows, columns = np.mgrid[0 : image.shape[0], 0 : image.shape[1]]
    return np.array([(columns * light).sum(), (rows * light).sum()]) / light.sum()


def person() -> np.ndarray:
    points = np.random.default_rng(0).uniform((70, 40), (150, 160), (18, 2)).astype(np.float32)
    points[16] = np.nan
    return points


@pytest.mark.parametrize("seed", range(12))
def test_a_dot_moves_where_its_keypoint_moves(seed: int) -> None:
    points = person()
    placement = place_randomly(points, INPUT, AugmentRecipe(shift=0.0), np.random.default_rng(seed))
    at = points[2]
    moved = placement.to_input(at)
    image = move_image(picture_with_a_dot(tuple(at)), placement, INPUT, (0, 0, 0))
    if ((moved > 20) & (moved < SIZE - 20)).all():
        assert np.allclose(centre_of_light(image), moved, atol=0.25)


def test_keypoints_come_back_and_a_flip_swaps_the_sides() -> None:
    points, rng = person(), np.random.default_rng(3)
    seen = set()
    for _ in range(20):
        placement = place_randomly(points, INPUT, AugmentRecipe(), rng)
        moved = move_keypoints(points, placement, MIRROR)
        if placement.flipped:
            moved = moved[list(MIRROR)]
        assert np.allclose(placement.to_input.inverse(moved), points, atol=1e-3, equal_nan=True)
        seen.add(placement.flipped)
    assert seen == {True, False}


def test_a_flip_keeps_right_keypoints_on_the_persons_right() -> None:
    skeleton = load_skeleton("body18")
    points = np.full((18, 2), np.nan, np.float32)
    right, left = skeleton.index("right_hip"), skeleton.index("left_hip")
    points[right], points[left] = (90, 100), (110, 100)
    points[skeleton.index("head_top")] = (100, 40)
    rng = np.random.default_rng(0)
    recipe = AugmentRecipe(rotation=0.0, full_turns=0.0, flip=1.0)
    moved = move_keypoints(points, place_randomly(points, INPUT, recipe, rng), skeleton.mirror)
    # A mirrored person seen from the front still has the right hip at the picture's left.
    assert moved[right, 0] < moved[left, 0]


def test_plain_crop_holds_the_box_with_a_margin() -> None:
    points = person()
    moved = place(points, INPUT, crop_factor=1.25).to_input(points)
    span = np.nanmax(moved, axis=0) - np.nanmin(moved, axis=0)
    assert span.max() == pytest.approx(SIZE / 1.25, rel=1e-6)


def test_cut_off_takes_keypoints_out_of_the_blackened_part_only() -> None:
    image = np.full((SIZE, SIZE, 3), 200, np.uint8)
    points = person()
    for seed in range(8):
        cut, moved = cut_off(image, points, np.random.default_rng(seed))
        for before, after in zip(points, moved, strict=True):
            if np.isnan(before[0]):
                assert np.isnan(after[0])
            else:
                black = cut[int(before[1]), int(before[0]), 0] == 0
                assert black == (after[0] < -100)


def test_same_seed_same_picture() -> None:
    image = cv2.GaussianBlur(np.random.default_rng(1).integers(0, 255, (200, 240, 3), np.uint8), (0, 0), 2)
    made = [augment(image, person(), INPUT, MIRROR, AugmentRecipe(), np.random.default_rng(5)) for _ in range(2)]
    assert np.array_equal(made[0][0], made[1][0])
    assert np.array_equal(made[0][1], made[1][1], equal_nan=True)
