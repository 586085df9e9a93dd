"""What the outputs of a network should be: Gaussian heatmaps and part affinity fields of labelled keypoints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poseapp.core.codec import encode
from poseapp.core.geometry import resize_map
from poseapp.core.types import Float32

Size = tuple[int, int]  # (height, width), px
_EDGE = 1e-4  # px; a pixel on the edge belongs to the field, however the sums are rounded


@dataclass(frozen=True)
class OutputSizes:
    """The size of every supervised output of a network: heatmaps in order, then part affinity fields."""

    heatmaps: tuple[Size, ...]
    links: tuple[Size, ...] = ()


def heatmap_targets(keypoints: Float32, input_size: Size, map_size: Size, sigma: float) -> Float32:
    """Return unbiased Gaussian maps (N, K, h, w): their mean is the keypoint's exact sub-pixel place.

    Args:
        keypoints: (N, K, 2) input px; NaN gives an empty map.
        sigma: Px of the map.
    """
    return encode(resize_map(input_size, map_size)(keypoints), map_size, sigma)


def known(keypoints: Float32) -> Float32:
    """Return weights (..., K): 1 for a labelled keypoint, wherever it lies, 0 for NaN."""
    return np.isfinite(keypoints[..., 0]).astype(np.float32)


def link_targets(
    keypoints: Float32, links: tuple[tuple[int, int], ...], input_size: Size, map_size: Size, width: float
) -> tuple[Float32, Float32]:
    """Return part affinity fields (N, 2P, h, w) and weights (N, P) (Cao et al., CVPR 2017, section 2.3).

    Within `width` of the segment from the first to the second keypoint the field is the unit vector along it, x in
    map 2p and y in map 2p + 1; elsewhere it is 0. Weight 0 where one of the two is not labelled.

    Args:
        keypoints: (N, K, 2) input px, NaN = not labelled.
        links: P pairs of keypoints (`Skeleton.links`).
        width: Px of the map, to each side.
    """
    at = resize_map(input_size, map_size)(keypoints)
    first, second = (at[:, [link[end] for link in links]] for end in (0, 1))  # (N, P, 2)
    along = second - first
    length = np.linalg.norm(along, axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.where(length > 1e-6, along / length, 0.0)
    ux, uy = unit[..., 0, None, None], unit[..., 1, None, None]
    x = np.arange(map_size[1]) - first[..., 0, None, None]  # (N, P, 1, w)
    y = np.arange(map_size[0])[:, None] - first[..., 1, None, None]  # (N, P, h, 1)
    with np.errstate(invalid="ignore"):
        forward, aside = ux * x + uy * y, np.abs(ux * y - uy * x)
        inside = (forward >= -_EDGE) & (forward <= length[..., None] + _EDGE) & (aside <= width + _EDGE)
    field = np.stack([ux * inside, uy * inside], axis=2)  # (N, P, 2, h, w)
    weights = np.isfinite(length[..., 0]).astype(np.float32)
    return np.nan_to_num(field).reshape(len(at), -1, *map_size).astype(np.float32), weights
