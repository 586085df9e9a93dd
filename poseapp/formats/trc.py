"""OpenSim marker files (.trc), and those of Sports2D, which differ in their header.

Written: one person, lab axes X right, Y up, Z = 0; in m where somebody gave a scale, else in px from the middle of the
lower left pixel, which OpenSim refuses until it is scaled, as it must. Time is the true time of each frame.

Read: with and without the blank line after the header, frames from 0 or from 1; rows are found by their time. Files of
Sports2D in pixels (`..._px_person00.trc`) say metres and have y down.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.types import Float64, Source
from poseapp.formats.tracks import Tracks, sources_of

_SPORTS2D_PIXELS = re.compile(r"_px_person\d+", re.IGNORECASE)
_SPORTS2D_METRES = re.compile(r"_m_person\d\d", re.IGNORECASE)
_DIGITS = 5


def write_trc(path: Path, tracks: Tracks) -> None:
    """Write one person; missing markers are empty cells.

    Raises:
        BadInputError: Nothing can be written there.
        ValueError: There is more than one person.
    """
    xyz, unit = lab_positions(tracks)
    lines = [*_header(tracks, unit), ""]
    for frame, time, row in zip(tracks.frame.tolist(), tracks.time.tolist(), xyz.tolist(), strict=True):
        cells = [f"{value:.{_DIGITS}f}" if value == value else "" for marker in row for value in marker]
        lines.append("\t".join([str(frame + 1), f"{time:.6f}", *cells, ""]))  # OpenSim wants the tab at the end
    with atomic_path(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def lab_positions(tracks: Tracks) -> tuple[Float64, str]:
    """Return (T, K, 3) of one person in lab axes, X right, Y up, Z = 0, and their unit: m, or px without a scale.

    px count from the middle of the lower left pixel.

    Raises:
        ValueError: There is more than one person.
    """
    if len(tracks.persons) != 1:
        raise ValueError(f"one person is written to a file, not {len(tracks.persons)}")
    if tracks.metres is not None:
        (x, up), unit = np.moveaxis(tracks.metres[:, 0], -1, 0), "m"
    else:
        (x, y), unit = np.moveaxis(tracks.xy[:, 0], -1, 0), "px"
        up = (tracks.size[1] - 1) - y
    xyz: Float64 = np.stack([x, up, np.where(np.isfinite(x), 0.0, np.nan)], axis=-1)
    return xyz, unit


def _header(tracks: Tracks, unit: str) -> list[str]:
    T, K = len(tracks.frame), len(tracks.keypoints)
    rate = f"{tracks.fps or 1.0:.6g}"
    first = int(tracks.frame[0]) + 1 if T else 1
    names = ("DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate", "OrigDataStartFrame")
    values = (rate, rate, str(T), str(K), unit, rate, str(first), str(T))
    markers = "".join(f"{name}\t\t\t" for name in tracks.keypoints)
    axes = "".join(f"X{i}\tY{i}\tZ{i}\t" for i in range(1, K + 1))
    return [
        f"PathFileType\t4\t(X/Y/Z)\t{tracks.stem}.trc",
        "\t".join((*names, "OrigNumFrames")),
        "\t".join(values),
        f"Frame#\tTime\t{markers}",
        f"\t\t{axes}",
    ]


def read_trc(path: Path, _clip: str = "") -> Tracks:
    """Read markers; whether they can be laid over a picture is for the caller to see from `unit`.

    Raises:
        BadInputError: It is not such a file.
    """
    try:
        return _parse(path)
    except (ValueError, KeyError, IndexError) as error:
        raise BadInputError(f"this is no TRC file ({error})", where=path.name) from error


def _parse(path: Path) -> Tracks:
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    if not lines[0].startswith("PathFileType"):
        raise ValueError("it does not begin with PathFileType")
    head = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=False))
    names = tuple(name.strip() for name in lines[3].split("\t")[2:] if name.strip())
    if not names:
        raise ValueError("it has no markers")
    rows = [_row(line, len(names)) for line in lines[5:] if line.strip()]
    values = np.array(rows, np.float64).reshape(len(rows), 2 + 3 * len(names))
    order = np.argsort(values[:, 1], kind="stable")
    values = values[order]
    xyz = values[:, 2:].reshape(len(rows), len(names), 3)
    is_sports2d_px = bool(_SPORTS2D_PIXELS.search(path.name))
    xy = xyz[:, None, :, :2].copy()
    xy[~np.isfinite(xy).all(axis=-1)] = np.nan
    unit = "px" if is_sports2d_px else head.get("Units", "").strip().lower()
    return Tracks(
        keypoints=names,
        frame=np.arange(len(rows)),
        xy=xy,
        score=np.full(xy.shape[:3], np.nan),
        source=sources_of(xy, Source.PREDICTED),
        persons=("person1",),
        time=values[:, 1],
        fps=float(head.get("DataRate", 0) or 0),
        tool="Sports2D" if is_sports2d_px or is_sports2d_metres(path) else "TRC",
        key="time",
        unit=unit,
        y_up=not is_sports2d_px,
    )


def is_sports2d_metres(path: Path) -> bool:
    """Tell by its name whether Sports2D wrote a file in metres, from where a person first touched the floor."""
    return bool(_SPORTS2D_METRES.search(path.name))


def _row(line: str, n_markers: int) -> Sequence[float]:
    """Return frame, time and coordinates; cells may be missing at the end, or empty."""
    cells = line.split("\t")
    if len(cells) > 2 + 3 * n_markers and any(cell.strip() for cell in cells[2 + 3 * n_markers :]):
        raise ValueError(f"a row has {len(cells)} cells for {n_markers} markers")
    cells = [*cells, *[""] * (2 + 3 * n_markers)][: 2 + 3 * n_markers]
    return [float(cell) if cell.strip() else float("nan") for cell in cells]
