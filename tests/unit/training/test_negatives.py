"""Pictures of nobody stay pictures of nobody on their way into a batch."""

from itertools import repeat

import numpy as np
import pytest

from poseapp.core.errors import BadInputError
from poseapp.core.geometry import Box
from poseapp.core.skeleton import load_skeleton
from poseapp.training.augment import augment, empty_place, is_nobody
from poseapp.training.negatives import make_negatives, part_without, parts_of_photographs, person_extent
from poseapp.training.pack import OUTSIDE
from poseapp.training.recipe import AugmentRecipe
from poseapp.training.targets import heatmap_targets, known
from poseapp.training.teachers.answers import LANDMARK_OF_BODY, Answers, Landmarks

SKELETON = load_skeleton("body18")


def with_person(height: int = 120, width: int = 240) -> np.ndarray:
    """Return a green picture whose person, columns 90 to 150, is red."""
    picture = np.full((height, width, 3), (0, 200, 0), np.uint8)
    picture[:, 90:151] = (255, 0, 0)
    return picture


def looked_at() -> tuple[Answers, Landmarks]:
    """Return what two teachers said who see the same body, columns 105 to 135, in the first of two pictures."""
    answers, marked = Answers.none_of(2), Landmarks.none_of(2)
    answers.looks[0], answers.peak[0] = 2, 0.6
    answers.xy[0] = np.linspace((105, 10), (135, 110), 14)
    marked.xy[0] = np.linspace((100, 10), (140, 110), 33)
    limbs = [landmark for landmark in LANDMARK_OF_BODY[:12] if landmark is not None]
    marked.xy[0, limbs] = answers.xy[0, :12]
    marked.visibility[0], marked.presence[0] = 0.9, 0.9
    return answers, marked


def test_the_extent_holds_what_either_teacher_saw_and_a_margin() -> None:
    answers, marked = looked_at()
    box = person_extent(0, answers, marked)
    assert box is not None
    assert box.x < 100 - 0.1 * 40
    assert box.x + box.width > 140 + 0.1 * 40
    assert box.y < 0
    assert person_extent(1, answers, marked) is None  # not asked
    marked.xy[0] += 40
    assert person_extent(0, answers, marked) is None  # the teachers see different people
    marked.xy[0] -= 40
    assert person_extent(0, answers, marked) is not None
    answers.peak[0] = 0.2
    assert person_extent(0, answers, marked) is None  # not sure


def test_parts_do_not_touch_the_person() -> None:
    rng = np.random.default_rng(0)
    for _ in range(30):
        part = part_without(with_person(), Box(90, 0, 61, 120), rng)
        assert part is not None
        assert part.shape[0] == part.shape[1] >= 64
        assert (part[..., 0] == 0).all()


def test_a_picture_full_of_person_has_no_part() -> None:
    assert part_without(with_person(100, 100), Box(0, 0, 100, 100), np.random.default_rng(0)) is None


def test_without_any_part_it_says_so() -> None:
    answers, marked = looked_at()
    parts = parts_of_photographs(lambda n: with_person(70, 240)[:, 95:165], answers, marked, np.random.default_rng(0))
    with pytest.raises(BadInputError, match="without a person"):
        next(parts)


def test_photographs_make_their_share_and_the_seed_decides() -> None:
    white = np.full((64, 64, 3), 255, np.uint8)
    pack, again = (make_negatives(12, 3, repeat(white), 18) for _ in range(2))
    taken = sum(image is white for image in pack.images)
    assert 4 <= taken <= 11
    assert (pack.keypoints == OUTSIDE).all()
    assert pack.keypoints.shape == (12, 18, 2)
    assert all(np.array_equal(a, b) for a, b in zip(pack.images, again.images, strict=True))


def test_nobody_is_asked_for_in_any_varied_part() -> None:
    keypoints = np.full((18, 2), OUTSIDE, np.float32)
    recipe = AugmentRecipe(full_turns=1.0, cutoff=1.0, half_body=1.0)
    for seed in range(10):
        rng = np.random.default_rng(seed)
        image, moved = augment(with_person(), keypoints, (96, 96), SKELETON, recipe, rng)
        assert image.shape == (96, 96, 3)
        assert known(moved).all()
        assert heatmap_targets(moved[None], (96, 96), (24, 24), 1.5).max() == 0


def test_nobody_is_only_where_every_keypoint_is_known_to_be_outside() -> None:
    keypoints = np.full((18, 2), OUTSIDE, np.float32)
    assert is_nobody(keypoints)
    keypoints[4] = np.nan
    assert not is_nobody(keypoints)
    assert not is_nobody(np.zeros((18, 2)))


def test_the_place_of_nobody_is_a_square_in_the_picture() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        (left, top), (right, bottom) = empty_place((100, 300, 3), rng)
        assert 0 <= left < right <= 300
        assert 0 <= top < bottom <= 100
        assert right - left == pytest.approx(bottom - top)
        assert 35 <= right - left <= 75
