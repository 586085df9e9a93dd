"""Names a clip by its content, so that a moved file is found again and a changed one is noticed."""

from __future__ import annotations

from pathlib import Path

from poseapp.core import clip_files
from poseapp.video.container import check_file
from poseapp.video.pictures import list_pictures


def fingerprint(path: str | Path) -> str:
    """Return the SHA-256 of a clip, see `poseapp.core.clip_files.fingerprint`.

    Raises:
        BadInputError: The file is missing, empty, or may not be read; the folder holds no picture.
    """
    path = Path(path)
    for file in list_pictures(path) if path.is_dir() else [path]:
        check_file(file)
    return clip_files.fingerprint(path)
