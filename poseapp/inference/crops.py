"""The part of a picture that a network sees, cut without a shift and without aliasing."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.geometry import Affine, Box, letterbox, resize_map
from poseapp.core.types import Crop

UInt8 = npt.NDArray[np.uint8]


def make_crop(box: Box, size: tuple[int, int], *, quarters: int = 0) -> Crop:
    """Return the crop that fits `box` (image px), centred and undistorted, into an input of (h, w).

    Args:
        quarters: Quarter turns counter-clockwise of a square input, pixel on pixel.
    """
    to_input = letterbox(box, *size)
    for _ in range(quarters % 4):
        to_input = Affine(np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, size[1] - 1.0]])).after(to_input)
    return Crop(box, to_input, size)


def cut_crop(rgb: UInt8, crop: Crop) -> UInt8:
    """Return the pixels (h, w, 3) of a crop of `rgb` (H, W, 3); what lies outside the picture is black.

    Below half size, pixels are first averaged in whole blocks: bilinear sampling alone would skip pixels and
    make keypoints jump as the crop moves (EfficientPose's own preprocessing does the same by area).
    """
    height, width = crop.size
    to_input = crop.to_input
    block = int(1.0 / max(to_input.scale, 1e-6))
    if block >= 2:
        rgb, from_reduced = _reduce(rgb, crop, block)
        to_input = to_input.after(from_reduced)
    return np.asarray(
        cv2.warpAffine(
            rgb,
            to_input.matrix,
            (width, height),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(0, 0, 0),
        ),
        dtype=np.uint8,
    )


def cut_crops(rgb: UInt8, crops: list[Crop]) -> UInt8:
    """Return the pixels (N, h, w, 3) of N >= 1 crops of one picture."""
    return np.stack([cut_crop(rgb, crop) for crop in crops])


def _reduce(rgb: UInt8, crop: Crop, block: int) -> tuple[UInt8, Affine]:
    """Average the needed part of a picture in blocks; return it and the map from its pixels to the picture's."""
    height, width = crop.size
    corners = crop.to_input.inverse([[-0.5, -0.5], [width - 0.5, height - 0.5]])
    low = np.clip(np.floor(corners.min(axis=0)) - 2 * block, 0, [rgb.shape[1] - 1, rgb.shape[0] - 1]).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)) + 2 * block, low + 1, [rgb.shape[1], rgb.shape[0]]).astype(int)
    part = rgb[low[1] : high[1], low[0] : high[0]]
    short_y, short_x = -part.shape[0] % block, -part.shape[1] % block
    if short_x or short_y:
        part = np.asarray(cv2.copyMakeBorder(part, 0, short_y, 0, short_x, cv2.BORDER_CONSTANT), dtype=np.uint8)
    size = (part.shape[0] // block, part.shape[1] // block)
    reduced = np.asarray(cv2.resize(part, (size[1], size[0]), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    shift = Affine(np.array([[1.0, 0.0, low[0]], [0.0, 1.0, low[1]]]))
    return reduced, shift.after(resize_map(size, part.shape[:2]))
