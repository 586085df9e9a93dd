"""Labelled people cut out of their pictures, small enough that a whole data set fits in memory."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.geometry import Affine, Box, resize_map
from poseapp.core.schema import map_keypoints
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float32, Float64
from poseapp.training.labelled import LabelledSet
from poseapp.training.pack import OUTSIDE, Pack, UInt8

Bounds = tuple[int, int, int, int]  # first and end column, first and end row


def to_pack(labelled: LabelledSet, skeleton: Skeleton, *, margin: float, max_side: int, least: int = 6) -> Pack:
    """Return one picture for each person who can be learnt from, in the order of the set.

    Left out are crowds, people with fewer than `least` known keypoints of the skeleton, and people whose labels lie
    outside their picture altogether.

    Args:
        labelled: People; each picture is decoded once, whoever is in it.
        skeleton: Keypoints of the pack; what the set's skeleton has nothing for is NaN (`map_keypoints`).
        margin: Added on every side of the person's labels and box, in shares of the longer side; augmentation turns,
            shifts and zooms out into it. The picture's own edge ends it.
        max_side: Larger cuts are shrunk to it, px; smaller ones are left as they are.
        least: Known keypoints that are worth learning from.

    Raises:
        BadInputError: A picture is missing or broken.
    """
    mapped = map_keypoints(labelled.keypoints, labelled.skeleton, skeleton)
    known = np.isfinite(mapped).all(axis=-1).sum(axis=1)
    wanted = (known >= max(least, 1)) & ~labelled.crowd
    cuts: dict[int, tuple[UInt8, Float32]] = {}
    for n, picture in _with_pictures(labelled, wanted):
        bounds = bounds_around(_extent(labelled, n), margin, picture.shape[:2])
        if bounds is not None:
            image, to_cut = cut_out(picture, bounds, max_side)
            cuts[n] = image, to_cut(mapped[n]).astype(np.float32)
    images = tuple(cuts[n][0] for n in sorted(cuts))
    points = [cuts[n][1] for n in sorted(cuts)]
    return Pack(images, np.stack(points) if points else np.empty((0, skeleton.n_keypoints, 2), np.float32))


def squeeze(pack: Pack, *, margin: float, person_side: int) -> Pack:
    """Return a pack without what training cannot see: finer detail and what lies farther off than crops reach.

    Args:
        pack: Of people, and of nobody: those pictures are shrunk to `person_side` as a whole.
        margin: Kept on every side of the known keypoints' box, shares of its longer side.
        person_side: Longer side of the box in the result at most, px.
    """
    images, points = [], []
    for image, keypoints in zip(pack.images, pack.keypoints, strict=True):
        seen = (keypoints != OUTSIDE).all(axis=-1) & np.isfinite(keypoints).all(axis=-1)
        bounds, max_side = (0, image.shape[1], 0, image.shape[0]), person_side
        if seen.any():
            box = Box.around(keypoints[seen])
            bounds = bounds_around(box, margin, image.shape[:2]) or bounds
            extent = max(box.width, box.height, 1.0)
            longest = max(bounds[1] - bounds[0], bounds[3] - bounds[2])
            max_side = max(1, round(person_side * longest / extent))
        part, moved = cut_out(image, bounds, max_side)
        images.append(part)
        points.append(np.where((keypoints == OUTSIDE).all(axis=-1, keepdims=True), keypoints, moved(keypoints)))
    return Pack(tuple(images), np.stack(points).astype(np.float32) if points else pack.keypoints)


def bounds_around(extent: Box, margin: float, shape: tuple[int, ...]) -> Bounds | None:
    """Return the pixels of a picture (height, width) that an extent with its margin touches; None where it has none."""
    grow = margin * max(extent.width, extent.height)
    height, width = shape
    # Pixel i reaches from i - 0.5 to i + 0.5.
    left, top = (max(0, int(np.floor(edge - grow + 0.5))) for edge in (extent.x, extent.y))
    right = min(width, int(np.ceil(extent.x + extent.width + grow + 0.5)))
    bottom = min(height, int(np.ceil(extent.y + extent.height + grow + 0.5)))
    return (left, right, top, bottom) if left < right and top < bottom else None


def cut_out(picture: UInt8, bounds: Bounds, max_side: int) -> tuple[UInt8, Affine]:
    """Return a part of a picture, at most `max_side` px long, and the one map from picture px to its px.

    Every pixel of a shrunk part is the mean of the area it covers, so nothing aliases and nothing moves.
    """
    left, right, top, bottom = bounds
    part = picture[top:bottom, left:right]
    height, width = part.shape[:2]
    move = Affine(np.array([[1.0, 0.0, -left], [0.0, 1.0, -top]]))
    if max(height, width) <= max_side:
        return part.copy(), move  # a copy, so that the pack does not hold on to the whole picture
    scale = max_side / max(height, width)
    size = (max(1, round(height * scale)), max(1, round(width * scale)))
    shrunk = np.asarray(cv2.resize(part, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    return shrunk, resize_map((height, width), size).after(move)


def _with_pictures(labelled: LabelledSet, wanted: npt.NDArray[np.bool_]) -> Iterator[tuple[int, UInt8]]:
    """Yield every wanted person with the picture, picture by picture, so that each is decoded once."""
    rows = np.flatnonzero(wanted)
    last, picture = -1, np.empty((0, 0, 3), np.uint8)
    for n in rows[np.argsort(labelled.picture[rows], kind="stable")]:
        if labelled.picture[n] != last:
            last = int(labelled.picture[n])
            picture = labelled.read_picture(last)
        yield int(n), picture


def _extent(labelled: LabelledSet, n: int) -> Box:
    """Return the box around a person's labels and the box that the data set gives, px."""
    x, y, width, height = labelled.box[n]
    corners: Float64 = np.array([[x, y], [x + width, y + height]])
    return Box.around(np.concatenate([labelled.keypoints[n], corners]))
