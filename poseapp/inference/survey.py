"""Looking at the whole picture at once, with a network that takes pictures of any size.

A network of convolutions answers in the same way everywhere. So it need not be shown dozens of crops: it is shown the
picture itself, at a few sizes, and every window of a person's size in its heatmaps is judged as a crop would be, by the
peaks in it. Between two sizes lies less than the range of sizes that networks are trained on (a person of 0.5 to 1
times the input).
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.codec import activate
from poseapp.core.geometry import Box, resize_map
from poseapp.core.types import Float32
from poseapp.inference.estimate import map_to_input
from poseapp.inference.merit import PROMISING, compute_merit, crop_around
from poseapp.inference.network import Network

UInt8 = npt.NDArray[np.uint8]

ZOOMS = (1.0, 1.8, 2.8, 4.5)  # longer side of the picture over the longer side of the network's input
_STEP = 32  # px: sides are multiples of it, which every network halves without remainder
_WINDOW = 0.8  # side of a window over that of the input: what a person of middling size fills
_SHARED = 0.5  # of the keypoints in one place: two windows show the same person
_MOST = 5  # windows of one zoom that are proposed


def survey(network: Network, rgb: UInt8, zoom: float) -> list[Box]:
    """Return crops, image px, about what looks like people in a picture (H, W, 3) at one zoom, surest first.

    Args:
        network: With `any_size`.
        zoom: One of `ZOOMS`: the larger, the smaller the people that are seen, and the slower.
    """
    spec, shape = network.spec, (rgb.shape[0], rgb.shape[1])
    scale = zoom * max(spec.input_size) / max(shape)
    height, width = (max(_STEP, round(length * scale / _STEP) * _STEP) for length in shape)
    shrinks = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(rgb, (width, height), interpolation=shrinks), np.uint8)
    maps = activate(network.heatmaps(small[None]), spec.activation)[0]
    maps = np.minimum(np.clip(maps, 0.0, None) * np.float32(spec.confidence_gain), np.float32(1.0))
    window = round(_WINDOW * max(spec.input_size) * maps.shape[-1] / width)
    to_image = resize_map((height, width), shape).after(map_to_input(network, maps, (height, width)))
    crops = (crop_around(to_image(xy).astype(np.float32), peak, spec) for xy, peak in find_windows(maps, window))
    return [crop for crop in crops if crop is not None]


def find_windows(maps: Float32, side: int) -> list[tuple[Float32, Float32]]:
    """Return the keypoints (K, 2), heatmap px, and peaks (K,) of windows that look like people, surest first.

    No two windows are nearer than half their side, and no two share half of their keypoints.

    Args:
        maps: (K, h, w) activated heatmaps of a picture with any number of people.
        side: Of the windows, heatmap px.
    """
    peaks = np.stack([cv2.dilate(channel, np.ones((side, side), np.uint8)) for channel in maps], axis=-1)
    merit = compute_merit(peaks)
    value = np.where(merit >= PROMISING, merit + peaks.mean(axis=-1), -1.0)  # whole people before most of them
    rows, columns = np.mgrid[0 : merit.shape[0], 0 : merit.shape[1]]
    found: list[tuple[Float32, Float32]] = []
    while len(found) < _MOST:
        row, column = np.unravel_index(int(value.argmax()), value.shape)
        if value[row, column] < 0:
            break
        seen = _strongest(maps, max(int(row) - side // 2, 0), max(int(column) - side // 2, 0), side)
        if not any((np.abs(seen[0] - xy).max(axis=-1) < 1).mean() >= _SHARED for xy, _ in found):
            found.append(seen)
        value[np.maximum(np.abs(rows - row), np.abs(columns - column)) <= side // 2] = -1.0
    return found


def _strongest(maps: Float32, top: int, left: int, side: int) -> tuple[Float32, Float32]:
    part = maps[:, top : top + side, left : left + side]
    flat = part.reshape(len(part), -1)
    row, column = np.unravel_index(flat.argmax(axis=1), part.shape[1:])
    return np.stack([column + left, row + top], axis=-1).astype(np.float32), flat.max(axis=1)
