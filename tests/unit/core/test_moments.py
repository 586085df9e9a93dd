"""What a person accepted holds for the same thing as long as it is seen where it was."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from poseapp.core.moments import Accepted, Moment, MomentKind, order_by_severity

MOMENT = Moment(MomentKind.JUMP, 0, 10, 14, 12, (3, 5), ((10.0, 20.0), (math.nan, math.nan)), 0.5, 84.0, 20.0)
POSE = np.full((6, 2), np.nan)
POSE[0], POSE[3], POSE[4] = (0, 0), (10, 20), (100, 200)


def test_accepting_covers_the_same_kind_person_and_keypoints() -> None:
    accepted = Accepted.of(MOMENT)
    assert accepted.covers(MOMENT)
    assert accepted.covers(replace(MOMENT, start=11, stop=20, peak=13, keypoints=(5, 7)))
    assert not accepted.covers(replace(MOMENT, peak=14))
    assert not accepted.covers(replace(MOMENT, keypoints=(7,)))
    assert not accepted.covers(replace(MOMENT, person=1))
    assert not accepted.covers(replace(MOMENT, kind=MomentKind.ANGLE))


def test_it_no_longer_holds_when_the_keypoint_is_elsewhere() -> None:
    accepted = Accepted.of(MOMENT)
    assert accepted.still_seen(POSE)
    moved = POSE.copy()
    moved[3] += (6, 0)  # 3 % of an extent of 200 px
    assert accepted.still_seen(moved)
    moved[3] += (0.1, 0)
    assert not accepted.still_seen(moved)
    found = POSE.copy()
    found[5] = (10, 10)  # was missing when it was accepted
    assert not accepted.still_seen(found)
    assert not accepted.still_seen(np.full((6, 2), np.nan))


def test_the_worst_comes_first_and_equals_in_the_order_of_the_clip() -> None:
    late, bad = replace(MOMENT, peak=13), replace(MOMENT, severity=0.9)
    assert order_by_severity([late, MOMENT, bad]) == (bad, MOMENT, late)
