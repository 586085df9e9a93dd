"""Our own tables: the tidy one, both ways; the wide one of `storage`, read back; a workbook, written."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.types import Source
from poseapp.formats.tracks import Instance, Tracks, stack_instances

TIDY = ("frame", "time_s", "person", "kind", "name", "x_px", "y_px", "score", "source", "value_deg", "sigma_deg")
_NAMES = {source: source.name.lower() for source in Source}
_SOURCES = {name: source for source, name in _NAMES.items()}


def write_tidy(path: Path, tracks: Tracks) -> None:
    """Write a row for each keypoint and angle of each person in each frame; nothing of what is missing.

    Raises:
        BadInputError: Nothing can be written there.
    """
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(TIDY)
        for row in range(len(tracks.frame)):
            for person in range(len(tracks.persons)):
                lead = [int(tracks.frame[row]), f"{tracks.start + float(tracks.time[row]):.6f}", person]
                writer.writerows([*lead, *cells] for cells in _tidy_cells(tracks, row, person))


def _tidy_cells(tracks: Tracks, row: int, person: int) -> Iterator[list[str]]:
    for k in np.flatnonzero(tracks.source[row, person]).tolist():
        x, y = tracks.xy[row, person, k].tolist()
        source = _NAMES[Source(int(tracks.source[row, person, k]))]
        score = _cell(float(tracks.score[row, person, k]), 3)
        yield ["keypoint", tracks.keypoints[k], _cell(x, 3), _cell(y, 3), score, source, "", ""]
    if tracks.angles is not None:
        for a, definition in enumerate(tracks.angles.definitions):
            value, sigma = float(tracks.angles.values[row, person, a]), float(tracks.angles.sigma[row, person, a])
            if math.isfinite(value):
                yield ["angle", definition.name, "", "", "", "", _cell(value, 3), _cell(sigma, 3)]


def _cell(value: float, decimals: int) -> str:
    return f"{round(value, decimals) + 0.0:.{decimals}f}" if math.isfinite(value) else ""


def read_table(path: Path, _clip: str = "") -> Tracks:
    """Read the keypoints of a tidy or a wide table of ours, rows by their frame; angles are measured again from them.

    Raises:
        BadInputError: It is neither.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file))
            head = tuple(lines[0]) if lines else ()
            if set(TIDY) <= set(head):
                return _read_tidy(lines)
            if {"frame", "time_s", "person"} <= set(head) and any(name.endswith("_x_px") for name in head):
                return _read_wide(lines, head)
    except (ValueError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise BadInputError(f"the table cannot be read ({error})", where=path.name) from error
    raise BadInputError("this is no table of keypoints that poseapp wrote", where=path.name)


def _read_tidy(lines: Sequence[dict[str, str]]) -> Tracks:
    points = [line for line in lines if line["kind"] == "keypoint"]
    names = tuple(dict.fromkeys(line["name"] for line in points))
    number = {name: k for k, name in enumerate(names)}
    gathered: dict[tuple[int, int], Instance] = {}
    for line in points:
        place = int(line["frame"]), int(line["person"])
        one = gathered.setdefault(place, _empty(*place, len(names)))
        k = number[line["name"]]
        one.xy[k] = _number(line["x_px"]), _number(line["y_px"])
        one.score[k], one.source[k] = _number(line["score"]), _SOURCES[line["source"]]
    return _tracks(list(gathered.values()), names)


def _read_wide(lines: Sequence[dict[str, str]], head: Sequence[str]) -> Tracks:
    names = tuple(name.removesuffix("_x_px") for name in head if name.endswith("_x_px"))
    instances = []
    for line in lines:
        one = _empty(int(line["frame"]), int(line["person"]), len(names))
        for k, name in enumerate(names):
            one.xy[k] = _number(line[f"{name}_x_px"]), _number(line[f"{name}_y_px"])
            one.score[k], one.source[k] = _number(line[f"{name}_score"]), _SOURCES[line[f"{name}_source"]]
        if one.source.any():
            instances.append(one)
    return _tracks(instances, names)


def _tracks(instances: Sequence[Instance], names: tuple[str, ...]) -> Tracks:
    frames, xy, score, source, _ = stack_instances(instances, len(names))
    persons = tuple(f"person{i + 1}" for i in range(xy.shape[1]))
    return Tracks(names, frames, xy, score, source, persons, tool="poseapp")


def _empty(frame: int, person: int, K: int) -> Instance:
    return Instance(frame, person, np.full((K, 2), np.nan), np.full(K, np.nan), np.zeros(K, np.uint8))


def _number(cell: str) -> float:
    return float(cell) if cell else math.nan


def cells_of(values: Any) -> list[float | None]:
    """Return numbers, None for NaN."""
    return [None if value != value else value for value in np.asarray(values, np.float64).tolist()]
