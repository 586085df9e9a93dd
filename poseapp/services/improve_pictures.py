"""The example pictures of a report, read from the working folder of its training and from nowhere else."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path

_logger = logging.getLogger(__name__)
_SUFFIX = ".png"
_NUMBERED = re.compile(r"\d+-frame-(\d+)")
_MOST_BYTES = 32 << 20
_MOST = 12  # pictures


def read_examples(folder: Path, names: Sequence[str]) -> tuple[tuple[str, bytes], ...]:
    """Return (title, contents) of the pictures that can be read; for a job. Others are logged and left out."""
    read = []
    for name in names[:_MOST]:
        path = folder / name
        try:
            if path.suffix != _SUFFIX or not path.resolve().is_relative_to(folder.resolve()):
                raise OSError("it is not a picture of this training")
            if path.stat().st_size > _MOST_BYTES:
                raise OSError("it is too large")
            read.append((_title(path.stem), path.read_bytes()))
        except OSError as error:
            _logger.warning("The example %s is left out: %s", name, error)
    return tuple(read)


def _title(stem: str) -> str:
    """Return "Frame 97" for "01-frame-97"; another name as it is."""
    found = _NUMBERED.fullmatch(stem)
    return f"Frame {found[1]}" if found else stem
