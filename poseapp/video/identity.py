"""Names a clip by its content, so that a moved file is found again and a changed one is noticed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from poseapp.video.container import check_file

_PIECE = 1 << 20


def fingerprint(path: str | Path) -> str:
    """Return the SHA-256 of a file as 64 hex digits, read in pieces of 1 MiB.

    Raises:
        BadInputError: The file is missing, empty, or may not be read.
    """
    path = Path(path)
    check_file(path)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
