"""Maps and their inverses cancel; pixel centres lie at integers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseapp.core.geometry import Affine, Box, letterbox, resize_map

finite = st.floats(-2000, 2000)
size = st.floats(1, 3000)
pixels = st.integers(1, 800)


def affines() -> st.SearchStrategy[Affine]:
    """Rotations, scales, mirrors and shifts that can be inverted."""

    def build(angle: float, scale: float, mirror: bool, x: float, y: float) -> Affine:
        c, s = np.cos(angle) * scale, np.sin(angle) * scale
        sign = -1.0 if mirror else 1.0
        return Affine(np.array([[sign * c, -s, x], [sign * s, c, y]]))

    return st.builds(build, st.floats(-4, 4), st.floats(0.05, 20), st.booleans(), finite, finite)


@given(affines(), finite, finite)
def test_inverse_cancels(affine: Affine, x: float, y: float) -> None:
    assert affine.inverse(affine([x, y])) == pytest.approx([x, y], abs=1e-5)


@given(affines(), affines(), finite, finite)
def test_after_is_one_map_after_the_other(second: Affine, first: Affine, x: float, y: float) -> None:
    assert second.after(first)([x, y]) == pytest.approx(second(first([x, y])), rel=1e-9, abs=1e-6)


@given(affines(), st.floats(0.1, 50), st.floats(0.1, 50), st.floats(-0.9, 0.9))
def test_covariance_is_a_c_at(affine: Affine, xx: float, yy: float, rho: float) -> None:
    xy = rho * np.sqrt(xx * yy)
    linear = affine.matrix[:, :2]
    want = linear @ np.array([[xx, xy], [xy, yy]]) @ linear.T
    got = affine.covariance([xx, xy, yy])
    assert got == pytest.approx([want[0, 0], want[0, 1], want[1, 1]], rel=1e-9, abs=1e-9)


def test_nan_stays_nan() -> None:
    assert np.isnan(Affine.identity()([np.nan, 1.0])).any()


def test_letterbox_of_a_whole_picture_keeps_pixel_centres() -> None:
    to_input = letterbox(Box.of_picture(640, 480), 480, 640)
    assert to_input([[0, 0], [639, 479]]) == pytest.approx(np.array([[0, 0], [639, 479]]))


def test_letterbox_at_half_size_puts_the_first_pixel_at_minus_a_quarter() -> None:
    # Two input pixels 0 and 1 share the output pixel 0, so their common edge 0.5 lies on its centre.
    to_input = letterbox(Box.of_picture(640, 480), 240, 320)
    assert to_input([0.5, 0.5]) == pytest.approx([0, 0])
    assert to_input([0, 0]) == pytest.approx([-0.25, -0.25])


@given(finite, finite, size, size, pixels, pixels)
def test_letterbox_centres_the_box_undistorted(x: float, y: float, width: float, height: float, h: int, w: int) -> None:
    box = Box(x, y, width, height)
    to_input = letterbox(box, h, w)
    assert to_input(box.centre) == pytest.approx([(w - 1) / 2, (h - 1) / 2], abs=1e-6)
    corner = to_input([x, y])
    assert corner[0] >= -0.5 - 1e-6
    assert corner[1] >= -0.5 - 1e-6
    assert min(corner[0], corner[1]) == pytest.approx(-0.5, abs=1e-6)


@given(pixels, pixels, pixels, pixels)
def test_resize_map_meets_edge_with_edge(h: int, w: int, to_h: int, to_w: int) -> None:
    resize = resize_map((h, w), (to_h, to_w))
    assert resize([-0.5, -0.5]) == pytest.approx([-0.5, -0.5])
    assert resize([w - 0.5, h - 0.5]) == pytest.approx([to_w - 0.5, to_h - 0.5])


def test_box_around_leaves_missing_points_out() -> None:
    box = Box.around([[10, 20], [np.nan, 5], [30, 60]], factor=1.5)
    assert box.centre == (20, 40)
    assert (box.width, box.height) == (30, 60)


def test_box_around_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="no finite point"):
        Box.around([[np.nan, 1.0]])


def test_squared_box_shares_the_centre() -> None:
    box = Box(0, 0, 10, 40).squared(1.5)
    assert (box.x, box.y, box.width, box.height) == (-25, -10, 60, 60)
    assert box.contains(5, 20)
    assert not box.contains(36, 20)
