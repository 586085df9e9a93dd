"""SLEAP projects (.slp, HDF5, format 1.0 to 1.4), read with h5py; written by `slp_writer`.

Layout: sleap/io/format/hdf5.py. Origin: from format 1.1 the middle of the upper left pixel is (0, 0); before, its
corner was, and half a pixel is taken off the points of users.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from poseapp.core.errors import BadInputError
from poseapp.core.types import Source
from poseapp.formats.tracks import Instance, Tracks, person_names, stack_instances

USER = 0
_BODY = 1  # kind of an edge
_HALF_PIXEL_BEFORE = 1.1

Table = npt.NDArray[Any]


@dataclass(frozen=True)
class _Labels:
    """The tables of a file as they are, and what its texts say."""

    frames: Table
    instances: Table
    points: Table
    pred_points: Table
    n_tracks: int
    shift: float  # px to be added to points of users
    is_ours: bool


def read_slp(path: Path, clip: str = "") -> Tracks:
    """Read the instances of one video: that of the clip's name, else the first with labels.

    An instance of a user is a person's own work, all of it; a predicted one counts where no user's replaces it.

    Raises:
        BadInputError: It is not such a file.
    """
    import h5py

    try:
        with h5py.File(path) as file:
            return _read(file, clip)
    except (OSError, KeyError, ValueError, IndexError, TypeError, AttributeError) as error:
        raise BadInputError(f"this is no project of SLEAP ({error})", where=path.name) from error


def _read(file: Any, clip: str) -> Tracks:
    described = json.loads(_text(file["metadata"].attrs["json"]))
    names, bones = _skeleton(described)
    videos = [_video_name(text) for text in _lines(file, "videos_json")]
    labels = _Labels(
        file["frames"][()],
        file["instances"][()],
        file["points"][()],
        file["pred_points"][()],
        len(_lines(file, "tracks_json")),
        -0.5 if float(file["metadata"].attrs["format_id"]) < _HALF_PIXEL_BEFORE else 0.0,
        "poseapp" in str(described.get("provenance", "")),
    )
    with_labels = sorted({int(frame["video"]) for frame in labels.frames})
    video = next((i for i in with_labels if i < len(videos) and videos[i] == clip), next(iter(with_labels), 0))
    instances = [
        one for frame in labels.frames if int(frame["video"]) == video for one in _instances(labels, frame, len(names))
    ]
    frames, xy, score, source, follows = stack_instances(instances, len(names))
    others = len(with_labels) - 1
    P = xy.shape[1]
    return Tracks(
        keypoints=names,
        frame=frames,
        xy=xy,
        score=score,
        source=source,
        persons=person_names(P),
        bones=bones,
        clip=videos[video] if video < len(videos) else "",
        tool="SLEAP",
        follows=follows,
        notes=(f"The labels of {others} more videos in the file were left out.",) if others > 0 else (),
    )


def _instances(labels: _Labels, frame: Any, n_keypoints: int) -> list[Instance]:
    """Return who is in a frame: a user's instance replaces the predicted one it was made from, or of its track."""
    rows = labels.instances[int(frame["instance_id_start"]) : int(frame["instance_id_end"])]
    users = [row for row in rows if row["instance_type"] == USER]
    replaced = {int(row["from_predicted"]) for row in users}
    tracks = {int(row["track"]) for row in users if row["track"] >= 0}
    left = [
        row
        for row in rows
        if row["instance_type"] != USER and int(row["instance_id"]) not in replaced and int(row["track"]) not in tracks
    ]
    return [_instance(labels, row, int(frame["frame_idx"]), n_keypoints) for row in (*users, *left)]


def _instance(labels: _Labels, row: Any, frame: int, n_keypoints: int) -> Instance:
    is_user = row["instance_type"] == USER
    table = labels.points if is_user else labels.pred_points
    points = table[int(row["point_id_start"]) : int(row["point_id_end"])]
    if len(points) != n_keypoints:
        raise ValueError(f"an instance has {len(points)} points instead of {n_keypoints}")
    xy = np.stack([points["x"], points["y"]], axis=-1).astype(np.float64) + (labels.shift if is_user else 0.0)
    seen = np.isfinite(xy).all(axis=-1) & points["visible"].astype(bool)
    score = np.full(n_keypoints, np.nan)
    source = np.where(seen, Source.CORRECTED if is_user else Source.PREDICTED, Source.MISSING)
    if not is_user:
        score = np.where(seen, points["score"].astype(np.float64), np.nan)
    elif labels.is_ours:
        source, score = _as_we_wrote(labels, row, source, points["complete"].astype(bool))
    return Instance(frame, int(row["track"]), np.where(seen[:, None], xy, np.nan), score, source.astype(np.uint8))


def _as_we_wrote(labels: _Labels, row: Any, source: Table, complete: Table) -> tuple[Table, Table]:
    """Return source and score of an instance that this program wrote: what is not complete was predicted."""
    score = np.full(len(source), np.nan)
    copied = (source == Source.CORRECTED) & ~complete
    source = np.where((source == Source.MISSING) & complete, Source.ABSENT, np.where(copied, Source.PREDICTED, source))
    if row["from_predicted"] >= 0:
        origin = labels.instances[int(row["from_predicted"])]
        points = labels.pred_points[int(origin["point_id_start"]) : int(origin["point_id_end"])]
        score = np.where(copied, points["score"].astype(np.float64), np.nan)
    return source, score


def _skeleton(described: Any) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    """Return names in the order of the points, and bones as numbers in that order."""
    skeleton = described["skeletons"][0]
    table = [str(node["name"]) for node in described["nodes"]]
    order = [int(node["id"]) for node in skeleton["nodes"]]
    place = {number: i for i, number in enumerate(order)}
    links = list(skeleton.get("links", ()))
    body = [link for link, kind in zip(links, _edge_kinds(links), strict=True) if kind == _BODY]
    edges = sorted(body, key=lambda link: int(link.get("edge_insert_idx", 0)))
    bones = tuple((place[int(link["source"])], place[int(link["target"])]) for link in edges)
    return tuple(table[number] for number in order), bones


def _edge_kinds(links: list[Any]) -> list[int]:
    """Return 1 for each edge of the body and 2 for each symmetry: jsonpickle writes a kind once, then its number."""
    met: list[int] = []
    kinds = []
    for link in links:
        kind = link.get("type", {})
        if "py/reduce" in kind:
            met.append(int(kind["py/reduce"][1]["py/tuple"][0]))
            kinds.append(met[-1])
        else:
            kinds.append(met[int(kind["py/id"]) - 1] if "py/id" in kind else _BODY)
    return kinds


def _video_name(text: str) -> str:
    name = str(json.loads(text).get("backend", {}).get("filename", ""))
    return name.replace("\\", "/").rpartition("/")[2]


def _lines(file: Any, name: str) -> list[str]:
    """Return the texts of a dataset; an empty one holds floats."""
    return [_text(value) for value in file[name][()].tolist()] if name in file and len(file[name]) else []


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
