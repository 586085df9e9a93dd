"""One correction heals its neighbours: how far, with what, and what is left alone.

The keypoint goes to the right, 2 px a frame at 30 frames/s, and the network sees it to the pixel but where a test
says otherwise; its counterpart stands 100 px lower.
"""

from dataclasses import replace

import numpy as np
import pytest

from poseapp.kinematics.motion_filter import Shift
from poseapp.kinematics.propagation import Evidence, PropagationSettings, is_exchanged, propagate

N = 90
TRUE = np.stack([2.0 * np.arange(N), np.full(N, 50.0)], axis=1)
OTHER = TRUE + np.array([0.0, 100.0])
COV = np.tile([4.0, 0.0, 4.0], (N, 1))


def no_flow(at, to, xy):
    return None


def true_flow(at, to, xy):
    return Shift(np.array([2.0 * (to - at), 0.0]), 0.5)


def evidence(own=TRUE, other=OTHER, start=0, **anchors):
    placed = np.full((N, 2), np.nan)
    for name, at in anchors.items():
        placed[int(name[1:])] = at
    flags = np.zeros(N, bool)
    return Evidence(
        start, np.arange(N) / 30, own.copy(), COV.copy(), other.copy(), COV.copy(), placed, flags, flags.copy(), 100.0
    )


def off_by(start, stop, shift):
    own = TRUE.copy()
    own[start:stop] += shift
    return own


def worst(placed):
    return max(float(np.hypot(*(np.array(p.xy) - TRUE[frame]))) for frame, p in placed.items())


@pytest.mark.parametrize("flow", [no_flow, true_flow])
def test_the_frames_of_a_jump_are_healed_and_no_others(flow) -> None:
    jumped = evidence(off_by(31, 36, [0, 60]), f33=TRUE[33])
    after, before = propagate(jumped, 33, +1, flow), propagate(jumped, 33, -1, flow)
    assert sorted(after) == [34, 35]
    assert sorted(before) == [31, 32]
    assert worst(after | before) < 2.0


def test_nothing_is_placed_where_the_network_agrees() -> None:
    right = evidence(f40=TRUE[40] + [1.0, 0.5])
    assert propagate(right, 40, +1, true_flow) == {}
    assert propagate(right, 40, -1, true_flow) == {}


def test_a_side_ends_at_the_next_anchor() -> None:
    """Between two anchors everything the network says is wrong; beyond the second one too, and that stays so."""
    wrong = evidence(off_by(20, 60, [0, 60]), f30=TRUE[30], f40=TRUE[40])
    placed = propagate(wrong, 30, +1, no_flow)
    assert sorted(placed) == list(range(31, 40))
    assert worst(placed) < 1.0


def test_a_long_error_is_followed_by_the_picture_until_it_ends() -> None:
    wrong = evidence(off_by(20, 60, [0, 60]), f30=TRUE[30])
    placed = propagate(wrong, 30, +1, true_flow)
    assert sorted(placed) == list(range(31, 60))
    assert worst(placed) < 1.0


def test_no_side_is_longer_than_it_may_be() -> None:
    wrong = evidence(off_by(0, N, [0, 60]), f30=TRUE[30])
    placed = propagate(wrong, 30, +1, true_flow, settings=PropagationSettings(max_seconds=0.5))
    assert sorted(placed) == list(range(31, 46))


def test_what_is_not_known_well_is_not_placed() -> None:
    """Without picture or network inertia alone carries the keypoint, and not for long."""
    gone = evidence(off_by(20, N, np.nan), f30=TRUE[30])
    placed = propagate(gone, 30, +1, no_flow)
    assert all(place.sigma <= 0.04 * 100 for place in placed.values())
    assert len(placed) < 5


def test_drop_outs_are_filled_and_missing_covariances_are_no_harm() -> None:
    gone = evidence(off_by(31, 36, np.nan), f30=TRUE[30])
    gone.own_cov[31:36] = np.nan
    placed = propagate(gone, 30, +1, true_flow)
    assert sorted(placed) == [31, 32, 33, 34, 35]
    assert worst(placed) < 1.0


def test_exchanged_sides_are_taken_from_the_counterpart() -> None:
    own, other = TRUE.copy(), OTHER.copy()
    own[30:40], other[30:40] = OTHER[30:40], TRUE[30:40]
    swapped = evidence(own, other, f34=TRUE[34])
    assert is_exchanged(swapped, 34)
    placed = propagate(swapped, 34, +1, no_flow, exchanged=True)
    assert sorted(placed) == [35, 36, 37, 38, 39]
    assert worst(placed) < 0.5
    assert not is_exchanged(evidence(f34=TRUE[34]), 34)
    assert not is_exchanged(evidence(off_by(30, 40, [0, 40]), f34=TRUE[34]), 34)


def test_a_misleading_picture_is_overruled_by_a_network_in_one_piece() -> None:
    """The picture drags the keypoint away for good; the network comes back with a jump and stays for a second."""

    def astray(at, to, xy):
        return Shift(np.array([2.0 * (to - at), 4.0]), 0.5)

    jumped = evidence(off_by(30, 38, [0, 60]), f33=TRUE[33])
    assert sorted(propagate(jumped, 33, +1, astray)) == [34, 35, 36, 37]


def test_no_side_goes_where_a_person_said_absent() -> None:
    gone = evidence(off_by(20, 60, [0, 60]), f30=TRUE[30])
    gone.absent[35] = True
    assert sorted(propagate(gone, 30, +1, true_flow)) == [31, 32, 33, 34]


def test_behind_something_the_picture_is_not_asked() -> None:
    asked = []

    def flow(at, to, xy):
        asked.append((at, to))
        return true_flow(at, to, xy)

    hidden = evidence(off_by(30, 38, [0, 60]), f33=TRUE[33])
    hidden.hidden[33] = True
    propagate(hidden, 33, +1, flow)
    assert (33, 34) not in asked
    assert (34, 35) in asked


def test_frames_are_those_of_the_clip() -> None:
    jumped = replace(evidence(off_by(30, 38, [0, 60]), f33=TRUE[33]), start=1000)
    assert sorted(propagate(jumped, 1033, +1, no_flow)) == [1034, 1035, 1036, 1037]


def test_an_anchor_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody knows"):
        propagate(evidence(off_by(33, 34, np.nan)), 33, +1, no_flow)
