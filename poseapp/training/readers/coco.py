"""COCO person keypoints (Lin et al., ECCV 2014): `person_keypoints_*.json` and the folder of its pictures.

Coordinates: a keypoint is the index of a pixel, counted from 0 ("0-indexed location", cocodataset.org/#format-data), so
its centre is at integers as it is here; boxes and polygons are continuous with the outer corner of the first pixel at
(0, 0), so 0.5 is taken from a box's corner (Detectron2, data/datasets/coco.py, tells the two apart in the same way).
HRNet and MMPose use keypoints as pixel indices too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import Skeleton, load_skeleton
from poseapp.training.labelled import LabelledSet
from poseapp.training.readers.files import find_annotations, read_json
from poseapp.training.readers.people import NO_BOX, Person, PictureList, gather
from poseapp.training.readers.pictures import find_pictures

BOX_ORIGIN = -0.5  # where COCO's (0, 0) of boxes lies when pixel centres are at integers
UNLABELLED, OCCLUDED = 0, 1  # v of a keypoint; 2 = visible


def read_coco(path: Path) -> LabelledSet:
    """Read COCO's people from an annotation file, or from a folder with one (also in `annotations/`).

    Every annotation of a person is kept: crowds and people without keypoints take part in COCO's evaluation.
    The pictures are looked for beside the file, in `images/`, and in the official folder `../val2017` or the like.

    Raises:
        BadInputError: The file is missing, broken or of something else.
    """
    path = find_annotations(path, ("*.json", "annotations/person_keypoints_*.json"))
    data = read_json(path)
    skeleton = load_skeleton("coco17")
    try:
        category, order = _person_category(data["categories"], skeleton)
        images = data["images"]
        index = {int(image["id"]): n for n, image in enumerate(images)}
        annotations = [item for item in data["annotations"] if item["category_id"] == category]
        people = [_person(item, index, order) for item in annotations]
        names = [str(image["file_name"]) for image in images]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        what = f"not COCO person keypoints ({type(error).__name__}: {error})"
        raise BadInputError(what, where=str(path), remedy="Choose a person_keypoints file") from error
    part = path.stem.rpartition("_")[2]
    folders = [path.parent, path.parent / "images", path.parent.parent / part, path.parent.parent / "images" / part]
    return gather("coco", skeleton, PictureList(find_pictures(folders, names), list(index)), people)


def _person_category(categories: Sequence[Mapping[str, Any]], skeleton: Skeleton) -> tuple[int, list[int]]:
    """Return the id of "person", and for each keypoint of the skeleton its row in the file."""
    person = next((item for item in categories if item["name"] == "person" and item.get("keypoints")), None)
    if person is None:
        raise ValueError("no category person with keypoints")
    names = [str(name) for name in person["keypoints"]]
    return int(person["id"]), [names.index(name) for name in skeleton.keypoints]


def _person(item: Mapping[str, Any], index: Mapping[int, int], order: list[int]) -> Person:
    points = np.asarray(item["keypoints"], np.float64).reshape(-1, 3)[order]
    box = item.get("bbox")
    if box is None:
        corner = NO_BOX
    else:
        x, y, width, height = (float(value) for value in box)
        corner = (x + BOX_ORIGIN, y + BOX_ORIGIN, width, height)
    return Person(
        picture=index[int(item["image_id"])],
        keypoints=np.where(points[:, 2:] > UNLABELLED, points[:, :2], np.nan),
        occluded=points[:, 2] == OCCLUDED,
        box=corner,
        area=float(item.get("area", np.nan)),
        crowd=bool(item.get("iscrowd", 0)),
    )
