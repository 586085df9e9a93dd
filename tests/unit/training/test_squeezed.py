"""Packs made small: keypoints stay on their pixels, and pictures survive compression."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from poseapp.core.errors import BadInputError
from poseapp.training.pack import OUTSIDE, Pack, read_pack, write_pack
from poseapp.training.packing import squeeze
from poseapp.training.squeezed import squeeze_files


def spotted(places: list[tuple[int, int]], *, height: int = 300, width: int = 400) -> np.ndarray:
    picture = np.full((height, width, 3), (40, 90, 60), np.uint8)
    for place in places:
        cv2.circle(picture, place, 9, (250, 240, 30), -1)
    return picture


def brightest(picture: np.ndarray) -> np.ndarray:
    """Return the centre (x, y) of the yellow spot."""
    rows, columns = np.nonzero(picture[..., 0] > 150)
    return np.array([columns.mean(), rows.mean()])


def test_a_squeezed_person_has_the_asked_size_and_keypoints_stay_on_their_pixels() -> None:
    keypoints = np.array([[(120, 60), (200, 260), (np.nan, np.nan), (OUTSIDE, OUTSIDE)]], np.float32)
    small = squeeze(Pack((spotted([(120, 60)]),), keypoints), margin=0.2, person_side=100)
    image, points = small.images[0], small.keypoints[0]
    assert np.ptp(points[:2, 1]) == pytest.approx(100, rel=0.02)
    assert np.allclose(brightest(image), points[0], atol=0.6)
    assert np.isnan(points[2]).all()
    assert (points[3] == OUTSIDE).all()
    # 200 px high, 40 px of margin on every side, halved.
    assert image.shape[0] == pytest.approx(140, abs=2)
    assert image.shape[1] == pytest.approx(80, abs=2)


def test_a_small_person_is_cut_out_and_not_enlarged() -> None:
    keypoints = np.array([[(190, 140), (210, 170)]], np.float32)
    small = squeeze(Pack((spotted([(190, 140)]),), keypoints), margin=0.5, person_side=100)
    assert np.ptp(small.keypoints[0, :, 1]) == pytest.approx(30)
    assert max(small.images[0].shape[:2]) <= 62


def test_a_picture_of_nobody_is_shrunk_as_a_whole() -> None:
    nobody = np.full((1, 18, 2), OUTSIDE, np.float32)
    small = squeeze(Pack((spotted([]),), nobody), margin=0.3, person_side=100)
    assert small.images[0].shape == (75, 100, 3)
    assert (small.keypoints == OUTSIDE).all()


def test_compressed_packs_come_back(tmp_path: Path) -> None:
    pack = Pack((spotted([(80, 50)], height=90, width=160), spotted([], height=60, width=61)), np.zeros((2, 18, 2)))
    write_pack(tmp_path / "plain.npz", pack)
    write_pack(tmp_path / "small.npz", pack, quality=80)
    plain, small = read_pack(tmp_path / "plain.npz"), read_pack(tmp_path / "small.npz")
    assert (tmp_path / "small.npz").stat().st_size < 0.2 * (tmp_path / "plain.npz").stat().st_size
    for ours, exact, given in zip(small.images, plain.images, pack.images, strict=True):
        assert np.array_equal(exact, given)
        assert ours.shape == given.shape
        assert np.abs(ours.astype(int) - given).mean() < 5
    assert np.allclose(brightest(small.images[0]), (80, 50), atol=0.6)


def test_the_named_packs_are_squeezed_into_another_folder(tmp_path: Path) -> None:
    keypoints = np.array([[(120, 60), (200, 260)]], np.float32)
    write_pack(tmp_path / "one.npz", Pack((spotted([(120, 60)]),), keypoints))
    total = squeeze_files(tmp_path, tmp_path / "small", ["one"], side=120, quality=75)
    assert total == (tmp_path / "small" / "one.npz").stat().st_size
    assert len(read_pack(tmp_path / "small" / "one.npz")) == 1
    with pytest.raises(BadInputError, match="not a pack"):
        squeeze_files(tmp_path, tmp_path / "small", ["two"], side=120, quality=75)
