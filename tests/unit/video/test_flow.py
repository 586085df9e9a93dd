"""Points are followed in pictures that move by a known step."""

import cv2
import numpy as np
import pytest

from poseapp.core.types import Frame
from poseapp.video.flow import GreyFrames, follow_point


def texture(shift=(0.0, 0.0), size=(200, 240)):
    rng = np.random.default_rng(3)
    picture = cv2.GaussianBlur(rng.uniform(0, 255, size).astype(np.float32), (0, 0), 3)
    picture = (picture - picture.min()) / np.ptp(picture) * 255
    move = np.float32([[1, 0, shift[0]], [0, 1, shift[1]]])
    return cv2.warpAffine(picture, move, size[::-1], borderMode=cv2.BORDER_REFLECT).astype(np.uint8)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (3.0, -2.0), (0.5, 7.25)])
def test_a_picture_that_moves_takes_the_point_along(shift) -> None:
    found = follow_point(texture(), texture(shift), np.array([120.0, 90.0]), 200.0)
    assert found is not None
    assert found[0] == pytest.approx(shift, abs=0.15)
    assert 1.0 < found[1] < 2.0


def test_nothing_is_told_of_other_pictures_or_of_points_outside() -> None:
    noise = np.random.default_rng(5).integers(0, 255, (200, 240), dtype=np.uint8)
    assert follow_point(texture(), noise, np.array([120.0, 90.0]), 200.0) is None
    assert follow_point(texture(), texture(), np.array([-3.0, 90.0]), 200.0) is None
    assert follow_point(texture(), texture(), np.array([120.0, 200.0]), 200.0) is None


def test_frames_are_read_onwards_and_once() -> None:
    read = []

    def frame(index):
        read.append(index)
        return Frame(index, index / 30, np.full((4, 6, 3), index, np.uint8))

    frames = GreyFrames(frame, 100)
    assert frames.get(50, backwards=True)[0, 0] == 50
    assert read == list(range(19, 51))
    for index in range(49, 18, -1):
        assert frames.get(index, backwards=True)[0, 0] == index
    assert frames.get(51).shape == (4, 6)
    assert read == [*range(19, 51), 51]
