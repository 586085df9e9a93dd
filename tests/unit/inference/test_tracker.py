"""Rows keep their person: through crossings, absences and returns."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from fixtures.dots import draw, place_body
from poseapp.core.geometry import Box
from poseapp.inference.network import Network
from poseapp.inference.tracker import Tracker

SIZE = (240, 480)


def follow(tracker: Tracker, pictures: Iterable[np.ndarray]) -> np.ndarray:
    """Return xy (T, P, K, 2)."""
    return np.stack([tracker.step(picture).xy for picture in pictures])


def error(xy: np.ndarray, bodies: np.ndarray) -> np.ndarray:
    """Return the mean error (T,) of the keypoints that are there, px; NaN where the row is missing."""
    distance = np.linalg.norm(xy - bodies, axis=-1)
    present = np.isfinite(distance)
    total = np.where(present, distance, 0.0).sum(axis=-1)
    return np.where(present.any(axis=-1), total / np.maximum(present.sum(axis=-1), 1), np.nan)


def walk(x: np.ndarray, y: float = 120, height: float = 120) -> np.ndarray:
    """Return bodies (T, K, 2) whose middles are at x."""
    return np.stack([place_body(each, y, height) for each in x])


def test_walking_person_is_followed(dots_network: Network) -> None:
    bodies = walk(np.linspace(90, 390, 40))
    xy = follow(Tracker(dots_network, 1), (draw(SIZE, [body]) for body in bodies))
    assert error(xy[:, 0], bodies).max() < 0.7


def test_box_chooses_the_person(dots_network: Network) -> None:
    small, large = walk(np.linspace(100, 130, 12), height=90), walk(np.linspace(330, 340, 12), height=180)
    tracker = Tracker(dots_network, 1, boxes=(Box.around(small[0], factor=1.2),))
    xy = follow(tracker, (draw(SIZE, pair) for pair in zip(small, large, strict=True)))
    assert error(xy[:, 0], small).max() < 1


def test_two_who_cross_stay_two(dots_network: Network) -> None:
    """Their boxes overlap for a third of the clip; no row may end on the other person."""
    right, left = walk(np.linspace(80, 400, 60), y=112, height=130), walk(np.linspace(400, 80, 60), y=135, height=110)
    xy = follow(Tracker(dots_network, 2), (draw(SIZE, pair) for pair in zip(left, right, strict=True)))
    rows = [right, left] if np.nan_to_num(error(xy[:10, 0], right[:10]), nan=99).mean() < 5 else [left, right]
    gap = np.abs(right[:, 3, 0] - left[:, 3, 0])
    for row, bodies in enumerate(rows):
        assert np.nanmax(error(xy[:, row], bodies)) < 12  # a tenth of the body, even in the middle of it
        assert np.nanmax(error(xy[gap > 110, row], bodies[gap > 110])) < 1
        assert np.isfinite(xy[gap > 110, row]).all()
    both = np.linalg.norm(xy[:, 0] - xy[:, 1], axis=-1)
    assert np.nanmin(np.where(gap[:, None] > 10, both, np.nan)) > 5  # never one keypoint in two rows


def test_who_leaves_is_nan_and_gets_the_row_back(dots_network: Network) -> None:
    stays = walk(np.full(70, 110.0))
    leaves = walk(np.concatenate([np.full(15, 360.0), np.full(25, np.nan), np.full(30, 350.0)]))
    pictures = (draw(SIZE, [a] if np.isnan(b).any() else [a, b]) for a, b in zip(stays, leaves, strict=True))
    xy = follow(Tracker(dots_network, 2), pictures)
    row = int(np.nanmean(error(xy[:15, 1], leaves[:15])) < 5)
    assert error(xy[:, 1 - row], stays).max() < 2
    assert np.isnan(xy[16:40, row]).all()
    assert np.nanmax(error(xy[:, row], leaves)) < 5
    assert np.isfinite(xy[60:, row]).all()  # found again within 20 frames


def test_second_person_who_enters_later_gets_a_row(dots_network: Network) -> None:
    first = walk(np.full(50, 110.0))
    second = walk(np.concatenate([np.full(10, np.nan), np.linspace(420, 330, 40)]))
    pictures = (draw(SIZE, [a] if np.isnan(b).any() else [a, b]) for a, b in zip(first, second, strict=True))
    xy = follow(Tracker(dots_network, 2), pictures)
    assert np.isfinite(xy[:, 0]).all()
    assert np.isnan(xy[:10, 1]).all()
    assert np.isfinite(xy[35:, 1]).all()
    assert np.nanmax(error(xy[:, 1], second)) < 5


def test_empty_clip_is_nan_throughout(dots_network: Network) -> None:
    tracker = Tracker(dots_network, 2)
    poses = [tracker.step(np.zeros((*SIZE, 3), np.uint8)) for _ in range(6)]
    assert all(np.isnan(each.xy).all() and np.isnan(each.score).all() and np.isnan(each.cov).all() for each in poses)
    assert tracker.boxes == (None, None)


def test_person_lost_alone_is_found_elsewhere(dots_network: Network) -> None:
    """A cut: the same person, suddenly where nobody can walk in so short a time. The row waits, and then follows."""
    bodies = walk(np.concatenate([np.full(8, 80.0), np.full(85, 400.0)]), height=100)
    xy = follow(Tracker(dots_network, 1), (draw(SIZE, [body]) for body in bodies))
    assert np.nanmax(error(xy[:, 0], bodies)) < 5
    assert np.isnan(xy[8:50, 0]).all()
    assert np.isfinite(xy[-8:, 0]).all()


def test_row_waits_for_its_person_while_another_stands_by(dots_network: Network) -> None:
    """The followed one is out of sight for 20 frames; a bystander far off is in full view all the time."""
    subject = walk(np.concatenate([np.full(10, 100.0), np.full(20, np.nan), np.full(40, 110.0)]))
    bystander = walk(np.full(70, 400.0), height=90)
    tracker = Tracker(dots_network, 1, boxes=(Box.around(subject[0], factor=1.2),))
    pictures = (draw(SIZE, [b] if np.isnan(a).any() else [a, b]) for a, b in zip(subject, bystander, strict=True))
    xy = follow(tracker, pictures)[:, 0]
    assert np.nanmax(np.nan_to_num(error(xy, subject))) < 5
    assert np.isnan(xy[11:30]).all()
    assert np.isfinite(xy[60:]).all()
