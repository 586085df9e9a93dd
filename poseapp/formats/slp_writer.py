"""Writes SLEAP projects (.slp, format 1.2); what the tables mean is told in `slp`.

In a frame that somebody corrected stands what was predicted and, made from it, an instance of a user: its points are
`complete` where a person placed them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from poseapp.core.atomic import atomic_path
from poseapp.core.types import Source
from poseapp.formats.slp import USER
from poseapp.formats.tracks import Tracks

_FORMAT = 1.2
_PREDICTED = 1
_FRAMES = np.dtype(
    [("frame_id", "u8"), ("video", "u4"), ("frame_idx", "u8"), ("instance_id_start", "u8"), ("instance_id_end", "u8")]
)
_INSTANCES = np.dtype(
    [
        ("instance_id", "i8"),
        ("instance_type", "u1"),
        ("frame_id", "u8"),
        ("skeleton", "u4"),
        ("track", "i4"),
        ("from_predicted", "i8"),
        ("score", "f4"),
        ("point_id_start", "u8"),
        ("point_id_end", "u8"),
        ("tracking_score", "f4"),
    ]
)
_POINTS = np.dtype([("x", "f8"), ("y", "f8"), ("visible", "?"), ("complete", "?")])
_PRED_POINTS = np.dtype([("x", "f8"), ("y", "f8"), ("visible", "?"), ("complete", "?"), ("score", "f8")])


class _Tables:
    """The tables in the making."""

    def __init__(self, tracks: Tracks) -> None:
        self._tracks = tracks
        self.frames: list[tuple[Any, ...]] = []
        self.instances: list[tuple[Any, ...]] = []
        self.points: list[np.ndarray[Any, Any]] = []
        self.pred_points: list[np.ndarray[Any, Any]] = []

    def add_frame(self, row: int) -> None:
        """Add everyone in a row; nothing where nobody is."""
        tracks, first = self._tracks, len(self.instances)
        for person in range(len(tracks.persons)):
            source = tracks.source[row, person]
            origin = -1
            if tracks.seen[row, person].any() and not tracks.placed[row, person].all():
                origin = self._add_predicted(row, person)
            if np.isin(source, (Source.CORRECTED, Source.OCCLUDED, Source.ABSENT)).any():
                self._add_user(row, person, origin)
        if len(self.instances) > first:
            number = len(self.frames)
            self.frames.append((number, 0, int(tracks.frame[row]), first, len(self.instances)))

    def _add_predicted(self, row: int, person: int) -> int:
        tracks, K = self._tracks, len(self._tracks.keypoints)
        points = np.zeros(K, _PRED_POINTS)
        open_points = tracks.seen[row, person] & ~tracks.placed[row, person]
        points["x"], points["y"] = np.where(open_points, tracks.xy[row, person].T, np.nan)
        points["visible"] = open_points
        points["score"] = np.where(open_points, np.nan_to_num(tracks.score[row, person]), 0.0)
        self.pred_points.append(points)
        score = float(points["score"][open_points].mean())
        return self._add(person, _PREDICTED, -1, score, len(self.pred_points) * K)

    def _add_user(self, row: int, person: int, origin: int) -> None:
        tracks, K = self._tracks, len(self._tracks.keypoints)
        points = np.zeros(K, _POINTS)
        points["x"], points["y"] = tracks.xy[row, person].T
        points["visible"] = tracks.seen[row, person]
        points["complete"] = tracks.placed[row, person]
        self.points.append(points)
        self._add(person, USER, origin, float("nan"), len(self.points) * K)

    def _add(self, person: int, kind: int, origin: int, score: float, stop: int) -> int:
        number, K = len(self.instances), len(self._tracks.keypoints)
        frame = len(self.frames)
        self.instances.append((number, kind, frame, 0, person, origin, score, stop - K, stop, 0.0))
        return number


def write_slp(path: Path, tracks: Tracks) -> None:
    """Write a project whose video is the clip's file name: SLEAP asks where it lies.

    Raises:
        BadInputError: Nothing can be written there.
    """
    import h5py

    tables = _Tables(tracks)
    for row in range(len(tracks.frame)):
        tables.add_frame(row)
    data = {
        "frames": np.array(tables.frames, _FRAMES),
        "instances": np.array(tables.instances, _INSTANCES),
        "points": np.concatenate([np.zeros(0, _POINTS), *tables.points]),
        "pred_points": np.concatenate([np.zeros(0, _PRED_POINTS), *tables.pred_points]),
        "videos_json": _json_lines([_video(tracks)]),
        "tracks_json": _json_lines([[0, name] for name in tracks.persons]),
        "suggestions_json": np.zeros(0),
    }
    with atomic_path(path) as temporary, h5py.File(temporary, "w") as file:
        metadata = file.create_group("metadata")
        metadata.attrs["format_id"] = _FORMAT
        metadata.attrs["json"] = np.bytes_(json.dumps(_metadata(tracks), separators=(",", ":")))
        for name, values in data.items():
            file.create_dataset(name, data=values, maxshape=(None,))


def _video(tracks: Tracks) -> dict[str, Any]:
    backend: dict[str, Any] = {
        "filename": tracks.clip,
        "grayscale": False,
        "bgr": True,
        "dataset": "",
        "input_format": "",
    }
    return {"backend": backend}


def _metadata(tracks: Tracks) -> dict[str, Any]:
    body = {"py/reduce": [{"py/type": "sleap.skeleton.EdgeType"}, {"py/tuple": [1]}]}
    links = [
        {"edge_insert_idx": i, "key": 0, "source": a, "target": b, "type": {"py/id": 1} if i else body}
        for i, (a, b) in enumerate(tracks.bones)
    ]
    graph = {"name": "Skeleton-0", "num_edges_inserted": len(links)}
    nodes = [{"id": i} for i in range(len(tracks.keypoints))]
    return {
        "version": "2.0.0",
        "skeletons": [{"directed": True, "graph": graph, "links": links, "multigraph": True, "nodes": nodes}],
        "nodes": [{"name": name, "weight": 1.0} for name in tracks.keypoints],
        "videos": [],
        "tracks": [],
        "suggestions": [],
        "negative_anchors": {},
        "provenance": {"software": "poseapp"},
    }


def _json_lines(values: list[Any]) -> np.ndarray[Any, Any]:
    return np.array([np.bytes_(json.dumps(value, separators=(",", ":"))) for value in values])
