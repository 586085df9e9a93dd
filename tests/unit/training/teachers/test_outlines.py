"""Masks lie on the people whom they were found for."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

from poseapp.core.errors import BadInputError
from poseapp.core.types import Float64
from poseapp.training.pack import OUTSIDE, Pack
from poseapp.training.teachers.feet import SIZE, LandmarkNetwork
from poseapp.training.teachers.outlines import outline, outline_all, read_outlines, write_outlines


class Network(LandmarkNetwork):
    """Sees whatever is red as the person."""

    def __init__(self) -> None:
        self.seen: list[np.ndarray] = []

    def outline(self, crop: np.ndarray) -> Float64:
        self.seen.append(crop)
        return crop[..., 0].astype(np.float64) / 255


def red_person(top: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Return a green picture (150, 100, 3) with a red rectangle, columns 40 to 60, and keypoints within it."""
    picture = np.full((150, 100, 3), (0, 200, 0), np.uint8)
    picture[top:131, 40:61] = (255, 0, 0)
    points = np.full((21, 2), np.nan, np.float32)
    points[:14] = np.column_stack([np.tile([42.0, 58.0], 7), np.linspace(128, 24, 14)])
    return picture, points


def test_a_mask_covers_the_person_and_nothing_else() -> None:
    picture, points = red_person()
    mask = outline(Network(), picture, points)
    assert mask is not None
    assert mask.shape == picture.shape[:2]
    rows, columns = np.nonzero(mask > 127)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == pytest.approx((40, 60, 20, 130), abs=1)
    weights = mask.astype(float)
    middle = (weights.sum(axis=0) @ np.arange(100), weights.sum(axis=1) @ np.arange(150)) / weights.sum()
    assert middle == pytest.approx((50, 75), abs=0.15)


def test_upside_down_people_are_shown_upright_and_their_mask_is_turned_back() -> None:
    picture, points = red_person(top=60)
    picture, points = np.ascontiguousarray(picture[::-1, ::-1]), points.copy()
    points[:14] = np.array([99, 149]) - np.column_stack([np.tile([42.0, 58.0], 7), np.linspace(128, 64, 14)])
    network = Network()
    mask = outline(network, picture, points)
    assert mask is not None
    assert np.nonzero(mask > 127)[0].max() == pytest.approx(89, abs=1)
    assert network.seen[0].shape == (SIZE, SIZE, 3)


def test_a_mask_that_misses_the_keypoints_is_none() -> None:
    picture, points = red_person()
    points[:14, 0] += 35
    assert outline(Network(), picture, points) is None


def test_what_is_not_in_the_picture_and_unknown_hips_do_not_count() -> None:
    picture, points = red_person()
    points[14:] = OUTSIDE
    assert outline(Network(), picture, points) is not None
    points[[2, 3]] = np.nan
    assert outline(Network(), picture, points) is None


def test_masks_come_back_from_their_file(tmp_path: Path) -> None:
    picture, points = red_person()
    strange = np.full_like(points, OUTSIDE)
    masks = outline_all(Network(), Pack((picture, picture), np.stack([points, strange])))
    assert masks[1] is None
    write_outlines(tmp_path / "masks.npz", masks)
    first, second = read_outlines(tmp_path / "masks.npz")
    assert np.array_equal(first, masks[0])
    assert second is None


def test_another_file_is_no_outlines(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", pixels=np.zeros(3))
    with pytest.raises(BadInputError, match="no outlines"):
        read_outlines(tmp_path / "other.npz")
