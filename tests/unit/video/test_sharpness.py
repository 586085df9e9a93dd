"""Sharpness of a rendered person, as it is and blurred on purpose."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from poseapp.core.geometry import Box
from poseapp.core.locations import resources_folder
from poseapp.kinematics.quality import UNSHARP
from poseapp.video import open_clip
from poseapp.video.sharpness import measure_sharpness


@pytest.fixture(scope="module")
def pictures() -> list[tuple[np.ndarray, Box]]:
    """Frames of the sample clip, with the box of the person."""
    folder = resources_folder() / "sample"
    truth = np.load(folder / "walk_truth.npz")["keypoints"]
    made = []
    with open_clip(folder / "walk.mp4") as clip:
        for frame in (20, 110, 200):
            low, high = truth[frame].min(axis=0), truth[frame].max(axis=0)
            made.append((clip.frame_at(frame).rgb, Box(*(low - 14).tolist(), *(high - low + 28).tolist())))
    return made


def test_a_sharp_person_is_sharp(pictures):
    assert min(measure_sharpness(rgb, box) for rgb, box in pictures) > 2 * UNSHARP


def test_out_of_focus_by_one_percent_of_the_body_height_is_not(pictures):
    for rgb, box in pictures:
        blurred = cv2.GaussianBlur(rgb, (0, 0), 0.01 * box.height)
        assert measure_sharpness(blurred, box) < UNSHARP


def test_smeared_sideways_over_four_percent_of_the_body_height_is_not(pictures):
    for rgb, box in pictures:
        n = round(0.04 * box.height)
        assert measure_sharpness(cv2.filter2D(rgb, -1, np.full((1, n), 1 / n)), box) < UNSHARP


def test_contrast_and_size_do_not_matter(pictures):
    for rgb, box in pictures:
        plain = measure_sharpness(rgb, box)
        assert measure_sharpness((rgb * 0.4 + 60).astype(np.uint8), box) == pytest.approx(plain, rel=0.25)
        large = cv2.resize(rgb, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        double = Box(2 * box.x, 2 * box.y, 2 * box.width, 2 * box.height)
        assert measure_sharpness(large, double) == pytest.approx(plain, rel=0.35)


def test_what_is_too_small_says_nothing(pictures):
    rgb, _ = pictures[0]
    assert math.isnan(measure_sharpness(rgb, Box(5, 5, 10, 10)))
    assert math.isnan(measure_sharpness(rgb, Box(-500, 5, 100, 100)))
