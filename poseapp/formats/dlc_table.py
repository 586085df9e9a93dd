"""The tables of DeepLabCut, as CSV or HDF5: what their headers and row keys say.

CSV: header rows scorer / [individuals] / bodyparts / coords. The key of a row is one cell `labeled-data/video/img0.png`
or three (and then the header has two blank cells), or a frame's number. HDF5: a pandas frame, key `df_with_missing`,
whose index and columns say the same.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.core.types import Float64
from poseapp.formats.needs import need
from poseapp.formats.pickles import check_pickles

_HEADER = ("scorer", "individuals", "bodyparts", "coords")
_KEYS = ("df_with_missing", "tracks", "predictions")


@dataclass(frozen=True)
class DlcTable:
    """Columns (scorer, individual, body part, coordinate), `keys` T texts or numbers, `values` (T, columns)."""

    columns: tuple[tuple[str, str, str, str], ...]
    keys: tuple[str, ...]
    values: Float64


def read_table(path: Path) -> DlcTable:
    """Read a table by the file's suffix.

    Raises:
        BadInputError: It is not one of DeepLabCut, or the library for HDF5 is missing.
    """
    try:
        return _read_csv(path) if path.suffix.lower() == ".csv" else _read_h5(path)
    except (ValueError, KeyError, IndexError, TypeError, StopIteration) as error:
        raise BadInputError(f"this is no table of DeepLabCut ({error})", where=path.name) from error


def _read_csv(path: Path) -> DlcTable:
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in csv.reader(file) if line]
    head = {line[0].strip(): line for line in lines[:4] if line[0].strip() in _HEADER}
    if not {"scorer", "bodyparts", "coords"} <= set(head):
        raise ValueError("its header has no bodyparts or coords")
    lead = next(i for i, cell in enumerate(head["coords"][1:], start=1) if cell)
    individuals = head.get("individuals", [""] * len(head["coords"]))
    rows = zip(head["scorer"][lead:], individuals[lead:], head["bodyparts"][lead:], head["coords"][lead:], strict=True)
    body = lines[len(head) :]
    values = [_numbers(line[lead:], len(head["coords"]) - lead) for line in body]
    keys = tuple("/".join(line[:lead]).replace("\\", "/") for line in body)
    columns = tuple((str(a), str(b), str(c), str(d)) for a, b, c, d in rows)
    return DlcTable(columns, keys, np.array(values, np.float64).reshape(len(keys), len(columns)))


def _numbers(cells: list[str], n: int) -> list[float]:
    """Return n numbers, NaN for empty cells; rows may lack cells at their end, or have empty ones too many."""
    if any(cell.strip() for cell in cells[n:]):
        raise ValueError(f"a row has {len(cells)} cells for {n} columns")
    return [float(cell) if cell.strip() else np.nan for cell in [*cells, *[""] * n][:n]]


def _read_h5(path: Path) -> DlcTable:
    need("tables")
    pandas = need("pandas")
    check_pickles(path)
    try:
        with pandas.HDFStore(path, mode="r") as store:
            held = [key.lstrip("/") for key in store.keys()]  # noqa: SIM118 - a store, not a mapping
            frame = store[next(key for key in (*_KEYS, *held) if key in held)]
    except (OSError, RuntimeError) as error:
        raise BadInputError("the file cannot be read as HDF5", where=path.name) from error
    names = [str(name) for name in frame.columns.names]
    if not {"bodyparts", "coords"} <= set(names):
        raise ValueError("its columns have no bodyparts or coords")
    columns = tuple(_column(dict(zip(names, column, strict=True))) for column in frame.columns)
    keys = tuple("/".join(key) if isinstance(key, tuple) else str(key) for key in frame.index)
    values = frame.to_numpy(dtype=np.float64)
    return DlcTable(columns, tuple(key.replace("\\", "/") for key in keys), values)


def _column(named: dict[str, Any]) -> tuple[str, str, str, str]:
    scorer, individual, part, coordinate = (str(named.get(name, "")) for name in _HEADER)
    return scorer, individual, part, coordinate
