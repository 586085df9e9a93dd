"""The key frames of a report: which ones, and what of them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.analysis import PersonMeasures
from poseapp.core.errors import BadInputError
from poseapp.core.geometry import Box
from poseapp.core.items import Event
from poseapp.jobs.drawn_frames import DrawnRequest, FrameArtist
from poseapp.jobs.reporting.ranges import angle_title, measure_range, sides_of
from poseapp.jobs.reporting.request import Measured, ReportRequest
from poseapp.reports.content import KeyFrame
from poseapp.video import Clip

UInt8 = npt.NDArray[np.uint8]

MOST = 4
_AROUND = 1.35  # of the box about the keypoints
_HEIGHT = 520  # px of a picture on the page, at most
_LEAST_SHAPE, _MOST_SHAPE = 0.62, 1.4  # width over height


def key_frames(clip: Clip, measured: Measured, request: ReportRequest, span: tuple[int, int]) -> tuple[KeyFrame, ...]:
    """Return the pictures of a report: of the first events of each kind, or of the ends of the first angles' ranges.

    Frames in which the person is not seen, or that cannot be read, are left out.
    """
    person = measured.analysis.persons[request.person]
    chosen = choose_frames(person, measured.analysis.events, request, span)
    artist = FrameArtist(measured.analysis, DrawnRequest(hide_faces=request.hide_faces))
    seen = [(i, words) for i, words in chosen if np.isfinite(person.final[i]).all(axis=1).sum() >= 2]
    if not seen:
        return ()
    boxes = [Box.around(person.final[i], factor=_AROUND) for i, _ in seen]
    height = max(box.height for box in boxes)
    width = float(np.clip(max(box.width for box in boxes), _LEAST_SHAPE * height, _MOST_SHAPE * height))
    frames = []
    for (i, words), box in zip(seen, boxes, strict=True):
        try:
            picture = artist.draw(clip.frame_at(i))
        except BadInputError:  # the clip's problems are told where it was opened
            continue
        caption = f"{measured.analysis.clip.pts[i]:.2f} s · {words}"
        frames.append(KeyFrame(_cut(picture, box.centre, (height, width)), caption))
    return tuple(frames)


def choose_frames(
    person: PersonMeasures, events: tuple[Event, ...], request: ReportRequest, span: tuple[int, int]
) -> list[tuple[int, str]]:
    """Return (frame, in words) of at most `MOST` pictures, in order of time."""
    chosen: dict[int, str] = {}
    kinds: set[tuple[str, str]] = set()
    for event in sorted(events, key=lambda event: event.frame):
        new = (event.name, event.side) not in kinds
        if new and event.person in (-1, request.person) and span[0] <= event.frame < span[1]:
            kinds.add((event.name, event.side))
            chosen.setdefault(event.frame, f"{event.side} {event.name}".strip())
    for frame, words in _extremes(person, request, span):
        # A picture beside another one shows nothing new.
        if all(abs(frame - other) > (span[1] - span[0]) / 40 for other in chosen):
            chosen[frame] = words
    return sorted(list(chosen.items())[:MOST])


def _extremes(person: PersonMeasures, request: ReportRequest, span: tuple[int, int]) -> list[tuple[int, str]]:
    found = []
    for name in request.angles:
        for side, full in sides_of(person.angles, name).items():
            one = measure_range(person.angles, full, *span)
            title = f"{'' if side == 'middle' else side + ' '}{angle_title(person.angles, name).lower()}"
            found += [(one.high_frame, f"{title} {one.high:.0f}°"), (one.low_frame, f"{title} {one.low:.0f}°")]
    return [(frame, words.replace("-", "−")) for frame, words in found if frame >= 0]


def _cut(
    picture: npt.NDArray[np.uint8], centre: tuple[float, float], size: tuple[float, float]
) -> npt.NDArray[np.uint8]:
    height, width = (max(8, round(side)) for side in size)
    cut = cv2.getRectSubPix(picture, (width, height), centre)
    scale = min(1.0, _HEIGHT / height)
    shape = (max(1, round(scale * width)), max(1, round(scale * height)))
    return np.asarray(cv2.resize(cut, shape, interpolation=cv2.INTER_AREA), np.uint8)
