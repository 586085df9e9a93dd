"""Lens distortion from drawn pictures of a checkerboard whose camera is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from poseapp.core.errors import BadInputError
from poseapp.core.scene import Lens
from poseapp.kinematics.scene_lens import find_lens, lens_to_toml, read_lens, straighten

TRUE = Lens(640, 480, (520.0, 520.0, 322.0, 236.0), (-0.28, 0.09, 0.0, 0.0, 0.0))
COLUMNS, ROWS = 7, 5


def board_picture(turn: tuple[float, float, float], place: tuple[float, float, float]) -> np.ndarray:
    """See a board of 8 x 6 squares of 1 with the true lens: each pixel is traced back to the board."""
    y, x = np.mgrid[0:480, 0:640].astype(np.float64)
    straight = straighten(np.stack([x, y], axis=-1), TRUE)
    fx, fy, cx, cy = TRUE.matrix
    rays = np.stack([(straight[..., 0] - cx) / fx, (straight[..., 1] - cy) / fy, np.ones_like(x)], axis=-1)
    rotation, at = cv2.Rodrigues(np.array(turn))[0], np.array(place)
    normal = rotation[:, 2]
    hit = rays * ((normal @ at) / (rays @ normal))[..., None]
    u, v = np.moveaxis((hit - at) @ rotation[:, :2], -1, 0)
    inside = (u > -1) & (u < COLUMNS) & (v > -1) & (v < ROWS)
    white = (np.floor(u) + np.floor(v)) % 2 == 0
    picture = np.where(inside & ~white, 30.0, 220.0)
    return np.repeat(cv2.GaussianBlur(picture, (0, 0), 0.8)[..., None], 3, axis=2).astype(np.uint8)


VIEWS = [
    ((0.0, 0.0, 0.0), (-3.0, -2.0, 8.0)), ((0.35, 0.0, 0.05), (-5.2, -3.6, 9.5)), ((-0.35, 0.1, 0.0), (0.0, -3.0, 9.5)),
    ((0.0, 0.4, 0.0), (-5.0, 0.0, 10.0)), ((0.1, -0.4, 0.1), (-0.5, -0.3, 9.0)), ((0.3, 0.3, -0.1), (-3.0, -2.0, 8.5)),
]  # fmt: skip


@pytest.fixture(scope="module")
def pictures() -> list[np.ndarray]:
    return [board_picture(turn, place) for turn, place in VIEWS]


def test_a_lens_is_found_again(pictures):
    lens = find_lens(pictures, COLUMNS, ROWS)
    assert (lens.width, lens.height) == (640, 480)
    assert lens.error < 0.2
    assert lens.matrix == pytest.approx(TRUE.matrix, abs=6)
    assert lens.distortion[0] == pytest.approx(-0.28, abs=0.02)
    corner = np.array([[30.0, 30.0], [610.0, 450.0], [320.0, 20.0]])
    moved = np.linalg.norm(straighten(corner, TRUE) - corner, axis=1)
    assert moved.max() > 15  # there is something to take out
    assert straighten(corner, lens) == pytest.approx(straighten(corner, TRUE), abs=3)


def test_too_few_boards_are_refused(pictures):
    with pytest.raises(BadInputError, match="found in 2 pictures"):
        find_lens([*pictures[:2], np.full((480, 640, 3), 128, np.uint8)], COLUMNS, ROWS)
    with pytest.raises(BadInputError, match="different sizes"):
        find_lens([pictures[0], pictures[1][:400]], COLUMNS, ROWS)


def test_straightening_is_the_inverse_of_bending():
    """By the formula of OpenCV's documentation: r2 = x2 + y2, factor 1 + k1 r2 + k2 r4."""
    x, y = 0.5, -0.3
    r2 = x * x + y * y
    factor = 1 - 0.28 * r2 + 0.09 * r2 * r2
    bent = np.array([322 + 520 * x * factor, 236 + 520 * y * factor])
    assert straighten(bent, TRUE) == pytest.approx([322 + 520 * x, 236 + 520 * y], abs=1e-6)
    assert straighten(bent, None) is bent
    gone = straighten(np.array([[np.nan, 1.0], [100.0, 100.0]]), TRUE)
    assert np.isnan(gone[0]).all()
    assert np.isfinite(gone[1]).all()


def test_a_camera_file_is_read_back_and_scaled(tmp_path):
    path = tmp_path / "camera.toml"
    path.write_text(lens_to_toml(TRUE), encoding="utf-8")
    assert read_lens(path, 640, 480) == TRUE
    double = read_lens(path, 1280, 960)
    assert double.matrix == pytest.approx((1040.0, 1040.0, 644.5, 472.5))
    point = np.array([100.0, 50.0])
    assert straighten(2 * point + 0.5, double) == pytest.approx(2 * straighten(point, TRUE) + 0.5, abs=1e-6)


@pytest.mark.parametrize("text", ["", "width = 640", "not toml at all", "width=1\nheight=1\nmatrix=[1]\ndistortion=[]"])
def test_a_bad_camera_file_is_refused(tmp_path, text):
    path = tmp_path / "camera.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match=r"camera\.toml"):
        read_lens(path, 640, 480)
    path.write_text(lens_to_toml(TRUE), encoding="utf-8")
    with pytest.raises(BadInputError, match="640 x 480"):
        read_lens(path, 1920, 1080)
