"""Write a measured clip in a format by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from poseapp.core.analysis import Analysis
from poseapp.core.errors import UsageError
from poseapp.storage.analysis_file import write_analysis
from poseapp.storage.csv_file import write_csv


@dataclass(frozen=True)
class ExportFormat:
    """A format: its title for people, its file suffixes (the first is the usual one), and its writer."""

    title: str
    suffixes: tuple[str, ...]
    write: Callable[[Path, Analysis], None]


FORMATS = {
    "h5": ExportFormat("HDF5 analysis file", (".h5", ".hdf5"), write_analysis),
    "csv": ExportFormat("Table (CSV)", (".csv",), write_csv),
}


def export_analysis(analysis: Analysis, name: str, path: Path | str) -> None:
    """Write an analysis in the format of a name.

    Raises:
        UsageError: There is no such format.
        BadInputError: The file cannot be written.
    """
    if name not in FORMATS:
        raise UsageError(f"there is no format {name!r}", remedy=f"Choose one of {', '.join(FORMATS)}")
    FORMATS[name].write(Path(path), analysis)


def format_of(path: Path | str) -> str:
    """Return the name of the format that a file's suffix stands for.

    Raises:
        UsageError: The suffix stands for none.
    """
    suffix = Path(path).suffix.lower()
    for name, known in FORMATS.items():
        if suffix in known.suffixes:
            return name
    choices = ", ".join(known.suffixes[0] for known in FORMATS.values())
    raise UsageError(f"no format has the suffix {suffix!r}", where=str(path), remedy=f"Choose one of {choices}")
