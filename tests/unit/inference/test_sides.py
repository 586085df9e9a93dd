"""Left and right over time, on a stick figure whose exchanges are known."""

from __future__ import annotations

import time

import numpy as np
import pytest

from fixtures.dots import DOTS
from fixtures.figure import walk
from poseapp.core.skeleton import Skeleton, load_skeleton
from poseapp.inference.sides import exchange_sides, settle_sides

BODY = load_skeleton("body18")
TRUNK = 130.0  # px, of the figure
FRONT = {
    "shoulder": (35, 0), "elbow": (45, 50), "wrist": (50, 90), "hip": (20, 130),
    "knee": (24, 210), "ankle": (26, 290), "heel": (26, 295), "big_toe": (32, 302),
}  # fmt: skip
FEET_AND_KNEES = ("knee", "ankle", "heel", "toe")


def walking(rate: float, *, seconds: float = 3.0, noise: float = 1.0, skeleton: Skeleton = BODY) -> np.ndarray:
    """Return (T, K, 2) of the figure that walks right, with noise of so many px."""
    xy = walk(skeleton, np.arange(round(seconds * rate)) / rate)
    return xy + np.random.default_rng(0).normal(0, noise, xy.shape)


def from_the_front(n: int, *, noise: float = 1.0) -> np.ndarray:
    """Return (n, K, 2) of somebody who stands towards the camera: the left side on the picture's right."""
    points = {"neck": (0, -10), "head_top": (0, -50)}
    points |= {f"left_{part}": xy for part, xy in FRONT.items()}
    points |= {f"right_{part}": (-x, y) for part, (x, y) in FRONT.items()}
    xy = np.array([points[name] for name in BODY.keypoints], float) + 200.0
    return xy + np.random.default_rng(0).normal(0, noise, (n, *xy.shape))


def swapped(
    xy: np.ndarray, parts: tuple[str, ...], start: int, stop: int, skeleton: Skeleton = BODY
) -> tuple[np.ndarray, np.ndarray]:
    """Return the track with these parts exchanged in the frames start .. stop, and where (T, K)."""
    where = np.zeros(xy.shape[:2], dtype=bool)
    where[start:stop] = [any(name.endswith(part) for part in parts) for name in skeleton.keypoints]
    return exchange_sides(xy, where, skeleton), where


