"""Targets: peaks where the keypoints are, fields along the bones, weights where something is known."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from poseapp.core.codec import decode
from poseapp.core.geometry import resize_map
from poseapp.training.targets import heatmap_targets, known, link_targets


def test_target_peaks_at_the_keypoint_and_absent_labels_have_no_weight() -> None:
    points = np.array([[[33.5, 61.5], [np.nan, np.nan], [-1e3, -1e3]]], np.float32)
    targets = heatmap_targets(points, (128, 128), (32, 32), 1.5)
    # u' = (33.5 + 0.5) / 4 - 0.5 = 8, v' = (61.5 + 0.5) / 4 - 0.5 = 15
    assert np.unravel_index(targets[0, 0].argmax(), (32, 32)) == (15, 8)
    assert targets[0, 0].max() == 1
    assert np.isclose(targets[0, 0, 15, 9], np.exp(-0.5 / 1.5**2))
    assert known(points).tolist() == [[1, 0, 1]]  # outside the picture is known: an empty map to learn
    assert not targets[0, 1:].any()


@given(st.floats(24, 103), st.floats(24, 103), st.sampled_from([1.5, 2.0, 3.0]), st.sampled_from([1, 2, 4]))
def test_a_target_decodes_to_its_keypoint_in_input_px(x: float, y: float, sigma: float, reduction: int) -> None:
    shape = (128 // reduction, 128 // reduction)
    maps = heatmap_targets(np.array([[[x, y]]], np.float32), (128, 128), shape, sigma)
    points = resize_map(shape, (128, 128))(decode(maps).points)
    assert np.linalg.norm(points[0, 0] - (x, y)) < 0.05 * reduction


def test_mean_error_of_the_round_trip_is_below_a_twentieth_of_an_input_pixel() -> None:
    rng = np.random.default_rng(0)
    points = rng.uniform(24, 103, (8, 14, 2)).astype(np.float32)
    for shape in ((128, 128), (64, 64), (32, 32)):
        maps = heatmap_targets(points, (128, 128), shape, 2.0)
        error = np.linalg.norm(resize_map(shape, (128, 128))(decode(maps, beta=160).points) - points, axis=-1)
        assert error.mean() < 0.05


def test_field_points_from_the_first_keypoint_to_the_second_and_only_beside_the_bone() -> None:
    points = np.array([[[4.0, 10.0], [20.0, 10.0]]], np.float32)
    field, weight = link_targets(points, ((0, 1),), (32, 32), (32, 32), 1.0)
    assert weight.tolist() == [[1]]
    assert field.shape == (1, 2, 32, 32)
    rows, columns = np.nonzero(field[0, 0])
    assert set(rows) == {9, 10, 11}
    assert (columns.min(), columns.max()) == (4, 20)
    assert np.allclose(field[0, 0][rows, columns], 1)
    assert not field[0, 1].any()


def test_field_of_a_slanted_bone_is_its_unit_vector() -> None:
    points = np.array([[[3.0, 3.0], [15.0, 19.0]]], np.float32)  # 12, 16: length 20
    field, _ = link_targets(points, ((0, 1),), (32, 32), (32, 32), 1.0)
    assert np.allclose(field[0, :, 11, 9], (0.6, 0.8))
    back, _ = link_targets(points[:, ::-1], ((0, 1),), (32, 32), (32, 32), 1.0)
    assert np.allclose(back, -field)


def test_a_bone_with_an_unknown_end_has_no_weight_and_no_field() -> None:
    points = np.array([[[4.0, 10.0], [np.nan, np.nan]]], np.float32)
    field, weight = link_targets(points, ((0, 1),), (32, 32), (8, 8), 1.0)
    assert weight.tolist() == [[0]]
    assert not field.any()
