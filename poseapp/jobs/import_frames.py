"""Which frame of a clip a row of another tool's file is: by its number, its time, or the name of its picture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.core.types import ClipInfo, Float64
from poseapp.formats.tracks import Index, Tracks


def place_rows(tracks: Tracks, clip: ClipInfo, pictures: Sequence[str] = ()) -> Tracks:
    """Return the rows that belong to frames of a clip, with the number of the frame as their key.

    Args:
        pictures: File names of the clip's pictures, where it is made of such.

    Raises:
        BadInputError: None belongs to the clip, or two belong to one frame that should not.
    """
    if tracks.key == "time":
        found = _by_time(tracks.time, np.asarray(clip.pts - clip.pts[0]))
    elif tracks.key == "picture":
        found = _by_picture(tracks.pictures, clip, pictures)
    else:
        found = np.where(tracks.frame < clip.n_frames, tracks.frame, -1)
    rows = np.flatnonzero(found >= 0)
    if not len(rows):
        raise BadInputError("nothing in the file belongs to a frame of this clip", remedy="Choose the clip it is about")
    frames, first = np.unique(found[rows], return_index=True)
    if len(frames) < len(rows):
        raise BadInputError(
            "two rows of the file belong to one frame of the clip", remedy="Choose the clip it is about"
        )
    placed = replace(tracks.rows(rows[first], frames), key="frame")
    return replace(placed, notes=(*tracks.notes, *_left_out(tracks, found, clip)))


def _by_time(time: Float64, pts: Float64) -> Index:
    """Return for each row the frame that is nearest in time, -1 where another row is nearer to it or none is near."""
    if not len(time):
        return np.zeros(0, np.int64)
    nearest = np.clip(np.searchsorted(pts, time), 0, len(pts) - 1)
    before = np.maximum(nearest - 1, 0)
    nearest = np.where(np.abs(time - pts[before]) <= np.abs(time - pts[nearest]), before, nearest)
    apart = np.abs(time - pts[nearest])
    step = float(np.median(np.diff(pts))) if len(pts) > 1 else np.inf
    found = np.where(apart <= 0.5 * step + 1e-6, nearest, -1)
    order = np.lexsort((apart, found))  # of the rows of a frame, the nearest first
    is_first = np.concatenate([[True], np.diff(found[order]) != 0])
    found[order[~is_first]] = -1
    return found.astype(np.int64)


def _by_picture(names: Sequence[str], clip: ClipInfo, pictures: Sequence[str]) -> Index:
    """Return for each picture its frame: the picture of that name, else the number at the end of its name."""
    if clip.kind != "video" and pictures:
        place = {name: frame for frame, name in enumerate(pictures)}
        return np.array([place.get(name, -1) for name in names], np.int64)
    numbers = [re.search(r"(\d+)\D*$", name.rpartition(".")[0] or name) for name in names]
    if not all(numbers):
        raise BadInputError("the pictures of the file have no numbers that could be frames of the video")
    found = np.array([int(number[1]) for number in numbers if number], np.int64)
    return np.where(found < clip.n_frames, found, -1)


def _left_out(tracks: Tracks, found: Index, clip: ClipInfo) -> tuple[str, ...]:
    seen = tracks.seen.any(axis=(1, 2)) | tracks.placed.any(axis=(1, 2))
    lost = int((seen & (found < 0)).sum())
    if not lost:
        return ()
    rows = "One row" if lost == 1 else f"{lost} rows"
    return (f"{rows} of the file belong to no frame of this clip of {clip.n_frames} frames and were left out.",)
