"""C3D through ezc3d: points of one person, and its angles as points of the group ANGLES, as C3D.org has it.

Lab axes as in TRC: X right, Y up, Z = 0; in mm where somebody gave a scale, else in px. C3D knows a rate and no times:
frames that come unevenly are resampled to the nominal rate before (`evenly`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.types import Float64, Source
from poseapp.formats.needs import need
from poseapp.formats.tracks import Angles, Tracks, sources_of
from poseapp.formats.trc import is_sports2d_metres, lab_positions

_EVEN_WITHIN = 0.1  # of a step: what containers round


def write_c3d(path: Path, tracks: Tracks) -> None:
    """Write one person, evenly sampled; a missing point is NaN with a residual of -1.

    Raises:
        BadInputError: The library is missing, there are no frames, or nothing can be written there.
        ValueError: There is more than one person.
    """
    ezc3d = need("ezc3d")
    tracks = evenly(tracks)
    if not len(tracks.frame):
        raise BadInputError("there is no frame to write")
    xyz, unit = lab_positions(tracks)
    if unit == "m":
        xyz, unit = xyz * 1000, "mm"
    labels, blocks = list(tracks.keypoints), [xyz]
    angles = () if tracks.angles is None else tuple(d.name for d in tracks.angles.definitions)
    if tracks.angles is not None:
        values = tracks.angles.values[:, 0]
        zeros = np.where(np.isfinite(values), 0.0, np.nan)
        blocks.append(np.stack([values, zeros, zeros], axis=-1))
    points = np.concatenate(blocks, axis=1).transpose(2, 1, 0)  # (3, points, T)
    file = ezc3d.c3d()
    parameters = file["parameters"]["POINT"]
    parameters["RATE"]["value"] = [tracks.fps or 1.0]
    parameters["UNITS"]["value"] = [unit]
    parameters["LABELS"]["value"] = [*labels, *angles]
    file["data"]["points"] = np.concatenate([points, np.ones_like(points[:1])])
    residuals = np.where(np.isfinite(points).all(axis=0), 0.0, -1.0)[None]
    file["data"]["meta_points"] = {"residuals": residuals, "camera_masks": _no_cameras(residuals)}
    for name, value in (("X_SCREEN", "+X"), ("Y_SCREEN", "+Y")):
        file.add_parameter("POINT", name, [value])
    if angles:
        file.add_parameter("POINT", "ANGLES", list(angles))
        file.add_parameter("POINT", "ANGLE_UNITS", ["deg"])
    file.add_parameter("MANUFACTURER", "SOFTWARE", ["poseapp"])
    with atomic_path(path) as temporary:
        file.write(str(temporary))


def read_c3d(path: Path, _clip: str = "") -> Tracks:
    """Read points; rows are found by their time, the first frame of the file being at 0 s unless it says otherwise.

    Raises:
        BadInputError: It is not such a file, or the library is missing.
    """
    ezc3d = need("ezc3d")
    try:
        file = ezc3d.c3d(str(path))
    except (OSError, ValueError, RuntimeError) as error:
        raise BadInputError("the file cannot be read as C3D", where=path.name) from error
    parameters = file["parameters"]["POINT"]
    labels = [str(label).strip() for label in parameters["LABELS"]["value"]]
    held = [str(name) for name in parameters.get("ANGLES", {}).get("value", ())]
    columns = [i for i, label in enumerate(labels) if label not in held]
    points = np.asarray(file["data"]["points"], np.float64)
    xy = np.moveaxis(_seen_axes(parameters, points[:3, columns]), 0, -1).transpose(1, 0, 2)[:, None].copy()
    xy[~np.isfinite(xy).all(axis=-1)] = np.nan
    rate = float(parameters["RATE"]["value"][0])
    first = int(file["header"]["points"]["first_frame"])
    units = [str(unit) for unit in parameters["UNITS"]["value"]]
    return Tracks(
        keypoints=tuple(labels[i] for i in columns),
        frame=np.arange(len(xy)),
        xy=xy,
        score=np.full(xy.shape[:3], np.nan),
        source=sources_of(xy, Source.PREDICTED),
        persons=("person1",),
        time=(first + np.arange(len(xy))) / rate if rate > 0 else np.zeros(0),
        fps=rate,
        tool="Sports2D" if is_sports2d_metres(path) else "C3D",
        key="time",
        unit=units[0].strip().lower() if units else "",
        y_up=True,
    )


def _seen_axes(parameters: Any, points: Float64) -> Float64:
    """Return what goes to the right and what goes up (2, points, T) of points (3, points, T).

    That is X and Y, unless the file says that Z is up, as most laboratories have it: then X_SCREEN tells which axis
    goes to the right.
    """
    right, up = (str((parameters.get(name, {}).get("value") or [""])[0]).strip() for name in ("X_SCREEN", "Y_SCREEN"))
    if up[-1:].upper() != "Z":
        return points[:2]
    across = points["XY".find(right[-1:].upper())] if right[-1:].upper() in ("X", "Y") else points[0]
    return np.stack([-across if right.startswith("-") else across, -points[2] if up.startswith("-") else points[2]])


def is_even(tracks: Tracks) -> bool:
    """Tell whether the frames come at the nominal rate, within what containers round, with none left out."""
    if len(tracks.time) < 2 or not tracks.fps:
        return True
    steps = np.diff(tracks.time) * tracks.fps
    return bool(np.all(np.abs(steps - 1.0) <= _EVEN_WITHIN))


def evenly(tracks: Tracks) -> Tracks:
    """Return the same at even times from the first frame on, at the nominal rate.

    Frames that are even already stay as they are. Else positions and angles are interpolated between the frame before
    and the one after; a point that is missing in either is missing, and what was placed counts as measured there.
    """
    if is_even(tracks):
        return tracks
    time = tracks.time
    grid = time[0] + np.arange(int(np.floor((time[-1] - time[0]) * tracks.fps + 1e-6)) + 1) / tracks.fps
    right = np.clip(np.searchsorted(time, grid, side="left"), 1, len(time) - 1)
    left = right - 1
    share = np.clip((grid - time[left]) / (time[right] - time[left]), 0.0, 1.0)

    def between(values: Float64) -> Float64:
        weight = share.reshape(-1, *[1] * (values.ndim - 1))
        mixed: Float64 = values[left] * (1 - weight) + values[right] * weight
        return np.where(weight == 0, values[left], np.where(weight == 1, values[right], mixed))

    xy = between(tracks.xy)
    angles = tracks.angles
    if angles is not None:
        angles = Angles(angles.definitions, between(angles.values), between(angles.sigma))
    note = f"The frames come unevenly: they were resampled to {tracks.fps:.4g} frames/s."
    return replace(
        tracks,
        frame=np.arange(len(grid)),
        xy=xy,
        score=between(tracks.score),
        source=sources_of(xy, Source.INTERPOLATED),
        metres=None if tracks.metres is None else between(tracks.metres),
        time=grid,
        pictures=(),
        notes=(*tracks.notes, note),
        angles=angles,
    )


def _no_cameras(residuals: Any) -> Any:
    return np.zeros((7, *residuals.shape[1:]), dtype=bool)
