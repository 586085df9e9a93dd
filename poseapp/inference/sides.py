"""Left and right settled over time: which keypoints a network gave to the other side of the body.

A network sees one picture at a time. It takes the far leg for the near one now and then, above all where legs cross,
and the whole body for its mirror image where somebody is seen from behind. Over time an exchange is plain: both feet
jump to where the other was. So the cheapest path (Viterbi; Forney, Proc. IEEE 61(3), 1973) is found twice: through the
two states of the whole body, as read or exchanged, and then through the eight of each limb, whose root, middle and end
are each as read or exchanged. A path pays for motion that differs from constant velocity, with the estimator of Geman
and McClure (Bull. ISI 52(4), 1987), so that a bad reading costs no more than a jump. It pays for shanks of an unusual
length and for knees that bend backwards; which way that is depends on the way the person faces, which is part of the
path. And it pays for every exchange, so that nothing changes where motion says nothing, and most of what a network said
stays. What it says wrongly for seconds without a jump stays wrong, and two feet placed on one leg stay there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt

from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Array, Float32, Float64

Bools = npt.NDArray[np.bool_]

# Costs. A pair of keypoints that both jump as far as the body is long costs `_MOTION`.
_MOTION = 1.0
_JUMP = 0.18  # trunk lengths off constant velocity, a frame, that cost half as much
_DAMPING = 0.9  # of the velocity
_EXCHANGED = 0.05  # for each pair exchanged, a frame
_CHANGE = 0.2  # for each pair that begins or ends to be exchanged
_PARTED = 0.1  # for knees exchanged without the hips (elbows, shoulders), a frame, where the body shows its breadth
_BREADTH = 0.4  # trunk lengths between the hips at which that costs half as much
_LENGTH = 0.5
_LENGTH_SCALE = 0.2  # trunk lengths off the usual shank that cost half as much
_BENT = 1.0  # for a knee bent backwards by _BENT_SCALE more than _BENT_FREE
_BENT_FREE, _BENT_SCALE, _BENT_MOST = np.radians(5.0), np.radians(30.0), 1.5
_TURN = 4.0  # for turning round
_NEVER = 1e3  # for changing what is settled
_LEAST_TRUNK = 0.2  # of the longer side of the body's box: a trunk seen from its end is no measure

_FACINGS = (1.0, -1.0)
_BITS = np.array(list(product((0, 1), repeat=3)), dtype=np.bool_)  # (state, joint) exchanged
_LEG = (("hip",), ("knee",), ("ankle", "heel", "big_toe"))
_ARM = (("shoulder",), ("elbow",), ("wrist",))

Pairs = tuple[tuple[int, int], ...]  # (left, right) keypoint indices that move as one


@dataclass(frozen=True)
class _Limb:
    """Root, middle and end of a limb; `bends`: the middle joint bends one way only."""

    joints: tuple[Pairs, ...]
    bends: bool


def settle_sides(xy: Array, skeleton: Skeleton, *, settled: int = 0) -> Bools:
    """Tell which keypoints of one person should be exchanged with their counterparts on the other side.

    Args:
        xy: (T, K, 2) px of consecutive frames; NaN = missing. Motion is not followed across what is missing.
        skeleton: K keypoints. Those of no limb are exchanged only when the whole body is.
        settled: So many frames at the beginning are settled already and stay as they are.

    Returns:
        (T, K) True on both keypoints of a pair that should be exchanged; see `exchange_sides`.
    """
    exchanged = np.zeros(xy.shape[:2], dtype=np.bool_)
    limbs = _find_limbs(skeleton)
    unit = _trunk_length(xy, skeleton)
    if not limbs or len(xy) < 3 or not unit > 0:
        return exchanged
    scaled = xy.astype(np.float64) / unit
    mirror = np.array(skeleton.mirror)
    exchanged[_settle_whole(scaled, limbs, settled)] = mirror != np.arange(len(mirror))
    exchanged ^= _settle_limbs(exchange_sides(scaled, exchanged, skeleton), limbs, settled)
    seen: Bools = np.logical_and(np.isfinite(xy[..., 0]), np.isfinite(xy[..., 1]))
    return exchanged & (seen | seen[:, mirror])


def exchange_sides(values: Array, exchanged: Bools, skeleton: Skeleton) -> Array:
    """Return values (T, K, ...) with those of exchanged keypoints (T, K) taken from their counterparts."""
    source = np.where(exchanged, np.array(skeleton.mirror), np.arange(skeleton.n_keypoints))
    return np.take_along_axis(values, source.reshape(*source.shape, *(1,) * (values.ndim - 2)), axis=1)


def _find_limbs(skeleton: Skeleton) -> list[_Limb]:
    """Return leg and arm, without one of which the skeleton lacks a joint."""
    limbs = []
    for parts in (_LEG, _ARM):
        joints = []
        for names in parts:
            both = [(f"left_{name}", f"right_{name}") for name in names]
            known = [pair for pair in both if set(pair) <= set(skeleton.keypoints)]
            joints.append(tuple((skeleton.index(left), skeleton.index(right)) for left, right in known))
        if all(joints):
            limbs.append(_Limb(tuple(joints), bends=parts is _LEG))
    return limbs


def _trunk_length(xy: Array, skeleton: Skeleton) -> float:
    """Return px: the median length of the trunk, or a share of the body's box where that is longer; NaN if unknown."""
    if not (skeleton.has("mid_hip") and skeleton.has("mid_shoulder")):
        return float("nan")
    trunk = np.linalg.norm(skeleton.point(xy, "mid_hip") - skeleton.point(xy, "mid_shoulder"), axis=-1)
    known = np.isfinite(trunk)
    if not known.any():
        return float("nan")
    size = np.nanmax(xy[known], axis=1) - np.nanmin(xy[known], axis=1)
    return float(np.median(np.maximum(trunk[known], _LEAST_TRUNK * size.max(axis=-1))))


