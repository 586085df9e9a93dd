"""Where something moved between two pictures: cheap first places to look for a person."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.geometry import Box, resize_map

UInt8 = npt.NDArray[np.uint8]

THUMB_SIDE = 160  # px of the longer side: noise averages out, a person keeps a few px
_LEAST_STEP = 10  # grey levels
_LEAST_SHARE = 0.0008  # of the picture
_MOST_SHARE = 0.5  # more than this: the camera moved, and says nothing about persons
_MARGIN = 1.3


def shrink(rgb: UInt8) -> UInt8:
    """Return the grey thumbnail of a picture (H, W, 3) that motion is read from."""
    scale = min(1.0, THUMB_SIDE / max(rgb.shape[:2]))
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    # Nearest of every few pixels, then area: averaging all 1.7 million would cost more than the rest together.
    stride = max(1, int(0.25 / scale))
    small = cv2.resize(np.ascontiguousarray(rgb[::stride, ::stride]), size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)


def propose_moving(rgb: UInt8, previous: UInt8, *, most: int = 3) -> list[Box]:
    """Return squares about what moved between two pictures (H, W, 3), most motion first; none when everything did."""
    if rgb.shape != previous.shape:
        return []
    return moving_boxes(shrink(rgb), shrink(previous), (rgb.shape[0], rgb.shape[1]), most=most)


def moving_boxes(thumb: UInt8, previous: UInt8, size: tuple[int, int], *, most: int = 3) -> list[Box]:
    """Return squares (image px of a picture of (h, w) `size`) about what differs between two thumbnails."""
    step = cv2.GaussianBlur(cv2.absdiff(thumb, previous), (3, 3), 0)
    moved = (step > max(_LEAST_STEP, 3 * float(np.median(step)))).astype(np.uint8)
    if moved.mean() > _MOST_SHARE:
        return []
    joined = cv2.dilate(moved, np.ones((5, 7), np.uint8), iterations=2)
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    to_image = resize_map((thumb.shape[0], thumb.shape[1]), size)
    parts = sorted(stats[1:].tolist(), key=lambda part: -part[cv2.CC_STAT_AREA])
    boxes: list[Box] = []
    for x, y, width, height, area in parts[:most]:
        if area < _LEAST_SHARE * thumb.size:
            continue
        (left, top), (right, bottom) = to_image([[x - 0.5, y - 0.5], [x + width - 0.5, y + height - 0.5]])
        boxes.append(Box(left, top, right - left, bottom - top).squared(_MARGIN))
    return boxes
