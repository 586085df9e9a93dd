"""What people marked in a project of this application, as labels to learn from and to measure against."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.core.store import PoseStore
from poseapp.core.types import PoseView, Source
from poseapp.storage.project import ProjectFile
from poseapp.training.labelled import LabelledSet, UInt8
from poseapp.training.readers.people import Person, PictureList, gather
from poseapp.video import Clip, open_clip

_CACHE = 32 << 20  # bytes of decoded frames kept; frames are asked for once each, in order


def read_project(path: Path, *, fill: bool = False) -> LabelledSet:
    """Read the marked frames of a project: each is a picture, numbered by its frame.

    A person is labelled in a frame where anybody marked one of their keypoints visible or occluded. Keypoints marked
    absent are NaN, as are those nobody marked.

    Args:
        path: Of the `.poseapp` file; it is not changed, and may be open elsewhere.
        fill: Keypoints that nobody marked take what the network predicted, where it did. Good for learning, not for
            measuring: the network would be measured against itself.

    Raises:
        BadInputError: Not a project, its clip cannot be found, or nobody has marked anything in it.
    """
    with ProjectFile.open(path, readonly=True) as project:
        loaded = project.load()
        clip = project.find_media()
    frames = [int(frame) for frame in loaded.store.marked_frames()]
    labelled = [(frame, persons) for frame in frames if (persons := list(_marked(loaded.store, frame, fill)))]
    if not labelled:
        raise BadInputError(
            "nobody has marked a keypoint in this project", where=str(path), remedy="Correct some first"
        )
    people = [Person(row, *person) for row, (_, persons) in enumerate(labelled) for person in persons]
    pictures = PictureList(ClipPictures(clip, [frame for frame, _ in labelled]), [frame for frame, _ in labelled])
    return gather(path.stem, loaded.skeleton, pictures, people)


def _marked(store: PoseStore, frame: int, fill: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    view: PoseView = store.view(frame)
    placed = np.isin(view.source, (Source.CORRECTED, Source.OCCLUDED))
    known = placed | (view.source == Source.PREDICTED) if fill else placed
    for person in np.flatnonzero(placed.any(axis=1)):
        xy = np.where(known[person][:, None], view.xy[person], np.nan).astype(np.float64)
        yield xy, view.source[person] == Source.OCCLUDED


class ClipPictures:
    """Reads frames of a clip; every thread opens the clip for itself, as one clip serves one thread."""

    def __init__(self, path: Path, frames: Sequence[int] = ()) -> None:
        """Read the clip at `path`; `frames` are what a call numbers."""
        self._path = path
        self._frames = frames
        self._local = threading.local()

    def __call__(self, index: int) -> UInt8:
        """Return the picture (H, W, 3) of the index-th of the frames. Raises as `frame`."""
        return self.frame(self._frames[index])

    def frame(self, frame: int) -> UInt8:
        """Return the picture (H, W, 3) of a frame.

        Raises:
            BadInputError: The clip cannot be read, or is shorter.
        """
        clip: Clip | None = getattr(self._local, "clip", None)
        if clip is None:
            clip = self._local.clip = open_clip(self._path, cache_bytes=_CACHE)
        if frame >= clip.info.n_frames:
            what = f"there is no frame {frame} in a clip of {clip.info.n_frames}"
            raise BadInputError(what, where=str(self._path), remedy="Locate the clip the project was made with")
        return clip.frame_at(frame).rgb
