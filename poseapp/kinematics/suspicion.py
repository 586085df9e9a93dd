"""Finds the moments of a track that a person should look at first.

Each sign of trouble is a function of arrays that says, for every frame and column (a keypoint, a bone, a joint), by how
much a limit is passed. Columns of one body part are looked at together, frames that lie close become one moment, and a
moment that another one explains (the jumps at both ends of a swap) is left out. What a person placed is never
suspicious. Everything runs over whole arrays: the time is linear in the frames.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from poseapp.core.analysis import AngleSeries
from poseapp.core.moments import Moment, MomentKind, Points, order_by_severity
from poseapp.core.skeleton import Skeleton
from poseapp.core.spans import find_runs
from poseapp.core.types import Array, Float64, Source, Track
from poseapp.kinematics.body import BodyPart, body_parts, measure_body
from poseapp.kinematics.stretches import find_present
from poseapp.kinematics.suspicion_rules import RULES
from poseapp.kinematics.suspicion_signs import (
    Evidence,
    Sign,
    find_angles,
    find_disagreements,
    find_jumps,
    find_lengths,
    find_missing,
    find_unsure,
)
from poseapp.kinematics.swaps import find_swaps

_TRUSTED = (Source.CORRECTED, Source.OCCLUDED, Source.ABSENT)
_NEAR = 2  # frames by which a moment may stick out of the one that explains it
# A moment of a kind is explained by one of a kind before it that holds it and shares a keypoint. What a network is
# unsure of is explained by a jump only where it is as short.
_EXPLAINS = (MomentKind.SWAP, MomentKind.MISSING, MomentKind.JUMP, MomentKind.LENGTH, MomentKind.ANGLE)


@dataclass(frozen=True)
class _Run:
    """Frames start .. stop of one body part: where the limit is passed most, and by which columns, the worst first."""

    start: int
    stop: int
    peak: int
    columns: tuple[int, ...]


def find_moments(
    track: Track,
    time: Float64,
    skeleton: Skeleton,
    *,
    person: int = 0,
    angles: AngleSeries | None = None,
    other: Array | None = None,
) -> tuple[Moment, ...]:
    """Return the suspicious moments of one person, the worst first.

    Args:
        track: T frames of K keypoints.
        time: (T,) s, the timestamps of these frames, increasing.
        skeleton: The K keypoints.
        person: Whose track it is.
        angles: Of the same frames; joints are not held to what they can do without.
        other: (T, K, 2) px of the same person by another run or network, or tracked backwards; None without.

    Raises:
        ValueError: Lengths that do not agree.
    """
    if len(time) != len(track.xy) or track.xy.shape[1] != skeleton.n_keypoints:
        raise ValueError(f"{len(time)} timestamps and {skeleton.n_keypoints} keypoints for {track.xy.shape}")
    if len(time) < 3 or not find_present(track.xy).any():
        return ()
    evidence = gather_evidence(track, time, skeleton)
    signs = [find_missing(evidence), find_jumps(evidence), find_lengths(evidence), find_unsure(evidence)]
    if angles is not None:
        signs.append(find_angles(evidence, angles))
    if other is not None:
        signs.append(find_disagreements(evidence, other))
    found = [moment for sign in signs for moment in _moments_of(sign, evidence, person)]
    found += find_swaps(evidence, person)
    return order_by_severity(_shifted(_unexplained(found), track.start))


def as_predicted(track: Track) -> Track:
    """Return a track as it was before a person placed anything; the very same one where nobody did.

    What a network said of how sure it is of a keypoint is not known where a person placed it, so scores are NaN there.
    """
    placed = np.isin(track.source, _TRUSTED)
    if not placed.any():
        return track
    said = np.where(np.isfinite(track.raw[..., 0]), np.uint8(Source.PREDICTED), np.uint8(Source.MISSING))
    score = np.where(placed, np.float32(np.nan), track.score)
    source = np.where(placed, said, track.source)
    return replace(track, xy=track.raw, score=score, source=source)


def gather_evidence(track: Track, time: Float64, skeleton: Skeleton) -> Evidence:
    """Return what every sign looks at; frames count from the beginning of the track."""
    xy = track.xy.astype(np.float64)
    return Evidence(
        xy=xy,
        score=track.score,
        cov=track.cov,
        trusted=np.isin(track.source, _TRUSTED),
        absent=np.asarray(track.source == Source.ABSENT) | _unknown(track),
        time=time,
        skeleton=skeleton,
        body=measure_body(xy, skeleton),
        parts=body_parts(skeleton),
    )


def _unknown(track: Track) -> npt.NDArray[np.bool_]:
    """Return (K,) which keypoints no network looks for: placed in a few frames, they are not missing in the others."""
    known = np.isfinite(track.raw[..., 0]).any(axis=0)
    return np.asarray(~known & known.any())


def _moments_of(sign: Sign, evidence: Evidence, person: int) -> Iterator[Moment]:
    rule = RULES[sign.kind]
    gap = max(_NEAR, round(rule.join_seconds / evidence.step)) if len(evidence.time) > 1 else _NEAR
    for part in evidence.parts:
        columns = [c for c, keypoints in enumerate(sign.keypoints) if keypoints[0] in part.keypoints]
        if not columns:
            continue
        for run in _find_parts_runs(sign.excess[:, columns], gap):
            yield _moment(sign, evidence, person, run=run, columns=columns, part=part)
    if sign.whole is not None:
        for run in _find_parts_runs(sign.whole[:, None], gap):
            keypoints = tuple(range(evidence.skeleton.n_keypoints))
            severity = rule.severity(float(sign.whole[run.peak]))
            points = _points(evidence.xy[run.peak], keypoints)
            span = person, run.start, run.stop, run.peak
            yield Moment(sign.kind, *span, keypoints, points, severity, run.stop - run.start, 0.0, "body")


def _find_parts_runs(excess: Array, gap: int) -> Iterator[_Run]:
    """Yield where any column of excess (T, C) is above 0, joining what lies at most `gap` frames apart."""
    worst = excess.max(axis=1)
    joined: list[tuple[int, int]] = []
    for start, stop in find_runs(np.asarray(worst > 0)):
        if joined and start - joined[-1][1] <= gap:
            joined[-1] = joined[-1][0], stop
        else:
            joined.append((start, stop))
    for start, stop in joined:
        most = excess[start:stop].max(axis=0)
        columns = [int(c) for c in np.argsort(-most, kind="stable") if most[c] > 0]
        yield _Run(start, stop, start + int(worst[start:stop].argmax()), tuple(columns))


def _moment(
    sign: Sign, evidence: Evidence, person: int, *, run: _Run, columns: Sequence[int], part: BodyPart
) -> Moment:
    worst = columns[run.columns[0]]
    keypoints = tuple(dict.fromkeys(k for c in run.columns for k in sign.keypoints[columns[c]] if k in part.keypoints))
    value = float(run.stop - run.start) if sign.kind is MomentKind.MISSING else float(sign.value[run.peak, worst])
    limit = float(sign.limit[run.peak, worst])
    severity = RULES[sign.kind].severity(float(sign.excess[run.peak, columns].max()))
    subject = sign.subjects[worst] or part.name
    points = _points(evidence.xy[run.peak], keypoints)
    return Moment(sign.kind, person, run.start, run.stop, run.peak, keypoints, points, severity, value, limit, subject)


def _points(pose: Array, keypoints: Iterable[int]) -> Points:
    return tuple((float(pose[k, 0]), float(pose[k, 1])) for k in keypoints)


def _unexplained(found: Sequence[Moment]) -> Iterator[Moment]:
    """Yield the moments that no moment of a stronger kind explains."""
    by_kind: dict[MomentKind, list[Moment]] = defaultdict(list)
    for moment in found:
        by_kind[moment.kind].append(moment)
    stronger: list[Moment] = []
    for kind in (*_EXPLAINS, MomentKind.DISAGREEMENT, MomentKind.UNSURE):
        held = _Cover(stronger)
        kept = [moment for moment in by_kind[kind] if not held.explains(moment)]
        yield from kept
        stronger += kept


class _Cover:
    """Moments by keypoint in the order of the clip, so that looking one up takes no search through all."""

    def __init__(self, moments: Sequence[Moment]) -> None:
        self._spans: dict[int, tuple[Float64, Float64]] = {}
        spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for moment in moments:
            for keypoint in moment.keypoints:
                spans[keypoint].append((moment.start, moment.stop))
        for keypoint, pairs in spans.items():
            ordered = np.array(sorted(pairs), dtype=np.float64)
            # The furthest stop so far: spans of different kinds may lie one in the other.
            self._spans[keypoint] = ordered[:, 0], np.maximum.accumulate(ordered[:, 1])

    def explains(self, moment: Moment) -> bool:
        for keypoint in moment.keypoints:
            if keypoint not in self._spans:
                continue
            starts, stops = self._spans[keypoint]
            before = int(np.searchsorted(starts, moment.start + _NEAR, side="right")) - 1
            if before >= 0 and moment.stop - _NEAR <= stops[before]:
                return True
        return False


def _shifted(moments: Iterable[Moment], by: int) -> Iterator[Moment]:
    for one in moments:
        yield replace(one, start=one.start + by, stop=one.stop + by, peak=one.peak + by)
