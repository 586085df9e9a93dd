"""From picture to picture: a dot drawn at a known place is read there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.dots import DOTS, draw, place_body
from fixtures.tiny_networks import SIZE, dots_spec, write_dots_network
from poseapp.core.calibration import Calibration, ScoreCurve
from poseapp.core.geometry import Box
from poseapp.inference.estimate import estimate, heatmap_in_image
from poseapp.inference.finder import find_persons
from poseapp.inference.network import Network, load_network


@settings(max_examples=20, deadline=None)
@given(st.floats(150, 450), st.floats(150, 250), st.floats(80, 220), st.booleans())
def test_dots_are_read_where_they_were_drawn(
    dots_network: Network, x: float, y: float, height: float, flip: bool
) -> None:
    body = place_body(x, y, height)
    picture = draw((400, 600), [body])
    box = Box.around(body).squared(1.35)
    result = estimate(dots_network, picture, [box], flip_test=flip)
    input_px = np.linalg.norm(result.xy[0] - body, axis=1) * SIZE / box.width
    assert input_px.mean() < 0.08  # 0.05 of the decoder; the rest is what 8-bit grey levels leave
    assert (result.score > 0.3).all()


def test_several_boxes_and_none(dots_network: Network) -> None:
    bodies = [place_body(120, 120, 100), place_body(420, 250, 180)]
    picture = draw((400, 600), bodies)
    result = estimate(dots_network, picture, [Box.around(body).squared(1.35) for body in bodies])
    assert result.xy.shape == (2, 6, 2)
    assert np.abs(result.xy - np.stack(bodies)).max() < 0.5
    empty = estimate(dots_network, picture, [])
    assert (empty.xy.shape, empty.score.shape, empty.cov.shape) == ((0, 6, 2), (0, 6), (0, 6, 3))


def test_nothing_there_is_nan(dots_network: Network) -> None:
    result = estimate(dots_network, np.zeros((200, 200, 3), np.uint8), [Box(20, 20, 100, 100)])
    for array in (result.xy, result.score, result.cov):
        assert np.isnan(array).all()


def test_flip_test_averages_with_the_mirror_pair(tmp_path: Path) -> None:
    """With hands as a pair, half of each hand's map comes from the other's: two peaks of half the height."""
    names = ("head", "right_hand", "left_hand", "pelvis", "foot_a", "foot_b")
    paired = dots_spec(skeleton=replace(DOTS, keypoints=names, mirror=(0, 2, 1, 3, 4, 5)))
    network = load_network(write_dots_network(tmp_path / "n.onnx", spec=paired))
    body = place_body(200, 200, 200)
    boxes = [Box.around(body).squared(1.35)]
    plain = estimate(network, draw((400, 400), [body]), boxes)
    fused = estimate(network, draw((400, 400), [body]), boxes, flip_test=True)
    np.testing.assert_allclose(fused.score[0] / plain.score[0], [1, 0.5, 0.5, 1, 1, 1], atol=0.03)
    np.testing.assert_allclose(fused.xy[0, [0, 3, 4, 5]], plain.xy[0, [0, 3, 4, 5]], atol=0.3)


def test_covariance_scales_with_the_picture(dots_network: Network) -> None:
    small, large = place_body(150, 150, 80), place_body(300, 300, 320)
    results = [
        estimate(dots_network, draw((600, 600), [body]), [Box.around(body).squared(1.35)]) for body in (small, large)
    ]
    ratio = np.sqrt(results[1].cov[0, :, 0] / results[0].cov[0, :, 0])
    assert np.median(ratio) == pytest.approx(4.0, rel=0.25)  # the same heatmap, four times the px


def test_heatmap_lies_on_its_dot(dots_network: Network) -> None:
    body = place_body(200, 180, 160)
    overlay = heatmap_in_image(dots_network, draw((400, 400), [body]), Box.around(body).squared(1.35), 3)
    row, column = np.unravel_index(overlay.values.argmax(), overlay.values.shape)
    place = overlay.to_image([column, row])
    assert np.linalg.norm(place - body[3]) < overlay.to_image.scale


def test_offset_of_the_network_is_undone(dots_network: Network, tmp_path: Path) -> None:
    shifted = load_network(write_dots_network(tmp_path / "n.onnx", spec=dots_spec(offset=(1.0, -2.0))))
    body = place_body(200, 200, 200)
    picture, box = draw((400, 400), [body]), Box.around(body).squared(1.35)
    plain, moved = estimate(dots_network, picture, [box]), estimate(shifted, picture, [box])
    step = box.width / SIZE  # image px of one input px
    np.testing.assert_allclose(moved.xy - plain.xy, np.broadcast_to([step, -2 * step], (1, 6, 2)), atol=1e-3)
    plain_map, moved_map = (heatmap_in_image(network, picture, box, 0) for network in (dots_network, shifted))
    np.testing.assert_allclose(moved_map.to_image([3, 4]) - plain_map.to_image([3, 4]), [step, -2 * step], atol=1e-9)


def test_a_calibration_changes_what_is_said_and_not_what_is_decided(dots_network: Network, tmp_path: Path) -> None:
    curve = ScoreCurve((0.0, 1.0), (0.0, 0.25))
    calibrated = dots_spec(calibration=Calibration((curve,), (0,) * 6, cov_scale=2.0, cov_floor=0.05))
    network = load_network(write_dots_network(tmp_path / "n.onnx", spec=calibrated), threads=1)
    body = place_body(200, 180, 160)
    picture, box = draw((400, 400), [body]), Box.around(body).squared(1.35)
    plain, told = estimate(dots_network, picture, [box]), estimate(network, picture, [box])
    np.testing.assert_array_equal(plain.score, plain.peak)
    np.testing.assert_array_equal(told.peak, plain.peak)
    np.testing.assert_array_equal(told.xy, plain.xy)
    np.testing.assert_allclose(told.score, 0.25 * plain.peak, rtol=1e-6)
    floor = (0.05 * box.width) ** 2
    np.testing.assert_allclose(told.cov, 2.0 * plain.cov + [floor, 0, floor], rtol=1e-5)
    [before], [after] = (find_persons(n, picture, 1) for n in (dots_network, network))
    assert (after.box, after.merit, after.fullness) == (before.box, before.merit, before.fullness)
    np.testing.assert_array_equal(after.xy, before.xy)
