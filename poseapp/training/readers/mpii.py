"""MPII Human Pose (Andriluka et al., CVPR 2014), in its two layouts.

Official: `mpii_human_pose_v1_u12_1.mat`, a struct RELEASE whose `annolist` names the pictures and holds, in `annorect`,
the people: `annopoints.point` with x, y, id and is_visible, the box of the head x1 .. y2, `objpos` and `scale`;
`single_person` lists those far enough from others for the single-person task. The labels of the test part are withheld.

JSON, of the SimpleBaseline and HRNet family (leoxiaobin/deep-high-resolution-net.pytorch, lib/dataset/mpii.py): a list
of people of the single-person task, `joints` by id, `joints_vis` 0 where there is no label, `center`, `scale`, `image`.
Heads are not in it; a `gt_<part>.mat` beside it has them (`headboxes_src` (2, 2, N), in the same order).

Both count pixels from 1, as MATLAB does, which the loaders of that family take off too. The box is a square of side
200 x scale about `objpos`, as the data set gives it: that family moves it 15 x scale down and grows it 1.25 times.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import Skeleton, load_skeleton
from poseapp.core.types import Float64
from poseapp.training.labelled import LabelledSet
from poseapp.training.readers.files import find_annotations, read_json
from poseapp.training.readers.matlab import FIRST_PIXEL, field, items, load_variable, number
from poseapp.training.readers.people import NO_BOX, Person, PictureList, gather
from poseapp.training.readers.pictures import find_pictures

JOINTS = (
    "right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle", "pelvis", "thorax", "neck",
    "head_top", "right_wrist", "right_elbow", "right_shoulder", "left_shoulder", "left_elbow", "left_wrist",
)  # fmt: skip
PERSON_HEIGHT = 200.0  # px of a person of scale 1
HEAD_SHARE = 0.6  # head size over the diagonal of the head's box: SC_BIAS of the official evaluation


def read_mpii(path: Path) -> LabelledSet:
    """Read MPII from a .mat or .json file, or from a folder with one.

    The pictures are looked for in `images/` beside the file or one folder up, and beside the file.

    Raises:
        BadInputError: The file is missing, broken or of something else.
    """
    path = find_annotations(path, ("mpii_human_pose*.mat", "*.json"))
    return read_mpii_json(path) if path.suffix == ".json" else read_mpii_mat(path)


def read_mpii_mat(path: Path, *, single_person: bool = True) -> LabelledSet:
    """Read the official file: everybody with keypoints, or only those of the single-person task.

    Pictures are numbered as in `annolist`, those of the test part included.

    Raises:
        BadInputError: The file is missing, broken or of something else.
    """
    release = load_variable(path, "RELEASE")
    entries = items(field(release, "annolist"))
    names = [str(field(field(entry, "image"), "name")) for entry in entries]
    singles = items(field(release, "single_person")) if len(entries) != 1 else [field(release, "single_person")]
    if not entries or field(entries[0], "image") is None or len(singles) != len(entries):
        what = "RELEASE lacks annolist or single_person"
        raise BadInputError(what, where=str(path), remedy="Take mpii_human_pose_v1_u12_1.mat")
    skeleton = load_skeleton("mpii16")
    people: list[Person] = []
    for picture, (entry, single) in enumerate(zip(entries, singles, strict=True)):
        rects = items(field(entry, "annorect")) if field(entry, "annorect") is not None else []
        if single_person:  # its numbers count the rectangles from 1
            kept = {int(n) - 1 for n in np.ravel(single) if n is not None}
            rects = [rect for n, rect in enumerate(rects) if n in kept]
        people += _people(rects, picture, skeleton)
    return gather("mpii", skeleton, _pictures(path, names), people)


def read_mpii_json(path: Path) -> LabelledSet:
    """Read the JSON layout; head sizes are NaN unless `gt_<part>.mat` or `mpii_gt_<part>.mat` is beside it.

    Raises:
        BadInputError: The file is missing, broken, or of the test part; the heads are of other people.
    """
    data, skeleton = read_json(path), load_skeleton("mpii16")
    names: dict[str, int] = {}
    try:
        heads = _read_heads(path, len(data))
        people = [
            _person_of_json(item, names.setdefault(str(item["image"]), len(names)), float(head), skeleton)
            for item, head in zip(data, heads, strict=True)
        ]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        what = f"not MPII in the JSON layout, or its test part ({type(error).__name__}: {error})"
        raise BadInputError(what, where=str(path), remedy="Choose the train or valid file") from error
    return gather("mpii", skeleton, _pictures(path, list(names)), people)


def _pictures(path: Path, names: Sequence[str]) -> PictureList:
    folders = [path.parent / "images", path.parent.parent / "images", path.parent]
    return PictureList(find_pictures(folders, names), range(len(names)))


def _by_name(points: Float64, skeleton: Skeleton) -> Float64:
    """Return (16, ...) of MPII's ids in the order of the skeleton."""
    return points[[JOINTS.index(name) for name in skeleton.keypoints]]


