"""COCO keypoints JSON (cocodataset.org, "Data format", keypoint detection): annotations, and results read.

Positions are px from the middle of the upper left pixel, written as decimals. v: 0 not labelled (x = y = 0), 1 placed
but occluded, 2 visible. Beyond COCO, and ignored by its tools: `frame_index` of a picture, and of an annotation
`track_id`, `keypoint_scores` (null = not known) and `sources`, the numbers of `core.types.Source`, in the order of
the keypoints.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from poseapp.core.atomic import atomic_path
from poseapp.core.clip_files import natural_key
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Float64, Source
from poseapp.formats.tracks import Instance, Tracks, UInt8, person_names, stack_instances

Json = Mapping[str, Any]


def write_coco(path: Path, tracks: Tracks) -> None:
    """Write every frame in which somebody is seen or was said to be absent.

    Raises:
        BadInputError: Nothing can be written there.
    """
    category = {
        "id": 1,
        "name": "person",
        "supercategory": "person",
        "keypoints": list(tracks.keypoints),
        "skeleton": [[a + 1, b + 1] for a, b in tracks.bones],
    }
    said = (tracks.source != Source.MISSING).any(axis=-1)
    rows = np.flatnonzero(said.any(axis=1)).tolist()
    places = [(row, int(person)) for row in rows for person in np.flatnonzero(said[row])]
    data = {
        "info": {"description": f"Keypoints of {tracks.clip or 'a clip'}", "version": "1.0"},
        "licenses": [],
        "images": [_image(tracks, row) for row in rows],
        "annotations": [_annotation(tracks, row, person, i + 1) for i, (row, person) in enumerate(places)],
        "categories": [category],
    }
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(data, allow_nan=False), encoding="utf-8")


def read_coco(path: Path, _clip: str = "") -> Tracks:
    """Read annotations, or results with COCO's 17 keypoints.

    Raises:
        BadInputError: It is not such a file.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return _read_results(data, path) if isinstance(data, list) else _read_annotations(data)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise BadInputError(f"these are no COCO keypoints ({error!r})", where=path.name) from error


def _image(tracks: Tracks, row: int) -> Json:
    frame = int(tracks.frame[row])
    name = tracks.pictures[row] if tracks.pictures else f"{tracks.stem}_{frame:06d}.png"
    width, height = tracks.size
    return {"id": frame, "file_name": name, "width": width, "height": height, "frame_index": frame}


def _annotation(tracks: Tracks, row: int, person: int, number: int) -> Json:
    xy, source = tracks.xy[row, person], tracks.source[row, person]
    seen = tracks.seen[row, person]
    v = np.where(seen, np.where(source == Source.OCCLUDED, 1, 2), 0)
    flat = [
        [round(float(x), 3), round(float(y), 3), int(k)] if k else [0, 0, 0] for (x, y), k in zip(xy, v, strict=True)
    ]
    low, high = (xy[seen].min(axis=0), xy[seen].max(axis=0)) if seen.any() else (np.zeros(2), np.zeros(2))
    width, height = (high - low).tolist()
    scores = tracks.score[row, person].tolist()
    return {
        "id": number,
        "image_id": int(tracks.frame[row]),
        "category_id": 1,
        "bbox": [round(value, 3) for value in (*low.tolist(), width, height)],
        "area": round(width * height, 3),
        "iscrowd": 0,
        "num_keypoints": int(seen.sum()),
        "keypoints": [value for triple in flat for value in triple],
        "segmentation": [],
        "track_id": person,
        "keypoint_scores": [round(score, 4) if score == score else None for score in scores],
        "sources": source.tolist(),
    }


def _read_annotations(data: Json) -> Tracks:
    category = next(one for one in data["categories"] if one.get("keypoints"))
    names = tuple(str(name) for name in category["keypoints"])
    images, key = _ordered_images(data["images"])
    place = {image["id"]: (int(image["frame_index"]) if key == "frame" else i) for i, image in enumerate(images)}
    instances = [
        _instance(one, place[one["image_id"]], len(names))
        for one in data["annotations"]
        if one["category_id"] == category["id"] and not one.get("iscrowd") and any(one.get("keypoints", ()))
    ]
    frames, xy, score, source, follows = stack_instances(instances, len(names))
    pictures = {place[image["id"]]: Path(str(image["file_name"]).replace("\\", "/")).name for image in images}
    sizes = {(int(image.get("width", 0)), int(image.get("height", 0))) for image in images}
    return Tracks(
        keypoints=names,
        frame=frames,
        xy=xy,
        score=score,
        source=source,
        persons=person_names(xy.shape[1]),
        size=sizes.pop() if len(sizes) == 1 else (0, 0),
        bones=tuple((int(a) - 1, int(b) - 1) for a, b in category.get("skeleton", ())),
        pictures=tuple(pictures[int(frame)] for frame in frames) if key == "picture" else (),
        key="frame" if key == "frame" else "picture",
        follows=follows,
    )


def _ordered_images(images: Sequence[Json]) -> tuple[list[Json], str]:
    """Return the pictures in order, and what their key is: only our own files say which frame a picture is."""
    if all("frame_index" in image for image in images):
        return list(images), "frame"
    return sorted(images, key=lambda image: natural_key(Path(str(image["file_name"])))), "picture"


def _instance(one: Json, frame: int, n_keypoints: int) -> Instance:
    triples = np.asarray(one["keypoints"], np.float64).reshape(n_keypoints, 3)
    xy = np.where(triples[:, 2:] > 0, triples[:, :2], np.nan)
    source: UInt8
    score: Float64 = np.full(n_keypoints, np.nan)
    if "sources" in one:
        source = np.asarray(one["sources"], np.uint8)
        score = np.array([np.nan if s is None else float(s) for s in one["keypoint_scores"]], np.float64)
    else:
        source = np.choose(triples[:, 2].astype(int), [Source.MISSING, Source.OCCLUDED, Source.CORRECTED]).astype(
            np.uint8
        )
    return Instance(frame, int(one.get("track_id", -1)), xy, score, source)


def _read_results(data: Sequence[Json], path: Path) -> Tracks:
    skeleton = load_skeleton("coco17")
    K = skeleton.n_keypoints
    if not data or len(data[0]["keypoints"]) != 3 * K:
        raise BadInputError("these results do not have COCO's 17 keypoints", where=path.name)
    instances = []
    for one in data:
        triples = np.asarray(one["keypoints"], np.float64).reshape(K, 3)
        score = np.full(K, float(one.get("score", np.nan)))
        source = np.full(K, Source.PREDICTED, np.uint8)
        instances.append(Instance(int(one["image_id"]), -1, triples[:, :2], np.clip(score, 0, 1), source))
    frames, xy, score, source, follows = stack_instances(instances, K)
    note = "The file does not name its pictures: their numbers are taken as numbers of frames."
    return Tracks(
        keypoints=skeleton.keypoints,
        frame=frames,
        xy=xy,
        score=score,
        source=source,
        persons=person_names(xy.shape[1]),
        bones=skeleton.bones,
        tool="COCO results",
        follows=follows,
        notes=(note,),
    )
