"""People before other backgrounds stay who and where they are."""

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

from poseapp.core.errors import UsageError
from poseapp.training.composites import CutOut, compose, cut_outs, make_composites
from poseapp.training.pack import Pack

GREEN, BLUE = (0, 200, 0), (0, 0, 220)


def person(height: int = 90, width: int = 60, colour: tuple[int, int, int] = (200, 120, 90)) -> CutOut:
    """Return somebody who is a rectangle, rows 20 to 70 and columns 20 to 40, before green."""
    image = np.full((height, width, 3), GREEN, np.uint8)
    mask = np.zeros((height, width), np.uint8)
    image[20:70, 20:40], mask[20:70, 20:40] = colour, 255
    points = np.column_stack([np.linspace(22, 38, 21), np.linspace(22, 68, 21)]).astype(np.float32)
    return CutOut(image, mask, points)


BLUE_ROOM = np.full((50, 80, 3), BLUE, np.uint8)


def test_nothing_of_the_old_background_is_left_and_the_person_stays() -> None:
    for seed in range(20):
        picture = compose(person(), BLUE_ROOM, None, np.random.default_rng(seed)).astype(int)
        away = np.ones((90, 60), bool)
        away[14:76, 14:46] = False
        assert picture.shape == (90, 60, 3)
        assert (picture[away][:, 1] < 30).all()  # green is gone
        assert (picture[away][:, 2] > 100).all()  # blue is there, in any light
        inside = picture[30:60, 26:34].reshape(-1, 3)
        assert np.ptp(inside, axis=0).max() <= 2  # one colour, whichever
        assert not (inside == picture[0, 0]).all()


def test_somebody_else_stands_behind() -> None:
    other = person(colour=(255, 255, 255))
    seen = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        alone = compose(person(), BLUE_ROOM, None, np.random.default_rng(seed))
        both = compose(person(), BLUE_ROOM, other, rng)
        seen += int(np.abs(both[:14].astype(int) - alone[:14]).max() > 60)
        inside = both[30:60, 26:34].reshape(-1, 3).astype(int)
        assert np.ptp(inside, axis=0).max() <= 2
    assert seen > 5


def test_same_seed_same_pictures_and_keypoints_of_either_list() -> None:
    people = [[person()], [person(120, 100)]]
    first, again, other = (make_composites(people, (BLUE_ROOM,), 4, seed, 14) for seed in (1, 1, 2))
    assert [image.shape for image in first.images] == [(90, 60, 3), (120, 100, 3)] * 2
    assert first.keypoints.shape == (4, 14, 2)
    assert np.array_equal(first.keypoints[0], person().keypoints[:14])
    assert all(np.array_equal(a, b) for a, b in zip(first.images, again.images, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first.images, other.images, strict=True))


def test_people_without_a_mask_are_left_out_and_foreign_masks_refused() -> None:
    one = person()
    pack = Pack((one.image, one.image), np.stack([one.keypoints, one.keypoints]))
    assert len(cut_outs(pack, [one.mask, None])) == 1
    with pytest.raises(UsageError, match="belong to other pictures"):
        cut_outs(pack, [one.mask])
    with pytest.raises(UsageError, match="belong to other pictures"):
        cut_outs(pack, [one.mask.T, None])


def test_nobody_or_nowhere_is_said() -> None:
    for people, backgrounds in (([[person()], []], (BLUE_ROOM,)), ([[person()]], ()), ([], (BLUE_ROOM,))):
        with pytest.raises(UsageError, match="nobody to put"):
            make_composites(people, backgrounds, 1, 1, 21)