def _settle_whole(xy: Float64, limbs: list[_Limb], settled: int) -> Bools:
    """Return (T,): frames in which the whole body was taken for its mirror image."""
    motion, static = np.zeros((len(xy), 1, 2, 2, 2), np.float32), np.zeros((len(xy), 1, 1, 2))
    for pairs in (pairs for limb in limbs for pairs in limb.joints):
        motion[:, 0] += _pair_motion(xy, pairs)
        static[:, 0, 0, 1] += _EXCHANGED * _seen(xy, pairs[0])
    static[:settled, ..., 1:] += _NEVER
    return np.asarray(_find_path(motion, static)[:, 0] == 1)


def _settle_limbs(xy: Float64, limbs: list[_Limb], settled: int) -> Bools:
    """Return (T, K): joints that were taken for those of the other side. A state has a bit for each joint of a limb."""
    T = len(xy)
    motion, static = np.empty((T, len(limbs), 8, 8, 8), np.float32), np.zeros((T, len(limbs), 2, 8))
    for i, limb in enumerate(limbs):
        of_joints = np.concatenate([_pair_motion(xy, pairs).reshape(T, 8) for pairs in limb.joints], axis=1)
        motion[:, i] = (of_joints.astype(np.float32) @ _spread_joints()).reshape(T, 8, 8, 8)
        for joint, pairs in enumerate(limb.joints):
            static[:, i] += _EXCHANGED * _seen(xy, pairs[0])[:, None, None] * _BITS[:, joint]
        static[:, i] += _PARTED * _breadth(xy, limb.joints[0][0])[:, None, None] * (_BITS[:, 0] != _BITS[:, 1])
        if limb.bends:
            static[:, i] += _leg_shape(xy, limb.joints)
    static[:settled, ..., 1:] += _NEVER
    path = _find_path(motion, static)
    exchanged = np.zeros(xy.shape[:2], dtype=np.bool_)
    for i, limb in enumerate(limbs):
        for joint, pairs in enumerate(limb.joints):
            on = _BITS[path[:, i], joint]
            for pair in pairs:
                exchanged[:, pair] = (on & _seen(xy, pair))[:, None]
    return exchanged


@cache
def _spread_joints() -> Float32:
    """Return (3 * 8, 8 * 8 * 8): which costs of three joints, by a bit for each of three frames, make up a limb's."""
    spread = np.zeros((3, 2, 2, 2, 8, 8, 8), np.float32)
    for states in product(range(8), repeat=3):
        for joint in range(3):
            spread[(joint, *_BITS[list(states), joint].astype(int), *states)] = 1.0
    return spread.reshape(24, 512)


def _seen(xy: Float64, pair: tuple[int, int]) -> Bools:
    """Return (T,) whether both keypoints of a pair are there."""
    return np.asarray(np.isfinite(xy[:, pair]).all(axis=(1, 2)))


