"""Keypoints of the persons in given boxes of one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from poseapp.core.codec import activate, decode
from poseapp.core.geometry import Affine, Box, resize_map
from poseapp.core.types import Float32, frozen_arrays
from poseapp.inference.crops import cut_crops, make_crop
from poseapp.inference.network import Network

UInt8 = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Estimate:
    """Keypoints of N boxes.

    Attributes:
        xy: (N, K, 2) image px; NaN where the heatmap says nothing.
        score: (N, K) in 0..1; NaN where xy is NaN.
        cov: (N, K, 3) image px^2, (xx, xy, yy); NaN where xy is NaN.
    """

    xy: Float32
    score: Float32
    cov: Float32

    def __post_init__(self) -> None:
        frozen_arrays(self)


@dataclass(frozen=True)
class HeatmapInImage:
    """One keypoint's heatmap for an overlay: `values` (h, w), activated, and the map of its px to image px."""

    values: Float32
    to_image: Affine

    def __post_init__(self) -> None:
        frozen_arrays(self)


def estimate(network: Network, rgb: UInt8, boxes: Sequence[Box], *, flip_test: bool = False) -> Estimate:
    """Return the keypoints in N boxes (image px) of a picture `rgb` (H, W, 3); see `Estimate` for the NaN rule.

    With `flip_test`, heatmaps are averaged with those of the mirrored crop (LPN section 4.1): twice the time.
    """
    spec = network.spec
    k = spec.skeleton.n_keypoints
    if not boxes:
        return Estimate(*(np.empty((0, k, *tail), np.float32) for tail in ((2,), (), (3,))))
    crops = [make_crop(box, spec.input_size) for box in boxes]
    maps = _heatmaps(network, cut_crops(rgb, crops), flip_test)
    activation = "none" if flip_test else spec.activation
    decoded = decode(maps, method=spec.decode, beta=spec.beta, activation=activation, gain=spec.confidence_gain)
    to_input = _shifted(spec.offset).after(resize_map((maps.shape[2], maps.shape[3]), spec.input_size))
    xy, cov = np.empty_like(decoded.points), np.empty_like(decoded.cov)
    for i, crop in enumerate(crops):
        to_image = crop.to_input.inverse.after(to_input)
        xy[i], cov[i] = to_image(decoded.points[i]), to_image.covariance(decoded.cov[i])
    return Estimate(xy, decoded.score, cov)


def heatmap_in_image(network: Network, rgb: UInt8, box: Box, keypoint: int) -> HeatmapInImage:
    """Return the heatmap of one keypoint of the person in a box, and where it lies in the picture."""
    crop = make_crop(box, network.spec.input_size)
    values = network.heatmaps(cut_crops(rgb, [crop]))[0, keypoint]
    spec = network.spec
    to_input = _shifted(spec.offset).after(resize_map((values.shape[0], values.shape[1]), spec.input_size))
    return HeatmapInImage(activate(values, network.spec.activation), crop.to_input.inverse.after(to_input))


def _shifted(offset: tuple[float, float]) -> Affine:
    return Affine(np.array([[1.0, 0.0, offset[0]], [0.0, 1.0, offset[1]]]))


def _heatmaps(network: Network, pixels: UInt8, flip_test: bool) -> Float32:
    maps = network.heatmaps(pixels)
    if not flip_test:
        return maps
    spec = network.spec
    mirrored = network.heatmaps(np.ascontiguousarray(pixels[:, :, ::-1]))
    mirrored = mirrored[:, list(spec.skeleton.mirror), :, ::-1]
    both = activate(maps, spec.activation) + activate(mirrored, spec.activation)
    return np.asarray(0.5 * both, dtype=np.float32)
