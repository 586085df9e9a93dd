"""How sharp a part of a picture is, whatever its size and contrast."""

from __future__ import annotations

import math

import numpy as np

from poseapp.core.geometry import Box
from poseapp.core.types import Array

HEIGHT = 200  # px to which a person is brought, so that near and far ones compare
SIGMA = 2.0  # px of the blur on purpose
NOISE_SIGMA = 0.7  # px
LEAST_PX = 24  # a smaller part says nothing


def measure_sharpness(rgb: Array, box: Box) -> float:
    """Return the variance of second differences in a box over that after a blur on purpose; NaN for too small a box.

    Along rows and along columns, the smaller one: a camera that shakes or a body that moves blurs one direction.
    After Pech-Pacheco et al. (ICPR 2000) for the variance of the Laplacian, and Crete et al. (SPIE 6492, 2007) for
    the comparison with a blurred copy, which takes out contrast and clothing: what is blurred loses little by more.

    Args:
        rgb: (H, W, 3) uint8. box: px, cut to the picture.
    """
    import cv2

    left, top = max(0, int(box.x)), max(0, int(box.y))
    bottom, right = max(0, math.ceil(box.y + box.height)), max(0, math.ceil(box.x + box.width))
    part = rgb[top:bottom, left:right]
    if min(part.shape[:2], default=0) < LEAST_PX:
        return math.nan
    grey = cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2GRAY).astype(np.float32)
    factor = HEIGHT / grey.shape[0]
    if factor < 1:
        grey = cv2.resize(grey, (max(1, round(grey.shape[1] * factor)), HEIGHT), interpolation=cv2.INTER_AREA)
    plain = cv2.GaussianBlur(grey, (0, 0), NOISE_SIGMA)  # noise and the steps of 8 bits are no sharpness
    blurred = cv2.GaussianBlur(grey, (0, 0), SIGMA)
    ratios = [_strength(plain, axis) / max(_strength(blurred, axis), 1e-6) for axis in (0, 1)]
    return min(ratios)


def _strength(picture: Array, axis: int) -> float:
    return float(np.diff(picture, n=2, axis=axis).var())
