"""The measure of a body in a picture: how long its trunk is in px from frame to frame, and which parts it has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poseapp.core.skeleton import Skeleton, counterpart
from poseapp.core.types import Array, Float64

_BLOCK = 32  # frames whose median says how large the body is seen there
_TRUNK_OF_EXTENT = 0.288  # shoulder height 0.818 less hip height 0.530 of the stature (Winter 2009, fig. 4.1)
_LEAST_TRUNK = 0.2  # of the body's extent: a trunk seen from its end is no measure


@dataclass(frozen=True)
class BodyPart:
    """Keypoints that people speak of together, such as "left leg"."""

    name: str
    keypoints: tuple[int, ...]


@dataclass(frozen=True)
class Body:
    """How a person's body is seen.

    Attributes:
        unit: (T,) px, the length of the trunk at the distance at which the person stands in each frame.
        zoom: (T,) how much larger than usual the person is seen, slow changes only.
        breadth: (T,) how far hips and shoulders stand apart, in units: near 0 in a view from the side; NaN if unknown.
    """

    unit: Float64
    zoom: Float64
    breadth: Float64


def body_parts(skeleton: Skeleton) -> tuple[BodyPart, ...]:
    """Return the limbs of both sides, and the rest as "body"; every keypoint is in one part."""
    parts: list[BodyPart] = []
    taken: set[int] = set()
    for limb, names in skeleton.limbs:
        both = {counterpart(name) for name in names} | set(names)
        for side in ("right", "left"):
            indices = tuple(k for k, n in enumerate(skeleton.keypoints) if n in both and n.startswith(side))
            parts.append(BodyPart(f"{side} {limb}", indices))
            taken |= set(indices)
    rest = tuple(k for k in range(skeleton.n_keypoints) if k not in taken)
    return tuple(part for part in (*parts, BodyPart("body", rest)) if part.keypoints)


def limb_bones(skeleton: Skeleton) -> tuple[tuple[int, int], ...]:
    """Return the bones inside limbs, nearer end first: their true length does not change."""
    parts = [set(part.keypoints) for part in body_parts(skeleton) if part.name != "body"]
    return tuple((a, b) for a, b in skeleton.bones if any({a, b} <= part for part in parts))


def bone_lengths(xy: Array, bones: tuple[tuple[int, int], ...]) -> Float64:
    """Return (T, B) px from xy (T, K, 2); NaN where an end is missing."""
    first, last = (xy[:, [bone[end] for bone in bones]] for end in (0, 1))
    return np.asarray(np.hypot(first[..., 0] - last[..., 0], first[..., 1] - last[..., 1]), dtype=np.float64)


def measure_body(xy: Float64, skeleton: Skeleton) -> Body:
    """Return the measure of a body from keypoints (T, K, 2) px, of which some must be there; NaN = missing."""
    seen = np.isfinite(xy[..., 0])
    extent = np.full(len(xy), np.nan)
    some = seen.any(axis=1)
    low, high = (np.where(seen[some, :, None], xy[some], edge) for edge in (np.inf, -np.inf))
    extent[some] = (high.max(axis=1) - low.min(axis=1)).max(axis=1)
    trunk = _TRUNK_OF_EXTENT * extent
    if skeleton.has("mid_hip") and skeleton.has("mid_shoulder"):
        between = skeleton.point(xy, "mid_hip") - skeleton.point(xy, "mid_shoulder")
        length = np.hypot(between[:, 0], between[:, 1])
        trunk = np.where(np.isfinite(length), np.fmax(length, _LEAST_TRUNK * extent), trunk)
    usual = float(np.median(trunk[some]))
    lengths = np.concatenate([bone_lengths(xy, limb_bones(skeleton)), trunk[:, None]], axis=1)
    zoom = _zoom(lengths)
    unit = max(usual, 1e-6) * zoom
    return Body(unit, zoom, _breadth(xy, skeleton) / unit)


def column_quantile(values: Array, q: float) -> Float64:
    """Return (C,) the q-quantile of each column of values (T, C), of the values that are there; NaN for none."""
    out = np.full(values.shape[1], np.nan)
    for column in range(values.shape[1]):
        known = values[np.isfinite(values[:, column]), column]
        if len(known):
            out[column] = np.quantile(known, q)
    return out


def _zoom(lengths: Float64) -> Float64:
    """Return (T,): the median over the bones (T, B) of how much longer than usual each is around a frame."""
    T, B = lengths.shape
    n_blocks = -(-T // _BLOCK)
    padded = np.full((n_blocks * _BLOCK, B), np.nan)
    padded[:T] = lengths
    local = _median(padded.reshape(n_blocks, _BLOCK, B))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = local / column_quantile(local, 0.5)
    zoom = _median(ratio[:, :, None])[:, 0]
    known = np.isfinite(zoom) & (zoom > 0)
    if not known.any():
        return np.ones(T)
    centres = (np.arange(n_blocks) + 0.5) * _BLOCK - 0.5
    centres[-1] = ((n_blocks - 1) * _BLOCK + T - 1) / 2
    return np.asarray(np.interp(np.arange(T), centres[known], zoom[known]))


def _median(values: Float64) -> Float64:
    """Return (N, B): the median over the middle axis of values (N, n, B), of what is there; NaN for nothing."""
    ordered = np.sort(values, axis=1)  # NaN goes to the end
    count = np.isfinite(ordered).sum(axis=1, keepdims=True)
    low, high = (np.take_along_axis(ordered, np.maximum(at, 0), axis=1) for at in ((count - 1) // 2, count // 2))
    return np.asarray(np.where(count > 0, (low + np.where(count % 2, low, high)) / 2, np.nan)[:, 0])


def _breadth(xy: Float64, skeleton: Skeleton) -> Float64:
    """Return (T,) px: the mean distance of left from right hips and shoulders; NaN where neither pair is seen."""
    pairs = [(f"left_{name}", f"right_{name}") for name in ("hip", "shoulder")]
    bones = tuple((skeleton.index(a), skeleton.index(b)) for a, b in pairs if {a, b} <= set(skeleton.keypoints))
    if not bones:
        return np.full(len(xy), np.nan)
    apart = bone_lengths(xy, bones)
    known = np.isfinite(apart)
    count = known.sum(axis=1)
    return np.asarray(np.where(count > 0, np.where(known, apart, 0).sum(axis=1) / np.maximum(count, 1), np.nan))
