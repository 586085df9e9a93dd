"""Which format a file of another tool is in: by its suffix, and by its first bytes where several share one."""

from __future__ import annotations

import json
from pathlib import Path

from poseapp.core.errors import BadInputError
from poseapp.formats.registry import FORMATS

OWN = "h5"
_SUFFIXES = {".slp": "sleap", ".trc": "trc", ".c3d": "c3d", ".nwb": "nwb"}
_HEAD = 4096  # bytes


def readable() -> tuple[str, ...]:
    """Return the names of the formats that can be imported."""
    return (OWN, *(name for name, known in FORMATS.items() if known.reader))


def guess_format(path: Path) -> str:
    """Return the name of the format of a file, or of a folder.

    Raises:
        BadInputError: There is no such file, or it is in none that can be imported.
    """
    if not path.exists():
        raise BadInputError("there is no such file", where=path.name)
    suffix = path.suffix.lower()
    if suffix in (".mot", ".sto"):
        remedy = f"Import the TRC file beside it, or compare its angles: poseapp agree PROJECT {path.name}"
        raise BadInputError("a motion file holds angles and no keypoints", where=path.name, remedy=remedy)
    found = "openpose" if path.is_dir() else _SUFFIXES.get(suffix, "")
    try:
        if suffix == ".csv":
            found = _of_table(path)
        elif suffix in (".h5", ".hdf5"):
            found = _of_hdf5(path)
        elif suffix == ".json":
            found = _of_json(path)
    except (OSError, ValueError) as error:
        raise BadInputError(f"cannot be read ({error})", where=path.name) from error
    if not found:
        remedy = f"Name the format with --format: {', '.join(readable())}"
        raise BadInputError("its format is not known", where=path.name, remedy=remedy)
    return found


def _of_table(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        first = file.readline(_HEAD).strip().split(",")
    if first[0] == "scorer":
        return "dlc"
    if first[:2] == ["track", "frame_idx"]:
        return "sleap-analysis"
    return "csv-tidy" if first[:3] == ["frame", "time_s", "person"] else ""


def _of_hdf5(path: Path) -> str:
    import h5py

    with h5py.File(path) as file:
        if "format" in file.attrs:
            return OWN if file.attrs["format"] == "poseapp-analysis" else ""
        if {"tracks", "node_names"} <= set(file):
            return "sleap-analysis"
    return "dlc"


def _of_json(path: Path) -> str:
    data = json.loads(path.read_text(encoding="utf-8"))
    return "openpose" if isinstance(data, dict) and "people" in data else "coco"
