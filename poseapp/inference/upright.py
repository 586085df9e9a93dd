"""A second look at people who are not upright: handstands, somersaults, people lying down.

Networks read people on their feet best, whatever they were trained on. So where the trunk of the first look points
sideways or down, the crop is turned by the quarter that brings it up, and read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import numpy.typing as npt

from poseapp.core.geometry import Box
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float32
from poseapp.inference.crops import cut_crops, make_crop
from poseapp.inference.estimate import Estimate, estimate, estimate_crops
from poseapp.inference.merit import compute_merit
from poseapp.inference.network import Network

UInt8 = npt.NDArray[np.uint8]

_UPPER = ("neck", "right_shoulder", "left_shoulder")
_LOWER = ("right_hip", "left_hip")
_LEANING = 60.0  # degrees from upright: networks are trained on so much, a turned crop is no nearer
_WORSE = 0.02  # merit that the second look may lack


def estimate_upright(network: Network, rgb: UInt8, boxes: Sequence[Box], *, flip_test: bool = False) -> Estimate:
    """Return what `estimate` does, with a second look where the trunk is not up, kept where its merit is no worse.

    On 349 people of Leeds Sports Pose Extended (8001-8500) the built-in network's limbs within 0.2 torso rise from 60.7
    to 61.4 %, and from 51-53 to 59-60 % with the pictures turned by quarters.
    """
    first = estimate(network, rgb, boxes, flip_test=flip_test)
    height, width = network.spec.input_size
    quarters = find_quarters(first.xy, network.spec.skeleton)
    turned = np.flatnonzero(quarters)
    if height != width or not len(turned):
        return first
    crops = [make_crop(boxes[int(n)], (height, width), quarters=int(quarters[n])) for n in turned]
    second = estimate_crops(network, cut_crops(rgb, crops), crops, flip_test=flip_test)
    better = compute_merit(second.peak) >= compute_merit(first.peak[turned]) - _WORSE
    if not better.any():
        return first
    merged = {field.name: np.array(getattr(first, field.name)) for field in fields(first)}
    for name, values in merged.items():
        values[turned[better]] = getattr(second, name)[better]
    return Estimate(**merged)


def find_quarters(xy: Float32, skeleton: Skeleton) -> npt.NDArray[np.int64]:
    """Return the quarter turns counter-clockwise (N,) that bring trunks of people (N, K, 2), px, up; 0 if unknown."""
    upper = [skeleton.index(name) for name in _UPPER if name in skeleton.keypoints]
    lower = [skeleton.index(name) for name in _LOWER if name in skeleton.keypoints]
    if not upper or not lower:
        return np.zeros(len(xy), np.int64)
    trunk = xy[:, upper].mean(axis=1) - xy[:, lower].mean(axis=1)
    degrees = np.degrees(np.arctan2(trunk[:, 0], -trunk[:, 1]))  # 0 = up, 90 = to the right
    leaning = np.abs(np.nan_to_num(degrees)) < _LEANING
    return np.asarray(np.where(leaning, 0, np.round(np.nan_to_num(degrees) / 90)), np.int64) % 4
