"""Other networks measured on our crops."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fixtures.datasets import write_packed_lspet
from poseapp.core.geometry import Affine
from poseapp.training.measuring.peers import look_at_all, look_with_landmarks, look_with_teacher
from poseapp.training.readers.lsp import read_lspet
from poseapp.training.teachers.answers import LANDMARK_OF_BODY, LANDMARKS
from poseapp.training.teachers.feet import LandmarkNetwork
from poseapp.training.teachers.teacher import MPII_OF_BODY, Teacher


class Landmarker(LandmarkNetwork):
    """Sees landmark n in column n, row 5 of its input."""

    def __init__(self) -> None: ...

    def look(self, crop: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        return np.column_stack([np.arange(LANDMARKS), np.full(LANDMARKS, 5.0)]), np.ones(LANDMARKS), 1.0


class Upstream(Teacher):
    """Sees MPII's keypoint n in column n, row 7 of its input of 100 px."""

    def __init__(self) -> None:
        self.size = 100

    def look(self, rgb: np.ndarray, to_input: Affine, *, again: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        at = np.column_stack([np.arange(16.0), np.full(16, 7.0)])
        return to_input.inverse(at), np.ones(16, np.float32)


def test_both_answer_in_the_order_of_the_labels_and_in_picture_pixels() -> None:
    doubled = Affine(np.array([[2.0, 0, 0], [0, 2.0, 0]]))
    look, size = look_with_teacher(Upstream())
    assert size == 100
    assert np.allclose(look(np.zeros((50, 50, 3), np.uint8), doubled)[:, 0] * 2, MPII_OF_BODY)
    look, _ = look_with_landmarks(Landmarker())
    seen = look(np.zeros((50, 50, 3), np.uint8), doubled)
    assert np.allclose(seen[:12, 0] * 2, [n for n in LANDMARK_OF_BODY[:12] if n is not None])
    assert np.isnan(seen[12:]).all()


def test_the_crop_is_the_labelled_extent_times_the_factor(tmp_path: Path) -> None:
    joints = np.zeros((2, 14, 3))
    joints[0, :2] = [(10, 12, 1), (30, 12, 1)]
    write_packed_lspet(tmp_path, joints)
    crops = []

    def look(rgb: np.ndarray, to_input: Affine) -> np.ndarray:
        crops.append(to_input)
        return np.zeros((14, 2))

    found = look_at_all(read_lspet(tmp_path), look, 101, factor=1.5)
    assert np.isnan(found[1]).all()  # nobody is labelled
    assert np.allclose(crops[0]([20, 12]), 50)
    assert np.isclose(crops[0].scale, 101 / 30)
