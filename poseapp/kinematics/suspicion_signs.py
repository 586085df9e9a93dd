"""The signs of trouble: functions from a person's keypoints to how far a limit is passed, frame by frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from poseapp.core.analysis import AngleSeries
from poseapp.core.moments import MomentKind
from poseapp.core.skeleton import Skeleton
from poseapp.core.spans import find_runs
from poseapp.core.types import Array, Float32, Float64
from poseapp.kinematics import suspicion_rules as rules
from poseapp.kinematics.body import Body, BodyPart, bone_lengths, column_quantile, limb_bones
from poseapp.kinematics.stretches import Bools, find_pauses

_AROUND = 3  # frames on either side that say how a keypoint moves there


@dataclass(frozen=True)
class Evidence:
    """One person's keypoints and what they are judged by.

    Attributes:
        xy: (T, K, 2) px, NaN = missing. score: (T, K). cov: (T, K, 3) px^2. time: (T,) s.
        trusted: (T, K) a person placed it, or called it absent. absent: (T, K) the latter, and
            keypoints that no network looks for.
        skeleton, body, parts: Of the K keypoints.
    """

    xy: Float64
    score: Float32
    cov: Float32
    trusted: Bools
    absent: Bools
    time: Float64
    skeleton: Skeleton
    body: Body
    parts: tuple[BodyPart, ...]

    @property
    def step(self) -> float:
        """Usual time between frames, s."""
        return float(np.median(np.diff(self.time)))


@dataclass(frozen=True)
class Sign:
    """What one sign says of T frames and C columns.

    Attributes:
        kind: Of the moments it makes.
        excess: (T, C) by how much the limit is passed, in the unit of the kind's rule; 0 or less where it is not.
        value, limit: (T, C) the number and what it should have kept to.
        keypoints: C times the keypoints concerned; the first decides to which part of the body the column belongs.
        subjects: C names for `Moment.subject`, "" for that of the body part.
        whole: (T,) excess of what concerns every keypoint at once, None where there is no such thing.
    """

    kind: MomentKind
    excess: Float64
    value: Float64
    limit: Float64
    keypoints: tuple[tuple[int, ...], ...]
    subjects: tuple[str, ...]
    whole: Float64 | None = None


def find_unsure(evidence: Evidence) -> Sign:
    """Find low scores; excess: the share of the limit by which they are below it."""
    score = np.where(evidence.trusted | np.isnan(evidence.score), 1.0, evidence.score)
    limit = np.full(score.shape, rules.UNSURE_SCORE)
    return _of_keypoints(MomentKind.UNSURE, (limit - score) / limit, score, limit)


def find_missing(evidence: Evidence) -> Sign:
    """Find keypoints that are missing between frames that have them; excess: seconds of the gap."""
    present = np.isfinite(evidence.xy[..., 0])
    inside = _between(present)
    gone = ~present & inside & ~evidence.absent
    somebody: Bools = np.logical_or.reduce(present, axis=1)
    nobody: Bools = ~somebody & _between(somebody[:, None])[:, 0] & ~evidence.absent.all(axis=1)
    gone &= ~nobody[:, None]
    seconds = np.stack([_run_seconds(gone[:, k], evidence.time) for k in range(gone.shape[1])], axis=1)
    limit = np.full(gone.shape, rules.LONG_GAP_SECONDS)
    return replace(
        _of_keypoints(MomentKind.MISSING, seconds, seconds, limit), whole=_run_seconds(nobody, evidence.time)
    )


def find_jumps(evidence: Evidence) -> Sign:
    """Find keypoints off the line between their places a frame before and a frame after; the value is px of a step.

    The limit: what noise, a plausible acceleration, and the keypoint's own usual motion in this clip account for.
    Excess: by how much the distance from the line passes it, over it.
    """
    xy, time = evidence.xy, evidence.time
    off, allowed = np.zeros(xy.shape[:2]), np.full(xy.shape[:2], np.inf)
    before, after = np.diff(time)[:-1], np.diff(time)[1:]
    share = (before / (before + after))[:, None, None]
    line = xy[:-2] * (1 - share) + xy[2:] * share
    away = np.hypot(*np.moveaxis(xy[1:-1] - line, -1, 0))
    away[find_pauses(time)[1:-1] | find_pauses(time)[2:]] = np.nan
    off[1:-1] = np.nan_to_num(away, nan=0.0)
    unit = evidence.body.unit[1:-1, None]
    bend = rules.MOST_ACCELERATION / rules.TRUNK_METRES * (before * after / 2)[:, None]
    usual = _outlier_limit(away / unit, rules.OUTLIER)
    allowed[1:-1] = np.maximum(np.maximum(rules.LEAST_JUMP, bend), usual) * unit
    excess = np.where(evidence.trusted, 0.0, off / allowed - 1)
    return _of_keypoints(MomentKind.JUMP, excess, _longest_step(xy), allowed)


def find_lengths(evidence: Evidence) -> Sign:
    """Find bones longer than nearly ever in the clip, on either side, at the distance of the person; value in px.

    The end with the lower score is named first. Excess: by how much the limit is passed, over it.
    """
    bones = limb_bones(evidence.skeleton)
    if not bones:
        return _nothing(MomentKind.LENGTH, len(evidence.xy))
    lengths = bone_lengths(evidence.xy, bones)
    scaled = lengths / evidence.body.zoom[:, None]
    usual, spread = column_quantile(scaled, rules.USUAL_LENGTH_QUANTILE), _outlier_limit(scaled, rules.LENGTH_OUTLIER)
    mirror = evidence.skeleton.mirror
    place = {frozenset(bone): i for i, bone in enumerate(bones)}
    twin = [place.get(frozenset((mirror[a], mirror[b])), i) for i, (a, b) in enumerate(bones)]
    longest = np.fmax(np.fmax(usual, usual[twin]) * rules.TOO_LONG, np.fmin(spread, spread[twin]))
    limit = longest * evidence.body.zoom[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        excess = np.nan_to_num(lengths / limit - 1, nan=-1.0)
    ends = np.array(bones)
    excess[evidence.trusted[:, ends].all(axis=2)] = 0.0
    named = tuple(f"{_plain(evidence.skeleton, a)} {_plain(evidence.skeleton, b)}" for a, b in bones)
    ordered = tuple(_suspect_first(evidence, bone, excess[:, i]) for i, bone in enumerate(bones))
    return Sign(MomentKind.LENGTH, excess, lengths, limit, ordered, named)


def find_angles(evidence: Evidence, angles: AngleSeries) -> Sign:
    """Find joints bent further than joints bend, where the picture shows them from the side; value in degrees.

    Excess: degrees beyond the limit and its tolerance.
    """
    T = len(evidence.xy)
    known = [(a, d, _range_of(d.name)) for a, d in enumerate(angles.definitions) if _vertex(evidence, d.points)]
    rows = [(a, d, limits) for a, d, limits in known if limits is not None]
    if not rows:
        return _nothing(MomentKind.ANGLE, T)
    excess, limit = np.full((T, len(rows)), -1.0), np.zeros((T, len(rows)))
    value = angles.raw[:, [a for a, _, _ in rows]]
    with np.errstate(invalid="ignore"):
        side_view = evidence.body.breadth < rules.SIDE_VIEW_BREADTH
    for column, (a, definition, limits) in enumerate(rows):
        slack = rules.ANGLE_TOLERANCE + rules.ANGLE_SIGMAS * np.nan_to_num(angles.sigma[:, a], nan=0.0)
        below, above = limits.low - value[:, column], value[:, column] - limits.high
        limit[:, column] = np.where(below > above, limits.low, limits.high)
        shown = side_view & _shown(evidence, definition.points)
        past = np.where(shown, np.fmax(below, above) - slack, -1.0)
        excess[:, column] = np.nan_to_num(past, nan=-1.0)
        real = [evidence.skeleton.index(p) for p in definition.points if p in evidence.skeleton.keypoints]
        excess[evidence.trusted[:, real].all(axis=1), column] = -1.0
    keypoints = tuple(_vertex(evidence, d.points) for _, d, _ in rows)
    return Sign(MomentKind.ANGLE, excess, value, limit, keypoints, tuple(d.name for _, d, _ in rows))


def find_disagreements(evidence: Evidence, other: Array) -> Sign:
    """Find keypoints that another run puts elsewhere; other (T, K, 2) px, NaN where it has none. Value in px.

    Excess: by how much the distance passes its limit, over it.
    """
    apart = np.hypot(*np.moveaxis(evidence.xy - other, -1, 0))
    sigma = np.sqrt((evidence.cov[..., 0] + evidence.cov[..., 2]) / 2).astype(np.float64)
    spread = rules.DISAGREEMENT_SIGMAS * np.nan_to_num(sigma, nan=0.0)
    limit = np.maximum(rules.DISAGREEMENT * evidence.body.unit[:, None], spread)
    excess = np.nan_to_num(apart / limit - 1, nan=-1.0)
    excess[evidence.trusted] = -1.0
    return _of_keypoints(MomentKind.DISAGREEMENT, excess, apart, limit)


def _of_keypoints(kind: MomentKind, excess: Float64, value: Float64, limit: Float64) -> Sign:
    K = excess.shape[1]
    return Sign(kind, excess, value, limit, tuple((k,) for k in range(K)), ("",) * K)


def _nothing(kind: MomentKind, T: int) -> Sign:
    empty = np.zeros((T, 0))
    return Sign(kind, empty, empty, empty, (), ())


def _between(present: Bools) -> Bools:
    """Return (T, C) True from the first to the last True of each column."""
    forward = np.logical_or.accumulate(present, axis=0)
    return np.asarray(forward & np.logical_or.accumulate(present[::-1], axis=0)[::-1])


def _run_seconds(mask: Bools, time: Float64) -> Float64:
    """Return (T,) for each frame of a run of True how long the clip is without it, s; 0 elsewhere."""
    seconds = np.zeros(len(mask))
    for start, stop in find_runs(mask):
        seconds[start:stop] = time[min(stop, len(time) - 1)] - time[max(start - 1, 0)]
    return seconds


def _longest_step(xy: Float64) -> Float64:
    """Return (T, K) px: the longer of the steps into and out of a frame, less the motion around it."""
    usual = np.zeros_like(xy)
    w = _AROUND
    usual[w:-w] = np.nan_to_num((xy[2 * w :] - xy[: -2 * w]) / (2 * w), nan=0.0)
    step = np.diff(xy, axis=0)
    into, out = np.zeros(xy.shape[:2]), np.zeros(xy.shape[:2])
    into[1:] = np.hypot(*np.moveaxis(step - usual[1:], -1, 0))
    out[:-1] = np.hypot(*np.moveaxis(step - usual[:-1], -1, 0))
    return np.fmax(np.nan_to_num(into, nan=0.0), np.nan_to_num(out, nan=0.0))


def _outlier_limit(values: Float64, deviations: float) -> Float64:
    """Return (C,) the median of each column (T, C) and so many robust deviations; 0 for a column of NaN."""
    middle = column_quantile(values, 0.5)
    spread = column_quantile(np.abs(values - middle), 0.5)
    return np.asarray(np.nan_to_num(middle + deviations * rules.MAD_TO_SIGMA * spread, nan=0.0))


def _suspect_first(evidence: Evidence, bone: tuple[int, int], excess: Float64) -> tuple[int, int]:
    """Return the ends of a bone, the one with the lower score where it is worst first, else the far one."""
    near, far = bone
    worst = int(excess.argmax())
    if evidence.trusted[worst, near] or evidence.trusted[worst, far]:
        return (far, near) if evidence.trusted[worst, near] else (near, far)
    return (near, far) if evidence.score[worst, near] < evidence.score[worst, far] - 0.05 else (far, near)


def _range_of(name: str) -> rules.AngleRange | None:
    return rules.ANGLE_RANGES.get(name.partition("_")[2])


def _vertex(evidence: Evidence, points: Sequence[str]) -> tuple[int, ...]:
    """Return the keypoint at which an angle lies; nothing where it is a virtual one."""
    return (evidence.skeleton.index(points[1]),) if points[1] in evidence.skeleton.keypoints else ()


def _shown(evidence: Evidence, points: Sequence[str]) -> Bools:
    """Return (T,) True where both lines of an angle are about as long as usual: not turned to the camera."""
    pairs = ((points[0], points[1]), (points[-2], points[-1]))
    lengths = []
    for a, b in pairs:
        line = evidence.skeleton.point(evidence.xy, a) - evidence.skeleton.point(evidence.xy, b)
        lengths.append(np.hypot(line[:, 0], line[:, 1]))
    scaled = np.stack(lengths, axis=1) / evidence.body.zoom[:, None]
    usual = column_quantile(scaled, rules.USUAL_LENGTH_QUANTILE)
    with np.errstate(invalid="ignore"):
        return np.asarray((scaled >= rules.LEAST_SHOWN * usual).all(axis=1))


def _plain(skeleton: Skeleton, keypoint: int) -> str:
    return skeleton.keypoints[keypoint].partition("_")[2] or skeleton.keypoints[keypoint]
