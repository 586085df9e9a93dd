"""Where the shipped models and resources lie: a checkout, an installed wheel, or a frozen application."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def _candidates(folder: str) -> list[Path]:
    frozen = getattr(sys, "_MEIPASS", None)
    places = [_PACKAGE / "_assets" / folder, _PACKAGE.parent / folder]
    return [Path(frozen) / folder, *places] if frozen else places


def find_folder(folder: str) -> Path:
    """Return the shipped folder `models` or `resources`.

    Raises:
        FileNotFoundError: The installation is incomplete.
    """
    for place in _candidates(folder):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"The folder {folder!r} is missing from this installation; install poseapp again")


def resources_folder() -> Path:
    """Return the folder with skeletons, icons, themes and the sample."""
    return find_folder("resources")


def models_folder() -> Path:
    """Return the folder with the shipped networks."""
    return find_folder("models")
