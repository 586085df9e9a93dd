"""What another run in the project said of a person: where two runs disagree, one of them is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from poseapp.core.errors import PoseappError
from poseapp.core.store import ChangeSet
from poseapp.core.types import Array, Track
from poseapp.services.document import Document

if TYPE_CHECKING:
    from poseapp.core.store import PoseStore

ReadOther: TypeAlias = Callable[[Track], "Array | None"]
_SAME_PERSON = 0.5  # of a person's height: the median distance of keypoints below which two runs mean the same person


class EarlierRun:
    """The run before the one on show, read when it is asked for and kept until it may look different."""

    def __init__(self) -> None:
        self._document: Document | None = None
        self._version = 0
        self._held: tuple[int, PoseStore | None] = (-1, None)  # belongs to the thread of the one job that reads

    def set_document(self, document: Document | None) -> None:
        """Compare with the runs of another document."""
        self._document = document
        self._version += 1

    def on_change(self, change: ChangeSet) -> None:
        """Read it again after other predictions, and after what changes how both runs are seen, such as a swap."""
        if change.kind in ("all", "predictions", "skeleton"):
            self._version += 1

    def reader(self) -> ReadOther:
        """Return a function for one job at a time: from a person's track to (T, K, 2) px predicted by the other.

        None where there is no other run, or none of its persons is the same one; NaN where it saw nothing. What a
        damaged project says is left to whoever needs it: then there is nothing to compare with.
        """
        document, version = self._document, self._version
        project = None if document is None else document.project
        path = None if project is None else project.path
        return lambda track: self._read(path, version, track)

    def _read(self, path: Path | None, version: int, track: Track) -> Array | None:
        if self._held[0] != version:
            self._held = version, _load(path)
        store = self._held[1]
        return None if store is None else _same_person(store, track)


def _load(path: Path | None) -> PoseStore | None:
    """Return the poses of the last run but the one on show, seen through every edit that holds."""
    if path is None:
        return None
    from poseapp.storage.project import ProjectFile

    try:
        with ProjectFile.open(path, readonly=True) as project:
            runs = [run.id for run in project.runs() if run.n_frames]
            return project.load(runs[-2]).store if len(runs) > 1 else None
    except PoseappError:
        return None


def _same_person(store: PoseStore, track: Track) -> Array | None:
    stop = track.start + len(track.xy)
    if stop > store.n_frames:
        return None
    whole = track.xy[np.isfinite(track.xy[..., 1]).all(axis=1), :, 1]
    if not len(whole):
        return None
    height = float(np.median(np.ptp(whole, axis=1)))
    best, least = None, _SAME_PERSON * height
    for person in range(store.n_persons):
        other = store.track(person, track.start, stop).raw
        apart = np.linalg.norm(other - track.xy, axis=-1)
        distance = float(np.nanmedian(apart)) if np.isfinite(apart).any() else float("nan")
        if distance < least:
            best, least = other, distance
    return best
