"""What a network's peaks and spreads are worth, measured on labelled pictures: data that travels in its file.

A peak of 0.6 means nothing by itself: networks differ in how high their heatmaps rise. A calibration turns peaks into
shares that come true, and covariances into spreads that cover. `poseapp.training.measuring.calibration` fits it.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ScoreCurve:
    """A monotone map from peaks to scores, linear between its knots and level beyond them.

    Attributes:
        peaks: Of the knots, strictly increasing.
        scores: There, not decreasing, 0..1.

    Raises:
        ValueError: No knots, or none such.
    """

    peaks: tuple[float, ...]
    scores: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.peaks or len(self.peaks) != len(self.scores):
            raise ValueError("a score curve needs as many scores as peaks, and at least one")
        if not all(map(math.isfinite, self.peaks)) or any(b <= a for a, b in pairwise(self.peaks)):
            raise ValueError("the peaks of a score curve must be finite and increase")
        if not all(0.0 <= score <= 1.0 for score in self.scores) or any(b < a for a, b in pairwise(self.scores)):
            raise ValueError("the scores of a score curve must lie in 0..1 and not decrease")


@dataclass(frozen=True)
class Calibration:
    """How peaks become scores, and covariances of heatmaps those of positions.

    A score speaks about right and wrong: of all keypoints with the score 0.8, 80 % lie within 0.2 torso lengths of the
    label. A covariance speaks about right keypoints only, those within that distance: how far off a wrong one is
    (the other knee, another person) no Gaussian can tell, and its score is what warns.

    Attributes:
        curves: At least one.
        curve_of: (K,) which curve each keypoint takes, index into `curves`.
        cov_scale: a in C' = a C + (b s)^2 I, where s is the side of the crop.
        cov_floor: b, a standard deviation as a share of the crop's side: what heatmaps do not show, such as how
            differently people place a hip.
        source: The labelled pictures it was measured on.

    Raises:
        ValueError: A curve that is not there, or a covariance that would not be positive definite.
    """

    curves: tuple[ScoreCurve, ...]
    curve_of: tuple[int, ...]
    cov_scale: float = 1.0
    cov_floor: float = 0.0
    source: str = ""

    def __post_init__(self) -> None:
        if not self.curves or not all(0 <= index < len(self.curves) for index in self.curve_of):
            raise ValueError("every keypoint of a calibration needs one of its curves")
        if not (math.isfinite(self.cov_scale) and math.isfinite(self.cov_floor)):
            raise ValueError("the covariance of a calibration must be finite")
        if not (self.cov_scale >= 0 and self.cov_floor >= 0 and self.cov_scale + self.cov_floor > 0):
            raise ValueError("a calibration must leave covariances positive")

    def calibrate_score(self, peak: Float32) -> Float32:
        """Return the scores (..., K), 0..1, of peaks (..., K); NaN stays NaN."""
        score = np.empty_like(peak)
        for k, index in enumerate(self.curve_of):
            curve = self.curves[index]
            score[..., k] = np.interp(peak[..., k], curve.peaks, curve.scores)
        return np.where(np.isnan(peak), np.float32(np.nan), score)  # np.interp lets NaN through only between two knots

    def calibrate_covariance(self, cov: Float32, side: npt.ArrayLike) -> Float32:
        """Return covariances (N, K, 3) px^2 of positions from those of heatmaps; NaN stays NaN.

        Args:
            cov: (N, K, 3) image px^2, (xx, xy, yy).
            side: (N,) image px of the crop that each was read from.
        """
        floor = np.square(self.cov_floor * np.asarray(side, np.float64))[:, None, None] * (1.0, 0.0, 1.0)
        return np.asarray(self.cov_scale * cov + floor, np.float32)

    def to_json(self) -> str:
        """Return JSON text; `from_json` reads it back."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """Build from `to_json`'s text.

        Raises:
            ValueError, KeyError, TypeError: The text is no calibration.
        """
        data = json.loads(text)
        curves = tuple(ScoreCurve(tuple(curve["peaks"]), tuple(curve["scores"])) for curve in data.pop("curves"))
        return cls(curves=curves, curve_of=tuple(data.pop("curve_of")), **data)
