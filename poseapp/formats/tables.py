"""Our own tables: the tidy one, both ways; the wide one of `storage`, read back; a workbook, written."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.types import Source
from poseapp.formats.tracks import Angles, Instance, Tracks, stack_instances

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
        writer.writerows(_tidy_rows(tracks))


def _tidy_rows(tracks: Tracks) -> Iterator[list[str]]:
    names = [_NAMES[source] for source in Source]
    times = (tracks.start + tracks.time).tolist()
    for row, frame in enumerate(tracks.frame.tolist()):
        xy, score, source = tracks.xy[row].tolist(), tracks.score[row].tolist(), tracks.source[row].tolist()
        for person in range(len(tracks.persons)):
            lead = [str(frame), f"{times[row]:.6f}", str(person)]
            for k, said in enumerate(source[person]):
                if said:
                    x, y = xy[person][k]
                    cells = [_cell(x, 3), _cell(y, 3), _cell(score[person][k], 3), names[said]]
                    yield [*lead, "keypoint", tracks.keypoints[k], *cells, "", ""]
            if tracks.angles is not None:
                yield from _angle_rows(tracks.angles, row, person, lead)


def _angle_rows(angles: Angles, row: int, person: int, lead: list[str]) -> Iterator[list[str]]:
    pairs = zip(angles.values[row, person].tolist(), angles.sigma[row, person].tolist(), strict=True)
    for definition, (value, sigma) in zip(angles.definitions, pairs, strict=True):
        if math.isfinite(value):
            yield [*lead, "angle", definition.name, "", "", "", "", _cell(value, 3), _cell(sigma, 3)]


def _cell(value: float, decimals: int) -> str:
    return f"{round(value, decimals) + 0.0:.{decimals}f}" if math.isfinite(value) else ""


def read_table(path: Path, _clip: str = "") -> Tracks:
    """Read the keypoints of a tidy or a wide table of ours, rows by their frame; angles are measured again from them.

    Raises:
        BadInputError: It is neither.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            head = next(lines, [])
            if set(TIDY) <= set(head):
                return _read_tidy(lines, head)
            if {"frame", "time_s", "person"} <= set(head) and any(name.endswith("_x_px") for name in head):
                return _read_wide((dict(zip(head, line, strict=True)) for line in lines), head)
    except (ValueError, KeyError, TypeError, IndexError, csv.Error) as error:
        raise BadInputError(f"the table cannot be read ({error})", where=path.name) from error
    raise BadInputError("this is no table of keypoints that poseapp wrote", where=path.name)


def _read_tidy(lines: Iterable[Sequence[str]], head: Sequence[str]) -> Tracks:
    frame, person, kind, name = (head.index(column) for column in ("frame", "person", "kind", "name"))
    cells = [head.index(column) for column in ("x_px", "y_px", "score", "source")]
    number: dict[str, int] = {}
    gathered: dict[tuple[int, int], dict[int, list[str]]] = {}
    for line in lines:
        if line[kind] == "keypoint":
            k = number.setdefault(line[name], len(number))
            gathered.setdefault((int(line[frame]), int(line[person])), {})[k] = [line[cell] for cell in cells]
    instances = []
    for place, points in gathered.items():
        one = _empty(*place, len(number))
        for k, (x, y, score, source) in points.items():
            one.xy[k] = _number(x), _number(y)
            one.score[k], one.source[k] = _number(score), _SOURCES[source]
        instances.append(one)
    return _tracks(instances, tuple(number))


def _read_wide(lines: Iterable[dict[str, str]], head: Sequence[str]) -> Tracks:
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
