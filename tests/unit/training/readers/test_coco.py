"""COCO people: flags, boxes half a pixel off, crowds kept, pictures found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fixtures.datasets import coco_file, number_of, write_pictures
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_skeleton
from poseapp.training.readers import read_labelled

NAMES = load_skeleton("coco17").keypoints


def points(**known: tuple[float, float, int]) -> list[float]:
    return [value for name in NAMES for value in known.get(name, (0, 0, 0))]


ONE = {"image_id": 101, "keypoints": points(nose=(5, 6, 2), left_hip=(7, 8, 1)), "bbox": [1, 2, 30, 40], "area": 600.5}
CROWD = {"image_id": 100, "keypoints": points(), "bbox": [0, 0, 9, 9], "area": 81.0, "iscrowd": 1}
DOG = {"image_id": 100, "category_id": 7, "bbox": [0, 0, 9, 9]}


def test_flags_boxes_and_crowds(tmp_path: Path) -> None:
    (tmp_path / "labels.json").write_text(coco_file(["a.jpg", "b.jpg"], [ONE, CROWD, DOG], NAMES))
    write_pictures(tmp_path, ["a.jpg", "b.jpg"])
    found = read_labelled(tmp_path, "coco")
    assert found.picture.tolist() == [1, 0]
    assert found.picture_id.tolist() == [100, 101]
    assert number_of(found.read_picture(1)) == 1
    nose, hip = (found.skeleton.index(name) for name in ("nose", "left_hip"))
    assert found.keypoints[0, nose].tolist() == [5, 6]  # the index of a pixel is its centre
    assert np.isfinite(found.keypoints[0, :, 0]).sum() == 2
    assert np.flatnonzero(found.occluded[0]).tolist() == [hip]
    assert np.isnan(found.keypoints[1]).all()
    assert found.box[0].tolist() == [0.5, 1.5, 30, 40]  # a box's (0, 0) is the outer corner of the first pixel
    assert found.area.tolist() == [600.5, 81]
    assert found.crowd.tolist() == [False, True]


@pytest.mark.parametrize("pictures", ["val2017", "images/val2017", "annotations/images", "annotations"])
def test_pictures_are_found_where_people_put_them(tmp_path: Path, pictures: str) -> None:
    (tmp_path / "annotations").mkdir()
    text = coco_file(["a.jpg", "b.jpg"], [ONE], NAMES)
    (tmp_path / "annotations" / "person_keypoints_val2017.json").write_text(text)
    write_pictures(tmp_path / pictures, ["a.jpg", "b.jpg"])
    assert number_of(read_labelled(tmp_path, "coco").read_picture(1)) == 1


def test_missing_pictures_are_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "labels.json").write_text(coco_file(["a.jpg"], [], NAMES))
    found = read_labelled(tmp_path, "coco")
    assert len(found) == 0
    with pytest.raises(BadInputError, match=r"a\.jpg: the picture cannot be read .* Put the pictures beside"):
        found.read_picture(0)


def test_another_order_of_keypoints_is_read_by_name(tmp_path: Path) -> None:
    turned = [value for name in NAMES[::-1] for value in ((5, 6, 2) if name == "nose" else (0, 0, 0))]
    (tmp_path / "a.json").write_text(coco_file(["a.jpg"], [ONE | {"image_id": 100, "keypoints": turned}], NAMES[::-1]))
    assert read_labelled(tmp_path, "coco").keypoints[0, 0].tolist() == [5, 6]


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '{"images": []}',
        coco_file(["a.jpg"], [], NAMES[1:]),
        coco_file(["a.jpg"], [ONE | {"image_id": 5}], NAMES),
        coco_file(["a.jpg"], [ONE | {"image_id": 100, "keypoints": [1, 2, 2]}], NAMES),
        coco_file(["a.jpg"], [{"image_id": 100}], NAMES),
    ],
)
def test_json_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(BadInputError, match=r"a\.json: not COCO person keypoints"):
        read_labelled(tmp_path, "coco")


@pytest.mark.data
def test_the_real_people_as_pycocotools_has_them(shared_data: Path) -> None:
    coco = pytest.importorskip("pycocotools.coco")
    path = shared_data / "formats" / "coco" / "test_coco.json"
    theirs = coco.COCO(str(path)).loadAnns(coco.COCO(str(path)).getAnnIds())
    found = read_labelled(path, "coco")
    assert len(found) == len(theirs) == 14
    for n, item in enumerate(theirs):
        values = np.reshape(item["keypoints"], (17, 3))
        assert found.picture_id[found.picture[n]] == item["image_id"]
        assert np.array_equal(np.isfinite(found.keypoints[n, :, 0]), values[:, 2] > 0)
        assert np.array_equal(found.occluded[n], values[:, 2] == 1)
        assert np.array_equal(found.keypoints[n][values[:, 2] > 0], values[values[:, 2] > 0, :2])
        assert np.allclose(found.box[n] + [0.5, 0.5, 0, 0], item["bbox"])
    for n in range(found.n_pictures):
        assert found.read_picture(n).ndim == 3
