"""The one affine map of the augmentation moves pixels and keypoints alike."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from fixtures.light import centre_of_light, draw_dots
from poseapp.core.schema import upper_keypoints
from poseapp.core.skeleton import load_skeleton
from poseapp.training.augment import (
    HALF_CROP_FACTOR,
    Sample,
    augment,
    change_tones,
    choose_half,
    cut_off,
    move_keypoints,
    place,
    place_randomly,
    smear,
    vary,
)
from poseapp.training.pack import OUTSIDE
from poseapp.training.recipe import AugmentRecipe

SIZE = 160
INPUT = (SIZE, SIZE)
BODY = load_skeleton("body18")
MIRROR = BODY.mirror
UPPER = np.array(upper_keypoints(BODY))
PLAIN = AugmentRecipe(scale=(1.0, 1.0), shift=0.0, rotation=0.0, full_turns=0.0, flip=0.0)


def person() -> np.ndarray:
    points = np.random.default_rng(0).uniform((70, 40), (150, 160), (18, 2)).astype(np.float32)
    points[16] = np.nan
    return points


@pytest.mark.parametrize("size", [(160, 160), (192, 144)], ids=str)
@pytest.mark.parametrize("half_body", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(6))
def test_every_dot_is_where_its_keypoint_says(
    seed: int, half_body: float, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("poseapp.training.augment.recolour", lambda image, *_: image)
    recipe = AugmentRecipe(scale=(0.6, 1.4), full_turns=0.5, occluder=0.0, cutoff=0.0, half_body=half_body)
    points = person()
    placement = place_randomly(points, size, recipe, np.random.default_rng(seed), upper=UPPER)
    scale, seen = placement.to_input.scale, 0
    for k, at in enumerate(points):
        # The dot of keypoint k; after a flip it is keypoint mirror[k] that must be on it.
        image, moved = augment(draw_dots(at, (200, 240)), points, size, BODY, recipe, np.random.default_rng(seed))
        told = moved[MIRROR[k] if placement.flipped else k]
        reach = 4 * 4.0 * scale
        if np.isnan(at[0]):
            assert np.isnan(told).all()
        elif ((told > reach) & (told < np.array(size[::-1]) - 1 - reach)).all():
            assert np.abs(centre_of_light(image, told, reach) - told).max() < 0.1
            seen += 1
    assert seen >= 3


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
    made = [augment(image, person(), INPUT, BODY, AugmentRecipe(), np.random.default_rng(5)) for _ in range(2)]
    assert np.array_equal(made[0][0], made[1][0])
    assert np.array_equal(made[0][1], made[1][1], equal_nan=True)


def standing() -> np.ndarray:
    """Return a person of whom everything is known, the upper half 60 px high above the lower one of 80 px."""
    points = np.random.default_rng(0).uniform((90, 40), (110, 100), (18, 2))
    points[~UPPER] = np.random.default_rng(1).uniform((90, 110), (110, 190), ((~UPPER).sum(), 2))
    return points.astype(np.float32)


def test_half_a_body_fills_the_crop_and_the_other_half_lies_where_it_is() -> None:
    points, chosen = standing(), []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        placement = place_randomly(points, INPUT, replace(PLAIN, half_body=1.0), rng, upper=UPPER)
        moved = move_keypoints(points, placement, MIRROR)
        sides = [np.ptp(moved[half], axis=0).max() for half in (UPPER, ~UPPER)]
        chosen.append(int(np.argmin(np.abs(np.array(sides) - SIZE / HALF_CROP_FACTOR))))
        half = (UPPER, ~UPPER)[chosen[-1]]
        assert np.ptp(moved[half], axis=0).max() == pytest.approx(SIZE / HALF_CROP_FACTOR, rel=1e-5)
        assert np.isfinite(moved).all()
        assert np.allclose(placement.to_input.inverse(moved), points, atol=1e-3)
        assert ((moved[half] > 0) & (moved[half] < SIZE)).all()
        assert (moved[~half] > SIZE).any() or (moved[~half] < 0).any()
    assert 10 < sum(chosen) < 30  # either half as likely


def test_half_a_body_is_taken_of_well_known_people_only() -> None:
    points, rng = standing(), np.random.default_rng(0)
    assert choose_half(points, UPPER, 0.0, rng) is None
    few = points.copy()
    few[8:] = np.nan
    assert all(choose_half(few, UPPER, 1.0, rng) is None for _ in range(20))
    few[8] = points[8]
    assert choose_half(few, UPPER, 1.0, rng) is not None
    no_legs = points.copy()
    no_legs[np.flatnonzero(~UPPER)[2:]] = np.nan  # two keypoints make no half; the upper body has 8
    no_legs_known = np.isfinite(no_legs[:, 0])
    for _ in range(20):
        assert np.array_equal(choose_half(no_legs, UPPER, 1.0, rng), no_legs_known & UPPER)


def test_without_half_bodies_nothing_is_drawn_for_them() -> None:
    placements = [
        place_randomly(person(), INPUT, AugmentRecipe(), np.random.default_rng(7), upper=upper)
        for upper in (None, UPPER)
    ]
    assert np.array_equal(placements[0].to_input.matrix, placements[1].to_input.matrix)


@pytest.mark.parametrize("flip", [0.0, 1.0])
def test_an_absent_keypoint_stays_absent_and_does_not_widen_the_crop(flip: float) -> None:
    skeleton = load_skeleton("body18")
    gentle = AugmentRecipe(rotation=0, full_turns=0, flip=flip, cutoff=0, scale=(1, 1), shift=0)
    keypoints = np.random.default_rng(0).uniform(100, 200, (18, 2)).astype(np.float32)
    wrist, mirrored = skeleton.index("left_wrist"), skeleton.index("right_wrist")
    keypoints[wrist] = OUTSIDE
    sample = Sample(np.zeros((300, 300, 3), np.uint8), keypoints)
    varied = vary(sample, (96, 96), skeleton, gentle, np.random.default_rng(1))
    gone = mirrored if flip else wrist
    assert (varied.keypoints[gone] == OUTSIDE).all()
    assert varied.flipped == bool(flip)
    others = np.delete(varied.keypoints, gone, axis=0)
    assert (others >= 0).all()
    assert (others <= 95).all()
    assert np.ptp(others, axis=0).max() > 60  # the crop is as large as those that are there, not as the way to OUTSIDE


def test_a_crop_lies_about_the_whole_person_where_only_a_wrist_is_marked() -> None:
    gentle = AugmentRecipe(rotation=0, full_turns=0, flip=0, cutoff=0, scale=(1, 1), shift=0, crop_factor=1.0)
    about = np.random.default_rng(0).uniform(100, 200, (18, 2)).astype(np.float32)
    about[:2] = [[100, 100], [200, 200]]
    keypoints = np.full((18, 2), np.nan, np.float32)
    keypoints[4] = [150, 150]
    sample = Sample(np.zeros((300, 300, 3), np.uint8), keypoints, about)
    varied = vary(sample, (96, 96), load_skeleton("body18"), gentle, np.random.default_rng(1))
    np.testing.assert_allclose(varied.keypoints[4], [47.5, 47.5], atol=0.6)


@pytest.mark.parametrize("seed", range(12))
def test_motion_blur_moves_no_light(seed: int) -> None:
    """The middle of a dot is what its keypoint says; blur by half a pixel to one side would teach that."""
    picture = np.zeros((120, 120, 3), np.uint8)
    picture[59:62, 69:72] = 255  # middle (70, 60)
    blurred = smear(picture, np.array([[70.0, 60.0]], np.float32), np.random.default_rng(seed)).astype(float)[..., 0]
    assert blurred[59, 69] < 255
    middle = np.array([blurred.sum(axis=0) @ np.arange(120), blurred.sum(axis=1) @ np.arange(120)]) / blurred.sum()
    assert middle == pytest.approx((70, 60), abs=0.1)


def test_motion_blur_needs_no_known_keypoint() -> None:
    picture = np.zeros((60, 60, 3), np.uint8)
    picture[30, 30] = 255
    nowhere = np.array([[np.nan, np.nan], [OUTSIDE, OUTSIDE]], np.float32)
    assert smear(picture, nowhere, np.random.default_rng(0))[30, 30, 0] < 255


def test_other_tones_keep_edges_where_they_are() -> None:
    picture = np.full((40, 40, 3), (190, 120, 80), np.uint8)
    picture[:, 20:] = (30, 30, 40)
    for seed in range(10):
        other = change_tones(picture, np.random.default_rng(seed)).astype(int)
        assert np.abs(other[:, :20] - other[0, 0]).max() <= 2  # OpenCV rounds in blocks
        assert np.abs(other[:, 20:] - other[0, 39]).max() <= 2
        assert np.abs(other[0, 0] - other[0, 39]).max() > 2
        assert (other != picture).any()


def test_tones_and_blur_by_their_chances_only() -> None:
    """Recipes without them draw the same numbers as before they were there."""
    image = np.random.default_rng(1).integers(0, 255, (80, 80, 3)).astype(np.uint8)
    plain, none = AugmentRecipe(), AugmentRecipe(tones=0.0, smear=0.0)
    always = AugmentRecipe(tones=1.0, smear=1.0)
    size = (64, 64)
    first, second, third = (
        augment(image, person(), size, BODY, recipe, np.random.default_rng(2)) for recipe in (plain, none, always)
    )
    assert np.array_equal(first[0], second[0])
    assert not np.array_equal(first[0], third[0])
    assert np.array_equal(first[1], third[1], equal_nan=True)
