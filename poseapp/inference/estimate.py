"""Keypoints of the persons in given boxes of one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from poseapp.core.codec import activate, decode
from poseapp.core.geometry import Affine, Box, resize_map
from poseapp.core.types import Crop, Float32, frozen_arrays
from poseapp.inference.crops import cut_crops, make_crop
from poseapp.inference.network import Network

UInt8 = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Estimate:
    """Keypoints of N boxes.

    Attributes:
        xy: (N, K, 2) image px; NaN where the heatmap says nothing.
        peak: (N, K) in 0..1, of the heatmap, in the unit of `ModelSpec.confidence_gain`: what finding and following
            people decide by. NaN where xy is NaN.
        score: (N, K) in 0..1, how sure a keypoint is: the calibrated peak, or the peak itself where the network carries
            no calibration. NaN where xy is NaN.
        cov: (N, K, 3) image px^2, (xx, xy, yy), calibrated likewise; NaN where xy is NaN.
    """

    xy: Float32
    peak: Float32
    score: Float32
    cov: Float32

    def __post_init__(self) -> None:
        frozen_arrays(self)


def empty_estimate(n: int, k: int) -> Estimate:
    """Return an estimate of n boxes and k keypoints, all of it missing."""
    return Estimate(*(np.full((n, k, *tail), np.nan, np.float32) for tail in ((2,), (), (), (3,))))


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
    crops = [make_crop(box, network.spec.input_size) for box in boxes]
    if not crops:
        return empty_estimate(0, network.spec.skeleton.n_keypoints)
    return estimate_crops(network, cut_crops(rgb, crops), crops, flip_test=flip_test)


def estimate_crops(network: Network, pixels: UInt8, crops: Sequence[Crop], *, flip_test: bool = False) -> Estimate:
    """Return the keypoints, px of each crop's own picture, in the pixels (N, h, w, 3) of N crops of any pictures."""
    if flip_test:
        return read_maps(network, average_with_mirror(network, pixels), crops, activation="none")
    return read_maps(network, network.heatmaps(pixels), crops, activation=network.spec.activation)


def average_with_mirror(network: Network, pixels: UInt8) -> Float32:
    """Return the activated heatmaps (N, K, h, w) of crops (N, H, W, 3), averaged with those of the mirrored crops."""
    spec = network.spec
    both = activate(network.heatmaps(np.concatenate([pixels, pixels[:, :, ::-1]])), spec.activation)
    maps, mirrored = np.split(both, 2)
    return np.asarray(0.5 * (maps + mirrored[:, list(spec.skeleton.mirror), :, ::-1]), dtype=np.float32)


def read_maps(network: Network, maps: Float32, crops: Sequence[Crop], *, activation: str) -> Estimate:
    """Return the keypoints in heatmaps (N, K, h, w) of N crops; `activation` is what is still to be done to them."""
    spec = network.spec
    decoded = decode(maps, method=spec.decode, beta=spec.beta, activation=activation, gain=spec.confidence_gain)
    to_input = map_to_input(network, maps)
    xy, cov = np.empty_like(decoded.points), np.empty_like(decoded.cov)
    for i, crop in enumerate(crops):
        to_image = crop.to_input.inverse.after(to_input)
        xy[i], cov[i] = to_image(decoded.points[i]), to_image.covariance(decoded.cov[i])
    calibration = spec.calibration
    if calibration is None:
        return Estimate(xy, decoded.peak, decoded.peak, cov)
    sides = [crop.box.width for crop in crops]
    score = calibration.calibrate_score(decoded.peak)
    return Estimate(xy, decoded.peak, score, calibration.calibrate_covariance(cov, sides))


def map_to_input(network: Network, maps: Float32, size: tuple[int, int] | None = None) -> Affine:
    """Return the map from the px of heatmaps (..., h, w) to input px, with the network's own shift undone.

    Args:
        size: Height and width of the input, where it was not that of the network's description.
    """
    shift = Affine(np.array([[1.0, 0.0, network.spec.offset[0]], [0.0, 1.0, network.spec.offset[1]]]))
    return shift.after(resize_map((maps.shape[-2], maps.shape[-1]), size or network.spec.input_size))


def heatmap_in_image(network: Network, rgb: UInt8, box: Box, keypoint: int) -> HeatmapInImage:
    """Return the heatmap of one keypoint of the person in a box, and where it lies in the picture."""
    crop = make_crop(box, network.spec.input_size)
    values = network.heatmaps(cut_crops(rgb, [crop]))[0, keypoint]
    to_image = crop.to_input.inverse.after(map_to_input(network, values))
    return HeatmapInImage(activate(values, network.spec.activation), to_image)
