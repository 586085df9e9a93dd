"""DeepLabCut: labels (`CollectedData_<scorer>`) and predictions (`<video>DLC_<net>...`), CSV and HDF5, both ways.

Positions are px from the middle of the upper left pixel. Labels are known by the name of a picture whose digits are
the number of the frame; predictions by the number of the frame, from 0. Layouts: DeepLabCut 2 and 3,
`generate_training_dataset/trainingsetmanipulation.py` and `pose_estimation_pytorch/apis/videos.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from poseapp.core.atomic import atomic_path
from poseapp.core.clip_files import natural_key
from poseapp.core.errors import BadInputError
from poseapp.core.types import Float64, Source
from poseapp.formats.dlc_table import DlcTable, read_table
from poseapp.formats.needs import need
from poseapp.formats.tracks import Tracks, sources_of

SCORER = "poseapp"
_KEY = "df_with_missing"


def read_dlc(path: Path, clip: str = "") -> Tracks:
    """Read labels or predictions; of labels of several videos, those of the clip's name, else of the first.

    Raises:
        BadInputError: It is not such a file.
    """
    table, notes = _of_one_video(read_table(path), clip)
    parts = tuple(dict.fromkeys(part for _, _, part, _ in table.columns))
    persons = tuple(dict.fromkeys(individual for _, individual, _, _ in table.columns))
    T = len(table.keys)
    arrays = {name: np.full((T, len(persons), len(parts)), np.nan) for name in ("x", "y", "likelihood")}
    for column, (_, individual, part, coordinate) in enumerate(table.columns):
        if coordinate not in arrays:
            raise BadInputError(f"there is a column {coordinate!r} of {part}", where=path.name)
        arrays[coordinate][:, persons.index(individual), parts.index(part)] = table.values[:, column]
    xy = np.stack([arrays["x"], arrays["y"]], axis=-1)
    xy[~np.isfinite(xy).all(axis=-1)] = np.nan
    is_predicted = any(coordinate == "likelihood" for *_, coordinate in table.columns)
    score = np.where(np.isfinite(xy[..., 0]), arrays["likelihood"], np.nan)
    by_name = not all(key.isdecimal() for key in table.keys)
    tracks = Tracks(
        keypoints=parts,
        frame=np.arange(T) if by_name else np.array([int(key) for key in table.keys], np.int64),
        xy=xy,
        score=score,
        source=sources_of(xy, Source.PREDICTED if is_predicted else Source.CORRECTED),
        persons=tuple(name or f"person{i + 1}" for i, name in enumerate(persons)),
        pictures=tuple(key.rpartition("/")[2] for key in table.keys) if by_name else (),
        tool=table.columns[0][0] if is_predicted else "",
        key="picture" if by_name else "frame",
        notes=notes,
    )
    seen = tracks.seen.any(axis=(0, 2))  # an individual that is nowhere is no person
    return tracks if seen.all() or not seen.any() else tracks.columns(np.flatnonzero(seen).tolist())


def write_dlc(path: Path, tracks: Tracks) -> None:
    """Write predictions of every frame of the clip, as CSV or HDF5 by the suffix; likelihood 1 is what was placed.

    Raises:
        BadInputError: Nothing can be written there, or a library is missing.
    """
    values = np.concatenate([tracks.xy, tracks.score[..., None]], axis=-1)
    values[..., 2] = np.where(tracks.placed & tracks.seen, 1.0, values[..., 2])
    _write(path, tracks, values, ("x", "y", "likelihood"))


def write_dlc_labels(path: Path, tracks: Tracks) -> None:
    """Write what a person placed, in the frames where somebody did, as CSV or HDF5 by the suffix.

    Raises:
        BadInputError: Nobody placed anything, nothing can be written there, or a library is missing.
    """
    placed = tracks.placed & tracks.seen
    if not placed.any():
        raise BadInputError("nobody has placed a keypoint yet", remedy="Correct some frames, or export predictions")
    tracks = tracks.without(~placed).rows(np.asarray(placed.any(axis=(1, 2))))
    _write(path, tracks, tracks.xy, ("x", "y"))


def picture_names(tracks: Tracks) -> tuple[str, ...]:
    """Return the names of the pictures of rows: those of the clip, else `img0012.png` for frame 12."""
    digits = max(4, len(str(int(tracks.frame[-1]))) if len(tracks.frame) else 4)
    return tracks.pictures or tuple(f"img{frame:0{digits}d}.png" for frame in tracks.frame.tolist())


def _write(path: Path, tracks: Tracks, values: Float64, coordinates: tuple[str, ...]) -> None:
    pandas = need("pandas")
    T, P = values.shape[:2]
    persons = tracks.persons if P > 1 else ("",)
    columns = [(SCORER, who, part, c) for who in persons for part in tracks.keypoints for c in coordinates]
    names = ["scorer", "individuals", "bodyparts", "coords"]
    if P == 1:
        columns, names = [(a, c, d) for a, _, c, d in columns], ["scorer", "bodyparts", "coords"]  # type: ignore[misc]
    index: Any = pandas.Index(tracks.frame)
    if coordinates == ("x", "y"):
        keys = [("labeled-data", tracks.stem, name) for name in picture_names(tracks)]
        index = pandas.MultiIndex.from_tuples(keys)
    header = pandas.MultiIndex.from_tuples(columns, names=names)
    frame = pandas.DataFrame(values.reshape(T, -1), index=index, columns=header)
    with atomic_path(path) as temporary:
        if path.suffix.lower() == ".csv":
            frame.to_csv(temporary, lineterminator="\n")
        else:
            need("tables")
            layout = "fixed" if coordinates == ("x", "y") else "table"
            frame.to_hdf(temporary, key=_KEY, mode="w", format=layout)


def _of_one_video(table: DlcTable, clip: str) -> tuple[DlcTable, tuple[str, ...]]:
    """Return the rows of one video, in order, and what was left out."""
    folders = [key.rpartition("/")[0].rpartition("/")[2] for key in table.keys]
    videos = list(dict.fromkeys(folders))
    stem = clip.rpartition(".")[0] or clip
    chosen = stem if stem in videos else next(iter(videos), "")
    rows = [row for row, folder in enumerate(folders) if folder == chosen]
    rows.sort(key=lambda row: _order(table.keys[row]))
    others = len(videos) - 1
    notes = (f"The labels of {others} more videos in the file were left out.",) if others > 0 else ()
    return DlcTable(table.columns, tuple(table.keys[row] for row in rows), table.values[rows]), notes


def _order(key: str) -> Any:
    return natural_key(Path(key))
