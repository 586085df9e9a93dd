"""Strays: keypoints that a network puts somewhere else for a moment, on the other foot or into the background.

A network sees one picture at a time, so where it errs a keypoint jumps away in one frame, stays away for some, and
jumps back. Bodies do not move so: a limb that strikes gains and loses its speed over several frames. What counts as a
jump is therefore the part of a step that the steps before and after do not explain. A run of frames is astray where
both its ends are jumps, where the keypoint goes on after it as it went before, and where twice the weaker end weighs
more than the scores of the frames between. Scores weigh less where a keypoint lies on its counterpart of the other
side, or at the end of a bone much longer than it is. Of all runs of one keypoint those are taken that together gain
most (weighted interval scheduling; Kleinberg & Tardos 2006, section 6.1). Where much of a second is astray it is
unknown what is right, and nothing is changed.

Positions are seen relative to the trunk and measured in trunk lengths. `docs/adr/0022-strays-are-bridged.md` says what
this brings and what it costs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poseapp.core.skeleton import Skeleton
from poseapp.core.spans import find_runs
from poseapp.core.types import Float32, Float64
from poseapp.kinematics.body import bone_lengths, column_quantile, limb_bones, measure_body
from poseapp.kinematics.gaps import fill_gaps
from poseapp.kinematics.stretches import Bools, find_present

LONGEST_SECONDS = 0.25  # between the frames beside a run, as gaps are filled (`MeasureSettings.max_gap_seconds`)
_LONGEST = 128  # frames, at rates so high that it is shorter
_JUMP = 0.1  # trunk lengths of a jump that weighs half as much as any
_APART = 0.15  # trunk lengths by which the way across a run may miss, besides ...
_ACCELERATION = 200.0  # ... what this acceleration does in that time, trunk lengths/s^2: about 100 m/s^2
_MISSED = 2.0  # what missing it weighs, in jumps
_SCORE = 0.5  # what a frame of score 1 weighs, in jumps
_TOGETHER = 0.08  # trunk lengths apart at which counterparts lie on each other
_TOGETHER_SHARE = 0.8  # of the score that is lost where they do
_TOO_LONG, _TOO_LONG_SOFT = 1.25, 0.05  # times the usual length of a bone
_TOO_LONG_SHARE = 0.9  # of the score that is lost at its ends
_USUAL_QUANTILE = 0.9  # a picture can only shorten a bone
_MOST_ASTRAY = 0.3  # of the second around a run
_LEAST = 0.1  # trunk lengths: what lies nearer to where motion leads stays as it is
_SCORE_BRIDGED = 0.5  # of the lower score beside the run
_BRIDGED_ACCELERATION = 20.0  # trunk lengths/s^2 that positions between two known ones are usually off by

_TRUNK = ("left_hip", "right_hip", "left_shoulder", "right_shoulder")


@dataclass(frozen=True)
class Bridged:
    """One person's keypoints with strays put where the motion leads.

    Attributes:
        xy: (T, K, 2) px. score: (T, K). cov: (T, K, 3) px^2; where bridged, of the way across.
        where: (T, K) True where a keypoint was astray.
    """

    xy: Float32
    score: Float32
    cov: Float32
    where: Bools


def bridge_strays(
    xy: Float32, score: Float32, cov: Float32, skeleton: Skeleton, rate: float, *, frames: slice = slice(None)
) -> Bridged:
    """Find keypoints that are astray and put them where the frames before and after lead (PCHIP).

    Their score becomes half the lower of those beside the run: nobody saw them there. Their covariance is that of the
    frames beside it and what an ordinary acceleration does in between.

    Args:
        xy: (T, K, 2) px of one person in consecutive frames; NaN = missing, and no run goes across it.
        score: (T, K) 0 to 1.
        cov: (T, K, 3) px^2.
        skeleton: K keypoints.
        rate: Frames/s; 0 where frames do not follow each other in time, and nothing is changed.
        frames: Only those are changed; the others are looked at.
    """
    longest = min(int(LONGEST_SECONDS * rate + 1e-6), _LONGEST, len(xy) - 2) - 1
    nowhere = np.zeros(score.shape, dtype=np.bool_)
    if longest < 1 or not find_present(xy).any():
        return Bridged(xy, score, cov, nowhere)
    exact = xy.astype(np.float64)
    unit = measure_body(exact, skeleton).unit
    place = _relative(exact, skeleton) / unit[:, None, None]
    gain = _gains(place, _SCORE * _trust(exact, score, unit, skeleton), rate, longest)
    where = np.stack([_choose(gain[:, :, k]) for k in range(xy.shape[1])], axis=1)
    if not where.any():
        return Bridged(xy, score, cov, nowhere)
    off = np.hypot(*np.moveaxis(_way_across(xy, where, rate) - xy, -1, 0))
    where = _without_chaos(where & (off >= _LEAST * unit[:, None]), rate)
    return _put_across(Bridged(xy, score, cov, where), unit, rate, frames)


def _put_across(read: Bridged, unit: Float64, rate: float, frames: slice) -> Bridged:
    """Return what was read with the strays in some frames put on the way across, as unsure as that is."""
    where = np.zeros_like(read.where)
    where[frames] = read.where[frames]
    out = Bridged(read.xy.copy(), read.score.copy(), read.cov.copy(), where)
    out.xy[where] = _way_across(read.xy, read.where, rate)[where]
    for k in np.flatnonzero(where.any(axis=0)):
        for start, stop in find_runs(where[:, k]):
            ends = [start - 1, stop]
            out.score[start:stop, k] = _SCORE_BRIDGED * read.score[ends, k].min()
            i = np.arange(1, stop - start + 1)
            off = _BRIDGED_ACCELERATION * unit[start:stop] * i * i[::-1] / rate**2 / 2
            out.cov[start:stop, k] = read.cov[ends, k].max(axis=0) * [1, 0, 1] + np.outer(off**2, [1, 0, 1])
    return out


def _way_across(xy: Float32, where: Bools, rate: float) -> Float64:
    """Return (T, K, 2) px with what is astray interpolated from the frames beside it."""
    return fill_gaps(np.where(where[..., None], np.nan, xy), np.arange(len(xy)) / rate, LONGEST_SECONDS)[0]


def _relative(xy: Float64, skeleton: Skeleton) -> Float64:
    """Return positions (T, K, 2) px seen from the middle of the trunk: the median of its corners, if it has them."""
    corners = [skeleton.index(name) for name in _TRUNK if name in skeleton.keypoints]
    if len(corners) < len(_TRUNK):
        return xy
    ordered = np.sort(xy[:, corners], axis=1)  # one that is astray does not move it
    return np.asarray(xy - ordered[:, 1:3].mean(axis=1)[:, None])


def _trust(xy: Float64, score: Float32, unit: Float64, skeleton: Skeleton) -> Float64:
    """Return (T, K) 0 to 1: how much the scores say for what was read."""
    trust = np.nan_to_num(score).astype(np.float64) ** 2
    mirror = np.array(skeleton.mirror)
    apart = np.hypot(*np.moveaxis(xy - xy[:, mirror], -1, 0)) / unit[:, None]
    together = np.nan_to_num(np.exp(-((apart / _TOGETHER) ** 2) / 2)) * (mirror != np.arange(len(mirror)))
    trust *= 1 - _TOGETHER_SHARE * together
    bones = limb_bones(skeleton)
    lengths = bone_lengths(xy, bones) / unit[:, None]
    usual = dict(zip(bones, column_quantile(lengths, _USUAL_QUANTILE), strict=True))
    for i, (a, b) in enumerate(bones):
        both = (usual[a, b] + usual.get((mirror[a], mirror[b]), usual[a, b])) / 2
        over = np.nan_to_num(lengths[:, i] / max(both, 1e-6)) - _TOO_LONG
        share = _TOO_LONG_SHARE / (1 + np.exp(np.clip(-over / _TOO_LONG_SOFT, -50, 50)))
        trust[:, [a, b]] *= 1 - share[:, None]
    return trust


def _gains(place: Float64, weight: Float64, rate: float, longest: int) -> Float64:
    """Return (longest + 1, T, K): what is gained by taking the run of so many frames that begins there for astray."""
    T, K = weight.shape
    jump = _jumps(place)
    known = np.concatenate([np.zeros((1, K)), np.cumsum(weight, axis=0)])
    gain = np.full((longest + 1, T, K), -1.0)
    for n in range(1, longest + 1):
        start = np.arange(2, T - n - 1)
        if not len(start):
            break
        stop = start + n
        speed = (place[start - 1] - place[start - 2] + place[stop + 1] - place[stop]) / 2
        miss = ((place[stop] - place[start - 1] - speed * (n + 1)) ** 2).sum(axis=-1)
        room = _APART**2 + (_ACCELERATION * ((n + 1) / rate) ** 2 / 4) ** 2
        both = 2 * np.minimum(jump[start], jump[stop])
        found = both - _MISSED * miss / (miss + room) - (known[stop] - known[start])
        gain[n, start] = np.nan_to_num(found, nan=-1.0)
    return gain


def _jumps(place: Float64) -> Float64:
    """Return (T, K) 0 to 1: how much each step is a jump; NaN where one of three steps is unknown."""
    step = np.full_like(place, np.nan)
    step[1:] = np.diff(place, axis=0)
    beside = np.full_like(place, np.nan)
    beside[1:-1] = step[:-2] + step[2:]
    length = np.hypot(step[..., 0], step[..., 1])
    along = (beside * step).sum(axis=-1) / np.maximum(length, 1e-9)
    alone = np.maximum(length - np.maximum(along, 0.0), 0.0) ** 2
    return np.asarray(alone / (alone + _JUMP**2))


def _choose(gain: Float64) -> Bools:
    """Return (T,): the runs that together gain most, with a frame between them; gain (n, T) as `_gains` has it."""
    n, start = np.nonzero(gain > 0)
    order = np.argsort(start + n, kind="stable")
    n, start = n[order], start[order]
    before = np.searchsorted(start + n, start - 1, side="right")  # how many runs end early enough for each
    best = np.zeros(len(n) + 1)  # of the first so many runs
    for i, value in enumerate(gain[n, start].tolist()):
        best[i + 1] = max(best[i], value + best[before[i]])
    where = np.zeros(gain.shape[1], dtype=np.bool_)
    i = len(n)
    while i > 0:
        if best[i] > best[i - 1]:
            where[start[i - 1] : start[i - 1] + n[i - 1]] = True
            i = int(before[i - 1])
        else:
            i -= 1
    return where


def _without_chaos(where: Bools, rate: float) -> Bools:
    """Return (T, K) without runs around which too much is astray."""
    T, half = len(where), max(round(rate / 2), 1)
    count = np.concatenate([np.zeros((1, where.shape[1])), np.cumsum(where, axis=0)])
    frames = np.arange(T)
    low, high = np.maximum(frames - half, 0), np.minimum(frames + half + 1, T)
    share = (count[high] - count[low]) / (2 * half + 1)
    kept = where.copy()
    for k in np.flatnonzero(where.any(axis=0)):
        for start, stop in find_runs(where[:, k]):
            if share[start:stop, k].max() > _MOST_ASTRAY:
                kept[start:stop, k] = False
    return kept
