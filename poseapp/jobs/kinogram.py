"""A movement in one picture: the person at several times, where they were, or side by side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.analysis import Analysis
from poseapp.core.errors import BadInputError
from poseapp.core.geometry import Box
from poseapp.core.types import Frame
from poseapp.jobs.drawn_frames import DrawnRequest, FrameArtist
from poseapp.video import Clip
from poseapp.video.drawing import draw_pose
from poseapp.video.pictures import write_png

UInt8 = npt.NDArray[np.uint8]
Layout = Literal["auto", "overlaid", "strip"]
LAYOUTS: tuple[Layout, ...] = ("auto", "overlaid", "strip")

_AROUND = 1.25  # of the box about the keypoints: hands, hair and shoes reach farther
_APART = 0.5  # box widths from one pose to the next that keep the poses of an overlaid kinogram apart
_STILL = 12.0  # grey levels that most of the picture may change while the camera stands
_CHANGED = 28.0  # grey levels by which a person stands out from what is behind
_GAP = 6  # px between the pictures of a strip


@dataclass(frozen=True)
class KinogramRequest:
    """What goes into the picture.

    Attributes:
        person: Who. count: How many times, evenly spaced, at most; times without the person are left out.
        start, stop: Frames; stop None is the end of the clip.
        layout: "overlaid": all in one picture; needs a camera that stands. "strip": side by side. "auto": the first
            where the camera stands and the person moves on.
        poses: Draw the skeletons, too. hide_faces: As in `DrawnRequest`.
    """

    person: int = 0
    count: int = 8
    start: int = 0
    stop: int | None = None
    layout: Layout = "auto"
    poses: bool = True
    hide_faces: bool = False


def make_kinogram(clip: Clip, analysis: Analysis, path: Path, request: KinogramRequest) -> None:
    """Write a kinogram as a PNG file.

    Raises:
        BadInputError: The person is seen nowhere in the stretch, or the file cannot be written.
    """
    drawn = DrawnRequest(hide_faces=request.hide_faces, start=request.start, stop=request.stop)
    artist = FrameArtist(analysis, drawn)
    frames = [clip.frame_at(i) for i in choose_frames(artist, request, drawn.span(clip.info.n_frames))]
    boxes = [Box.around(artist.pose(request.person, frame.index), factor=_AROUND) for frame in frames]
    pictures = [artist.hidden(frame) for frame in frames]
    overlaid = request.layout == "overlaid" or (request.layout == "auto" and _moves_on(pictures, boxes))
    if overlaid:
        made = overlay(pictures, boxes)
        if request.poses:
            for frame in frames:
                _draw(made, artist, request.person, frame, analysis)
    else:
        if request.poses:
            for picture, frame in zip(pictures, frames, strict=True):
                _draw(picture, artist, request.person, frame, analysis)
        made = strip(pictures, boxes, [frame.pts - frames[0].pts for frame in frames])
    write_png(path, made)


def choose_frames(artist: FrameArtist, request: KinogramRequest, span: tuple[int, int]) -> list[int]:
    """Return the frames of a kinogram: evenly spaced over the stretch in which the person is seen.

    Raises:
        BadInputError: The person is seen nowhere.
    """
    seen = np.array([i for i in range(*span) if np.isfinite(artist.pose(request.person, i)).all(axis=1).sum() >= 2])
    if not len(seen):
        where = f"frames {span[0]} to {span[1] - 1}"
        raise BadInputError(f"person {request.person + 1} is not seen", where=where, remedy="Choose other frames")
    places = np.linspace(0, len(seen) - 1, max(1, min(request.count, len(seen))))
    return [int(seen[round(place)]) for place in places]


def overlay(pictures: list[UInt8], boxes: list[Box]) -> UInt8:
    """Return one picture with everybody who stands out from what is common to all; later ones lie on top."""
    background: UInt8 = np.median(np.stack(pictures), axis=0).astype(np.uint8)
    made: UInt8 = background.copy()
    for picture, box in zip(pictures, boxes, strict=True):
        rows, columns = _pixels(box)
        part, behind = picture[rows, columns], background[rows, columns]
        away = cv2.GaussianBlur(np.abs(part.astype(np.float32) - behind).max(axis=2), (0, 0), 1.5)
        share = np.clip((away - _CHANGED / 2) / (_CHANGED / 2), 0.0, 1.0)[..., None]
        below = made[rows, columns]
        made[rows, columns] = np.round(share * part + (1 - share) * below).astype(np.uint8)
    return made


def strip(pictures: list[UInt8], boxes: list[Box], seconds: list[float]) -> UInt8:
    """Return equally large cuts about the boxes side by side, each with its time since the first."""
    width = round(max(box.width for box in boxes))
    height = round(max(box.height for box in boxes))
    cells = []
    for picture, box, time in zip(pictures, boxes, seconds, strict=True):
        x, y = box.centre
        cell = np.asarray(cv2.getRectSubPix(picture, (width, height), (x, y)), np.uint8).copy()
        _label(cell, f"{time:.2f} s")
        cells += [cell, np.full((height, _GAP, 3), 255, np.uint8)]
    return np.asarray(np.hstack(cells[:-1]), np.uint8)


def _moves_on(pictures: list[UInt8], boxes: list[Box]) -> bool:
    if len(boxes) < 3:
        return False
    steps = np.diff([box.centre[0] for box in boxes])
    apart = np.median(np.abs(steps)) >= _APART * np.median([box.width for box in boxes])
    change = np.abs(pictures[0].astype(np.float32) - pictures[-1]).mean(axis=2)
    return bool(apart and np.median(change) < _STILL)


def _pixels(box: Box) -> tuple[slice, slice]:
    top, left = max(0, round(box.y)), max(0, round(box.x))
    return slice(top, max(top + 1, round(box.y + box.height))), slice(left, max(left + 1, round(box.x + box.width)))


def _draw(picture: UInt8, artist: FrameArtist, person: int, frame: Frame, analysis: Analysis) -> None:
    score = analysis.persons[person].track.score[frame.index]
    draw_pose(picture, artist.pose(person, frame.index), analysis.skeleton, score)


def _label(picture: UInt8, text: str) -> None:
    size = max(0.4, picture.shape[1] / 300)
    at = (round(8 * size), round(28 * size))
    for ink, thick in (((16, 18, 20), 4), ((255, 255, 255), 1)):
        cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, ink, max(1, round(thick * size)), cv2.LINE_AA)
