"""A network file is ours, or refused in one line that says why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fixtures.tiny_networks import SIZE, dots_spec, write_dots_network
from poseapp.core.errors import BadInputError
from poseapp.inference.network import Network, load_network


def test_spec_and_heatmaps(dots_network: Network) -> None:
    assert dots_network.spec == dots_spec()
    crops = np.zeros((2, SIZE, SIZE, 3), np.uint8)
    crops[1, 40:42, 60:62] = [0, 255, 255]  # cyan: the pelvis
    maps = dots_network.heatmaps(crops)
    assert maps.shape == (2, 6, SIZE // 2, SIZE // 2)
    assert maps.dtype == np.float32
    assert np.argwhere(maps > 0).tolist() == [[1, 3, 20, 30]]


def test_pixels_are_normalised(tmp_path: Path) -> None:
    """(200/255 - 0.5) / 0.25 in red and (0 - 0.5) / 0.25 in the others: red map = r - g - b."""
    spec = dots_spec(mean=(0.5, 0.5, 0.5), std=(0.25, 0.25, 0.25))
    network = load_network(write_dots_network(tmp_path / "n.onnx", spec=spec))
    crops = np.zeros((1, SIZE, SIZE, 3), np.uint8)
    crops[..., 0] = 200
    middle = network.heatmaps(crops)[0, 0, 24, 24]
    assert middle == pytest.approx((200 / 255 - 0.5) / 0.25 + 4.0, rel=1e-3)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x08\x07" * 40])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.onnx"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match=r"^x\.onnx: this (is not an ONNX|ONNX file carries no)") as caught:
        load_network(path)
    assert "\n" not in str(caught.value)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such network file"):
        load_network(tmp_path / "absent.onnx")


def test_foreign_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="carries no poseapp description"):
        load_network(write_dots_network(tmp_path / "n.onnx", description=""))


def test_unreadable_description_is_refused_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"^n\.onnx: the network's description cannot be read"):
        load_network(write_dots_network(tmp_path / "n.onnx", description="{}"))


def test_description_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="has 6 keypoints"):
        load_network(write_dots_network(tmp_path / "n.onnx", k=5))
    with pytest.raises(BadInputError, match="cannot take"):
        load_network(write_dots_network(tmp_path / "n.onnx", spec=dots_spec(input_size=(64, 64))))
