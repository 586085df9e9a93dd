"""People are found in heatmaps of the whole picture."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.dots import draw, place_body
from fixtures.tiny_networks import write_dots_network
from poseapp.core.codec import encode
from poseapp.core.geometry import Box
from poseapp.inference.finder import Found, find_persons
from poseapp.inference.network import Network, load_network
from poseapp.inference.scanner import Scanner
from poseapp.inference.survey import ZOOMS, find_windows, survey


@pytest.fixture(scope="module")
def wide_network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return load_network(write_dots_network(tmp_path_factory.mktemp("any") / "any.onnx", any_size=True), threads=1)


def test_only_a_network_with_free_sides_takes_any_size(wide_network: Network, dots_network: Network) -> None:
    assert wide_network.any_size
    assert not dots_network.any_size
    assert wide_network.heatmaps(np.zeros((1, 64, 160, 3), np.uint8)).shape == (1, 6, 32, 80)


def test_windows_hold_the_keypoints_of_one_person_each() -> None:
    left = np.array([[10, 12], [14, 20], [8, 30], [16, 30]], np.float32)
    right = left + np.float32([60, 5])
    maps = encode(np.stack([left, right]), (48, 96), 1.5).max(axis=0)
    found = find_windows(maps, 32)
    for body in (left, right):
        assert any(np.allclose(xy, body) for xy, _ in found[:2])
    assert all(np.allclose(peak, 1, atol=1e-3) for _, peak in found[:2])
    assert all(np.median(peak) < 0.2 for _, peak in found[2:])  # slopes of keypoints of a window next to them


def test_a_few_stray_peaks_are_nobody() -> None:
    maps = np.zeros((8, 48, 96), np.float32)
    maps[:2, 20, 30] = 0.8  # two of the six surest: a merit of 0.27
    assert find_windows(maps, 32) == []


@pytest.mark.parametrize(("x", "y", "height"), [(700, 400, 600), (300, 420, 330), (1100, 150, 150)])
def test_every_size_of_person_has_its_zoom(wide_network: Network, x: float, y: float, height: float) -> None:
    body = place_body(x, y, height)
    picture = draw((720, 1280), [body])
    middle = Box.around(body).centre
    near = [box for zoom in ZOOMS for box in survey(wide_network, picture, zoom) if box.contains(*middle)]
    assert near
    assert any(0.8 * height < box.height < 2.5 * height for box in near)


def test_the_right_person_is_found_with_few_looks(wide_network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    read = wide_network.heatmaps
    monkeypatch.setattr(wide_network, "heatmaps", lambda crops: looked.append(len(crops)) or read(crops))
    bystander, subject = place_body(80, 200, 110), place_body(640, 380, 420)
    [found] = find_persons(wide_network, draw((720, 1280), [bystander, subject]), 1)
    assert np.linalg.norm(found.xy - subject, axis=1).mean() < 4
    assert sum(looked) <= 20
    both = find_persons(wide_network, draw((720, 1280), [bystander, subject]), 2)
    assert len(both) == 2
    assert find_persons(wide_network, np.zeros((360, 640, 3), np.uint8), 2) == []


def test_somebody_who_stands_still_is_found_within_a_few_frames(wide_network: Network) -> None:
    """Nothing moves, so only the looks at the whole picture can find her, at the zoom that suits her size."""
    body, scanner = place_body(900, 420, 300), Scanner(wide_network)
    picture = draw((720, 1280), [body])
    found: list[Found] = []
    for _ in ZOOMS:
        scanner.watch(picture)
        found += scanner.search(picture, [], budget=4)
    assert found
    assert np.linalg.norm(found[0].xy - body, axis=1).mean() < 4


def test_beside_somebody_known_the_whole_picture_is_looked_at_now_and_then(wide_network: Network) -> None:
    known, other = place_body(300, 380, 300), place_body(900, 420, 300)
    picture, scanner = draw((720, 1280), [known, other]), Scanner(wide_network)
    found: list[Found] = []
    for _ in range(20):
        scanner.watch(picture)
        found += scanner.search(picture, [Box.around(known, factor=1.2)], budget=1)
    assert any(np.linalg.norm(item.xy - other, axis=1).mean() < 4 for item in found)
