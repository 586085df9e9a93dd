"""A measured clip as tables of pandas and as a data set of xarray."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Literal

import numpy as np

from poseapp import __version__
from poseapp.core.analysis import Analysis
from poseapp.core.errors import BadInputError
from poseapp.core.types import Source

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Table = Literal["angles", "keypoints"]


def to_pandas(analysis: Analysis, table: Table = "angles") -> pd.DataFrame:
    """Return one row for each frame, person and angle (or keypoint); needs the package pandas.

    Columns of "angles": person (from 1), frame, time (s), angle, value, raw, sigma (degrees), velocity (degrees/s).
    Columns of "keypoints": person, frame, time, keypoint, x, y, raw_x, raw_y, filtered_x, filtered_y, sigma (px, the
    root of the mean of both axes' variances), score, source ("predicted", "corrected", ...). Missing values are NaN.

    Raises:
        BadInputError: pandas is not installed, or there is no such table.
    """
    _need("pandas")
    import pandas as pd

    if table not in ("angles", "keypoints"):
        raise BadInputError(f"there is no table {table!r}", remedy="Choose angles or keypoints")
    of = _angle_columns if table == "angles" else _keypoint_columns
    parts = [pd.DataFrame(of(analysis, person)) for person in range(len(analysis.persons))]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def to_xarray(analysis: Analysis) -> xr.Dataset:
    """Return a data set that the package movement takes as poses (0.15); needs the package xarray.

    Dimensions: time (s, the container's clock), space (x, y), keypoints, individuals ("person_1", ...), and angles.
    Variables: position (px, corrections on top), confidence; beside what movement asks for: filtered, raw, source
    (numbers of `Source`), angle, angle_sigma (degrees), angular_velocity (degrees/s). Missing values are NaN.

    Raises:
        BadInputError: xarray is not installed, or nobody was measured.
    """
    _need("xarray")
    import xarray as xr

    if not analysis.persons:
        raise BadInputError("nobody was measured in this clip")
    people = analysis.persons
    names = [f"person_{i + 1}" for i in range(len(people))]
    points = ("time", "space", "keypoints", "individuals")
    angles = ("time", "angles", "individuals")

    def stacked(arrays: list[np.ndarray], *, swap: bool = False) -> np.ndarray:
        return np.stack([np.swapaxes(a, 1, 2) if swap else a for a in arrays], axis=-1)

    definitions = people[0].angles.definitions
    variables = {
        "position": (points, stacked([p.final for p in people], swap=True)),
        "confidence": (("time", "keypoints", "individuals"), stacked([p.track.score for p in people])),
        "filtered": (points, stacked([p.filtered for p in people], swap=True)),
        "raw": (points, stacked([p.track.raw for p in people], swap=True)),
        "source": (("time", "keypoints", "individuals"), stacked([p.source for p in people])),
        "angle": (angles, stacked([p.angles.values for p in people])),
        "angle_sigma": (angles, stacked([p.angles.sigma for p in people])),
        "angular_velocity": (angles, stacked([p.angles.velocity for p in people])),
    }
    coordinates = {
        "time": np.asarray(analysis.clip.pts),
        "space": ["x", "y"],
        "keypoints": list(analysis.skeleton.keypoints),
        "individuals": names,
        "angles": [definition.name for definition in definitions],
        "zero": ("angles", [definition.zero for definition in definitions]),
        "positive": ("angles", [definition.positive for definition in definitions]),
    }
    about = {"ds_type": "poses", "source_software": "poseapp", "software_version": __version__}
    attributes = {**about, "time_unit": "seconds", "fps": analysis.clip.fps}
    return xr.Dataset(variables, coords=coordinates, attrs=attributes)


def _angle_columns(analysis: Analysis, person: int) -> dict[str, object]:
    angles = analysis.persons[person].angles
    names = [definition.name for definition in angles.definitions]
    columns = {"value": angles.values, "raw": angles.raw, "sigma": angles.sigma, "velocity": angles.velocity}
    return _keys(analysis, person, "angle", names) | {name: values.ravel() for name, values in columns.items()}


def _keypoint_columns(analysis: Analysis, person: int) -> dict[str, object]:
    measures = analysis.persons[person]
    columns = _keys(analysis, person, "keypoint", list(analysis.skeleton.keypoints))
    for prefix, xy in (("", measures.final), ("raw_", measures.track.raw), ("filtered_", measures.filtered)):
        columns |= {f"{prefix}{letter}": xy[..., axis].ravel() for axis, letter in enumerate("xy")}
    variance = (measures.track.cov[..., 0] + measures.track.cov[..., 2]) / 2
    columns |= {"sigma": np.sqrt(variance).ravel(), "score": measures.track.score.ravel()}
    words = np.array([source.name.lower() for source in Source])
    return columns | {"source": words[measures.source.ravel()]}


def _keys(analysis: Analysis, person: int, what: str, names: list[str]) -> dict[str, object]:
    n_frames, n_names = analysis.clip.n_frames, len(names)
    return {
        "person": person + 1,
        "frame": np.repeat(np.arange(n_frames), n_names),
        "time": np.repeat(np.asarray(analysis.clip.pts), n_names),
        what: np.tile(np.array(names, dtype=object), n_frames),
    }


def _need(package: str) -> None:
    if importlib.util.find_spec(package) is None:
        raise BadInputError(f"this needs the package {package}", remedy=f"Install it: pip install {package}")
