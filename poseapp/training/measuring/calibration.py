"""How far scores and covariances can be believed, and the calibration that makes them so.

A score can be believed when it is a share that comes true: of all keypoints with a score near 0.8, 80 % lie within 0.2
torso lengths of the label. A covariance can be believed when right keypoints, those within that distance, lie in its
ellipses as often as a Gaussian's do. Keypoints farther off are wrong, not imprecise: they count against scores only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from poseapp.core.calibration import Calibration, ScoreCurve
from poseapp.core.errors import BadInputError
from poseapp.core.schema import keypoint_parts
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float32, Float64, frozen_arrays
from poseapp.inference.estimate import Estimate
from poseapp.training.labelled import LabelledSet
from poseapp.training.measuring.metrics import torso_length

Bool = npt.NDArray[np.bool_]
Index = npt.NDArray[np.int64]

RIGHT = 0.2  # torso lengths
BINS = 15
_LEAST = 200  # counted keypoints, for a fit
_BIN_SIZE, _MOST_BINS = 100, 20  # of the curve
_DECIMALS, _COV_DECIMALS = 4, 6


@dataclass(frozen=True)
class Samples:
    """What a network said of N labelled people, in the order of its own K keypoints.

    Attributes:
        error: (N, K, 2) px, read minus labelled; NaN where there is no label or nothing was read.
        score: (N, K) 0..1. cov: (N, K, 3) px^2, (xx, xy, yy).
        side: (N,) image px of the crop. torso: (N,) px. Without it, nobody can say what is right.
        picture: (N,) index of each person's picture.
    """

    error: Float32
    score: Float32
    cov: Float32
    side: Float32
    torso: Float64
    picture: Index

    def __post_init__(self) -> None:
        frozen_arrays(self)

    @property
    def counted(self) -> Bool:
        """(N, K) whether it is known if a keypoint is right."""
        known = np.isfinite(self.error).all(axis=-1) & np.isfinite(self.score) & np.isfinite(self.cov).all(axis=-1)
        return np.asarray(known & np.isfinite(self.torso)[:, None])

    @property
    def right(self) -> Bool:
        """(N, K) whether a counted keypoint lies within 0.2 torso lengths of its label."""
        with np.errstate(invalid="ignore"):
            near = np.linalg.norm(self.error, axis=-1) <= RIGHT * self.torso[:, None]
        return np.asarray(near & self.counted)


@dataclass(frozen=True)
class Reliability:
    """How far scores and covariances can be believed; percent, NaN = nothing was counted.

    Attributes:
        keypoints: How many were counted.
        ece: Expected calibration error (Guo et al., ICML 2017, eq. 3) over 15 bins of equal mass.
        score, share: (B,) mean score, and share of right keypoints, of each bin.
        coverage: Of right keypoints within 1 and 2 sigma; a Gaussian has 39.3 and 86.5.
        squared: Mean of d^T C^-1 d of right keypoints; 2 when C is of the right size.
    """

    keypoints: int
    ece: float
    score: tuple[float, ...]
    share: tuple[float, ...]
    coverage: tuple[float, float]
    squared: float


def gather_samples(estimate: Estimate, side: Float32, people: LabelledSet, skeleton: Skeleton) -> Samples:
    """Return what an estimate (N, K) said of labelled people, beside the labels.

    A keypoint counts where the labels have that very one; a mean of others, such as MPII's pelvis from LSP's hips, has
    the spread of two labels and does not.

    Args:
        estimate: In the order of `skeleton`. side: (N,) px of the crops.
        people: Of the N rows. skeleton: The network's.
    """
    labels = np.full(estimate.xy.shape, np.nan, np.float32)
    for k, parts in enumerate(keypoint_parts(people.skeleton, skeleton)):
        if len(parts) == 1:
            labels[:, k] = people.keypoints[:, parts[0]]
    labels[people.crowd] = np.nan
    torso = torso_length(people.keypoints, people.skeleton)
    return Samples(estimate.xy - labels, estimate.score, estimate.cov, side, torso, people.picture)


def measure_reliability(samples: Samples) -> Reliability:
    """Return how far the scores and covariances of samples can be believed."""
    counted = samples.counted
    score, right = samples.score[counted].astype(np.float64), samples.right[counted]
    nothing = (float("nan"), float("nan"))
    if not len(score):
        return Reliability(0, nothing[0], (), (), nothing, nothing[0])
    bins = _equal_parts(score, BINS)
    means, shares = (100.0 * np.array([values[part].mean() for part in bins]) for values in (score, right))
    weights = np.array([len(part) for part in bins]) / len(score)
    hits = samples.right
    squares = _squared(samples.error[hits], samples.cov[hits]) if hits.any() else np.array([np.nan])
    inside = tuple(float(100.0 * (squares <= n * n).mean()) for n in (1, 2)) if hits.any() else nothing
    return Reliability(
        keypoints=len(score),
        ece=float(weights @ np.abs(means - shares)),
        score=tuple(means.tolist()),
        share=tuple(shares.tolist()),
        coverage=(inside[0], inside[1]),
        squared=float(squares.mean()),
    )


def fit_calibration(samples: Samples, source: str, *, scores: bool = True) -> Calibration:
    """Return the calibration of the network that gave samples: their scores are its peaks, their covariances its own.

    Scores: the share of right keypoints in bins of equal mass, made monotone by isotonic regression (Zadrozny & Elkan,
    KDD 2002) and read linearly between the bins' means; from a peak of 0, which says nothing, to 0. One curve for all
    keypoints, so that those nobody labelled have one, too.

    Covariances: a and b of `Calibration` by the maximum likelihood of the right keypoints' errors. At the maximum their
    mean squared error d^T C^-1 d is 2.

    Args:
        samples: Of an uncalibrated network.
        source: Which pictures they are of, for people.
        scores: Fit the curve; else scores stay the peaks.

    Raises:
        BadInputError: Fewer than 200 keypoints count, or all of them are right, or all wrong.
    """
    counted, right = samples.counted, samples.right
    if counted.sum() < _LEAST or not 0 < right.sum() < counted.sum():
        raise BadInputError(
            f"{int(counted.sum())} keypoints with {int(right.sum())} right ones are too few to calibrate with",
            where=source,
            remedy="Take more pictures",
        )
    side = np.broadcast_to(samples.side[:, None], right.shape)[right]
    curve = _fit_curve(samples.score[counted], right[counted]) if scores else ScoreCurve((0.0, 1.0), (0.0, 1.0))
    scale, floor = _fit_covariance(samples.error[right], samples.cov[right], side)
    return Calibration(
        curves=(curve,),
        curve_of=(0,) * right.shape[1],
        cov_scale=round(scale, _COV_DECIMALS),
        cov_floor=round(floor, _COV_DECIMALS),
        source=source,
    )


def apply_calibration(calibration: Calibration, samples: Samples) -> Samples:
    """Return samples as a network with this calibration would have given them."""
    score = calibration.calibrate_score(samples.score)
    return replace(samples, score=score, cov=calibration.calibrate_covariance(samples.cov, samples.side))


def cross_validate(samples: Samples, *, scores: bool = True, folds: int = 10, seed: int = 0) -> Samples:
    """Return samples calibrated each by a fit to the others' pictures: what a fit is worth on pictures it never saw.

    Raises:
        BadInputError: As `fit_calibration`.
    """
    pictures, row = np.unique(samples.picture, return_inverse=True)
    fold = (np.random.default_rng(seed).permutation(len(pictures)) % folds)[row]
    score, cov = samples.score.copy(), samples.cov.copy()
    for number in range(folds):
        inside = fold == number
        fitted = fit_calibration(_chosen(samples, ~inside), "cross-validation", scores=scores)
        result = apply_calibration(fitted, _chosen(samples, inside))
        score[inside], cov[inside] = result.score, result.cov
    return replace(samples, score=score, cov=cov)


def _chosen(samples: Samples, keep: Bool) -> Samples:
    return Samples(
        samples.error[keep],
        samples.score[keep],
        samples.cov[keep],
        samples.side[keep],
        samples.torso[keep],
        samples.picture[keep],
    )


def _equal_parts(values: npt.NDArray[np.floating], parts: int) -> list[npt.NDArray[np.intp]]:
    """Return the indices of values in up to `parts` bins of equal mass, ascending."""
    return np.array_split(np.argsort(values, kind="stable"), min(parts, len(values)))


def _fit_curve(peak: Float32, right: Bool) -> ScoreCurve:
    from scipy.optimize import isotonic_regression  # here: only a fit needs it

    bins = _equal_parts(peak, min(_MOST_BINS, max(1, len(peak) // _BIN_SIZE)))
    peaks = np.array([peak[part].mean(dtype=np.float64) for part in bins]).round(_DECIMALS)
    weights = np.array([len(part) for part in bins], np.float64)
    knots, place = np.unique(peaks, return_inverse=True)  # ties, such as peaks cut off at 1, make one knot
    mass = np.bincount(place, weights)
    shares = np.bincount(place, [right[part].sum() for part in bins]) / mass
    scores = isotonic_regression(shares, weights=mass).x.round(_DECIMALS)
    if knots[0] > 0:
        knots, scores = np.insert(knots, 0, 0.0), np.insert(scores, 0, 0.0)
    level = np.append(np.diff(scores) == 0, False) & np.insert(np.diff(scores) == 0, 0, False)  # inside a level stretch
    return ScoreCurve(tuple(knots[~level].tolist()), tuple(np.clip(scores[~level], 0.0, 1.0).tolist()))


def _fit_covariance(error: Float32, cov: Float32, side: Float32) -> tuple[float, float]:
    """Return a, b of C' = a C + (b side)^2 I that make errors (M, 2) px with covariances (M, 3) likeliest."""
    from scipy.optimize import minimize

    unit = side[:, None].astype(np.float64)
    shares, spreads = error / unit, cov / unit**2  # of the crop's side, so that no number is large
    start = np.log([0.5, 0.5 * float((shares**2).mean())])

    def loss(logs: Float64) -> float:
        scale, floor = np.exp(logs)
        whole = scale * spreads + floor * np.array([1.0, 0.0, 1.0])
        return float((_squared(shares, whole) + np.log(_determinant(whole))).mean())

    best = minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-8, "maxiter": 2000})
    scale, floor = np.exp(best.x)
    return float(scale), float(np.sqrt(floor))


def _squared(error: npt.NDArray[np.floating], cov: npt.NDArray[np.floating]) -> Float64:
    """Return d^T C^-1 d (M,) of errors (M, 2) with covariances (M, 3)."""
    x, y = error[:, 0].astype(np.float64), error[:, 1].astype(np.float64)
    xx, xy, yy = cov.astype(np.float64).T
    return np.asarray((yy * x * x - 2 * xy * x * y + xx * y * y) / _determinant(cov))


def _determinant(cov: npt.NDArray[np.floating]) -> Float64:
    xx, xy, yy = cov.astype(np.float64).T
    return np.asarray(xx * yy - xy**2)
