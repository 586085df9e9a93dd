"""How good keypoints are, as the papers count it: PCK of the torso's length, PCKh of the head's size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float64, frozen_arrays

Array = npt.NDArray[np.floating]
Bool = npt.NDArray[np.bool_]
Index = npt.NDArray[np.int64]

LIMB_JOINTS = tuple(
    f"{side}_{joint}" for joint in ("ankle", "knee", "hip", "wrist", "elbow", "shoulder") for side in ("right", "left")
)
TORSO = ("left_shoulder", "right_hip")
HEAD_EXCEPT = ("pelvis", "thorax")  # which MPII's mean leaves out
_LSP_TORSO = (9, 2)
_DRAWS = 1000
_DRAWS_AT_ONCE = 50


def torso_length(truth: Array, skeleton: Skeleton | None = None) -> Float64:
    """Return |left shoulder - right hip| (N,) px of keypoints (N, K, 2); NaN where one is not labelled.

    Args:
        truth: Keypoints px.
        skeleton: Their order; None for that of LSP, with which body18 begins. Without both joints all is NaN.
    """
    if skeleton is None:
        shoulder, hip = _LSP_TORSO
    elif all(name in skeleton.keypoints for name in TORSO):
        shoulder, hip = (skeleton.index(name) for name in TORSO)
    else:
        return np.full(len(truth), np.nan)
    return np.asarray(np.linalg.norm(truth[:, shoulder] - truth[:, hip], axis=-1), np.float64)


@dataclass(frozen=True)
class Hits:
    """Which keypoints were right.

    Attributes:
        right: (N, K) within the threshold; False where not counted.
        counted: (N, K) labelled, of a person with a reference length.
    """

    right: Bool
    counted: Bool

    def __post_init__(self) -> None:
        frozen_arrays(self)


def count_hits(predicted: Array, truth: Array, reference: Array, *, threshold: float) -> Hits:
    """Tell for every keypoint whether it counts, and whether it lies within threshold x reference length.

    A keypoint without truth, or of a person without a reference length, is not counted; a missing prediction
    counts as wrong.

    Args:
        predicted, truth: (N, K, 2) px, NaN = missing. reference: (N,) px, NaN = unknown.
        threshold: Share of the reference length; a distance of exactly so much is right.
    """
    with np.errstate(invalid="ignore"):
        near = np.linalg.norm(predicted - truth, axis=-1) <= threshold * reference[:, None]
    counted = np.isfinite(truth).all(axis=-1) & np.isfinite(reference)[:, None]
    return Hits(near & counted, counted)


def compute_pck(predicted: Array, truth: Array, reference: Array, *, threshold: float = 0.2) -> Float64:
    """Return the share (K,) of labelled keypoints within threshold x reference length, 0..1.

    See `count_hits` for what counts. NaN for a keypoint that is never labelled. (Yang & Ramanan, PAMI 2013.)

    Args:
        predicted, truth: (N, K, 2) px. reference: (N,) px.
        threshold: Share of the reference length.
    """
    hits = count_hits(predicted, truth, reference, threshold=threshold)
    return _share(hits.right.sum(axis=0), hits.counted.sum(axis=0))


@dataclass(frozen=True)
class PckScore:
    """PCK or PCKh in percent; NaN = nothing was counted.

    Attributes:
        keypoints: K names. per_keypoint: (K,).
        mean: Over the keypoints, as `summarise_hits` says.
        mean12: The same over ankles, knees, hips, wrists, elbows and shoulders; NaN where the skeleton lacks one.
        interval, interval12: 95 % interval of the two means.
        people: How many had a keypoint that counted.
    """

    keypoints: tuple[str, ...]
    per_keypoint: Float64
    mean: float
    mean12: float
    interval: tuple[float, float]
    interval12: tuple[float, float]
    people: int

    def __post_init__(self) -> None:
        frozen_arrays(self)


def summarise_hits(
    hits: Hits, keypoints: Sequence[str], group: Index, *, pooled: bool = False, seed: int = 0
) -> PckScore:
    """Return percentages with 95 % intervals from a bootstrap over pictures.

    The mean is that of the keypoints' percentages, each weighing the same (LSP). Pooled, it is the share of all
    counted keypoints except pelvis and thorax: MPII's evaluation as published with HRNet (Sun et al. 2019) and with
    SimpleBaseline weighs each joint's PCKh with how often it is labelled, and masks those two. (That code's
    "Mean@0.1" reads the threshold 0.11; here a tenth is a tenth.)

    The bootstrap draws whole pictures (Efron & Tibshirani 1993, percentile interval): people of one picture share
    its light, and are not independent.

    Args:
        hits: Of N people. keypoints: K names.
        group: (N,) picture of each person.
        pooled: Weigh keypoints by how often they count, without pelvis and thorax.
        seed: Of the drawing; the same seed gives the same interval.
    """
    names = tuple(keypoints)
    counts = hits.counted.sum(axis=0)
    listed = np.array([not pooled or name not in HEAD_EXCEPT for name in names]) & (counts > 0)
    limbs = np.array([name in LIMB_JOINTS for name in names])
    complete = int(limbs.sum()) == len(LIMB_JOINTS) and bool((counts[limbs] > 0).all())
    twelve = limbs & complete
    right, total = _by_picture(hits.right, group), _by_picture(hits.counted, group)
    (mean, interval), (mean12, interval12) = (
        _mean_and_interval(right[:, chosen], total[:, chosen], pooled=pooled, seed=seed) for chosen in (listed, twelve)
    )
    return PckScore(
        keypoints=names,
        per_keypoint=100.0 * _share(hits.right.sum(axis=0), counts),
        mean=mean,
        mean12=mean12,
        interval=interval,
        interval12=interval12,
        people=int(hits.counted.any(axis=1).sum()),
    )


def _mean_and_interval(right: Index, total: Index, *, pooled: bool, seed: int) -> tuple[float, tuple[float, float]]:
    """Return the mean of counts (M, K) by picture, percent, and its 95 % interval."""
    if not total.any():
        return np.nan, (np.nan, np.nan)
    mean = float(_means(right.sum(axis=0), total.sum(axis=0), pooled=pooled))
    rng = np.random.default_rng(seed)
    pictures = len(right)
    drawn: list[Float64] = []
    for _ in range(_DRAWS // _DRAWS_AT_ONCE):
        times = rng.multinomial(pictures, np.full(pictures, 1.0 / pictures), size=_DRAWS_AT_ONCE)
        drawn.append(_means(times @ right, times @ total, pooled=pooled))
    low, high = np.nanpercentile(np.concatenate(drawn), [2.5, 97.5])
    return mean, (float(low), float(high))


def _means(right: Index, total: Index, *, pooled: bool) -> Float64:
    """Return the means (...) of counts (..., K), percent; a keypoint that a draw left out does not weigh."""
    if pooled:
        return 100.0 * _share(right.sum(axis=-1), total.sum(axis=-1))
    shares = _share(right, total)
    present = np.isfinite(shares)
    return 100.0 * _share(np.where(present, shares, 0.0).sum(axis=-1), present.sum(axis=-1))


def _share(part: npt.NDArray[np.number], whole: npt.NDArray[np.number]) -> Float64:
    """Return part / whole; NaN where there is no whole."""
    return np.asarray(np.where(whole > 0, part / np.maximum(whole, 1), np.nan), np.float64)


def _by_picture(flags: Bool, group: Index) -> Index:
    """Return how many of flags (N, K) hold in each picture (M, K)."""
    _, row = np.unique(group, return_inverse=True)
    counts = np.zeros((int(row.max(initial=-1)) + 1, flags.shape[1]), np.int64)
    np.add.at(counts, row, flags)
    return counts
