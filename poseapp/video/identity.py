"""Names a clip by its content, so that a moved file is found again and a changed one is noticed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from poseapp.video.container import check_file
from poseapp.video.pictures import list_pictures

_PIECE = 1 << 20


def fingerprint(path: str | Path) -> str:
    """Return the SHA-256 of a file as 64 hex digits, read in pieces of 1 MiB.

    That of a folder is the SHA-256 of a line "<digits>  <name>" for each of its pictures in natural order.

    Raises:
        BadInputError: The file is missing, empty, or may not be read; the folder holds no picture.
    """
    path = Path(path)
    if not path.is_dir():
        return _file_digest(path)
    lines = (f"{_file_digest(picture)}  {picture.name}\n" for picture in list_pictures(path))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _file_digest(path: Path) -> str:
    check_file(path)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
