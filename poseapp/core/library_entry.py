"""One network of the user's library, as lists of them show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from poseapp.core.lineage import Lineage


@dataclass(frozen=True)
class LibraryEntry:
    """One network of the library.

    Attributes:
        name: As used by `--model`. title: For people.
        path: Its file. size: Bytes. sha256: Of the file.
        shipped: It came with the application; else it is the user's own.
        default: It is used when none is named.
        skeleton, keypoints: Name of its skeleton, and how many keypoints that has.
        lineage: What it was fine-tuned from, on how much, and what that changed; None of every other.
        clips: File names of the clips it learned from; known on this machine alone.
        note: A line of the person's own. added: Day when it came into the library (ISO 8601), "" when unknown.
        problem: Why it cannot be used, "" when it can.
    """

    name: str
    title: str
    path: Path
    size: int
    sha256: str
    shipped: bool
    default: bool
    skeleton: str = ""
    keypoints: int = 0
    lineage: Lineage | None = None
    clips: tuple[str, ...] = ()
    note: str = ""
    added: str = ""
    problem: str = ""


def usable_names(entries: Iterable[LibraryEntry]) -> tuple[str, ...]:
    """Return the names of the networks that can be used, the default first."""
    usable = sorted((entry for entry in entries if not entry.problem), key=lambda entry: not entry.default)
    return tuple(entry.name for entry in usable)
