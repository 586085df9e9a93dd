"""Crops keep every sub-pixel position, whatever the scale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poseapp.core.geometry import Box
from poseapp.inference.crops import cut_crop, cut_crops, make_crop


def blob(size: tuple[int, int], x: float, y: float, sigma: float) -> np.ndarray:
    rows, columns = np.arange(size[0])[:, None], np.arange(size[1])[None]
    value = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * sigma**2))
    return np.repeat(np.round(250 * value).astype(np.uint8)[..., None], 3, axis=2)


def centroid(picture: np.ndarray) -> np.ndarray:
    weight = picture[..., 0].astype(float)
    return np.array(
        [
            (weight.sum(axis=0) * np.arange(weight.shape[1])).sum() / weight.sum(),
            (weight.sum(axis=1) * np.arange(weight.shape[0])).sum() / weight.sum(),
        ]
    )


@settings(max_examples=60, deadline=None)
@given(st.floats(60.0, 1500.0), st.floats(0.4, 0.6), st.floats(0.4, 0.6), st.floats(-40.0, 40.0), st.floats(0.5, 2.0))
def test_blob_lands_where_the_map_says(side: float, u: float, v: float, shift: float, aspect: float) -> None:
    crop = make_crop(Box(100 + shift, 30 - shift / 3, side, side * aspect), (128, 96))
    x, y = crop.box.x + u * crop.box.width, crop.box.y + v * crop.box.height
    picture = blob((700, 900), x, y, max(3.0, 2.5 / crop.to_input.scale))
    if not (20 < x < 880 and 20 < y < 680) or picture[0].any() or picture[:, 0].any() or picture[-1].any():
        return  # cut by the edge: its centroid is not its place
    if picture[:, -1].any():
        return
    cut = cut_crop(picture, crop)
    if cut[0].any() or cut[-1].any() or cut[:, 0].any() or cut[:, -1].any():
        return
    np.testing.assert_allclose(centroid(cut), crop.to_input([x, y]), atol=0.05)


@pytest.mark.parametrize("factor", [2, 3, 5])
def test_reduction_averages_whole_blocks(factor: int) -> None:
    """Stripes finer than an input pixel become grey: nothing is skipped."""
    picture = np.zeros((60 * factor, 60 * factor, 3), np.uint8)
    picture[:, ::factor] = 240
    cut = cut_crop(picture, make_crop(Box.of_picture(60 * factor, 60 * factor), (60, 60)))
    assert np.abs(cut[5:-5, 5:-5].astype(int) - 240 // factor).max() <= 2


def test_outside_is_black_and_inside_is_copied() -> None:
    picture = np.full((20, 30, 3), 77, np.uint8)
    cut = cut_crop(picture, make_crop(Box(-10.5, -10.5, 40, 40), (40, 40)))
    assert not cut[:10].any()
    assert not cut[:, :10].any()
    assert (cut[10:30, 10:40] == 77).all()
    assert not cut[30:].any()


def test_crop_beside_the_picture_is_black() -> None:
    picture = np.full((200, 300, 3), 77, np.uint8)
    cut = cut_crops(picture, [make_crop(Box(5000, 5000, 400, 400), (40, 40))])
    assert cut.shape == (1, 40, 40, 3)
    assert not cut.any()