def _box(x: float, y: float, scale: float) -> tuple[float, float, float, float]:
    side = PERSON_HEIGHT * scale
    box = (x - FIRST_PIXEL - side / 2, y - FIRST_PIXEL - side / 2, side, side)
    return box if all(map(math.isfinite, box)) and scale > 0 else NO_BOX


def _people(rects: Sequence[Any], picture: int, skeleton: Skeleton) -> Iterator[Person]:
    for rect in rects:
        points = np.full((len(JOINTS), 3), np.nan)
        annotated = field(rect, "annopoints")
        for point in items(field(annotated, "point")) if annotated is not None else []:
            if 0 <= (joint := number(point, "id")) < len(JOINTS):
                points[int(joint)] = number(point, "x"), number(point, "y"), number(point, "is_visible")
        if np.isnan(points[:, 0]).all():
            continue
        points = _by_name(points, skeleton)
        corners = [number(rect, name) for name in ("x1", "y1", "x2", "y2")]
        centre = field(rect, "objpos")
        yield Person(
            picture,
            points[:, :2] - FIRST_PIXEL,
            occluded=points[:, 2] == 0,
            box=_box(number(centre, "x"), number(centre, "y"), number(rect, "scale")),
            head_size=HEAD_SHARE * math.hypot(corners[2] - corners[0], corners[3] - corners[1]),
        )


def _person_of_json(item: Mapping[str, Any], picture: int, head_size: float, skeleton: Skeleton) -> Person:
    points = np.asarray(item["joints"], np.float64).reshape(len(JOINTS), 2)
    labelled = np.asarray(item["joints_vis"], np.float64).reshape(len(JOINTS), 1) > 0
    points = np.where(labelled, points - FIRST_PIXEL, np.nan)
    x, y = (float(value) for value in item["center"])
    return Person(picture, _by_name(points, skeleton), box=_box(x, y, float(item["scale"])), head_size=head_size)


def _read_heads(path: Path, count: int) -> Float64:
    """Return (N,) head sizes, px; NaN without a file of heads."""
    part = path.stem.removeprefix("mpii_")
    beside = [path.with_name(f"gt_{part}.mat"), path.with_name(f"mpii_gt_{part}.mat")]
    heads = next((candidate for candidate in beside if candidate.exists()), None)
    if heads is None:
        return np.full(count, np.nan)
    corners = np.asarray(load_variable(heads, "headboxes_src"), np.float64)
    if corners.shape[:2] != (2, 2) or corners[0, 0].size != count:
        what = f"its headboxes_src have the shape {corners.shape}, not (2, 2, {count})"
        raise BadInputError(what, where=str(heads), remedy=f"Take the one that belongs to {path.name}, or none")
    sizes: Float64 = HEAD_SHARE * np.linalg.norm(corners[1] - corners[0], axis=0).reshape(count)
    return sizes
