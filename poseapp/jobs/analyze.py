"""A clip in, poses out: decoding runs ahead in a thread while the network reads."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np

from poseapp.core.errors import BadInputError, UsageError
from poseapp.core.geometry import Box
from poseapp.core.types import ClipInfo, Frame, PoseChunk
from poseapp.inference.catalog import find_model
from poseapp.inference.network import Network, load_network
from poseapp.inference.tracker import TrackedPoses, Tracker
from poseapp.jobs.prefetch import prefetch
from poseapp.jobs.settling import Settler
from poseapp.video import Clip, open_clip

_AHEAD = 6  # frames decoded ahead: 60 MB in full HD
_NEIGHBOUR = 3  # frames between the first and the one that shows what moves
_LEAST_CHUNK, _MOST_CHUNK = 16, 64
_CHUNK_SECONDS = 0.2  # a chunk goes out when it is so old and long enough

ClipLike = Clip | str | Path | Sequence[str | Path]


@dataclass(frozen=True)
class Reading:
    """What to read of a clip, and how.

    Attributes:
        persons: Rows to follow, P.
        box: Where the first person is in the first frame, image px; None to search.
        span: First frame and the one after the last; None = to the end.
        mirror: Average what the network says with what it says of the mirrored picture: steadier, half as fast; None:
            as the network's description says.
        settle: Settle left and right, and keypoints that are astray for a moment, over time.
    """

    persons: int = 1
    box: Box | None = None
    span: tuple[int, int | None] = (0, None)
    mirror: bool | None = None
    settle: bool = True


@dataclass(frozen=True)
class Outcome:
    """What there is to tell after the last chunk.

    Attributes:
        problems: What was wrong with the clip.
        exchanged: For each person, frames in which keypoints were exchanged between left and right.
        bridged: For each person, frames in which keypoints that were astray for a moment were put where motion leads.
    """

    problems: tuple[str, ...]
    exchanged: tuple[int, ...]
    bridged: tuple[int, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done about it, a sentence each."""
        said = ("Left and right were exchanged", self.exchanged), ("Keypoints astray were put back", self.bridged)
        return tuple(
            f"{what} in {count} frame{'s' * (count > 1)} of person {number}."
            for what, counts in said
            for number, count in enumerate(counts, start=1)
            if count
        )


def analyze(
    clip: ClipLike,
    network: Network | str | Path,
    reading: Reading | None = None,
    *,
    cancel: Callable[[], bool] = lambda: False,
) -> Generator[PoseChunk, None, Outcome]:
    """Yield the poses of a clip in chunks; return what there is to tell.

    Every frame of the span comes once and in order, in chunks of 16 to 64 frames. One that cannot be decoded is a row
    of NaN, as is a person who is not seen. In between and at the end come replacements of earlier frames, at most 256 a
    chunk, in which left and right are settled over time (see `inference.sides`), and in videos what is astray for a
    moment, too (see `kinematics.strays`): a chunk that starts before the end of an earlier one takes its place.

    Args:
        clip: Open, or the path or paths of one. An open clip is read from another thread until this generator ends.
        network: Loaded, or the name or path of one.
        reading: What to read and how; None for one person in every frame.
        cancel: Asked before every frame; when true, what is done goes out as a last chunk, is settled, and the
            generator ends.

    Raises:
        BadInputError: The clip or network cannot be used, or no frame at all can be read.
        UsageError: `persons` below 1, or an empty span.
    """
    reading = reading or Reading()
    if reading.persons < 1:
        raise UsageError(f"{reading.persons} persons cannot be followed", remedy="Ask for at least one")
    model = network if isinstance(network, Network) else load_network(find_model(network))
    opened = nullcontext(clip) if isinstance(clip, Clip) else open_clip(clip)
    with opened as source:
        start, stop = _check_span(reading.span, source.info.n_frames)
        boxes = (reading.box,) if reading.box else ()
        flip_test = model.spec.flip_test if reading.mirror is None else reading.mirror
        tracker = Tracker(model, reading.persons, boxes=boxes, flip_test=flip_test)
        settler = Settler(model.spec.skeleton, _rate(source.info))
        frames = prefetch(lambda: source.frames(start, stop), depth=_AHEAD)
        with closing(frames):
            for chunk in _chunks(_poses(frames, tracker, cancel), start, stop, cancel):
                yield chunk
                if reading.settle:
                    yield from settler.add(chunk)
            yield from settler.finish()
        return Outcome(source.problems(), settler.exchanged, settler.bridged)


def _rate(info: ClipInfo) -> float:
    """Return frames/s of what was recorded; 0 for pictures, which need not follow each other in time."""
    return (info.capture_fps or info.fps) if info.kind == "video" else 0.0


def _check_span(span: tuple[int, int | None], n_frames: int) -> tuple[int, int]:
    start, stop = span[0], n_frames if span[1] is None else min(span[1], n_frames)
    if not 0 <= start < stop:
        raise UsageError(f"frames {start} to {span[1]} of {n_frames} are none", remedy="Choose a span within the clip")
    return start, stop


def _poses(frames: Iterator[Frame], tracker: Tracker, cancel: Callable[[], bool]) -> Iterator[tuple[int, TrackedPoses]]:
    """Yield (frame index, poses) of the frames that can be read, until there are no more or `cancel` says so."""
    first = list(islice(frames, 1 + _NEIGHBOUR))
    if not first:
        raise BadInputError("no frame can be read", remedy="Copy the file again from its source")
    neighbour = first[-1].rgb if len(first) > 1 else None
    for frame in chain(first, frames):
        if cancel():
            return
        yield frame.index, tracker.step(frame.rgb, neighbour=neighbour)


def _chunks(
    poses: Iterator[tuple[int, TrackedPoses]], start: int, stop: int, cancel: Callable[[], bool]
) -> Iterator[PoseChunk]:
    """Gather poses into chunks without a hole; frames that could not be read become NaN, to the end of the span."""
    rows: list[TrackedPoses] = []
    began = time.monotonic()
    last = None
    for index, row in poses:
        last = row
        rows.extend(_missing(row) for _ in range(index - start - len(rows)))
        rows.append(row)
        while len(rows) >= _MOST_CHUNK or (len(rows) >= _LEAST_CHUNK and time.monotonic() - began > _CHUNK_SECONDS):
            size = min(len(rows), _MOST_CHUNK)
            yield _pack(start, rows[:size])
            start, rows, began = start + size, rows[size:], time.monotonic()
    if last is not None and not cancel():
        rows.extend(_missing(last) for _ in range(stop - start - len(rows)))
    for first in range(0, len(rows), _MOST_CHUNK):
        yield _pack(start + first, rows[first : first + _MOST_CHUNK])


def _missing(like: TrackedPoses) -> TrackedPoses:
    return TrackedPoses(*(np.full_like(array, np.nan) for array in (like.xy, like.score, like.cov)))


def _pack(start: int, rows: list[TrackedPoses]) -> PoseChunk:
    return PoseChunk(
        start,
        np.stack([row.xy for row in rows]),
        np.stack([row.score for row in rows]),
        np.stack([row.cov for row in rows]),
    )
