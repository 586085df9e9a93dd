"""Write a clip with its poses as a video, or as pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from poseapp.core.analysis import Analysis
from poseapp.core.errors import BadInputError, CancelledError
from poseapp.jobs.drawn_frames import DrawnRequest, FrameArtist, drawn_frames
from poseapp.video import Clip
from poseapp.video.pictures import write_png
from poseapp.video.writing import write_video

Cancel = Callable[[], bool]


def make_video(
    clip: Clip, analysis: Analysis, path: Path, request: DrawnRequest, *, cancel: Cancel = lambda: False
) -> Iterator[tuple[int, int]]:
    """Write an H.264 video of the clip's own timestamps, without sound; yields (frames done, frames in all).

    Raises:
        BadInputError: The file cannot be written, or no frame can be read.
        CancelledError: `cancel` said so; no file is left.
    """
    start, stop = request.span(clip.info.n_frames)
    artist = FrameArtist(analysis, request)
    begin, done = float(clip.info.pts[start]), 0
    with write_video(path, artist.size, clip.info.fps or 30.0) as writer:
        for frame, picture in drawn_frames(clip, artist, (start, stop)):
            if cancel():
                raise CancelledError
            if picture.shape[:2] != artist.size:
                remedy = "Export single pictures instead"
                raise BadInputError("its pictures are of different sizes", where=path.name, remedy=remedy)
            writer.add(picture, frame.pts - begin)
            done = frame.index + 1 - start
            yield done, stop - start
        if not done:
            raise BadInputError("no frame can be read", where=path.name, remedy="Choose other frames")


def make_pictures(
    clip: Clip, analysis: Analysis, folder: Path, request: DrawnRequest, *, cancel: Cancel = lambda: False
) -> Iterator[tuple[int, int]]:
    """Write every frame as a PNG file named by its number into a folder; yields (frames done, frames in all).

    The folder is made where it is not; files of other frames in it stay.

    Raises:
        BadInputError: A file cannot be written.
        CancelledError: `cancel` said so; the pictures made so far stay.
    """
    start, stop = request.span(clip.info.n_frames)
    artist = FrameArtist(analysis, request)
    folder.mkdir(parents=True, exist_ok=True)
    digits = max(6, len(str(clip.info.n_frames)))
    for frame, picture in drawn_frames(clip, artist, (start, stop)):
        if cancel():
            raise CancelledError
        write_png(folder / f"frame_{frame.index:0{digits}d}.png", np.ascontiguousarray(picture))
        yield frame.index + 1 - start, stop - start
