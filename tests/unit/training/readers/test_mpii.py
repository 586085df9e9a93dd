"""MPII: ids to names, pixels from 1, heads, who belongs to the single-person task."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import scipy.io

from fixtures.datasets import mpii_rect, number_of, struct, write_mpii, write_pictures
from poseapp.core.errors import BadInputError
from poseapp.training.labelled import LabelledSet
from poseapp.training.readers import read_labelled
from poseapp.training.readers.mpii import read_mpii_mat


def at(found: LabelledSet, person: int, name: str) -> list[float]:
    return found.keypoints[person, found.skeleton.index(name)].tolist()


ALL = [{"x": 10.5 + 3 * joint, "y": 20.0 + joint, "id": joint, "is_visible": "1"} for joint in range(16)]
SOME = [
    {"x": 7, "y": 8, "id": 0, "is_visible": 0},
    {"x": 9, "y": 10.5, "id": 13, "is_visible": "0"},
    {"x": 11, "y": 12, "id": 9},  # heads have no visibility
]


@pytest.fixture
def official(tmp_path: Path) -> Path:
    no_labels = {"scale": 2.0, "objpos": struct({"x": 1, "y": 2})}
    pictures = {
        "a.jpg": [mpii_rect(ALL), mpii_rect(SOME, x1=0, y1=0, x2=3, y2=4)],
        "test.jpg": [no_labels],
        "b.jpg": [mpii_rect(SOME, scale=np.zeros((0, 0)))],
        "empty.jpg": [],
    }
    write_mpii(tmp_path / "mpii_human_pose_v1_u12_1.mat", pictures, [2, np.zeros((0, 0)), [[1]], np.zeros((0, 0))])
    write_pictures(tmp_path / "images", list(pictures))
    return tmp_path


def test_official_single_person_task(official: Path) -> None:
    found = read_labelled(official, "mpii")
    assert found.picture.tolist() == [0, 2]
    assert found.n_pictures == 4
    assert [number_of(found.read_picture(n)) for n in found.picture] == [0, 2]
    # x, y count from 1; id 0 is the right ankle, 13 the left shoulder, 9 the head's top
    assert at(found, 0, "right_ankle") == [6, 7]
    assert at(found, 0, "left_shoulder") == [8, 9.5]
    assert at(found, 0, "head_top") == [10, 11]
    assert np.isfinite(found.keypoints[0, :, 0]).sum() == 3
    occluded = {name for name, flag in zip(found.skeleton.keypoints, found.occluded[0], strict=True) if flag}
    assert occluded == {"right_ankle", "left_shoulder"}
    assert found.head_size[0] == pytest.approx(0.6 * 5)  # box of 3 x 4 px
    # scale 1.5: a square of 300 px about (201, 151) counted from 1
    assert found.box[0].tolist() == [50, 0, 300, 300]
    assert np.isnan(found.box[1]).all()  # without a scale


def test_official_everybody(official: Path) -> None:
    found = read_mpii_mat(official / "mpii_human_pose_v1_u12_1.mat", single_person=False)
    assert found.picture.tolist() == [0, 0, 2]
    assert found.head_size.tolist() == pytest.approx([0.6 * 50, 3.0, 0.6 * 50])
    ids = [
        "right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle", "pelvis", "thorax", "neck",
        "head_top", "right_wrist", "right_elbow", "right_shoulder", "left_shoulder", "left_elbow", "left_wrist",
    ]  # fmt: skip
    for joint, name in enumerate(ids):
        assert at(found, 0, name) == [9.5 + 3 * joint, 19.0 + joint]


def test_one_picture_alone_is_not_squeezed_away(tmp_path: Path) -> None:
    for singles, count in (([[1, 2]], 2), ([1], 1), ([np.zeros((0, 0))], 0)):
        write_mpii(tmp_path / "one.mat", {"a.jpg": [mpii_rect(ALL), mpii_rect(SOME)]}, singles)
        assert len(read_labelled(tmp_path / "one.mat", "mpii")) == count


@pytest.mark.parametrize("release", [5.0, {"version": "x"}, {"annolist": 3, "single_person": 1}])
def test_another_mat_file_is_refused(tmp_path: Path, release: object) -> None:
    scipy.io.savemat(tmp_path / "m.mat", {"RELEASE": release})
    with pytest.raises(BadInputError, match=r"m\.mat: RELEASE lacks annolist or single_person"):
        read_labelled(tmp_path / "m.mat", "mpii")


def json_person(image: str, **fields: object) -> dict[str, object]:
    joints = [[10.5 + joint, 20.0 + joint] for joint in range(16)]
    joints[0] = [-1.0, -1.0]
    return {
        "image": image, "joints": joints, "joints_vis": [0] + [1] * 15, "scale": 1.5, "center": [201.0, 151.0],
    } | fields  # fmt: skip


def test_json_layout_with_and_without_heads(tmp_path: Path) -> None:
    folder = tmp_path / "annot"
    folder.mkdir()
    people = [json_person("a.jpg"), json_person("b.jpg"), json_person("a.jpg")]
    (folder / "valid.json").write_text(json.dumps(people))
    write_pictures(tmp_path / "images", ["a.jpg", "b.jpg"])
    found = read_labelled(folder, "mpii")
    assert found.picture.tolist() == [0, 1, 0]
    assert number_of(found.read_picture(1)) == 1
    assert np.isnan(at(found, 0, "right_ankle")).all()
    assert at(found, 0, "left_wrist") == [24.5, 34.0]
    assert found.box[0].tolist() == [50, 0, 300, 300]
    assert np.isnan(found.head_size).all()
    corners = np.zeros((2, 2, 3))
    corners[1] = np.array([[3, 6, 30], [4, 8, 40]])
    scipy.io.savemat(folder / "gt_valid.mat", {"headboxes_src": corners, "jnt_missing": np.zeros((16, 3))})
    assert read_labelled(folder / "valid.json", "mpii").head_size.tolist() == pytest.approx([3, 6, 30])
    scipy.io.savemat(folder / "gt_valid.mat", {"headboxes_src": corners[..., :2]})
    with pytest.raises(BadInputError, match=r"gt_valid\.mat: its headboxes_src"):
        read_labelled(folder / "valid.json", "mpii")


def test_two_json_files_have_to_be_told_apart(tmp_path: Path) -> None:
    for name in ("train", "valid"):
        (tmp_path / f"{name}.json").write_text("[]")
    with pytest.raises(BadInputError, match=r"2 files of labels: train\.json, valid\.json"):
        read_labelled(tmp_path, "mpii")


@pytest.mark.parametrize("text", ['[{"image": "a.jpg", "center": [1, 2], "scale": 1}]', '{"a": 1}', "[3]", "null"])
def test_json_without_joints_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "test.json").write_text(text)
    with pytest.raises(BadInputError, match=r"test\.json: not MPII in the JSON layout"):
        read_labelled(tmp_path, "mpii")


@pytest.mark.parametrize("text", ["[{", ""])
def test_broken_json(tmp_path: Path, text: str) -> None:
    (tmp_path / "valid.json").write_text(text)
    with pytest.raises(BadInputError, match=r"valid\.json: the labels cannot be read"):
        read_labelled(tmp_path, "mpii")


@pytest.mark.data
def test_the_real_people(shared_data: Path) -> None:
    found = read_labelled(shared_data / "formats" / "mpii", "mpii")
    assert (len(found), found.n_pictures) == (5, 5)
    assert np.isfinite(found.keypoints[..., 0]).sum() == 5 * 16 - 4
    assert at(found, 0, "right_ankle") == [803, 710]
    for n in range(5):
        height, width = found.read_picture(int(found.picture[n])).shape[:2]
        known = found.keypoints[n][np.isfinite(found.keypoints[n, :, 0])]
        assert ((known >= 0) & (known < [width, height])).all()
        assert at(found, n, "head_top")[1] < at(found, n, "neck")[1]
