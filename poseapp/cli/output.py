"""What the command line says: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from platformdirs import user_log_path

Json = Mapping[str, object]


def print_json(data: Json | Sequence[Json]) -> None:
    """Write one JSON object on one line to stdout."""
    sys.stdout.write(json.dumps(data, allow_nan=False) + "\n")
    sys.stdout.flush()


def print_line(text: str = "") -> None:
    """Write a line of a result to stdout."""
    sys.stdout.write(text + "\n")


def tell(text: str) -> None:
    """Write a line about the work to stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a table with columns as wide as needed; all but the first are right-aligned."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        cells = [
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        print_line("  ".join(cells).rstrip())


def log_path() -> Path:
    """Return the file that internal errors are written to, its folder made."""
    folder = user_log_path("poseapp", appauthor=False, ensure_exists=True)
    return folder / "poseapp.log"


def log_internal_error(error: BaseException) -> Path:
    """Write a traceback to the log file and return its path."""
    path = log_path()
    logger = logging.getLogger("poseapp")
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    try:
        logger.error("internal error", exc_info=error)
    finally:
        logger.removeHandler(handler)
        handler.close()
    return path
