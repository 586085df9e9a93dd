"""Packs come back as they were written."""

from pathlib import Path

import numpy as np
import pytest

from poseapp.core.errors import BadInputError
from poseapp.training.pack import OUTSIDE, Pack, read_lspet, read_pack, write_pack


def test_pack_round_trip(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    images = tuple(rng.integers(0, 255, (h, w, 3), np.uint8) for h, w in ((5, 7), (9, 4)))
    points = np.array([[[1, 2], [np.nan, np.nan]], [[3, 4], [5, 6]]], np.float32)
    write_pack(tmp_path / "p.npz", Pack(images, points))
    back = read_pack(tmp_path / "p.npz")
    assert all(np.array_equal(a, b) for a, b in zip(images, back.images, strict=True))
    assert np.array_equal(points, back.keypoints, equal_nan=True)
    assert len(back.chosen(np.array([False, True]))) == 1


def test_a_file_that_is_no_pack_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "p.npz").write_bytes(b"nothing")
    with pytest.raises(BadInputError, match="not a pack"):
        read_pack(tmp_path / "p.npz")


@pytest.mark.data
@pytest.mark.slow
def test_lspet_has_no_placeholder_positions(shared_data: Path) -> None:
    pack = read_lspet(shared_data / "lspet", 18)
    assert len(pack) == 8500
    assert np.isnan(pack.keypoints[:, 14:]).all()
    assert np.nanmin(pack.keypoints) > -2  # a few labels lie just outside their picture


def test_a_pack_is_widened_for_a_skeleton_that_goes_on_where_its_own_ends() -> None:
    images = tuple(np.zeros((4, 4, 3), np.uint8) for _ in range(2))
    keypoints = np.stack([np.full((3, 2), 1.0), np.full((3, 2), OUTSIDE)]).astype(np.float32)
    wide = Pack(images, keypoints).widened(5)
    assert np.array_equal(wide.keypoints[:, :3], keypoints)
    assert np.isnan(wide.keypoints[0, 3:]).all()
    assert (wide.keypoints[1] == OUTSIDE).all()  # nobody has no nose either
    assert Pack(images, keypoints).widened(3).keypoints is keypoints
