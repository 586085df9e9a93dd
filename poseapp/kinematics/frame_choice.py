"""Chooses frames that teach a network most: so that every pose of the clip is like a chosen one, unsure ones above all.

Greedy facility location on poses freed of place and size (Wei, Iyer & Bilmes, Submodularity in data subset selection
and active learning, ICML 2015): a frame is worth what it adds to the likeness of all frames to the nearest chosen one.
Frames that the network was unsure of, or that are suspicious, count more; but only a little: with few frames those that
are most unsure, or farthest from the others, teach what is rare and not what is common (Hacohen, Dekel & Weinshall,
Active learning on a budget, ICML 2022). `docs/finetuning.md` has what was measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from poseapp.core.moments import Moment, MomentKind
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Array, Float64, Source, Track
from poseapp.kinematics.body import column_quantile, measure_body
from poseapp.kinematics.suspicion_rules import RULES

_CANDIDATES = 2000  # frames that are compared; of a longer clip the least sure of each stretch
_SURE_WEIGHT = 0.5  # of a frame that the network was sure of, in what is to be covered
_SURE_SHARE = 0.7  # of its own gain that it keeps
_NOTHING = 1e-3  # gain of a frame that adds nothing: then the least sure is taken
_SUSPICION, _MOST_SUSPICION = 0.15, 2.0  # of the severities of a frame's moments: weight, and how much counts at most
APART = (0.5, 0.25, 0.1)  # s
_PLACED = (Source.CORRECTED, Source.OCCLUDED, Source.ABSENT)


@dataclass(frozen=True)
class FrameChoice:
    """A chosen frame: its index in the clip, how unsure the network was (0 to 1), how unlike the others (trunks)."""

    frame: int
    uncertainty: float
    distance: float


def choose_frames(
    track: Track,
    time: Float64,
    skeleton: Skeleton,
    n: int,
    *,
    found: Sequence[Moment] = (),
    apart_seconds: Sequence[float] = APART,
) -> tuple[FrameChoice, ...]:
    """Return at most `n` frames to correct, the one that teaches most first; fewer where the clip is too short.

    Frames with a mark are taken as corrected already: the chosen ones are unlike these, too, and apart from them.

    Args:
        track: T frames of K keypoints.
        time: (T,) s, the timestamps of these frames, increasing.
        skeleton: The K keypoints.
        n: How many.
        found: Moments of this person in which something is suspicious.
        apart_seconds: No two chosen frames, and none and a corrected one, are nearer in time than the first of these;
            where that leaves too few, the next. There is at least one frame between them.

    Raises:
        ValueError: Lengths that do not agree.
    """
    if len(time) != len(track.xy) or track.xy.shape[1] != skeleton.n_keypoints:
        raise ValueError(f"{len(time)} timestamps and {skeleton.n_keypoints} keypoints for {track.xy.shape}")
    placed = np.isin(track.source, _PLACED).any(axis=1)
    seen = np.isfinite(track.xy[..., 0]).sum(axis=1) >= 2
    uncertainty = compute_uncertainty(track, found)
    candidates = _candidates(seen & ~placed, uncertainty)
    if n < 1 or not len(candidates):
        return ()
    poses = normalise_poses(track.xy.astype(np.float64), skeleton)
    cover = _Cover(poses[candidates], uncertainty[candidates])
    taken = np.flatnonzero(placed & seen).tolist()
    for frame in taken:
        cover.take(poses[frame])
    chosen: list[FrameChoice] = []
    for apart in apart_seconds:
        free = np.ones(len(candidates), dtype=np.bool_)
        for frame in taken:
            free &= _is_apart(candidates, frame, time, apart)
        while len(chosen) < n and free.any():
            best = int(np.where(free, cover.gains(), -1.0).argmax())
            frame = int(candidates[best])
            chosen.append(FrameChoice(track.start + frame, float(uncertainty[frame]), cover.distance(best)))
            taken.append(frame)
            cover.take(poses[frame])
            free &= _is_apart(candidates, frame, time, apart)
    return tuple(chosen)


class _Cover:
    """How like C candidates (C, 2K), trunk lengths, are to the nearest pose that was taken."""

    def __init__(self, poses: Float64, uncertainty: Float64) -> None:
        self._poses = poses
        self._weight = (_SURE_WEIGHT + (1 - _SURE_WEIGHT) * uncertainty).astype(np.float32)
        self._share = _SURE_SHARE + (1 - _SURE_SHARE) * uncertainty
        square = (poses**2).sum(axis=1)
        apart = np.maximum(square[:, None] + square[None] - 2 * poses @ poses.T, 0.0)
        # Half the median distance apart, two poses are still alike.
        self._scale = max(float(np.median(apart)) / 2, 1e-12)
        self._like = np.exp(-apart / self._scale).astype(np.float32)
        self._covered = np.zeros(len(poses), np.float32)
        self._nearest = np.full(len(poses), np.inf)

    def take(self, pose: Float64) -> None:
        """Cover what is like a pose (2K,)."""
        apart = ((self._poses - pose) ** 2).sum(axis=1)
        self._covered = np.maximum(self._covered, np.exp(-apart / self._scale).astype(np.float32))
        self._nearest = np.minimum(self._nearest, np.sqrt(2 * apart / self._poses.shape[1]))

    def gains(self) -> Float64:
        """Return what taking each candidate (C,) would add."""
        more = np.maximum(self._like - self._covered[None], 0.0) @ self._weight
        return np.asarray(self._share * (more + _NOTHING), np.float64)

    def distance(self, candidate: int) -> float:
        """Return how unlike what was taken a candidate is, trunk lengths; 1 where nothing was."""
        return float(self._nearest[candidate]) if np.isfinite(self._nearest[candidate]) else 1.0


def suggest_moments(
    track: Track, time: Float64, skeleton: Skeleton, n: int, *, person: int = 0, found: Sequence[Moment] = ()
) -> tuple[Moment, ...]:
    """Return the chosen frames as moments to look at, with the least sure keypoint first. Raises as `choose_frames`."""
    choices = choose_frames(track, time, skeleton, n, found=found)
    sure = 1.0 - compute_uncertainty(track)  # of the keypoints: what is suspicious is said elsewhere
    return tuple(
        _moment(choice, track, person, rank, sure=float(sure[choice.frame - track.start]))
        for rank, choice in enumerate(choices)
    )


def _moment(choice: FrameChoice, track: Track, person: int, rank: int, *, sure: float) -> Moment:
    row = choice.frame - track.start
    score = np.nan_to_num(track.score[row], nan=0.0)
    keypoints = tuple(int(k) for k in np.argsort(score, kind="stable"))
    points = tuple((float(track.xy[row, k, 0]), float(track.xy[row, k, 1])) for k in keypoints)
    severity = RULES[MomentKind.SUGGESTED].severity(1.0 / (1 + rank))  # in the order of the choice
    span = person, choice.frame, choice.frame + 1, choice.frame
    return Moment(MomentKind.SUGGESTED, *span, keypoints, points, severity, sure, 1.0)


def compute_uncertainty(track: Track, found: Sequence[Moment] = ()) -> Float64:
    """Return (T,) in 0..1: one less the mean score, a missing keypoint counting as 0, and more where it is suspicious.

    Args:
        track: T frames.
        found: Moments; each adds a share of its severity to its frames, suggested ones nothing.
    """
    score = np.nan_to_num(track.score.astype(np.float64), nan=0.0)
    unsure = 1.0 - np.where(track.source == Source.ABSENT, 1.0, score).mean(axis=1)
    suspicion = np.zeros(len(unsure))
    for moment in found:
        if moment.kind is not MomentKind.SUGGESTED:
            suspicion[max(0, moment.start - track.start) : max(0, moment.stop - track.start)] += moment.severity
    return np.asarray(np.minimum(unsure + _SUSPICION * np.minimum(suspicion, _MOST_SUSPICION), 1.0))


def normalise_poses(xy: Float64, skeleton: Skeleton) -> Float64:
    """Return (T, 2K): keypoints about their own middle in trunk lengths; a missing one where it usually is."""
    known = np.isfinite(xy)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    middle = np.where(known, xy, 0.0).sum(axis=1, keepdims=True) / count
    scaled = (xy - middle) / measure_body(xy, skeleton).unit[:, None, None]
    flat = scaled.reshape(len(xy), -1)
    return np.asarray(np.where(np.isfinite(flat), flat, np.nan_to_num(column_quantile(flat, 0.5), nan=0.0)))


def _candidates(usable: Array, uncertainty: Float64) -> npt.NDArray[np.intp]:
    """Return usable frames, ascending: all, or of each of many equal stretches the least sure one."""
    frames = np.flatnonzero(usable)
    if len(frames) <= _CANDIDATES:
        return frames
    stretches = np.array_split(frames, _CANDIDATES)
    return np.array([part[uncertainty[part].argmax()] for part in stretches], dtype=np.intp)


def _is_apart(frames: npt.NDArray[np.intp], other: int, time: Float64, seconds: float) -> npt.NDArray[np.bool_]:
    """Return which frames (C,) are so far in time from another one, and do not follow it or go before it."""
    return np.asarray((np.abs(time[frames] - time[other]) >= seconds) & (np.abs(frames - other) > 1))