def _breadth(xy: Float64, pair: tuple[int, int]) -> Float64:
    """Return (T,) in 0..1 how far a pair stands apart: 0 where the body is seen from its side."""
    square = ((xy[:, pair[0]] - xy[:, pair[1]]) ** 2).sum(axis=-1)
    return np.asarray(np.nan_to_num(square / (square + _BREADTH**2), nan=0.0))


def _pair_motion(xy: Float64, pairs: Pairs) -> Float64:
    """Return (T, 2, 2, 2) the cost of the motion of pairs into each frame, 0 where they were not seen.

    The indices say whether the pair is exchanged two frames ago, a frame ago and now.
    """
    now = xy[:, pairs]  # (T, pairs, side, 2)
    cost = np.zeros((len(xy), 2, 2, 2))
    for before, last in product((0, 1), repeat=2):  # whether it is the other way round than now: nothing else counts
        p1 = now[:-1, :, ::-1] if last else now[:-1]
        p2 = now[:-2, :, ::-1] if before else now[:-2]
        step = np.zeros_like(p1)
        step[1:] = np.nan_to_num(p1[1:] - p2, nan=0.0)
        away = ((now[1:] - p1 - _DAMPING * step) ** 2).sum(axis=-1)
        jump = (away / (away + _JUMP**2)).mean(axis=-1)  # (T - 1, pairs)
        known = np.isfinite(jump)
        mean = np.where(known, jump, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        for exchanged in (0, 1):
            cost[1:, before ^ exchanged, last ^ exchanged, exchanged] = _MOTION * mean + _CHANGE * last
    return cost


def _leg_shape(xy: Float64, leg: tuple[Pairs, ...]) -> Float64:
    """Return (T, 2, 8), by facing and state, the cost of unusual shanks and of knees bent backwards."""
    hip, knees, ankles = (xy[:, joint[0]] for joint in leg)
    hip = hip.mean(axis=1)
    shanks = np.linalg.norm(knees - ankles, axis=-1)
    usual = np.median(shanks[np.isfinite(shanks)]) if np.isfinite(shanks).any() else 0.0
    cost = np.zeros((len(xy), 2, 8))
    for (state, (_, knee, ankle)), side in product(enumerate(_BITS.astype(int)), (0, 1)):
        thigh, shank = knees[:, side ^ knee] - hip, ankles[:, side ^ ankle] - knees[:, side ^ knee]
        off = (np.linalg.norm(shank, axis=-1) - usual) ** 2
        length = _LENGTH * off / (off + _LENGTH_SCALE**2)
        cross = thigh[:, 0] * shank[:, 1] - thigh[:, 1] * shank[:, 0]
        flexion = np.arctan2(cross, (thigh * shank).sum(axis=-1))  # positive in one who faces right
        for f, facing in enumerate(_FACINGS):
            bent = np.clip((-facing * flexion - _BENT_FREE) / _BENT_SCALE, 0.0, _BENT_MOST)
            cost[:, f, state] += np.nan_to_num(length + _BENT * bent, nan=0.0)
    return cost


def _find_path(motion: Float32, static: Float64) -> npt.NDArray[np.intp]:
    """Return the cheapest states (T, N) of N chains with S states each, in F facings.

    Args:
        motion: (T, N, S, S, S) by the states two frames ago, a frame ago and now.
        static: (T, N, F, S).
    """
    T, N, F, S = static.shape
    motion, static = motion[:, :, None], static[:, :, :, None]
    # The least cost up to each frame by facing, state a frame ago and state now; with and without turning round there.
    best = np.empty((T, N, F, S, S), np.float32)
    straight = np.empty_like(best)
    best[0] = straight[0] = static[0]
    for t in range(1, T):
        np.add((best[t - 1][..., None] + motion[t]).min(axis=2), static[t], out=straight[t])
        straight[t] -= straight[t].min()  # single precision holds differences, not sums over hours
        best[t] = straight[t] if F == 1 else np.minimum(straight[t], straight[t, :, ::-1] + _TURN)
    path = np.empty((T, N), dtype=np.intp)
    for n in range(N):
        f, last, now = np.unravel_index(best[-1, n].argmin(), (F, S, S))
        for t in range(T - 1, -1, -1):
            path[t, n] = now
            if best[t, n, f, last, now] < straight[t, n, f, last, now]:
                f = 1 - f
            if t:
                ways = best[t - 1, n, f, :, last] + motion[t, n, 0, :, last, now]
                last, now = ways.argmin(), last
    return path
