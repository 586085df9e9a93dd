"""OpenSim motion files (.mot): angles over time, both ways; Sports2D's, which count their columns otherwise, are read.

Written: degrees, one person, zero and direction of each angle in the header. Time is the true time of each frame.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.types import Float64
from poseapp.formats.tracks import Tracks


@dataclass(frozen=True)
class Motion:
    """Angles of a file: `values` (T, A) degrees, NaN = missing, at `time` (T,) s."""

    names: tuple[str, ...]
    time: Float64
    values: Float64


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
    """Read angles; those in radians become degrees. What the header says of the number of columns is not relied on.

    Raises:
        BadInputError: It is not such a file.
    """
    try:
        return _parse(path.read_text(encoding="utf-8-sig", errors="replace").splitlines())
    except (ValueError, StopIteration) as error:
        raise BadInputError(f"this is no motion file ({error})", where=path.name) from error


def _parse(lines: list[str]) -> Motion:
    end = next((i for i, line in enumerate(lines) if line.strip().lower() == "endheader"), -1)
    if end < 0:
        raise ValueError("it has no endheader")
    in_degrees = not any(re.fullmatch(r"indegrees\s*=\s*no", line.strip().lower()) for line in lines[:end])
    body = [line for line in lines[end + 1 :] if line.strip()]
    head = [cell.strip() for cell in body[0].split("\t")]
    if head[0].lower() != "time":
        raise ValueError("its first column is not the time")
    names = tuple(name for name in head[1:] if name)
    rows = [
        [float(cell) if cell.strip() else np.nan for cell in line.split("\t")[: 1 + len(names)]] for line in body[1:]
    ]
    values = np.array(rows, np.float64).reshape(len(rows), 1 + len(names))
    angles = values[:, 1:] if in_degrees else np.degrees(values[:, 1:])
    return Motion(names, values[:, 0], angles)
