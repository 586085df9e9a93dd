"""People cut out of pictures: labels stay on what they label, nobody is invented, each picture is decoded once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.labelled import make_labelled
from fixtures.light import centre_of_light, draw_dots
from poseapp.core.geometry import Box
from poseapp.core.skeleton import load_skeleton
from poseapp.training.packing import bounds_around, cut_out, to_pack
from poseapp.training.readers import read_labelled

LSP, BODY, COCO = (load_skeleton(name) for name in ("lsp14", "body18", "coco17"))
SHAPE = (180, 250)


@settings(max_examples=40, deadline=None)
@given(
    left=st.integers(0, 60), top=st.integers(0, 60), width=st.integers(2, 190), height=st.integers(2, 120),
    max_side=st.integers(8, 200),
)  # fmt: skip
def test_shrinking_has_no_half_pixel_bias(left: int, top: int, width: int, height: int, max_side: int) -> None:
    # A ramp says of every pixel where it is; the mean over an area is the ramp's value in its middle.
    slope = 254 // max(width, height)
    rows, columns = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]]
    ramp = np.stack([slope * (columns - left), slope * (rows - top), 0 * rows], axis=-1).clip(0, 255).astype(np.uint8)
    cut, to_cut = cut_out(ramp, (left, left + width, top, top + height), max_side)
    assert max(cut.shape[:2]) == min(max_side, max(width, height))
    v, u = np.mgrid[0 : cut.shape[0], 0 : cut.shape[1]]
    told = to_cut.inverse(np.stack([u, v], axis=-1)) - [left, top]
    off = cut[..., :2] - slope * told
    # Pixels are squares of one colour, so a cell whose edge cuts through them is up to 1/8 px off to either side; over
    # all cells this cancels out. What is left is the rounding to whole numbers.
    assert np.abs(off).max() <= 0.13 * slope + 0.51
    assert np.abs(off.mean(axis=(0, 1))).max() <= 0.51


def test_a_fine_pattern_does_not_alias() -> None:
    stripes = np.zeros((*SHAPE, 3), np.uint8)
    stripes[:, ::2] = 254
    cut, _ = cut_out(stripes, (0, SHAPE[1], 0, SHAPE[0]), 60)
    assert np.abs(cut.astype(int) - 127).max() < 20  # grey; a point sample would be 0 or 254


@pytest.mark.parametrize("max_side", [60, 97, 400])
def test_dots_stay_under_their_keypoints(max_side: int) -> None:
    rng = np.random.default_rng(max_side)
    grid = np.array([(30 + 45 * column, 35 + 50 * row) for row in range(3) for column in range(5)], float)[:14]
    points = grid + rng.uniform(-4, 4, grid.shape)
    pack = to_pack(
        make_labelled(LSP, points[None], read_picture=lambda _: draw_dots(points, SHAPE, sigma=3.0)),
        BODY,
        margin=0.1,
        max_side=max_side,
    )
    image, moved = pack.images[0], pack.keypoints[0]
    assert max(image.shape) <= max_side
    scale = min(1.0, max_side / 250)
    for at in moved[:14]:
        assert np.abs(centre_of_light(image, at, 15 * scale) - at).max() < 0.1
    assert np.isnan(moved[14:]).all()


def test_the_margin_is_a_share_of_the_longer_side_and_ends_at_the_edge() -> None:
    # x 100 .. 120, y 50 .. 90: 40 long, so 4 px on every side; pixels 96 .. 124 and 46 .. 94
    assert bounds_around(Box(100, 50, 20, 40), 0.1, SHAPE) == (96, 125, 46, 95)
    assert bounds_around(Box(100, 50, 20, 40), 0.0, SHAPE) == (100, 121, 50, 91)
    assert bounds_around(Box(100, 50, 20, 40), 9.0, SHAPE) == (0, 250, 0, 180)
    assert bounds_around(Box.of_picture(250, 180), 0.0, SHAPE) == (0, 250, 0, 180)
    assert bounds_around(Box(-50, 50, 20, 40), 0.1, SHAPE) is None


def test_the_box_of_the_data_set_counts_too() -> None:
    points = np.full((1, 14, 2), 60.0)
    points[0, :, 1] = np.linspace(60, 80, 14)
    box = [[49.5, 39.5, 101, 61]]
    labelled = make_labelled(LSP, points, box=box, read_picture=lambda _: np.zeros((*SHAPE, 3), np.uint8))
    pack = to_pack(labelled, LSP, margin=0.0, max_side=500)
    assert pack.images[0].shape == (61, 101, 3)  # pixels 50 .. 150 and 40 .. 100
    assert pack.keypoints[0, 0].tolist() == [60 - 50, 60 - 40]


def test_who_is_left_out_and_who_stays_in_order() -> None:
    reads: list[int] = []

    def read(index: int) -> np.ndarray:
        reads.append(index)
        return np.full((*SHAPE, 3), index, np.uint8)

    points = np.random.default_rng(0).uniform(20, 150, (6, 14, 2))
    points[1, 5:] = np.nan  # 5 keypoints
    points[4] -= 900
    crowd = [False, False, True, False, False, False]
    labelled = make_labelled(LSP, points, picture=[2, 0, 0, 1, 1, 2], crowd=crowd, read_picture=read)
    pack = to_pack(labelled, LSP, margin=0.1, max_side=64)
    assert [image[0, 0, 0] for image in pack.images] == [2, 1, 2]  # persons 0, 3, 5
    assert sorted(reads) == [1, 2]
    assert len(to_pack(labelled, LSP, margin=0.1, max_side=64, least=5)) == 4
    nobody = to_pack(labelled.chosen(np.zeros(6, bool)), LSP, margin=0.1, max_side=64)
    assert len(nobody) == 0
    assert nobody.keypoints.shape == (0, 14, 2)


def test_what_counts_is_what_the_network_learns() -> None:
    points = np.full((1, 17, 2), np.nan)
    points[0, :9] = np.random.default_rng(0).uniform(20, 150, (9, 2))  # face, shoulders, elbows
    labelled = make_labelled(COCO, points, read_picture=lambda _: np.zeros((*SHAPE, 3), np.uint8))
    assert len(to_pack(labelled, COCO, margin=0.1, max_side=64)) == 1
    assert len(to_pack(labelled, LSP, margin=0.1, max_side=64)) == 0


@pytest.mark.data
@pytest.mark.parametrize(("name", "people"), [("mpii", 5), ("coco", 9)])
def test_real_people(shared_data: Path, name: str, people: int) -> None:
    labelled = read_labelled(shared_data / "formats" / name, name)
    pack = to_pack(labelled, BODY, margin=0.25, max_side=256)
    assert len(pack) >= people
    for image, points in zip(pack.images, pack.keypoints, strict=True):
        assert max(image.shape) <= 256
        known = points[np.isfinite(points[:, 0])]
        assert len(known) >= 6
        assert ((known > -0.5) & (known < [image.shape[1] - 0.5, image.shape[0] - 0.5])).all()


@pytest.mark.data
def test_lspet_cut_out_is_lspet_moved(shared_data: Path) -> None:
    labelled = read_labelled(shared_data / "lspet", "lspet").subset(8000, 8020)
    pack = to_pack(labelled, BODY, margin=5.0, max_side=240, least=1)  # the whole picture, as it is
    for n, (image, points) in enumerate(zip(pack.images, pack.keypoints, strict=True)):
        assert np.array_equal(image, labelled.read_picture(8000 + n))
        assert np.array_equal(points[:14], labelled.keypoints[n], equal_nan=True)
