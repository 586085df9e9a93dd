"""Heatmaps decode to where they were drawn, to a twentieth of an input pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poseapp.core.codec import activate, decode, encode
from poseapp.core.errors import UsageError
from poseapp.core.geometry import Box, letterbox, resize_map

# (heatmap h, w), input size, sigma in heatmap px: LPN, RePose, EfficientPose-RT, FasterPose
SHAPES = [
    ((64, 48), (256, 192), 2.0),
    ((128, 128), (128, 128), 5.0),
    ((224, 224), (224, 224), 7.0),
    ((40, 40), (160, 160), 1.5),
]


def image_round_trip(points_in_image: np.ndarray, shape: tuple, box: Box, method: str, beta: float) -> np.ndarray:
    """Image px -> input px -> heatmap px -> Gaussian -> decoded -> image px."""
    size, input_size, sigma = shape
    to_input, map_to_input = letterbox(box, *input_size), resize_map(size, input_size)
    heatmaps = encode(map_to_input.inverse(to_input(points_in_image)), size, sigma)
    return to_input.inverse(map_to_input(decode(heatmaps, method=method, beta=beta).points))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(SHAPES),
    st.floats(20.0, 160.0),
    st.floats(-300.0, 900.0),
    st.floats(0.2, 6.0),
    st.lists(st.tuples(st.floats(0.15, 0.85), st.floats(0.15, 0.85)), min_size=8, max_size=8),
)
def test_soft_argmax_is_exact_to_a_twentieth_of_an_input_pixel(shape, beta, left, zoom, places) -> None:
    (height, width) = shape[1]
    box = Box(left, left / 3, width * zoom, height * zoom)
    points = np.array([[[box.x + u * box.width, box.y + v * box.height] for u, v in places]])
    back = image_round_trip(points, shape, box, "soft-argmax", beta)
    error = np.linalg.norm(back - points, axis=-1) / zoom
    assert error.mean() < 0.05


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SHAPES), st.floats(0.2, 0.8), st.floats(0.2, 0.8))
def test_argmax_and_quarter_offset_stay_within_their_grid(shape, u, v) -> None:
    size, _, sigma = shape
    point = np.array([[[u * (size[1] - 1), v * (size[0] - 1)]]])
    heatmaps = encode(point, size, sigma)
    assert np.abs(decode(heatmaps, method="argmax").points - point).max() <= 0.5 + 1e-4
    assert np.abs(decode(heatmaps, method="quarter").points - point).max() <= 0.25 + 1e-4


def test_quarter_offset_by_hand() -> None:
    heatmap = np.zeros((1, 1, 20, 20), np.float32)
    heatmap[0, 0, 8, 11], heatmap[0, 0, 8, 12], heatmap[0, 0, 7, 11] = 1.0, 0.5, 0.2
    assert decode(heatmap, method="quarter").points[0, 0].tolist() == [11.25, 7.75]


@pytest.mark.parametrize("beta", [10.0, 40.0, 160.0])
def test_second_peak_has_no_pull(beta: float) -> None:
    here, there = np.array([[[20.3, 30.7]]]), np.array([[[44.0, 12.0]]])
    heatmaps = encode(here, (64, 64), 2.0) + 0.9 * encode(there, (64, 64), 2.0)
    assert np.abs(decode(heatmaps, beta=beta).points - here).max() < 0.02


def test_hesitant_peak_decodes_like_a_sure_one() -> None:
    heatmaps = encode(np.array([[[20.3, 30.7]]]), (64, 64), 2.0)
    sure, hesitant = decode(heatmaps, beta=20.0), decode(0.2 * heatmaps, beta=20.0)
    np.testing.assert_allclose(hesitant.points, sure.points, atol=1e-5)
    assert hesitant.peak[0, 0] == pytest.approx(0.2 * sure.peak[0, 0], rel=1e-5)


def test_score_is_the_peak() -> None:
    decoded = decode(encode(np.array([[[10.0, 12.0]]]), (32, 32), 2.0))
    assert decoded.peak[0, 0] == pytest.approx(1.0)
    logits = np.full((1, 1, 32, 32), -4.0, np.float32)
    logits[0, 0, 5, 6] = 2.0
    sigmoid = decode(logits, activation="sigmoid", method="argmax")
    assert sigmoid.peak[0, 0] == pytest.approx(1 / (1 + np.exp(-2.0)))
    assert sigmoid.points[0, 0].tolist() == [6.0, 5.0]


def test_sigmoid_of_logits_decodes_like_the_map_itself() -> None:
    heatmaps = 0.98 * encode(np.array([[[20.3, 30.7]]]), (64, 64), 2.0) + 0.01
    logits = np.log(heatmaps / (1 - heatmaps)).astype(np.float32)
    np.testing.assert_allclose(
        decode(logits, activation="sigmoid", beta=20.0).points, decode(heatmaps, beta=20.0).points, atol=1e-3
    )
    np.testing.assert_allclose(activate(logits, "sigmoid"), heatmaps, atol=1e-5)


def test_gain_makes_a_low_peak_sure() -> None:
    heatmaps = 0.5 * encode(np.array([[[64.0, 60.0]]]), (128, 128), 3.0)
    plain, raised = decode(heatmaps), decode(heatmaps, gain=2.0)
    assert (plain.peak[0, 0], raised.peak[0, 0]) == pytest.approx((0.5, 1.0))
    assert plain.cov[0, 0, 0] == pytest.approx(9.0 * (1 - 0.5), rel=0.05)  # S (1 - p)
    assert raised.cov[0, 0, 0] < 0.2


@pytest.mark.parametrize("value", [0.0, -0.3, np.nan])
def test_empty_map_is_missing(value: float) -> None:
    heatmaps = np.full((1, 2, 24, 24), value, np.float32)
    heatmaps[:, 1] = encode(np.array([[[10.0, 12.0]]]), (24, 24), 2.0)[:, 0]
    decoded = decode(heatmaps)
    for array in (decoded.points, decoded.peak, decoded.cov):
        assert np.isnan(array[0, 0]).all()
        assert np.isfinite(array[0, 1]).all()


def test_covariance_recovers_the_uncertainty_that_blurred_the_target() -> None:
    """A network that minimises the squared error answers the mean of its targets: here, of 5,000 of them."""
    rng = np.random.default_rng(3)
    truth = np.array([[6.0, 2.0], [2.0, 3.0]])
    places = rng.multivariate_normal([32.0, 30.0], truth, size=5_000)
    mean = np.zeros((1, 1, 64, 64), np.float32)
    for block in np.split(places, 10):
        mean += encode(block[:, None], (64, 64), 3.0).sum(axis=0, keepdims=True) / len(places)
    xx, xy, yy = decode(mean).cov[0, 0]
    np.testing.assert_allclose([xx, xy, yy], [6.0, 2.0, 3.0], atol=0.35)


def test_sure_peak_has_the_variance_of_a_pixel() -> None:
    cov = decode(encode(np.array([[[64.0, 60.0]]]), (128, 128), 3.0)).cov[0, 0]
    np.testing.assert_allclose(cov, [1 / 12, 0.0, 1 / 12], atol=0.06)


def test_peaks_at_the_border_stay_inside() -> None:
    corners = np.array([[[0.0, 0.0], [47.0, 0.0], [0.0, 63.0], [47.0, 63.0]]])
    decoded = decode(encode(corners, (64, 48), 2.0), beta=40.0)
    assert np.abs(decoded.points - corners).max() < 0.75
    assert (decoded.points >= 0).all()


def test_missing_point_encodes_to_zeros() -> None:
    heatmaps = encode(np.array([[[np.nan, np.nan], [3.0, 2.0]]]), (8, 9), 1.0)
    assert heatmaps.shape == (1, 2, 8, 9)
    assert not heatmaps[0, 0].any()
    assert heatmaps[0, 1, 2, 3] == pytest.approx(1.0)
    assert heatmaps[0, 1, 2, 5] == pytest.approx(np.exp(-2.0))  # two sigma to the right


def test_unknown_names_are_refused() -> None:
    heatmaps = np.zeros((1, 1, 8, 8), np.float32)
    with pytest.raises(UsageError, match="decoding"):
        decode(heatmaps, method="mean")
    with pytest.raises(UsageError, match="activation"):
        decode(heatmaps, activation="softmax")
