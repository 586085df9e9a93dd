"""OpenSim motion files (.mot): angles over time, both ways; Sports2D's, which count their columns otherwise, are read.

Written: degrees, one person, zero and direction of each angle in the header. Time is the true time of each frame.

Read: tables of tabs or of spaces, degrees or radians by the header, SIMM's header (`datacolumns`), the coordinates of
OpenSim 4 (`/jointset/knee_r/knee_angle_r/value`). What is no angle (translations, speeds, forces) is left out. A table
that is not as long or as wide as its header says was cut off or changed, and is refused.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.types import Float64, frozen_arrays
from poseapp.formats.tracks import Tracks

_ROWS, _COLUMNS = ("nrows", "datarows"), ("ncolumns", "datacolumns")
_NO_ANGLE = re.compile(r"_t[xyz]$|(force|torque|moment)(_|$)|/speed$", re.IGNORECASE)
_TURN = 2 * math.pi


@dataclass(frozen=True)
class Motion:
    """Angles of a file: `values` (T, A) degrees, NaN = missing, at `time` (T,) s, rising; `names` are the file's."""

    names: tuple[str, ...]
    time: Float64
    values: Float64

    def __post_init__(self) -> None:
        frozen_arrays(self)


def write_mot(path: Path, tracks: Tracks) -> None:
    """Write the angles of one person; missing values are nan.

    Raises:
        BadInputError: Nothing was measured, or nothing can be written there.
        ValueError: There is more than one person.
    """
    if tracks.angles is None or not tracks.angles.definitions:
        raise BadInputError("there are no angles to write", remedy="Choose a format that holds keypoints")
    if len(tracks.persons) != 1:
        raise ValueError(f"one person is written to a file, not {len(tracks.persons)}")
    definitions, values = tracks.angles.definitions, tracks.angles.values[:, 0]
    lines = [
        "Coordinates",
        "version=1",
        f"nRows={len(values)}",
        f"nColumns={1 + len(definitions)}",
        "inDegrees=yes",
        "",
        f"Angles of {tracks.stem} measured in the picture by poseapp.",
        *(f"{d.name}: 0 is {d.zero}; positive is {d.positive}" for d in definitions),
        "",
        "endheader",
        "\t".join(["time", *(d.name for d in definitions)]),
    ]
    for time, row in zip(tracks.time.tolist(), values.tolist(), strict=True):
        lines.append("\t".join([f"{time:.6f}", *(f"{value:.4f}" if value == value else "nan" for value in row)]))
    with atomic_path(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def read_mot(path: Path) -> Motion:
    """Read angles; those in radians become degrees.

    Raises:
        BadInputError: It is not such a file, or not whole.
    """
    try:
        return _parse(path.read_text(encoding="utf-8-sig", errors="replace").splitlines())
    except OSError as error:
        raise BadInputError("the motion file cannot be opened", where=path.name) from error
    except ValueError as error:
        raise BadInputError(f"the motion file cannot be read: {error}", where=path.name) from error


def _parse(lines: list[str]) -> Motion:
    end = next((i for i, line in enumerate(lines) if line.strip().lower() == "endheader"), -1)
    if end < 0:
        raise ValueError("it has no line endheader")
    told = dict(_told(line) for line in reversed(lines[:end]))  # free text may follow and say a key again
    table = [(i, line) for i, line in enumerate(lines[end + 1 :], start=end + 2) if line.strip()]
    names = _cells(table[0][1]) if table else [""]
    if names[0].lower() != "time":
        raise ValueError("its first column is not the time")
    values = np.array([_row(line, number, len(names)) for number, line in table[1:]], np.float64)
    values = values.reshape(-1, len(names))
    _check_size(told, values)
    time = values[:, 0]
    if not np.isfinite(time).all() or np.any(np.diff(time) <= 0):
        raise ValueError("its times do not rise from row to row")
    angles = [column for column, name in enumerate(names) if column and not _NO_ANGLE.search(_without_value(name))]
    if not angles:
        raise ValueError("there is no angle in it")
    found = np.where(np.isfinite(values[:, angles]), values[:, angles], np.nan)
    if not _in_degrees(told, found):
        found = np.degrees(found)
    return Motion(tuple(_coordinate(names[column]) for column in angles), time, found)


def _told(line: str) -> tuple[str, str]:
    """Return a key of the header, in small letters, and its value: `nRows=6`, or `datarows 6` of SIMM."""
    key, _, value = line.strip().partition("=") if "=" in line else line.strip().partition(" ")
    return key.strip().lower(), value.strip().lower()


def _cells(line: str) -> list[str]:
    """Return the cells of a row; names that hold spaces come with tabs."""
    return [cell.strip() for cell in line.rstrip().split("\t")] if "\t" in line.rstrip() else line.split()


def _row(line: str, number: int, n: int) -> list[float]:
    """Return a row of n numbers; empty cells are NaN, and those at the end of a row of tabs may be missing."""
    cells = _cells(line)
    if "\t" in line:
        cells += [""] * (min(n, line.rstrip("\r\n").count("\t") + 1) - len(cells))
    if len(cells) != n:
        raise ValueError(f"line {number} has {len(cells)} cells, not {n}")
    try:
        return [float(cell) if cell else math.nan for cell in cells]
    except ValueError:
        raise ValueError(f"line {number} holds something that is no number") from None


def _check_size(told: dict[str, str], values: Float64) -> None:
    """Refuse a table of another size than the header says; Sports2D counts its columns without the time."""
    rows, columns = (next((told[key] for key in keys if key in told), "") for keys in (_ROWS, _COLUMNS))
    if rows and rows != str(len(values)):
        raise ValueError(f"its header says {rows} rows, and there are {len(values)}")
    n = values.shape[1]
    if columns and columns not in (str(n), str(n - 1)):
        raise ValueError(f"its header says {columns} columns, and there are {n}")


def _in_degrees(told: dict[str, str], angles: Float64) -> bool:
    """Tell the unit by the header; without a word in it, what is more than a turn in radians can only be degrees."""
    word = told.get("indegrees", "")
    if word in ("yes", "no"):
        return word == "yes"
    if not word and np.max(np.nan_to_num(np.abs(angles)), initial=0.0) > _TURN:
        return True
    raise ValueError("its header does not say inDegrees=yes or inDegrees=no")


def _without_value(name: str) -> str:
    return name.removesuffix("/value")


def _coordinate(name: str) -> str:
    """Return the name of a coordinate, also of one that is told by its path."""
    return _without_value(name).rpartition("/")[2]
