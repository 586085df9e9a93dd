"""Multi-scale testing: one person looked at in crops of several zooms, their heatmaps averaged in one frame."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.codec import activate
from poseapp.core.geometry import Affine, Box
from poseapp.core.types import Crop, Float32
from poseapp.inference.crops import make_crop
from poseapp.inference.estimate import Estimate, average_with_mirror, map_to_input, read_maps
from poseapp.inference.network import Network

UInt8 = npt.NDArray[np.uint8]


def zoom_crop(crop: Crop, zoom: float) -> Crop:
    """Return the crop about the same centre in which everything is `zoom` times as large."""
    x, y = crop.box.centre
    width, height = crop.box.width / zoom, crop.box.height / zoom
    return make_crop(Box(x - width / 2, y - height / 2, width, height), crop.size)


def estimate_zooms(
    network: Network,
    pixels: Sequence[UInt8],
    zooms: Sequence[float],
    crops: Sequence[Crop],
    *,
    flip_test: bool = False,
) -> Estimate:
    """Return the keypoints, image px, of N crops from their heatmaps at several zooms.

    Activated heatmaps are resampled bilinearly into the frame of the plain crops and averaged, at each place over the
    zooms that saw it. This is the scale pyramid of single-person testing that EfficientPose (section 4.1) takes over
    from its forerunners (Yang et al. 2017, Tang et al. 2018, Sun et al. 2019); their six steps go from 0.8 to 1.3.

    Args:
        network: Its time grows with the number of zooms.
        pixels: (N, h, w, 3) of each of Z zooms: those of `zoom_crop(crop, zoom)`.
        zooms: Z factors.
        crops: The N plain crops.
        flip_test: Average each with its mirrored crop, too.
    """
    total: Float32 | None = None
    seen: Float32 | None = None
    for zoom, part in zip(zooms, pixels, strict=True):
        maps = _activated(network, part, flip_test=flip_test)
        to_plain = _to_plain(network, maps, zoom)
        moved, inside = _move(maps, to_plain), _move(np.ones((1, 1, *maps.shape[2:]), np.float32), to_plain)
        total = moved if total is None else total + moved
        seen = inside if seen is None else seen + inside
    if total is None or seen is None:
        raise ValueError("no zoom to look at")
    mean = np.asarray(total / np.maximum(seen, 1.0), np.float32)
    return read_maps(network, mean, crops, activation="none")


def _activated(network: Network, pixels: UInt8, *, flip_test: bool) -> Float32:
    if flip_test:
        return average_with_mirror(network, pixels)
    return activate(network.heatmaps(pixels), network.spec.activation)


def _to_plain(network: Network, maps: Float32, zoom: float) -> Affine:
    """Return the map from the heatmap px of a zoomed crop to those of the plain one: it shrinks about the middle."""
    height, width = network.spec.input_size
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    shrink = Affine(np.column_stack([np.eye(2) / zoom, middle - middle / zoom]))
    to_input = map_to_input(network, maps)
    return to_input.inverse.after(shrink).after(to_input)


def _move(maps: Float32, move: Affine) -> Float32:
    """Return heatmaps (N, K, h, w) resampled by a map of their px; 0 outside."""
    height, width = maps.shape[2:]
    moved = np.empty_like(maps)
    for source, target in zip(maps.reshape(-1, height, width), moved.reshape(-1, height, width), strict=True):
        cv2.warpAffine(source, move.matrix, (width, height), dst=target, flags=cv2.INTER_LINEAR)
    return moved
