"""From which side a person is seen, on figures drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.figure import mirrored, pose, upright, walk
from poseapp.core.skeleton import load_skeleton
from poseapp.kinematics.view import decide_view, signed_breadth, steady_breadth, view_signs

BODY = load_skeleton("body18")
TIME = np.arange(120) / 30


def frontal(half: float = 40.0) -> np.ndarray:
    """Return (K, 2) px: the upright figure from the front, hips and shoulders `half` px beside the middle."""
    points = upright()
    for side, sign in (("right", -1), ("left", 1)):
        points = {n: (x + sign * half, y) if n.startswith(side) else (x, y) for n, (x, y) in points.items()}
    return pose(points, BODY)


def test_breadth_by_hand() -> None:
    # Hips and shoulders 80 px apart, the trunk 130 px long.
    assert signed_breadth(frontal()[None], BODY) == pytest.approx([80 / 130])
    assert signed_breadth(mirrored(frontal())[None], BODY) == pytest.approx([-80 / 130])
    assert signed_breadth(pose(upright(), BODY)[None], BODY) == pytest.approx([0])


def test_it_holds_for_somebody_lying_and_upside_down() -> None:
    xy = frontal()
    for turned in (np.stack([-xy[:, 1], xy[:, 0]], axis=1), -xy):
        assert signed_breadth(turned[None], BODY) == pytest.approx([80 / 130])


@pytest.mark.parametrize(("xy", "direction"), [(frontal(), 1), (mirrored(frontal()), -1), (pose(upright(), BODY), 0)])
def test_front_back_and_side(xy: np.ndarray, direction: int) -> None:
    breadth = steady_breadth(np.tile(xy, (120, 1, 1)), BODY, TIME)
    (view,) = decide_view(breadth)
    assert (view.start, view.stop, view.direction, view.support) == (0, 120, direction, 1.0)


def test_a_turn_is_two_stretches_and_a_frame_of_swapped_sides_none() -> None:
    xy = np.tile(frontal(), (120, 1, 1))
    xy[60:] = mirrored(xy[60:])
    xy[[20, 100]] = mirrored(xy[[20, 100]])
    views = decide_view(steady_breadth(xy, BODY, TIME))
    assert [v.direction for v in views] == [1, -1]
    assert views[1].start == pytest.approx(60, abs=1)
    assert view_signs(views, 120)[[0, 119]].tolist() == [1, -1]


def test_a_walk_is_seen_from_the_side() -> None:
    assert [v.direction for v in decide_view(steady_breadth(walk(BODY, TIME), BODY, TIME))] == [0]


def test_what_a_person_says_counts() -> None:
    breadth = np.full(120, 0.6)
    for choice, direction in (("front", 1), ("back", -1), ("side", 0)):
        (view,) = decide_view(breadth, choice)
        assert (view.direction, view.support) == (direction, 1.0)


def test_nobody_has_no_view() -> None:
    breadth = steady_breadth(np.full((5, 18, 2), np.nan), BODY, TIME[:5])
    (view,) = decide_view(breadth)
    assert (view.direction, view.support) == (0, 0.5)
    assert decide_view(np.zeros(0)) == ()
