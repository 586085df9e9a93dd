"""The analysis as one table for spreadsheets: a row for each frame and person."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from poseapp.core.analysis import Analysis, PersonMeasures
from poseapp.core.atomic import atomic_path
from poseapp.core.types import Array, Source

_SOURCE_NAMES = [source.name.lower() for source in Source]


def write_csv(path: Path | str, analysis: Analysis) -> None:
    """Write a UTF-8 table with a header line; an older one of that name stays whole until the new one is complete.

    Columns: frame (from 0), time_s, person (from 0); of each keypoint `<name>_x_px`, `_y_px` (corrected, short gaps
    interpolated, not smoothed), `_score`, `_source`; of each angle `<name>_deg` (smoothed) and `_sigma_deg`. Missing
    values are empty cells. Where a posture reads zero for anybody, `joint_zero` after the person says of each row
    whether joint angles are "neutral" (less those of the posture) or "defined". The HDF5 file holds everything else.

    Raises:
        BadInputError: Nothing can be written there, or the disk is full.
    """
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_header(analysis))
        columns = [list(_columns(measures)) for measures in analysis.persons]
        if _is_zeroed(analysis):
            for measures, cells in zip(analysis.persons, columns, strict=True):
                cells.insert(0, ["neutral" if measures.angles.neutral else "defined"] * len(measures.final))
        for frame, seconds in enumerate(analysis.clip.pts.tolist()):
            for person, cells in enumerate(columns):
                writer.writerow([frame, f"{seconds:.6f}", person, *(column[frame] for column in cells)])


def _header(analysis: Analysis) -> list[str]:
    units = ("x_px", "y_px", "score", "source")
    definitions = analysis.persons[0].angles.definitions if analysis.persons else analysis.skeleton.angles
    keypoints = [f"{name}_{unit}" for name in analysis.skeleton.keypoints for unit in units]
    angles = [f"{d.name}_{unit}" for d in definitions for unit in ("deg", "sigma_deg")]
    zero = ["joint_zero"] if _is_zeroed(analysis) else []
    return ["frame", "time_s", "person", *zero, *keypoints, *angles]


def _is_zeroed(analysis: Analysis) -> bool:
    """Tell whether a posture reads zero for anybody."""
    return any(person.angles.neutral for person in analysis.persons)


def _columns(measures: PersonMeasures) -> Iterator[list[str]]:
    """Yield the columns of one person in the order of the header, each of T cells."""
    for k in range(measures.final.shape[1]):
        yield _cells(measures.final[:, k, 0], 2)
        yield _cells(measures.final[:, k, 1], 2)
        yield _cells(measures.track.score[:, k], 3)
        yield [_SOURCE_NAMES[source] for source in measures.source[:, k].tolist()]
    for a in range(measures.angles.values.shape[1]):
        yield _cells(measures.angles.values[:, a], 2)
        yield _cells(measures.angles.sigma[:, a], 2)


def _cells(values: Array, decimals: int) -> list[str]:
    """Return text of (T,) values, "" for NaN."""
    # Adding zero turns -0.00 into 0.00.
    rounded = np.round(values.astype(np.float64), decimals) + 0.0
    return ["" if value != value else f"{value:.{decimals}f}" for value in rounded.tolist()]
