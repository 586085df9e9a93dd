"""SLEAP analysis HDF5 (sleap.info.write_tracking_h5), both ways, and its CSV, read.

On disk, arrays are transposed for MATLAB: tracks (P, 2, K, F), point_scores (P, K, F), track_occupancy (F, P). F ends
with the last labelled frame, not with the clip. px from the middle of the upper left pixel. NaN = missing; a keypoint
that a user placed has a position and no score.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.types import Float64, Source
from poseapp.formats.tracks import Instance, Tracks, UInt8, person_names, stack_instances

_GZIP = {"compression": "gzip", "compression_opts": 9}


def write_sleap_analysis(path: Path, tracks: Tracks) -> None:
    """Write every frame up to the last in which somebody is seen.

    Raises:
        BadInputError: Nothing can be written there.
    """
    import h5py

    F = int(tracks.frame[tracks.seen.any(axis=(1, 2))].max(initial=-1)) + 1
    P, K = len(tracks.persons), len(tracks.keypoints)
    xy, scores = np.full((F, K, 2, P), np.nan), np.full((F, K, P), np.nan)
    inside = tracks.frame < F
    xy[tracks.frame[inside]] = tracks.xy[inside].transpose(0, 2, 3, 1)
    known = np.where(tracks.placed, np.nan, np.nan_to_num(tracks.score))  # a score of NaN says: a user placed it
    scores[tracks.frame[inside]] = np.where(tracks.seen, known, np.nan)[inside].transpose(0, 2, 1)
    seen = np.isfinite(xy).all(axis=2)
    instance = _mean(scores, seen.any(axis=1))
    names = list(tracks.keypoints)
    data: dict[str, Any] = {
        "tracks": xy.T,
        "track_occupancy": seen.any(axis=1).astype(np.uint8),
        "point_scores": scores.T,
        "instance_scores": instance.T,
        "tracking_scores": np.full((P, F), np.nan),
        "track_names": _texts(tracks.persons),
        "node_names": _texts(names),
        "edge_names": _texts([text for a, b in tracks.bones for text in (names[a], names[b])]).reshape(-1, 2),
        "edge_inds": np.array(tracks.bones, np.int32).reshape(-1, 2),
    }
    with atomic_path(path) as temporary, h5py.File(temporary, "w") as file:
        for name, values in data.items():
            file.create_dataset(name, data=values, **(_GZIP if values.size else {}))
        for name, text in (("labels_path", ""), ("video_path", tracks.clip), ("provenance", "{}")):
            file.create_dataset(name, data=text)
        file.create_dataset("video_ind", data=np.int32(0))


def read_sleap_analysis(path: Path, _clip: str = "") -> Tracks:
    """Read an analysis file, HDF5 or CSV by the suffix.

    Raises:
        BadInputError: It is not such a file.
    """
    try:
        return _read_csv(path) if path.suffix.lower() == ".csv" else _read_h5(path)
    except (OSError, KeyError, ValueError, IndexError, TypeError) as error:
        raise BadInputError(f"this is no analysis file of SLEAP ({error})", where=path.name) from error


def _read_h5(path: Path) -> Tracks:
    import h5py

    with h5py.File(path) as file:
        xy = np.asarray(file["tracks"][()], np.float64).T.transpose(0, 3, 1, 2)  # (F, P, K, 2)
        score = np.full(xy.shape[:3], np.nan)
        if "point_scores" in file:
            score = np.asarray(file["point_scores"][()], np.float64).T.transpose(0, 2, 1)
        names = tuple(_decoded(file["node_names"][()]))
        persons = tuple(_decoded(file["track_names"][()])) if file["track_names"].dtype.kind != "f" else ()
        bones = file["edge_inds"][()].tolist() if "edge_inds" in file else []
        clip = _text(file["video_path"][()]) if "video_path" in file else ""
    F, P = xy.shape[:2]
    seen = np.asarray(np.isfinite(xy).all(axis=-1))
    user = np.where(np.isfinite(score), Source.PREDICTED, Source.CORRECTED)
    return Tracks(
        keypoints=names,
        frame=np.arange(F),
        xy=np.where(seen[..., None], xy, np.nan),
        score=np.where(seen, score, np.nan),
        source=np.where(seen, user, Source.MISSING).astype(np.uint8),
        persons=persons or person_names(P),
        bones=tuple((int(a), int(b)) for a, b in bones),
        clip=clip.replace("\\", "/").rpartition("/")[2],
        tool="SLEAP",
        follows=bool(persons) or P < 2,
    )


def _read_csv(path: Path) -> Tracks:
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    if not lines or not {"track", "frame_idx"} <= set(lines[0]):
        raise ValueError("its header has no track or frame_idx")
    names = tuple(name[:-2] for name in lines[0] if name.endswith(".x"))
    tracks = sorted({line["track"] for line in lines if line["track"]})
    instances = [_line(line, names, tracks) for line in lines]
    frames, xy, score, source, follows = stack_instances(instances, len(names))
    persons = tuple(tracks) if len(tracks) == xy.shape[1] else person_names(xy.shape[1])
    return Tracks(names, frames, xy, score, source, persons, tool="SLEAP", follows=follows)


def _line(line: dict[str, str], names: Sequence[str], tracks: Sequence[str]) -> Instance:
    x, y, score = (np.array([float(line[f"{name}.{part}"] or "nan") for name in names]) for part in ("x", "y", "score"))
    xy = np.stack([x, y], axis=-1)
    seen = np.isfinite(xy).all(axis=-1)
    source: UInt8 = np.where(seen, np.where(np.isfinite(score), Source.PREDICTED, Source.CORRECTED), 0).astype(np.uint8)
    person = tracks.index(line["track"]) if line["track"] else -1
    return Instance(int(line["frame_idx"]), person, np.where(seen[:, None], xy, np.nan), score, source)


def _mean(scores: Float64, seen: npt.NDArray[np.bool_]) -> Float64:
    """Return the mean score (F, P) of an instance over what has one, NaN where nobody is seen or all was placed."""
    count = np.isfinite(scores).sum(axis=1)
    mean: Float64 = np.where(seen & (count > 0), np.nansum(scores, axis=1) / np.maximum(count, 1), np.nan)
    return mean


def _texts(names: Sequence[str]) -> npt.NDArray[np.bytes_]:
    return np.array([name.encode() for name in names], dtype="S") if names else np.zeros(0, "S1")


def _decoded(values: npt.NDArray[Any]) -> list[str]:
    return [_text(value) for value in values.tolist()]


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
