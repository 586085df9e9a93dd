"""The files of labels: which one a folder holds, and what is in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from poseapp.core.errors import BadInputError


def find_annotations(path: Path, patterns: Sequence[str]) -> Path:
    """Return a file as it is, or the one file in a folder that fits a pattern; the first pattern that any fits counts.

    Raises:
        BadInputError: None or several fit.
    """
    if not path.is_dir():
        return path
    found = next((paths for pattern in patterns if (paths := sorted(path.glob(pattern)))), [])
    if not found:
        raise BadInputError(f"there is no {' or '.join(patterns)}", where=str(path), remedy="Name the file of labels")
    if len(found) > 1:
        what = f"there are {len(found)} files of labels: {', '.join(file.name for file in found[:4])}"
        raise BadInputError(what, where=str(path), remedy="Name one of them")
    return found[0]


def read_json(path: Path) -> Any:
    """Return the content of a JSON file. Raises BadInputError where it is missing or broken."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        what = f"the labels cannot be read ({error})"
        raise BadInputError(what, where=str(path), remedy="Copy the file again from its source") from error
