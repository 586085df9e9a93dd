"""How much of a person keypoints show, and the crop that they ask for."""

from __future__ import annotations

import numpy as np

from poseapp.core.geometry import Box
from poseapp.core.types import Float32, ModelSpec

# Peaks are in the unit of the network's `confidence_gain`, so that a plain keypoint lies at 0.8 to 1 with any network.
# Calibrated scores take no part: another calibration must not find other people.
PRESENT = 0.16  # peak from which a keypoint takes part in placing the next crop
PERSON = 0.53  # merit from which a crop shows a person: empty ones stay below 0.45, whole persons reach 0.65 to 0.95
SURE = 0.64  # merit at which a search may stop
PROMISING = 0.3  # merit from which a crop is worth re-centring
_BEST_SHARE = 0.75  # merit = mean of this share of the keypoints, the surest ones: a hidden arm must not count


def compute_merit(peak: Float32) -> Float32:
    """Return the mean (...) of the surest three quarters of peaks (..., K); NaN counts as 0."""
    peak = np.sort(np.nan_to_num(peak, nan=0.0), axis=-1)
    count = max(1, round(_BEST_SHARE * peak.shape[-1]))
    return np.asarray(peak[..., -count:].mean(axis=-1), np.float32)


def crop_around(xy: Float32, peak: Float32, spec: ModelSpec) -> Box | None:
    """Return the crop about the present keypoints (K, 2), px, of the shape of the network's input.

    None when fewer than a quarter of the keypoints are present.
    """
    present = np.nan_to_num(peak, nan=0.0) >= PRESENT
    if present.sum() < max(2, len(peak) // 4):
        return None
    box = Box.around(xy[present]).shaped(*spec.input_size, spec.crop_factor)
    return box if box.width >= 8 else None
