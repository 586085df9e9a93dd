"""Following somebody through a clip with both teachers."""

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

from poseapp.core.geometry import Affine, Box
from poseapp.training.teachers.answers import LANDMARK_OF_BODY, LANDMARKS
from poseapp.training.teachers.clips import Teachers, follow, gather
from poseapp.training.teachers.feet import LandmarkNetwork
from poseapp.training.teachers.teacher import MPII_OF_BODY, Teacher

# Standing, facing the camera, about (0, 0): body21 without neck and head top, which only the first teacher knows.
BODY = np.array(
    [(-10, 80), (-10, 40), (-8, 0), (8, 0), (10, 40), (10, 80), (-30, 0), (-25, -25), (-15, -50), (15, -50),
     (25, -25), (30, 0), (0, -55), (0, -80), (-12, 86), (12, 86), (-16, 92), (16, 92)], np.float64,
)  # fmt: skip
ORIGIN = np.array([60.0, 100.0])


class Second(LandmarkNetwork):
    """Sees the body where the picture's first pixel says: its column offset from the origin; 255 = nobody."""

    def __init__(self) -> None:
        self.crops: list[Affine] = []

    def look_twice(self, rgb: np.ndarray, to_input: Affine) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
        self.crops.append(to_input)
        offset = int(rgb[0, 0, 0])
        xy = np.zeros((LANDMARKS, 2))
        for k, landmark in enumerate(LANDMARK_OF_BODY):
            if landmark is not None:
                xy[landmark] = BODY[k] + ORIGIN + (offset, 0)
        return xy, np.full(LANDMARKS, 0.9), np.zeros(LANDMARKS), 0.1 if offset == 255 else 0.9


class First(Teacher):
    """Sees the same body, but the right wrist elsewhere."""

    def __init__(self) -> None:
        self.size = 368

    def look(self, rgb: np.ndarray, to_input: Affine, *, again: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        xy = np.zeros((16, 2))
        xy[list(MPII_OF_BODY)] = BODY[:14] + ORIGIN + (int(rgb[0, 0, 0]), 0)
        xy[MPII_OF_BODY[6]] += (60, -60)
        return xy, np.full(16, 0.5, np.float32)


def frames(*offsets: int) -> list[np.ndarray]:
    pictures = [np.full((220, 200, 3), 99, np.uint8) for _ in offsets]
    for picture, offset in zip(pictures, offsets, strict=True):
        picture[0, 0] = offset
    return pictures


def test_the_person_is_followed_until_lost() -> None:
    second = Second()
    found = list(follow(frames(0, 6, 12, 255, 18), Box(30, 20, 60, 180), Teachers(First(), second)))
    assert len(found) == 3
    for offset, (_, keypoints) in zip((0, 6, 12), found, strict=True):
        known = np.isfinite(keypoints[:, 0])
        assert np.flatnonzero(~known).tolist() == [6, 18, 19, 20]  # the disputed wrist, and a face far from the head
        known = known[: len(BODY)]
        assert np.allclose(keypoints[: len(BODY)][known], (BODY + ORIGIN + (offset, 0))[known], atol=1e-4)
    # The crop of the third frame is centred between the hips of the second.
    assert np.allclose(second.crops[2](ORIGIN + np.array([6, 0])), 127.5, atol=0.5)


def test_every_second_frame_is_kept_and_cut() -> None:
    found = follow(frames(0, 6, 12, 18, 24), Box(30, 20, 60, 180), Teachers(First(), Second()))
    pack = gather(found, 2)
    assert len(pack) == 3
    assert pack.keypoints.shape == (3, 21, 2)
    for image, keypoints in zip(pack.images, pack.keypoints, strict=True):
        inside = keypoints[np.isfinite(keypoints[:, 0])]
        assert ((inside >= 0) & (inside <= np.array(image.shape[1::-1]))).all()


def test_nobody_in_the_box_is_an_empty_pack() -> None:
    assert len(gather(follow(frames(255), Box(30, 20, 60, 180), Teachers(First(), Second())), 1)) == 0
