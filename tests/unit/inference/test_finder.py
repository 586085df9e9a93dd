"""Persons are found by the network itself: small ones, several, and those that move."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fixtures.dots import draw, place_body
from poseapp.core.geometry import Box
from poseapp.inference.finder import (
    Found,
    complete,
    find_persons,
    keep_distinct,
    look,
    read_box,
    scan_boxes,
    tighten,
)
from poseapp.inference.motion import propose_moving
from poseapp.inference.network import Network


def nearest(found: list[Found], body: np.ndarray) -> float:
    """Return the mean error (px) of the find that is nearest to a body."""
    return min(float(np.linalg.norm(item.xy - body, axis=1).mean()) for item in found)


@pytest.mark.parametrize(("x", "y", "height"), [(320, 180, 300), (150, 200, 150), (520, 90, 110)])
def test_one_person_of_any_size_is_found(dots_network: Network, x: float, y: float, height: float) -> None:
    body = place_body(x, y, height)
    found = find_persons(dots_network, draw((360, 640), [body]), 1)
    assert len(found) == 1
    assert nearest(found, body) < 0.01 * height
    assert 1.2 < found[0].box.width / height < 1.5  # the crop fits the person


def test_two_persons_are_found_and_not_twice(dots_network: Network) -> None:
    bodies = [place_body(140, 200, 150), place_body(500, 160, 220)]
    found = find_persons(dots_network, draw((360, 640), bodies), 4)
    assert len(found) == 2
    assert all(nearest(found, body) < 2 for body in bodies)


def test_the_large_central_one_comes_first(dots_network: Network) -> None:
    subject, bystander = place_body(330, 190, 240), place_body(60, 100, 110)
    found = find_persons(dots_network, draw((360, 640), [bystander, subject]), 1)
    assert nearest(found, subject) < 3


def test_nobody_is_nobody(dots_network: Network) -> None:
    assert find_persons(dots_network, np.zeros((360, 640, 3), np.uint8), 2) == []


def test_motion_leads_to_the_person_in_few_crops(dots_network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    read = dots_network.heatmaps
    monkeypatch.setattr(dots_network, "heatmaps", lambda crops: looked.append(len(crops)) or read(crops))
    body = place_body(900, 500, 200)
    picture, before = draw((720, 1280), [body]), draw((720, 1280), [place_body(885, 500, 200)])
    assert nearest(find_persons(dots_network, picture, 1, previous_rgb=before), body) < 3
    assert sum(looked) <= 8


def test_moving_boxes_surround_what_moved() -> None:
    body = place_body(900, 500, 200)
    boxes = propose_moving(draw((720, 1280), [body]), draw((720, 1280), [place_body(885, 500, 200)]))
    assert boxes
    assert any(abs(box.centre[0] - 892) < 60 and abs(box.centre[1] - 500) < 60 for box in boxes)
    still = draw((720, 1280), [body])
    assert propose_moving(still, still) == []
    assert propose_moving(still, np.full_like(still, 255)) == []  # everything changed: a cut, or the camera
    assert propose_moving(still, still[:100]) == []


def test_drawn_box_decides_between_neighbours(dots_network: Network) -> None:
    left, right = place_body(220, 180, 180), place_body(400, 180, 180)
    picture = draw((360, 640), [left, right])
    for body in (left, right):
        box = Box.around(body, factor=1.1)
        assert np.linalg.norm(read_box(dots_network, picture, box).xy - body, axis=1).mean() < 3


def test_part_of_a_person_is_completed(dots_network: Network) -> None:
    body = place_body(320, 180, 260)
    picture = draw((360, 640), [body])
    [part] = look(dots_network, picture, [Box(240, 100, 160, 230)])
    whole = complete(dots_network, picture, replace(part, merit=0.8))
    assert np.linalg.norm(whole.xy - body, axis=1).mean() < 3


def test_a_crop_much_wider_than_the_person_is_not_kept(dots_network: Network) -> None:
    body = place_body(320, 180, 160)
    picture = draw((360, 640), [body])
    need = Box.around(body, factor=dots_network.spec.crop_factor).squared().width
    [wide] = look(dots_network, picture, [Box.around(body, factor=2.2).squared()])
    near = tighten(dots_network, picture, wide)
    assert near.box.width == pytest.approx(need, rel=0.15)
    assert np.linalg.norm(near.xy - body, axis=1).mean() < 2
    assert tighten(dots_network, picture, near) is near
    sure = replace(wide, merit=wide.merit + 2.0)  # seen so much better from afar
    assert tighten(dots_network, picture, sure) is sure


def test_half_a_body_within_a_body_is_a_double(dots_network: Network) -> None:
    body = place_body(100, 100, 100).astype(np.float32)
    score, cov = np.ones(6, np.float32), np.ones((6, 3), np.float32)
    whole = Found(Box(30, 30, 140, 140), body, score, score, cov, 0.9)
    half = Found(Box(50, 90, 70, 70), body * 0.4 + [50, 85], score, score, cov, 0.7)
    assert keep_distinct(dots_network, [half, whole]) == [whole]
    assert keep_distinct(dots_network, []) == []


def test_patient_search_covers_the_picture() -> None:
    boxes = scan_boxes(640, 360)
    covered = np.zeros((360, 640), bool)
    for box in boxes:
        if box.width < 200:
            covered[int(box.y + 0.5) : int(box.y + box.height + 1), int(box.x + 0.5) : int(box.x + box.width + 1)] = (
                True
            )
    assert covered.all()
    assert len(boxes) < 110
