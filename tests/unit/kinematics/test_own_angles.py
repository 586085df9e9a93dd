"""Angles that a user defines, worked out by hand: in every range, on both facings, with a keypoint of one's own."""

from __future__ import annotations

import numpy as np
import pytest

from poseapp.core.own_keypoints import OwnKeypoint, extended
from poseapp.core.skeleton import AngleDefinition, load_skeleton
from poseapp.kinematics.angles import compute_angle_sigma, compute_angles

RACKET = extended(load_skeleton("coco17"), [OwnKeypoint("racket_tip", ("right_wrist",))])


def angle(points: tuple[str, ...], **values: object) -> AngleDefinition:
    given = {"offset": 0.0, "scale": 1.0, "period": 360.0, "zero": "", "positive": "", **values}
    return AngleDefinition("lag", "Lag", "joint", "middle", points, **given)  # type: ignore[arg-type]


def value(definition: AngleDefinition, places: dict[str, tuple[float, float]], facing: int = 1) -> float:
    skeleton = RACKET.with_angles((definition,))
    xy = np.full((1, 18, 2), np.nan, np.float32)
    for name, place in places.items():
        xy[0, skeleton.index(name)] = place
    return float(compute_angles(xy, skeleton, np.array([facing]))[0, -1])


# The elbow 100 px above the wrist, the tip 100 px in front of it and 100 px below: 135 degrees between them.
PLACES = {"right_elbow": (0.0, -100.0), "right_wrist": (0.0, 0.0), "racket_tip": (100.0, 100.0)}
THREE = ("right_elbow", "right_wrist", "racket_tip")


@pytest.mark.parametrize(
    ("definition", "right", "left"),
    [
        # u = (0, -100), v = (100, 100): cross 10000, dot -10000, so theta = -135; mirrored it is +135.
        (angle(THREE), -135, 135),
        (angle(THREE, unsigned=True), 135, 135),
        (angle(THREE, scale=-1.0), 135, -135),
        (angle(THREE, offset=10.0), -125, 145),
        # 135 modulo 180 in [-90, 90): -45, and -135 is 45.
        (angle(THREE, period=180.0), 45, -45),
    ],
)
def test_every_range_by_hand(definition: AngleDefinition, right: float, left: float) -> None:
    assert value(definition, PLACES) == pytest.approx(right, abs=1e-4)
    assert value(definition, PLACES, -1) == pytest.approx(left, abs=1e-4)


def test_a_segment_against_the_vertical() -> None:
    # 2 points: theta = atan2(y0 - y1, x0 - x1) = 45 for the tip 100 forward and 100 down of the wrist.
    leaning = angle(("racket_tip", "right_wrist"), offset=90.0, unsigned=False)
    assert value(leaning, PLACES) == pytest.approx(135, abs=1e-4), "0 is upright, forward is positive"
    assert value(leaning, PLACES, -1) == pytest.approx(-135, abs=1e-4)


def test_an_angle_is_missing_with_its_keypoint() -> None:
    assert np.isnan(value(angle(THREE, unsigned=True), {name: PLACES[name] for name in THREE[:2]}))


def test_an_unsigned_angle_is_as_uncertain_as_a_signed_one() -> None:
    xy = np.full((1, 18, 2), np.nan, np.float32)
    for name, place in PLACES.items():
        xy[0, RACKET.index(name)] = place
    cov = np.broadcast_to(np.float32([4, 0, 4]), (1, 18, 3))
    both = [
        compute_angle_sigma(xy, cov, RACKET.with_angles((angle(THREE, unsigned=unsigned),)))[0, -1]
        for unsigned in (False, True)
    ]
    # Each end turns its segment by sigma / length; the wrist turns both, by the difference of the two gradients.
    # du = (1, 0) / 100, dv = (-1, 1) / 200 rad/px: 4 (|du|^2 + |dv|^2 + |du - dv|^2) rad^2.
    expected = np.degrees(np.sqrt(4 * (1e-4 + 5e-5 + (0.015**2 + 0.005**2))))
    assert both == pytest.approx([expected, expected], rel=1e-5)
