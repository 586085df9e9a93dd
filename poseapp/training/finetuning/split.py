"""Which corrected frames are kept away from learning, so that what was learnt can be proved on them.

Frames that follow each other show nearly the same picture: a network that learnt one of them is measured on nothing new
with the next. So whole clips are held out where there are several, else whole stretches of time, and what lies between
a stretch and what is learnt from is left out of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from poseapp.core.types import Float64, frozen_arrays

LEAST_FRAMES = 10  # corrected frames from which some are held out
LEAST_HELD_OUT = 4
MOST_HELD_OUT = 100  # frames: more proves no more, and would have been worth learning from
SHARE = 0.25
CLIPS = 4  # with so many enough frames each, whole clips are held out
CLIP_FRAMES = 5
GUARD_SECONDS = (0.1, 0.5)
_GUARD_SHARE = 0.05  # of the time that the corrected frames span
_FRAMES_A_STRETCH = 3
_LEAST_LEARNT = 0.42  # of the frames; of fewer, in a row, one stretch at the end leaves more

Index = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Split:
    """Which of N examples serve for what; those in neither lie too near to a held-out frame.

    Attributes:
        learnt: (N,) to learn from. held_out: (N,) to measure on; all False where there are too few frames.
        words: What was done and why, a sentence.
    """

    learnt: Bool
    held_out: Bool
    words: str

    def __post_init__(self) -> None:
        frozen_arrays(self)

    @property
    def measurable(self) -> bool:
        """Whether anything is held out."""
        return bool(self.held_out.any())


def split_frames(clip: npt.ArrayLike, frame: npt.ArrayLike, times: Sequence[Float64]) -> Split:
    """Hold out a quarter of the corrected frames, the same ones for the same frames.

    Args:
        clip: (N,) the clip of each example. frame: (N,) its frame; people of one frame stay together.
        times: Of each clip, (T,) s of its frames.
    """
    clips, frames = np.asarray(clip, np.int64), np.asarray(frame, np.int64)
    n = sum(len(np.unique(frames[clips == c])) for c in np.unique(clips))
    if n < LEAST_FRAMES:
        words = (
            f"{n} corrected frame{'s are' if n != 1 else ' is'} too few to keep some away from learning and measure on "
            f"them: that takes {LEAST_FRAMES}."
        )
        return Split(np.ones(len(clips), np.bool_), np.zeros(len(clips), np.bool_), words)
    whole = _whole_clips(clips, frames)
    if len(whole):
        held = np.isin(clips, whole)
        words = f"Measured on {len(whole)} of {len(np.unique(clips))} clips, of which nothing was learnt."
        return Split(~held, held, words)
    learnt, held = np.ones(len(clips), np.bool_), np.zeros(len(clips), np.bool_)
    for c, count in _shares(clips, frames).items():
        rows = np.flatnonzero(clips == c)
        learnt[rows], held[rows] = _split_clip(frames[rows], np.asarray(times[c], np.float64), count)
    left = int((~learnt & ~held).sum())
    words = "Measured on stretches of the clip that nothing was learnt from"
    return Split(learnt, held, f"{words}; {left} beside them left out." if left else f"{words}.")


def _whole_clips(clips: Index, frames: Index) -> Index:
    """Return the clips to hold out: the ones that come nearest to a quarter of the frames; none of too few clips."""
    counts = {int(c): len(np.unique(frames[clips == c])) for c in np.unique(clips)}
    if len(counts) < CLIPS or min(counts.values()) < CLIP_FRAMES:
        return np.empty(0, np.int64)
    wanted = _wanted(sum(counts.values()))
    # The last clips first: in the order given, a person adds new ones at the end.
    held: list[int] = []
    for c in sorted(counts, reverse=True):
        if sum(counts[h] for h in held) < wanted and len(held) < len(counts) // 2:
            held.append(c)
    return np.array(held, np.int64)


def _wanted(n: int) -> int:
    return int(np.clip(round(SHARE * n), LEAST_HELD_OUT, MOST_HELD_OUT))


def _shares(clips: Index, frames: Index) -> dict[int, int]:
    """Return how many frames to hold out of each clip: in proportion, the largest remainders rounded up."""
    counts = {int(c): len(np.unique(frames[clips == c])) for c in np.unique(clips)}
    total, wanted = sum(counts.values()), _wanted(sum(counts.values()))
    exact = {c: wanted * count / total for c, count in counts.items()}
    shares = {c: int(share) for c, share in exact.items()}
    missing = wanted - sum(shares.values())
    for c in sorted(counts, key=lambda c: (shares[c] - exact[c], c))[:missing]:
        shares[c] += 1
    return shares


def _split_clip(frames: Index, time: Float64, count: int) -> tuple[Bool, Bool]:
    """Return which examples (n,) of one clip are learnt from and which `count` frames of them are held out."""
    marked = np.unique(frames)
    count = min(count, len(marked) // 2)
    if count < 1:
        return np.ones(len(frames), np.bool_), np.zeros(len(frames), np.bool_)
    held = _stretches(len(marked), count)
    near = _near(marked, time, held)
    if len(marked) - len(held) - near.sum() < _LEAST_LEARNT * len(marked):
        held = np.arange(len(marked) - count, len(marked))
        near = _near(marked, time, held)
    is_held = np.isin(frames, marked[held])
    return ~is_held & ~np.isin(frames, marked[near]), is_held


def _near(marked: Index, time: Float64, held: Index) -> Bool:
    """Return which of the marked frames (n,) lie too near to a held-out one, and are none."""
    seconds = time[marked]
    guard = float(np.clip(_GUARD_SHARE * (seconds[-1] - seconds[0]), *GUARD_SECONDS))
    apart = np.abs(seconds[:, None] - seconds[held][None]).min(axis=1)
    beside = np.abs(marked[:, None] - marked[held][None]).min(axis=1)
    near: Bool = (apart < guard - 1e-9) | (beside <= 1)
    near[held] = False
    return near


def _stretches(n: int, count: int) -> Index:
    """Return `count` of 0 .. n - 1 in runs, each in the middle of an equal part of the whole."""
    runs = max(1, round(count / _FRAMES_A_STRETCH))
    sizes = [count * (i + 1) // runs - count * i // runs for i in range(runs)]
    chosen: list[int] = []
    for i, size in enumerate(sizes):
        first, last = n * i // runs, n * (i + 1) // runs
        start = first + (last - first - size) // 2
        chosen += range(start, start + size)
    return np.array(chosen, np.int64)
