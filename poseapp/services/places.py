"""Where a clip's project and the application's own files lie."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import platformdirs

from poseapp.core.errors import BadInputError

SUFFIX = ".poseapp"
_APPLICATION = "poseapp"


def is_project(path: Path) -> bool:
    """Tell a project file by its name."""
    return path.suffix.lower() == SUFFIX


def projects_folder() -> Path:
    """Return where projects go whose clip lies in a folder that cannot be written."""
    return Path(platformdirs.user_data_dir(_APPLICATION, appauthor=False)) / "projects"


def log_file() -> Path:
    """Return the file that the application logs to."""
    return Path(platformdirs.user_log_dir(_APPLICATION, appauthor=False)) / "poseapp.log"


def settings_file() -> Path:
    """Return the file of the window's settings."""
    return Path(platformdirs.user_config_dir(_APPLICATION, appauthor=False)) / "window.ini"


def find_project(clip: Path) -> Path | None:
    """Return the project of a clip, beside it or in the user's folder; None when there is none yet."""
    return next((place for place in _candidates(clip) if place.is_file() and _belongs(place, clip)), None)


def place_for_project(clip: Path) -> Path:
    """Return where a new project of a clip goes: beside it, or in the user's folder where that cannot be written.

    Raises:
        BadInputError: The user's folder cannot be made.
    """
    beside = [place for place in _candidates(clip)[:2] if not place.exists()]
    if beside and os.access(clip.parent, os.W_OK):
        return beside[0]
    place = _candidates(clip)[-1]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError(f"the project's folder cannot be made ({error.strerror})", where=str(place)) from error
    return place


def _candidates(clip: Path) -> list[Path]:
    """walk.poseapp; walk.mp4.poseapp where a walk.mov has taken that; the user's folder, by a hash of the path."""
    key = hashlib.sha256(str(clip.absolute()).encode()).hexdigest()[:8]
    return [
        clip.with_suffix(SUFFIX),
        clip.with_name(clip.name + SUFFIX),
        projects_folder() / f"{clip.stem}-{key}{SUFFIX}",
    ]


def _belongs(project: Path, clip: Path) -> bool:
    """Tell whether a project is about a file of this name; one that cannot be read is offered, to say why."""
    from poseapp.storage.project import ProjectFile, clip_of

    try:
        file = ProjectFile.open(project, readonly=True, check=False)
    except BadInputError:
        return True
    try:
        return Path(clip_of(file)[0].replace("\\", "/")).name == clip.name
    finally:
        file.close()
