"""LSP and LSPET, official and packed: what the flag means, where pixel 0 is, which picture belongs to whom."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.io

from fixtures.datasets import number_of, write_packed_lspet, write_pictures
from poseapp.core.errors import BadInputError
from poseapp.training.readers import read_labelled


def random_joints(n: int) -> np.ndarray:
    rng = np.random.default_rng(n)
    return np.concatenate([rng.uniform(1, 24, (n, 14, 2)), rng.integers(0, 2, (n, 14, 1))], axis=2)


def test_lsp_labels_everything_and_its_flag_says_occluded(tmp_path: Path) -> None:
    joints = random_joints(3)
    scipy.io.savemat(tmp_path / "joints.mat", {"joints": joints.transpose(2, 1, 0)})  # (3, 14, N)
    write_pictures(tmp_path / "images", ["im0001.jpg", "im0002.jpg", "im0003.jpg"])
    found = read_labelled(tmp_path, "lsp")
    assert np.allclose(found.keypoints, joints[..., :2] - 1, atol=1e-5)  # MATLAB's first pixel is (1, 1)
    assert np.array_equal(found.occluded, joints[..., 2] == 1)
    assert found.skeleton.name == "lsp14"
    assert [number_of(found.read_picture(n)) for n in found.picture] == [0, 1, 2]
    assert np.isnan(found.box).all()


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_lspet_flag_says_labelled(tmp_path: Path, suffix: str) -> None:
    joints = random_joints(2)
    joints[joints[..., 2] == 0, :2] = -7
    scipy.io.savemat(tmp_path / "joints.mat", {"joints": joints.transpose(1, 2, 0)})  # (14, 3, N)
    write_pictures(tmp_path / "images", [f"im0000{n}.{suffix}" for n in (1, 2)])
    found = read_labelled(tmp_path, "lspet")
    labelled = joints[..., 2] == 1
    assert np.array_equal(np.isfinite(found.keypoints[..., 0]), labelled)
    assert np.allclose(found.keypoints[labelled], joints[labelled][:, :2] - 1, atol=1e-5)
    assert not found.occluded.any()
    assert number_of(found.read_picture(1)) == 1


def test_one_person_alone_is_not_squeezed_away(tmp_path: Path) -> None:
    scipy.io.savemat(tmp_path / "joints.mat", {"joints": random_joints(1).transpose(2, 1, 0)})
    assert read_labelled(tmp_path, "lsp").keypoints.shape == (1, 14, 2)


def test_packed_lspet_counts_from_zero(tmp_path: Path) -> None:
    joints = random_joints(3).astype(np.float32)
    write_packed_lspet(tmp_path, joints)
    found = read_labelled(tmp_path, "lspet").subset(1, 3)
    assert np.array_equal(found.keypoints, np.where(joints[1:, :, 2:] > 0, joints[1:, :, :2], np.nan), equal_nan=True)
    assert [number_of(found.read_picture(n)) for n in found.picture] == [1, 2]


def test_a_cut_off_zip_file_is_said_to_be_one(tmp_path: Path) -> None:
    write_packed_lspet(tmp_path, random_joints(3))
    whole = (tmp_path / "images.zip").read_bytes()
    (tmp_path / "images.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadInputError, match=r"images\.zip: not a whole zip file"):
        read_labelled(tmp_path, "lspet")


def test_a_zip_file_with_too_few_pictures_is_refused_at_once(tmp_path: Path) -> None:
    write_packed_lspet(tmp_path, random_joints(2))
    np.savez(tmp_path / "joints.npz", joints=random_joints(5))
    with pytest.raises(BadInputError, match=r"3 of 5 pictures are missing, such as im00003\.webp"):
        read_labelled(tmp_path, "lspet")


def test_a_damaged_entry_is_found_when_it_is_read(tmp_path: Path) -> None:
    write_packed_lspet(tmp_path, random_joints(2))
    data = bytearray((tmp_path / "images.zip").read_bytes())
    at = data.index(b"IDAT") + 8
    data[at : at + 8] = b"\0" * 8
    (tmp_path / "images.zip").write_bytes(bytes(data))
    found = read_labelled(tmp_path, "lspet")
    with pytest.raises(BadInputError, match=r"im00001\.webp: the picture is damaged"):
        found.read_picture(0)
    assert number_of(found.read_picture(1)) == 1


def test_a_missing_picture_is_named_when_it_is_asked_for(tmp_path: Path) -> None:
    scipy.io.savemat(tmp_path / "joints.mat", {"joints": random_joints(2).transpose(2, 1, 0)})
    write_pictures(tmp_path / "images", ["im0001.jpg"])
    found = read_labelled(tmp_path, "lsp")
    found.read_picture(0)
    with pytest.raises(BadInputError, match=r"im0002\.jpg: the picture cannot be read"):
        found.read_picture(1)
    (tmp_path / "images" / "im0002.jpg").write_bytes(b"")
    with pytest.raises(BadInputError, match=r"im0002\.jpg: the picture cannot be decoded"):
        found.read_picture(1)


@pytest.mark.parametrize(
    ("variables", "told"),
    [({"points": np.zeros(3)}, "no variable joints"), ({"joints": np.zeros((5, 14, 2))}, r"shape \(5, 14, 2\)")],
)
def test_another_mat_file_is_refused(tmp_path: Path, variables: dict, told: str) -> None:
    scipy.io.savemat(tmp_path / "joints.mat", variables)
    with pytest.raises(BadInputError, match=told):
        read_labelled(tmp_path, "lsp")


@pytest.mark.parametrize("content", [None, b"", b"MATLAB 5.0 MAT-file, or so it says"])
def test_a_missing_or_broken_mat_file_is_one_clear_line(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "joints.mat").write_bytes(content)
    with pytest.raises(BadInputError, match=r"joints\.mat: not a MATLAB file that can be read"):
        read_labelled(tmp_path, "lsp")


def test_a_cut_off_mat_file_is_one_clear_line(tmp_path: Path) -> None:
    scipy.io.savemat(tmp_path / "joints.mat", {"joints": random_joints(20)}, do_compression=True)
    data = (tmp_path / "joints.mat").read_bytes()
    (tmp_path / "joints.mat").write_bytes(data[: len(data) // 2])
    with pytest.raises(BadInputError, match=r"joints\.mat: not a MATLAB file that can be read"):
        read_labelled(tmp_path, "lsp")


@pytest.mark.parametrize("content", [b"nothing", b""])
def test_broken_packed_joints(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "joints.npz").write_bytes(content)
    with pytest.raises(BadInputError, match=r"joints\.npz: the joints cannot be read"):
        read_labelled(tmp_path, "lspet")


@pytest.mark.data
def test_the_real_pack(shared_data: Path) -> None:
    found = read_labelled(shared_data / "lspet", "lspet")
    assert len(found) == found.n_pictures == 8500
    known = np.isfinite(found.keypoints[..., 0])
    assert 0.85 < known.mean() < 0.9
    for n in (0, 4321, 8499):
        height, width = found.read_picture(n).shape[:2]
        inside = (found.keypoints[n] > -0.5) & (found.keypoints[n] < [width - 0.5, height - 0.5])
        assert inside[known[n]].all()


def test_reading_needs_no_torch() -> None:
    code = "import sys, poseapp.training.readers; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
