"""How good keypoints are, as the papers count it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from poseapp.core.types import Float64

Array = npt.NDArray[np.floating]
LEFT_SHOULDER, RIGHT_HIP = 9, 2  # of LSP and body18


def torso_length(truth: Array) -> Float64:
    """Return |left shoulder - right hip| (N,) px of LSP-ordered keypoints (N, K, 2); NaN where one is missing."""
    lengths: Float64 = np.linalg.norm(truth[:, LEFT_SHOULDER] - truth[:, RIGHT_HIP], axis=-1)
    return lengths


def compute_pck(predicted: Array, truth: Array, reference: Array, *, threshold: float = 0.2) -> Float64:
    """Return the share (K,) of labelled keypoints within threshold x reference length, 0..1.

    A keypoint without truth, or of a person without a reference length, is not counted; a missing prediction
    counts as wrong. NaN for a keypoint that is never labelled. (Yang & Ramanan, PAMI 2013.)

    Args:
        predicted, truth: (N, K, 2) px. reference: (N,) px.
        threshold: Share of the reference length.
    """
    with np.errstate(invalid="ignore"):
        near = np.linalg.norm(predicted - truth, axis=-1) <= threshold * reference[:, None]
    counted = np.isfinite(truth).all(axis=-1) & np.isfinite(reference)[:, None]
    hits, total = (near & counted).sum(axis=0), counted.sum(axis=0)
    return np.where(total > 0, hits / np.maximum(total, 1), np.nan)
