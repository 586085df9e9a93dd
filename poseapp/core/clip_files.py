"""Which files a clip consists of, and the fingerprint by which it is known again when it was moved."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from poseapp.core.errors import CancelledError

PICTURE_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".pgm"}
)
_PIECE = 4 << 20


def is_picture(path: Path) -> bool:
    """Tell by the suffix whether a file is a picture that can be read."""
    return path.suffix.lower() in PICTURE_SUFFIXES


def natural_key(path: Path) -> tuple[list[tuple[int, int, str]], str]:
    """Return a sorting key by which numbers in a file name count as numbers: shot2 before shot10."""
    parts = re.findall(r"\d+|\D+", path.name.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts], path.name


def clip_files(path: Path) -> list[Path]:
    """Return the files of a clip: itself, or the pictures of a folder in natural order, hidden ones left out.

    What else lies in the folder, such as a project, is not part of the clip.

    Raises:
        OSError: The folder may not be read.
    """
    if not path.is_dir():
        return [path]
    return sorted((p for p in path.iterdir() if is_picture(p) and not p.name.startswith(".")), key=natural_key)


def fingerprint(path: str | Path, cancel: Callable[[], bool] = lambda: False) -> str:
    """Return the SHA-256 of a clip as 64 hex digits.

    That of a folder is the SHA-256 of a line "<digits>  <name>" for each of its pictures in natural order.

    Raises:
        CancelledError: `cancel`, asked every few megabytes, said so.
        OSError: A file is missing or may not be read.
    """
    path = Path(path)
    if not path.is_dir():
        return _file_digest(path, cancel)
    lines = (f"{_file_digest(file, cancel)}  {file.name}\n" for file in clip_files(path))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _file_digest(path: Path, cancel: Callable[[], bool]) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if cancel():
                raise CancelledError
            digest.update(piece)
    return digest.hexdigest()
