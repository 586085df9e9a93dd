"""A workbook (.xlsx): a sheet of keypoints, one of angles, and one that says what everything is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from poseapp import __version__
from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.types import Source
from poseapp.formats.needs import need
from poseapp.formats.tables import cells_of
from poseapp.formats.tracks import Tracks

_ROWS = 1_048_575  # of a sheet, below its head
_LEAD = ("frame", "time_s", "person")
_SOURCES = [source.name.lower() for source in Source]


def write_xlsx(path: Path, tracks: Tracks) -> None:
    """Write a row for each frame and person; missing values are empty cells.

    Raises:
        BadInputError: There are more rows than a sheet takes, a library is missing, or nothing can be written there.
    """
    n_rows = len(tracks.frame) * len(tracks.persons)
    if n_rows > _ROWS:
        raise BadInputError(f"{n_rows} rows are more than a sheet takes", remedy="Choose a CSV table")
    xlsxwriter = need("xlsxwriter")
    with atomic_path(path) as temporary:
        book = xlsxwriter.Workbook(str(temporary), {"constant_memory": True})
        try:
            bold = book.add_format({"bold": True})
            for name, head, rows in (_keypoints(tracks), _angles(tracks), _about(tracks)):
                sheet = book.add_worksheet(name)
                sheet.write_row(0, 0, head, bold)
                sheet.freeze_panes(1, 0)
                for number, cells in enumerate(rows, start=1):
                    sheet.write_row(number, 0, cells)
        finally:
            book.close()


def _keypoints(tracks: Tracks) -> tuple[str, list[str], Any]:
    units = ("x_px", "y_px", "score", "source")
    head = [*_LEAD, *(f"{name}_{unit}" for name in tracks.keypoints for unit in units)]

    def cells(row: int, person: int) -> list[Any]:
        xy = np.round(tracks.xy[row, person], 3)
        columns = (cells_of(xy[:, 0]), cells_of(xy[:, 1]), cells_of(np.round(tracks.score[row, person], 4)))
        sources = [_SOURCES[source] for source in tracks.source[row, person].tolist()]
        return [value for keypoint in zip(*columns, sources, strict=True) for value in keypoint]

    return "keypoints", head, _rows(tracks, cells)


def _angles(tracks: Tracks) -> tuple[str, list[str], Any]:
    angles = tracks.angles
    if angles is None:
        return "angles", list(_LEAD), iter(())
    head = [*_LEAD, *(f"{d.name}_{unit}" for d in angles.definitions for unit in ("deg", "sigma_deg"))]

    def cells(row: int, person: int) -> list[Any]:
        pairs = zip(cells_of(angles.values[row, person]), cells_of(angles.sigma[row, person]), strict=True)
        return [value for pair in pairs for value in pair]

    return "angles", head, _rows(tracks, cells)


def _rows(tracks: Tracks, cells: Any) -> Any:
    for row, frame in enumerate(tracks.frame.tolist()):
        for person in range(len(tracks.persons)):
            yield [frame, round(tracks.start + float(tracks.time[row]), 6), person, *cells(row, person)]


def _about(tracks: Tracks) -> tuple[str, list[str], Any]:
    definitions = () if tracks.angles is None else tracks.angles.definitions
    rows = [
        ("clip", tracks.clip),
        ("software", f"poseapp {__version__}"),
        ("frame", "index in the clip, from 0"),
        ("time_s", "time of the frame on the clip's clock, s"),
        ("person", "from 0"),
        ("x_px, y_px", "x right, y down from the middle of the upper left pixel; empty where missing"),
        ("score", "how sure a keypoint is, 0 to 1"),
        ("source", "who placed it: " + ", ".join(_SOURCES)),
        *((f"{d.name}_deg", f"{d.title}: 0 is {d.zero}; positive is {d.positive}") for d in definitions),
        ("..._sigma_deg", "standard deviation of the angle"),
    ]
    return "about", ["what", "meaning"], iter(rows)
