"""How far scores and covariances can be believed, in words and as JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poseapp.training.measuring.calibration import Reliability

_WITHIN = (39.35, 86.47)  # percent of a Gaussian of the plane within 1 and 2 sigma: 1 - exp(-n^2 / 2)


def report_reliability(found: Reliability) -> dict[str, object]:
    """Return what `--json` prints; percent, but for the mean of squared errors over their variance (2 is right)."""
    bins = zip(found.score, found.share, strict=True)
    return {
        "ece": _rounded(found.ece),
        "coverage": {
            f"{n}_sigma": {"found": _rounded(share), "expected": expected}
            for n, (share, expected) in enumerate(zip(found.coverage, _WITHIN, strict=True), start=1)
        },
        "squared": _rounded(found.squared),
        "reliability": [{"score": _rounded(score), "right": _rounded(share)} for score, share in bins],
    }


def describe_reliability(found: Reliability) -> str:
    """Return the same as a line for people."""
    inside = [f"{share:.1f} (of a Gaussian {ideal})" for share, ideal in zip(found.coverage, _WITHIN, strict=True)]
    return f"ECE {found.ece:.1f} %; of the right keypoints {' and '.join(inside)} % within 1 and 2 sigma"


def _rounded(value: float) -> float | None:
    return round(float(value), 2) if math.isfinite(value) else None