def wrong(xy: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return (T, K) keypoints that are not where they belong by more than a tenth of the trunk."""
    return np.linalg.norm(xy - truth, axis=-1) > 0.1 * TRUNK


@pytest.mark.parametrize("rate", [25.0, 30.0, 60.0])
@pytest.mark.parametrize("skeleton", [BODY, load_skeleton("mpii16"), load_skeleton("coco17")], ids=lambda s: s.name)
@pytest.mark.parametrize("parts", [FEET_AND_KNEES, ("knee",), FEET_AND_KNEES[1:]])
def test_exchanges_are_found(rate: float, skeleton: Skeleton, parts: tuple[str, ...]) -> None:
    truth = walking(rate, skeleton=skeleton)
    read, injected = swapped(truth, parts, 0, 0, skeleton)
    for start, length in ((8, 1), (20, 4), (40, 7), (60, 2)):
        read, where = swapped(read, parts, start, start + length, skeleton)
        injected |= where
    settled = exchange_sides(read, settle_sides(read, skeleton), skeleton)
    assert wrong(read, truth).sum() == pytest.approx(injected.sum(), rel=0.6)  # legs that cross are close together
    assert wrong(settled, truth).sum() == 0


@pytest.mark.parametrize("parts", [("elbow", "wrist"), ("wrist",), ("shoulder", "elbow", "wrist")])
def test_arms(parts: tuple[str, ...]) -> None:
    read, where = swapped(from_the_front(60), parts, 20, 23)
    np.testing.assert_array_equal(settle_sides(read, BODY), where)


@pytest.mark.parametrize("rate", [15.0, 25.0, 30.0, 50.0, 60.0, 120.0, 240.0])
@pytest.mark.parametrize("noise", [0.0, 1.0, 3.0])
def test_what_is_right_stays(rate: float, noise: float) -> None:
    xy = walking(rate, noise=noise)
    settled = exchange_sides(xy, settle_sides(xy, BODY), BODY)
    legs = [name.endswith(FEET_AND_KNEES) for name in BODY.keypoints]  # the arms and hips lie on top of each other
    assert not wrong(settled, xy)[:, legs].any()


@pytest.mark.parametrize("noise", [0.0, 2.0, 6.0])
def test_jitter_of_somebody_who_stands_is_no_evidence(noise: float) -> None:
    assert not settle_sides(from_the_front(300, noise=noise), BODY).any()


def test_whole_body_taken_for_its_mirror_image() -> None:
    truth = from_the_front(60)
    read, where = swapped(truth, tuple(FRONT), 20, 31)
    assert where[25].sum() == 16
    np.testing.assert_array_equal(settle_sides(read, BODY), where)


def test_most_of_what_was_read_stays() -> None:
    """Left and right cannot be known from motion alone: what was read in most frames counts."""
    truth = from_the_front(60)
    read, where = swapped(truth, tuple(FRONT), 15, 60)
    sided = np.array([name.startswith(("left", "right")) for name in BODY.keypoints])
    np.testing.assert_array_equal(settle_sides(read, BODY), ~where & sided)


def test_motion_is_not_followed_across_a_gap() -> None:
    """After a gap nothing says which leg is which, so the network is believed."""
    read, _ = swapped(walking(30.0), FEET_AND_KNEES, 50, 90)
    read[44:50] = np.nan
    settled = settle_sides(read, BODY)
    assert not settled[44:50].any()
    assert not settled[50:].any()


def test_a_lone_missing_ankle_does_not_hide_the_exchange_of_the_knees() -> None:
    truth = walking(30.0)
    read, where = swapped(truth, ("knee",), 37, 41)
    read[30:45, BODY.index("left_ankle")] = np.nan
    knees = [BODY.index("left_knee"), BODY.index("right_knee")]
    np.testing.assert_array_equal(settle_sides(read, BODY)[:, knees], where[:, knees])


def test_size_and_place_do_not_matter() -> None:
    read, _ = swapped(walking(30.0), FEET_AND_KNEES, 20, 26)
    near = settle_sides(read, BODY)
    assert near.any()
    np.testing.assert_array_equal(settle_sides(0.2 * read + 900, BODY), near)
    mirror_image = np.stack([2000 - read[..., 0], read[..., 1]], axis=-1)
    np.testing.assert_array_equal(settle_sides(mirror_image, BODY), near)


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_nothing_to_do(n: int) -> None:
    assert settle_sides(from_the_front(n), BODY).shape == (n, 18)
    assert not settle_sides(from_the_front(n), BODY).any()
    assert not settle_sides(np.full((n, 18, 2), np.nan), BODY).any()
    assert not settle_sides(np.zeros((n, 6, 2)), DOTS).any()


def test_scores_and_covariances_move_along() -> None:
    where = np.zeros((1, 18), dtype=bool)
    left, right = BODY.index("left_knee"), BODY.index("right_knee")
    where[0, [left, right]] = True
    for tail in ((), (2,), (3,)):
        values = np.random.default_rng(1).normal(size=(1, 18, *tail)).astype(np.float32)
        moved = exchange_sides(values, where, BODY)
        assert moved.dtype == np.float32
        np.testing.assert_array_equal(moved[0, left], values[0, right])
        np.testing.assert_array_equal(moved[0, right], values[0, left])
        np.testing.assert_array_equal(moved[:, ~where[0]], values[:, ~where[0]])
        np.testing.assert_array_equal(exchange_sides(moved, where, BODY), values)


@pytest.mark.benchmark
def test_two_people_in_ten_thousand_frames_take_less_than_a_second() -> None:
    xy = np.tile(walking(30.0), (112, 1, 1))[:10_000]
    began = time.process_time()
    settle_sides(xy, BODY)
    settle_sides(xy, BODY)
    assert time.process_time() - began < 1.0
