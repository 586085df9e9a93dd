"""Orders the frames of a video stream by presentation, and says where a decoder may start for each of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from poseapp.video.packets import NONE, Int64, Packets

# A picture is shown at most 16 pictures later than it is stored (H.264, H.265); fields and leading pictures double it.
_FARTHEST_REORDERING = 64


@dataclass(frozen=True)
class FrameIndex:
    """T frames in presentation order, N packets in order of storage.

    Attributes:
        packet: (T,) the packet that each frame comes from.
        rank: (N,) the frame that each packet yields, -1 for none.
        key: (S,) packets at which a decoder may start, ascending; the first one is the start of the file.
        first: (S,) the first frame that decoding from there gives whole.
        ticks: (T,) presentation times in `time_base`, strictly increasing.
        time_base: Seconds of one tick.
    """

    packet: Int64
    rank: Int64
    key: Int64
    first: Int64
    ticks: npt.NDArray[np.float64]
    time_base: Fraction

    def __len__(self) -> int:
        return len(self.packet)

    @property
    def seconds(self) -> npt.NDArray[np.float64]:
        """(T,) presentation times s."""
        return self.ticks * self.time_base.numerator / self.time_base.denominator

    def start_for(self, rank: int) -> int:
        """Return which start s (0..S-1) is the last at or before a frame."""
        return max(int(np.searchsorted(self.first, rank, side="right")) - 1, 0)

    def end_of_group(self, rank: int) -> int:
        """Return the last frame before the next start: how far damage to a frame can spread."""
        later = self.first[self.first > rank]
        return int(later[0]) - 1 if len(later) else len(self) - 1


def timestamps_are_sound(packets: Packets) -> bool:
    """Tell whether sorting by timestamp gives the order in which a decoder shows the frames.

    Not so when one is missing or double, when the clock jumps back (joined recordings), or when frames
    would be shown farther from their place of storage than any codec allows.
    """
    pts = packets.pts[packets.shown]
    if not len(pts) or (pts == NONE).any() or len(np.unique(pts)) < len(pts):
        return False
    dts = packets.dts[packets.dts != NONE]
    if (np.diff(dts) < 0).any():
        return False
    return _farthest_move(pts) <= _FARTHEST_REORDERING


def _farthest_move(pts: Int64) -> int:
    """Return the largest distance by which sorting moves one of (T,) timestamps."""
    return int(np.abs(np.argsort(pts, kind="stable") - np.arange(len(pts))).max())


def index_by_timestamps(packets: Packets, time_base: Fraction) -> FrameIndex:
    """Order the shown packets by their timestamps, which must be sound."""
    shown = np.flatnonzero(packets.shown)
    order = shown[np.argsort(packets.pts[shown], kind="stable")]
    key = np.flatnonzero(packets.key & (packets.pts != NONE))
    first = np.searchsorted(packets.pts[order], packets.pts[key])
    ticks = packets.pts[order].astype(np.float64)
    return _build(_ranks(order, len(packets)), order, ticks, time_base, starts=(key, first))


def index_by_decoding(packets: Packets, time_base: Fraction, order: Int64, rate: float) -> FrameIndex:
    """Take the order (T,) of packets from a decoder that read the whole file; repair the times by it."""
    rank = _ranks(order, len(packets))
    key = np.flatnonzero(packets.key & (rank >= 0))
    ticks = repair_ticks(packets.pts[order], 1 / (rate * float(time_base)))
    return _build(rank, order, ticks, time_base, starts=(key, rank[key]))


def _ranks(order: Int64, n_packets: int) -> Int64:
    rank = np.full(n_packets, -1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _build(
    rank: Int64,
    order: Int64,
    ticks: npt.NDArray[np.float64],
    time_base: Fraction,
    *,
    starts: tuple[Int64, Int64],
) -> FrameIndex:
    key, first = (np.concatenate([[0], each[starts[0] > 0]]).astype(np.int64) for each in starts)
    # A start that gives less than an earlier one is of no use, and `start_for` needs them ascending.
    useful = np.ones(len(first), dtype=bool)
    useful[1:] = first[1:] > np.maximum.accumulate(first)[:-1]
    return FrameIndex(order, rank, key[useful], first[useful], ticks, time_base)


def repair_ticks(pts: Int64, step: float) -> npt.NDArray[np.float64]:
    """Return strictly increasing times (T,) from timestamps in the order shown, `NONE` = missing.

    All there, all different and nearly in order: sorted (AVI numbers frames in order of storage). Otherwise those that
    rise are kept and the rest interpolated, or extrapolated by `step` ticks.
    """
    if (pts != NONE).all() and len(np.unique(pts)) == len(pts) and _farthest_move(pts) <= _FARTHEST_REORDERING:
        return np.sort(pts).astype(np.float64)
    kept: list[int] = []
    for i, tick in enumerate(pts):
        if tick != NONE and (not kept or tick > pts[kept[-1]]):
            kept.append(i)
    at = np.arange(len(pts), dtype=np.float64)
    if not kept:
        return at * step
    ticks = np.interp(at, kept, pts[kept].astype(np.float64))
    ticks[: kept[0]] -= step * (kept[0] - at[: kept[0]])
    ticks[kept[-1] + 1 :] += step * (at[kept[-1] + 1 :] - kept[-1])
    return ticks


def leave_out_first(index: FrameIndex, count: int) -> FrameIndex:
    """Return the index without its first frames, which no decoder gives: a recording that begins between keyframes."""
    return replace(
        index,
        packet=index.packet[count:],
        rank=np.where(index.rank < count, -1, index.rank - count),
        first=np.maximum(index.first - count, 0),
        ticks=index.ticks[count:],
    )


def is_variable(ticks: npt.NDArray[np.float64], time_base: Fraction) -> bool:
    """Tell whether times (T,) stray from an even pace by more than the rounding of the clock.

    Rounding moves a time by up to one tick; when all times are whole milliseconds (Matroska, or copied from it),
    the tick is one millisecond.
    """
    if len(ticks) < 3:
        return False
    tick = 1.0
    per_ms = 1 / (1000 * float(time_base))
    if per_ms > 1 and (np.abs(ticks / per_ms - np.round(ticks / per_ms)) * per_ms <= 1).all():
        tick = per_ms
    even = np.linspace(ticks[0], ticks[-1], len(ticks))
    return bool(np.abs(ticks - even).max() > tick * 1.001)


def nominal_rate(index: FrameIndex, *, variable: bool, announced: float) -> float:
    """Return frames/s; 0 for a single frame.

    For uneven times one over the median step; otherwise what the file announces, or if that does not
    fit the times to within two ticks of the clock, one over the mean step.
    """
    seconds = index.seconds
    if len(seconds) < 2:
        return 0.0
    if variable:
        return float(1 / np.median(np.diff(seconds)))
    steps, length = len(seconds) - 1, float(seconds[-1] - seconds[0])
    fits = announced > 0 and abs(steps / announced - length) <= 2 * float(index.time_base)
    return announced if fits else steps / length
