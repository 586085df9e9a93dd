"""What lies under the cursor."""

from __future__ import annotations

import numpy as np
import pytest

from poseapp.gui.canvas.hit import GRAB_RADIUS, Hit, find_keypoint
from poseapp.gui.canvas.view import CanvasView

pytestmark = pytest.mark.gui

XY = np.array([[[10, 10], [40, 10], [np.nan, np.nan]], [[14, 10], [40, 40], [90, 90]]], np.float32)
VIEW = CanvasView(2.0, 5.0, 7.0)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ((25, 27), Hit(0, 0)),
        ((85, 27), Hit(0, 1)),
        ((185, 187), Hit(1, 2)),
        ((185 + GRAB_RADIUS + 1, 187), None),
    ],
)
def test_the_nearest_keypoint_within_reach_is_found(at, expected):
    assert find_keypoint(XY, VIEW, at) == expected


def test_the_chosen_person_wins_over_a_nearer_other():
    at = (32, 27)  # 1 px from person 1's keypoint 0, 7 px from person 0's
    assert find_keypoint(XY, VIEW, at) == Hit(1, 0)
    assert find_keypoint(XY, VIEW, at, preferred=0) == Hit(0, 0)


def test_hidden_persons_are_not_found():
    assert find_keypoint(XY, VIEW, (185, 187), hidden=frozenset({1})) is None


def test_nobody_there_is_nothing():
    assert find_keypoint(np.zeros((0, 3, 2), np.float32), VIEW, (10, 10)) is None
