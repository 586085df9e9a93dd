"""Clips: exact frames and times of videos and pictures; the only room that knows containers and codecs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from poseapp.core.clip_files import is_picture
from poseapp.core.errors import BadInputError
from poseapp.video.clip import Clip
from poseapp.video.identity import fingerprint
from poseapp.video.image_clip import common_folder, open_pictures
from poseapp.video.opening import open_video
from poseapp.video.pictures import list_pictures

__all__ = ["Clip", "fingerprint", "open_clip"]

PathLike = str | Path


def open_clip(path_or_paths: PathLike | Sequence[PathLike], *, cache_bytes: int = 256 << 20) -> Clip:
    """Open a video, a picture, a folder of pictures (natural order), or a list of pictures (as given).

    `cache_bytes` bounds the decoded pictures kept for stepping back. `ClipInfo.problems` says what is wrong with a
    clip that can be read all the same; what only reading finds out is added by `Clip.problems()`.

    Raises:
        BadInputError: It cannot be read, in one line.
    """
    if isinstance(path_or_paths, str | Path):
        return _open_path(Path(path_or_paths), cache_bytes)
    paths = [Path(path) for path in path_or_paths]
    if not paths:
        raise BadInputError("No file was given", remedy="Name a video or at least one picture")
    if len(paths) == 1:
        return _open_path(paths[0], cache_bytes)
    for path in paths:
        if not is_picture(path):
            raise BadInputError("Only pictures can be opened together", where=path.name, remedy="Open this file alone")
    return open_pictures(paths, opened=common_folder(paths), cache_bytes=cache_bytes)


def _open_path(path: Path, cache_bytes: int) -> Clip:
    if _is_folder(path):
        return open_pictures(list_pictures(path), opened=path, cache_bytes=cache_bytes)
    if is_picture(path):
        return open_pictures([path], opened=path, cache_bytes=cache_bytes)
    return open_video(path, cache_bytes=cache_bytes)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except PermissionError:
        return False  # opening it as a file says what is wrong
