"""The clip of a project: how it is named, and how it is found and recognised again."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from poseapp.core.clip_files import clip_files
from poseapp.core.clip_files import fingerprint as fingerprint_of
from poseapp.core.errors import BadInputError
from poseapp.core.types import ClipInfo, Float64

Fingerprint = Callable[[Path], str]
_CLIP = ("kind", "width", "height", "fps", "variable_rate", "rotation", "sample_aspect", "codec")


@dataclass(frozen=True)
class MediaRef:
    """What a project knows of its clip.

    Attributes:
        relative: Path from the project's folder, with forward slashes.
        absolute: Path when last seen.
        sha256: Of the contents. size: Bytes (the sum, for a folder of images). modified: Unix s.
        clip: As it was read, with the timestamps; its path is `absolute`.
    """

    relative: str
    absolute: str
    sha256: str
    size: int
    modified: float
    clip: ClipInfo

    @property
    def place(self) -> tuple[str, str, float]:
        """Where it was last seen, and its time of change."""
        return self.relative, self.absolute, self.modified

    @property
    def n_frames(self) -> int:
        """T."""
        return self.clip.n_frames

    @property
    def pts(self) -> Float64:
        """(T,) s."""
        return self.clip.pts


def describe_media(clip: ClipInfo, sha256: str, folder: Path) -> MediaRef:
    """Return the reference to a clip from a project in `folder`. Raises BadInputError where the clip is not there."""
    path = Path(clip.path).absolute()
    if not path.exists():
        raise BadInputError("there is no such clip", where=str(path))
    size, modified = _size(path)
    return MediaRef(relative_path(path, folder), str(path), sha256, size, modified, clip)


def find_media(ref: MediaRef, folder: Path, fingerprint: Fingerprint = fingerprint_of) -> Path:
    """Return where the clip is: relative to the project, where it was, or beside the project.

    Contents are compared only when size and time of change do not settle it.

    Raises:
        BadInputError: It is in none of these places, or what lies there is another clip.
    """
    beside = folder / Path(ref.absolute.replace("\\", "/")).name
    problem: BadInputError | None = None
    for place in dict.fromkeys((folder / ref.relative, Path(ref.absolute), beside)):
        if place.exists():
            try:
                check_media(ref, place, fingerprint)
            except BadInputError as error:
                problem = problem or error
            else:
                return Path(os.path.normpath(place))
    missing = "the clip of this project was moved, renamed or deleted"
    raise problem or BadInputError(missing, where=ref.absolute, remedy="Locate it")


def check_media(ref: MediaRef, path: Path, fingerprint: Fingerprint = fingerprint_of) -> None:
    """Raise BadInputError, with the reason, unless a path holds the clip of the project."""
    if not path.exists():
        raise BadInputError("there is no such clip", where=str(path))
    size, modified = _size(path)
    what = "this is not the clip of the project"
    remedy = "Locate the clip that the project was made with"
    if size != ref.size:
        raise BadInputError(f"{what}: it has {size} bytes instead of {ref.size}", where=str(path), remedy=remedy)
    if modified == ref.modified and path == Path(ref.absolute):
        return
    digest = fingerprint(path)
    if digest != ref.sha256:
        detail = f"its contents differ (sha256 {digest[:12]} instead of {ref.sha256[:12]})"
        raise BadInputError(f"{what}: {detail}", where=str(path), remedy=remedy)


def moved_media(ref: MediaRef, path: Path, folder: Path) -> MediaRef:
    """Return the reference with a new place."""
    path = path.absolute()
    return MediaRef(relative_path(path, folder), str(path), ref.sha256, *_size(path), ref.clip)


def write_media(connection: sqlite3.Connection, ref: MediaRef) -> None:
    """Write the one row of the table `media`."""
    clip: dict[str, Any] = {name: getattr(ref.clip, name) for name in _CLIP}
    text = json.dumps(clip | {"problems": list(ref.clip.problems)})
    names = (ref.relative, ref.absolute, ref.sha256, ref.size, ref.modified)
    row = (*names, text, ref.n_frames, ref.pts.astype("<f8").tobytes())
    connection.execute("INSERT OR REPLACE INTO media VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def read_media(connection: sqlite3.Connection) -> MediaRef:
    """Read what `write_media` wrote. Raises ValueError when it is not all there."""
    row = connection.execute("SELECT relative, absolute, sha256, size, modified, clip, pts FROM media").fetchone()
    if row is None:
        raise ValueError("it names no clip")
    relative, absolute, sha256, size, modified, text, pts = row
    data = json.loads(text)
    problems = tuple(str(problem) for problem in data.pop("problems"))
    clip = ClipInfo(path=absolute, pts=np.frombuffer(pts, "<f8").astype(np.float64), problems=problems, **data)
    return MediaRef(relative, absolute, sha256, size, modified, clip)


def relative_path(path: Path, folder: Path) -> str:
    """Return a path from a folder, with forward slashes; the path itself when there is no way."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive, on Windows
        return path.as_posix()


def _size(path: Path) -> tuple[int, float]:
    stats = [file.stat() for file in clip_files(path)]
    return sum(s.st_size for s in stats), max((s.st_mtime for s in stats), default=0.0)
