"""How pictures are turned and read for the teacher."""

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

from poseapp.core.geometry import Box
from poseapp.training.teacher import MPII_OF_BODY, _peaks, turned, upright_turn


def test_a_turned_crop_keeps_its_centre_and_turns_clockwise() -> None:
    to_input = turned(Box(10, 20, 100, 100), 368, 90.0)
    assert np.allclose(to_input((60, 70)), (183.5, 183.5))
    # A point to the right of the centre comes to lie below it: y runs down.
    x, y = to_input((80, 70))
    assert x == pytest.approx(183.5)
    assert y == pytest.approx(183.5 + 20 * 3.68)


@pytest.mark.parametrize(("direction", "degrees"), [((0, -1), 0), ((1, 0), -90), ((0, 1), 180), ((-1, 0), 90)])
def test_the_turn_brings_the_head_up(direction: tuple[int, int], degrees: float) -> None:
    points = np.full((18, 2), np.nan)
    points[[2, 3]] = (50, 50)
    points[[8, 9, 12, 13]] = np.array((50, 50)) + 30 * np.array(direction)
    turn = upright_turn(points)
    assert abs((turn - degrees + 180) % 360 - 180) < 1e-6
    head, hips = (turned(Box(0, 0, 100, 100), 100, turn)(points[i]) for i in (13, 2))
    assert head[1] < hips[1] - 20
    assert head[0] == pytest.approx(hips[0])


def test_an_unknown_trunk_is_left_as_it_is() -> None:
    assert upright_turn(np.full((18, 2), np.nan)) == 0


def test_peaks_are_read_below_a_pixel() -> None:
    rows, columns = np.mgrid[0:64, 0:64]
    maps = np.exp(-((columns - 20.4) ** 2 + (rows - 33.3) ** 2) / (2 * 6.0**2))[..., None].astype(np.float32)
    xy, peak = _peaks(maps)
    assert np.allclose(xy[0], (20.4, 33.3), atol=0.2)
    assert peak[0] > 0.85


def test_every_body_keypoint_has_its_own_channel() -> None:
    assert len(set(MPII_OF_BODY)) == 14
