"""Frames of a clip with poses drawn and heads hidden, as they leave the program in a video or in pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from poseapp.core.analysis import Analysis
from poseapp.core.errors import BadInputError
from poseapp.core.types import Float64, Frame
from poseapp.kinematics.heads import find_heads
from poseapp.video import Clip
from poseapp.video.drawing import draw_pose, hide_everything, hide_head

UInt8 = npt.NDArray[np.uint8]
Style = Literal["overlay", "side-by-side", "skeleton"]
STYLES: tuple[Style, ...] = ("overlay", "side-by-side", "skeleton")
_PAPER = 24  # grey level behind a skeleton without a picture


@dataclass(frozen=True)
class DrawnRequest:
    """What is to be seen.

    Attributes:
        style: The skeleton on the picture, beside the bare picture, or alone.
        hide_faces: Heads of the people who were followed are made unrecognisable, and the whole picture in frames in
            which nobody knows where they are. Other people in the picture are not hidden.
        start, stop: Frames; stop None is the end of the clip.
    """

    style: Style = "overlay"
    hide_faces: bool = False
    start: int = 0
    stop: int | None = None

    def span(self, n_frames: int) -> tuple[int, int]:
        """Return first frame and end within a clip. Raises BadInputError where nothing is between them."""
        stop = n_frames if self.stop is None else min(self.stop, n_frames)
        if not 0 <= self.start < stop:
            raise BadInputError(f"there are no frames {self.start} to {stop - 1} in a clip of {n_frames}")
        return self.start, stop


class FrameArtist:
    """Draws the poses of a clip into its frames: those that the window shows, not the smoothed ones behind angles."""

    def __init__(self, analysis: Analysis, request: DrawnRequest) -> None:
        self._analysis, self._request = analysis, request
        self._poses = [person.final for person in analysis.persons]
        self._circles: list[Float64] = []
        if request.hide_faces:
            side = max(analysis.clip.width, analysis.clip.height)
            time = np.asarray(analysis.clip.pts, np.float64)
            self._circles = [find_heads(person.final, analysis.skeleton, time, side) for person in analysis.persons]

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of what is drawn, px."""
        clip = self._analysis.clip
        return clip.height, clip.width * (2 if self._request.style == "side-by-side" else 1)

    def draw(self, frame: Frame) -> UInt8:
        """Return a frame as it leaves the program, (H, W, 3) RGB."""
        if self._request.style == "skeleton":
            picture = np.full(frame.rgb.shape, _PAPER, np.uint8)
            self.draw_poses(picture, frame.index)
            return picture
        picture = self.hidden(frame)
        bare = picture.copy()
        self.draw_poses(picture, frame.index)
        return np.asarray(np.hstack([bare, picture]), np.uint8) if self._request.style == "side-by-side" else picture

    def hidden(self, frame: Frame) -> UInt8:
        """Return a copy of a frame without faces, where that was asked for."""
        picture = frame.rgb.copy()
        if not self._request.hide_faces:
            return picture
        here = [circles[frame.index] for circles in self._circles]
        if not any(np.isfinite(circle).all() for circle in here):
            return hide_everything(picture)
        for circle in here:
            hide_head(picture, circle)
        return picture

    def draw_poses(self, picture: UInt8, index: int) -> None:
        """Draw everybody's pose of a frame into a picture, in place."""
        for person, xy in zip(self._analysis.persons, self._poses, strict=True):
            draw_pose(picture, xy[index], self._analysis.skeleton, person.track.score[index])

    def pose(self, person: int, index: int) -> npt.NDArray[np.float32]:
        """Return the keypoints (K, 2), px, that are drawn of a person in a frame."""
        return np.asarray(self._poses[person][index], np.float32)


def drawn_frames(clip: Clip, artist: FrameArtist, span: tuple[int, int]) -> Iterator[tuple[Frame, UInt8]]:
    """Yield every readable frame of a span with its picture."""
    for frame in clip.frames(*span):
        yield frame, artist.draw(frame)
