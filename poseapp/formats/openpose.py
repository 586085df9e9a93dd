"""OpenPose's JSON, a file for each frame (doc/02_output.md), BODY_25.

An undetected keypoint is 0, 0, 0. OpenPose's Neck is the middle of the shoulders and its MidHip that of the hips:
`thorax` and `pelvis` here, as in MPII. The order of people is not stable between frames unless they have an id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.core.types import Float64, Source
from poseapp.formats.folders import atomic_folder
from poseapp.formats.tracks import Instance, Tracks, person_names, sources_of, stack_instances

BODY_25 = (
    "nose", "thorax", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist",
    "pelvis", "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle", "right_eye", "left_eye",
    "right_ear", "left_ear", "left_big_toe", "left_small_toe", "left_heel", "right_big_toe", "right_small_toe",
    "right_heel",
)  # fmt: skip
COCO_18 = (
    "nose", "thorax", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist",
    "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle", "right_eye", "left_eye",
    "right_ear", "left_ear",
)  # fmt: skip
_BONES_25 = (
    (0, 1), (1, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (10, 11), (8, 12), (12, 13),
    (13, 14), (0, 15), (15, 17), (0, 16), (16, 18), (11, 24), (11, 22), (22, 23), (14, 21), (14, 19), (19, 20),
)  # fmt: skip
_MIDDLES = {"thorax": ("right_shoulder", "left_shoulder"), "pelvis": ("right_hip", "left_hip")}
_EMPTY = (
    "face_keypoints_2d", "hand_left_keypoints_2d", "hand_right_keypoints_2d", "pose_keypoints_3d",
    "face_keypoints_3d", "hand_left_keypoints_3d", "hand_right_keypoints_3d",
)  # fmt: skip
_NAME = re.compile(r"(\d+)(?:_keypoints)?\.json$")
SUFFIX = "_keypoints.json"


def write_openpose(path: Path, tracks: Tracks) -> None:
    """Write a folder of files, one for each frame of the clip; a folder of such files of that name is replaced.

    Raises:
        BadInputError: Nothing can be written there, or a folder with other things has this name.
    """
    values = _body_25(tracks)
    with atomic_folder(path, lambda old: old.name.endswith(SUFFIX)) as folder:
        for frame, rows in zip(tracks.frame.tolist(), values, strict=True):
            people = [_person(person, row) for person, row in enumerate(rows) if row.any()]
            text = json.dumps({"version": 1.3, "people": people}, allow_nan=False)
            (folder / f"{tracks.stem}_{frame:012d}{SUFFIX}").write_text(text, encoding="utf-8")


def _body_25(tracks: Tracks) -> Float64:
    """Return (T, P, 25, 3): x, y, score, zeros where missing."""
    names = tracks.keypoints
    score = np.where(tracks.placed, 1.0, np.nan_to_num(tracks.score, nan=1.0))
    values = np.concatenate([tracks.xy, score[..., None]], axis=-1)
    found = np.full((*values.shape[:2], len(BODY_25), 3), np.nan)
    for column, name in enumerate(BODY_25):
        parts = (name,) if name in names else _MIDDLES.get(name, ())
        if parts and set(parts) <= set(names):
            found[:, :, column] = values[:, :, [names.index(part) for part in parts]].mean(axis=2)
    seen = np.isfinite(found).all(axis=-1, keepdims=True)
    rounded: Float64 = np.where(seen, np.round(found, 4), 0.0)
    return rounded


def _person(number: int, row: Float64) -> dict[str, Any]:
    empty: dict[str, list[float]] = {name: [] for name in _EMPTY}
    return {"person_id": [number], "pose_keypoints_2d": row.reshape(-1).tolist(), **empty}


def read_openpose(path: Path, _clip: str = "") -> Tracks:
    """Read a folder, or the folder of one of its files.

    Raises:
        BadInputError: There are no such files in it, or one is broken.
    """
    folder = path if path.is_dir() else path.parent
    files = {int(match[1]): file for file in folder.glob("*.json") if (match := _NAME.search(file.name))}
    if not files:
        raise BadInputError("there are no files of OpenPose in this folder", where=folder.name)
    people = {frame: _people(files[frame]) for frame in sorted(files)}
    sizes = {len(values) for found in people.values() for _, values in found}
    names = {25: BODY_25, 18: COCO_18}.get(sizes.pop() if len(sizes) == 1 else 25 if not sizes else 0)
    if names is None:
        raise BadInputError("these are neither BODY_25 nor COCO keypoints", where=folder.name)
    return _tracks(people, names)


def _tracks(people: dict[int, list[tuple[int, Float64]]], names: Sequence[str]) -> Tracks:
    instances = []
    for frame, found in people.items():
        for number, values in found:
            missing = (values == 0).all(axis=1, keepdims=True)
            xy = np.where(missing, np.nan, values[:, :2])
            score = np.where(missing[:, 0], np.nan, values[:, 2])
            instances.append(Instance(frame, number, xy, score, sources_of(xy, Source.PREDICTED)))
    frames, xy, score, source, follows = stack_instances(instances, len(names))
    return Tracks(
        keypoints=tuple(names),
        frame=frames,
        xy=xy,
        score=score,
        source=source,
        persons=person_names(xy.shape[1]),
        bones=_BONES_25 if len(names) == len(BODY_25) else (),
        tool="OpenPose",
        follows=follows,
    )


def _people(file: Path) -> list[tuple[int, Float64]]:
    """Return (number, -1 without one; x, y, score (K, 3)) of everyone in a file."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))["people"]
        return [(_number(one), np.asarray(one["pose_keypoints_2d"], np.float64).reshape(-1, 3)) for one in found]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInputError(f"these are no keypoints of OpenPose ({error!r})", where=file.name) from error


def _number(one: dict[str, Any]) -> int:
    held = one.get("person_id", [-1])
    return int(held[0] if isinstance(held, list) and held else -1)
