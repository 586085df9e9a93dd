"""Reads NWB files with ndx-pose 0.1 and later: `PoseEstimation` (a person each) and `PoseTraining`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from poseapp.core.clip_files import natural_key
from poseapp.core.errors import BadInputError
from poseapp.core.types import Float64, Source
from poseapp.formats.tracks import Instance, Tracks, empty_arrays, person_names, sources_of, stack_instances

_SAME_TIME = 6  # decimals of a second


def read_nwb(path: Path, _clip: str = "") -> Tracks:
    """Read poses, found by their times, with labels on top; or labels alone, found by their frames.

    Raises:
        BadInputError: The file cannot be read, or has no poses.
    """
    import h5py

    try:
        with h5py.File(path) as file:
            groups = list(_groups(file))
            estimated = [group for group in groups if _kind(group) == "PoseEstimation" and _series(group)]
            estimated.sort(key=lambda group: natural_key(Path(_short(group))))
            labelled = [group for group in groups if _kind(group) == "TrainingFrame"]
            if estimated:
                return _with_labels(_read_estimated(estimated), labelled)
            if labelled:
                return _read_labelled(labelled)
    except (OSError, KeyError, ValueError, IndexError, TypeError) as error:
        raise BadInputError(f"its poses cannot be read ({error})", where=path.name) from error
    raise BadInputError("there are no poses (ndx-pose) in this NWB file", where=path.name)


def _groups(file: Any) -> Iterator[Any]:
    found: list[Any] = []
    file.visititems(lambda _name, item: found.append(item) if hasattr(item, "keys") else None)
    return iter(found)


def _kind(item: Any) -> str:
    return _text(item.attrs.get("neurodata_type", ""))


def _read_estimated(groups: list[Any]) -> Tracks:
    series = [_series(group) for group in groups]
    names = _names(groups[0], {_node(one): None for held in series for one in held})
    times = [[_times(one) for one in held] for held in series]
    clock = np.unique(np.concatenate([values for held in times for values in held]))
    xy, score, _ = empty_arrays(len(clock), len(groups), len(names))
    for person, held in enumerate(series):
        for one, when in zip(held, times[person], strict=True):
            rows, k = np.searchsorted(clock, when), names.index(_node(one))
            xy[rows, person, k] = _positions(one["data"])
            if "confidence" in one:
                score[rows, person, k] = one["confidence"][()]
    xy[~np.isfinite(xy).all(axis=-1)] = np.nan
    score[~np.isfinite(xy[..., 0])] = np.nan
    persons = tuple(_short(group) for group in groups)
    return Tracks(
        keypoints=names,
        frame=np.arange(len(clock)),
        xy=xy,
        score=score,
        source=sources_of(xy, Source.PREDICTED),
        persons=persons if len(set(persons)) == len(persons) else person_names(len(groups)),
        time=clock,
        bones=_bones(groups[0], names),
        tool=_software(groups[0]),
        key="time",
    )


def _series(group: Any) -> list[Any]:
    return [held for held in group.values() if _kind(held) == "PoseEstimationSeries"]


def _names(group: Any, found: dict[str, None]) -> tuple[str, ...]:
    """Return the names of keypoints in the order of the skeleton, where there is one that has them all."""
    holder = _skeleton_of(group)
    nodes = _nodes(holder) if "nodes" in holder else ()
    return nodes if set(found) <= set(nodes) else tuple(found)


def _skeleton_of(group: Any) -> Any:
    """Return the skeleton that a group links to, under whatever name, else the group: before 0.2 it held the nodes."""
    return next((held for held in group.values() if _kind(held) == "Skeleton"), group)


def _node(series: Any) -> str:
    return _short(series).removeprefix("PoseEstimationSeries") or _short(series)


def _short(item: Any) -> str:
    return str(item.name).rpartition("/")[2]


def _times(series: Any) -> Float64:
    """Return (F,) s of a series: its timestamps, which may be those of another, or a start and a rate."""
    if "timestamps" in series:
        times = np.asarray(series["timestamps"][()], np.float64)
    else:
        start = series["starting_time"]
        times = float(start[()]) + np.arange(len(series["data"])) / float(start.attrs["rate"])
    return np.round(times, _SAME_TIME)


def _positions(data: Any) -> Float64:
    """Return (F, 2): the first two coordinates in the unit of the file."""
    conversion, offset = float(data.attrs.get("conversion", 1.0)), float(data.attrs.get("offset", 0.0))
    xy: Float64 = np.asarray(data[:, :2], np.float64) * conversion + offset
    return xy


def _bones(group: Any, names: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    holder = _skeleton_of(group)
    if "edges" not in holder or "nodes" not in holder:
        return ()
    nodes = _nodes(holder)
    pairs = [(nodes[int(a)], nodes[int(b)]) for a, b in holder["edges"][()] if max(a, b) < len(nodes)]
    return tuple((names.index(a), names.index(b)) for a, b in pairs if a in names and b in names)


def _software(group: Any) -> str:
    return _text(group["source_software"][()]) if "source_software" in group else "NWB"


def _read_labelled(groups: list[Any]) -> Tracks:
    names = _label_nodes(groups)
    persons = _label_persons(groups)
    instances = list(_labels(groups, persons))
    frames, xy, score, source, follows = stack_instances(instances, len(names), len(persons))
    follows = follows or len(persons) == xy.shape[1]
    return Tracks(names, frames, xy, score, source, person_names(xy.shape[1]), follows=follows)


def _with_labels(tracks: Tracks, groups: list[Any]) -> Tracks:
    """Lay labels over poses of the same nodes and persons, where the rows begin with the clip's first frame."""
    if not groups:
        return tracks
    if _label_nodes(groups) != tracks.keypoints or not set(_label_persons(groups)) <= set(tracks.persons):
        return replace(
            tracks, notes=(*tracks.notes, "The labels beside the poses have other names: they were left out.")
        )
    xy, score, source = tracks.xy.copy(), tracks.score.copy(), tracks.source.copy()
    for one in _labels(groups, tracks.persons):
        if one.frame < len(xy):
            placed = one.source != Source.MISSING
            xy[one.frame, one.person, placed] = one.xy[placed]
            source[one.frame, one.person, placed] = one.source[placed]
    return replace(tracks, xy=xy, score=score, source=source)


def _labels(groups: list[Any], persons: tuple[str, ...]) -> Iterator[Instance]:
    for group in groups:
        frame = int(group.attrs["source_video_frame_index"])
        for name, held in group["skeleton_instances"].items():
            if _kind(held) == "SkeletonInstance":
                xy = np.asarray(held["node_locations"][()], np.float64)[:, :2]
                seen = np.isfinite(xy).all(axis=-1)
                visible = held["node_visibility"][()].astype(bool) if "node_visibility" in held else seen
                source = np.where(seen, np.where(visible, Source.CORRECTED, Source.OCCLUDED), Source.MISSING)
                yield Instance(frame, persons.index(name), xy, np.full(len(xy), np.nan), source.astype(np.uint8))


def _label_persons(groups: list[Any]) -> tuple[str, ...]:
    names = (name for group in groups for name, held in group["skeleton_instances"].items() if hasattr(held, "keys"))
    return tuple(dict.fromkeys(str(name) for name in names))


def _label_nodes(groups: list[Any]) -> tuple[str, ...]:
    instance = next(held for held in groups[0]["skeleton_instances"].values() if _kind(held) == "SkeletonInstance")
    return _nodes(_skeleton_of(instance))


def _nodes(skeleton: Any) -> tuple[str, ...]:
    return tuple(_text(node) for node in skeleton["nodes"][()].tolist())


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
