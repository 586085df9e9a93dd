"""Where a person ends: masks by MediaPipe's landmark network, to put people before other backgrounds.

The network and its crop are those of `feet.py`, which says where to get it.
`python -m poseapp.training.teachers.outlines PACK.npz OUT.npz --model FILE`
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.training.pack import OUTSIDE, Pack, UInt8, read_pack
from poseapp.training.readers import lsp
from poseapp.training.teachers.feet import SIZE, LandmarkNetwork, crop_of, find_network

log = logging.getLogger(__name__)
LEAST_INSIDE = 0.85  # of the known keypoints lie in a mask that is good enough
INSIDE = 128


def outline(network: LandmarkNetwork, image: UInt8, keypoints: npt.NDArray[np.floating]) -> UInt8 | None:
    """Return how much of each pixel of a picture (H, W, 3) is the person, (H, W) 0..255; None where that is not sure.

    Args:
        keypoints: (K, 2) px, those of Leeds Sports Pose first; NaN or `OUTSIDE` = unknown.
    """
    known = np.where((keypoints == OUTSIDE).all(axis=-1, keepdims=True), np.nan, keypoints).astype(np.float64)
    to_input = crop_of(known[: lsp.K])
    if to_input is None:
        return None
    crop = np.asarray(cv2.warpAffine(image, to_input.matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR), np.uint8)
    mask = (255 * network.outline(crop)).astype(np.float32)
    height, width = image.shape[:2]
    back = cv2.warpAffine(mask, to_input.inverse.matrix, (width, height), flags=cv2.INTER_LINEAR)
    found = np.clip(back, 0, 255).astype(np.uint8)
    column, row = np.rint(known[np.isfinite(known[:, 0])]).astype(int).T
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    around = cv2.dilate(found, np.ones((5, 5), np.uint8))
    held = around[row[inside], column[inside]] >= INSIDE
    return found if held.size and held.mean() >= LEAST_INSIDE else None


def write_outlines(path: Path, masks: list[UInt8 | None]) -> None:
    """Write masks, whole or not at all, as PNG; where there is none, nothing."""
    files = [b"" if mask is None else cv2.imencode(".png", mask)[1].tobytes() for mask in masks]
    lengths = np.array([len(file) for file in files], np.int64)
    with atomic_path(path) as temporary:
        np.savez(temporary, lengths=lengths, files=np.frombuffer(b"".join(files), np.uint8))


def read_outlines(path: Path) -> list[UInt8 | None]:
    """Read what `write_outlines` wrote. Raises BadInputError where it is missing or something else."""
    try:
        with np.load(path) as data:
            parts = np.split(data["files"], np.cumsum(data["lengths"])[:-1])
    except (OSError, KeyError, ValueError) as error:
        raise BadInputError(f"no outlines ({error})", where=str(path)) from error
    return [np.asarray(cv2.imdecode(part, cv2.IMREAD_GRAYSCALE), np.uint8) if len(part) else None for part in parts]


def outline_all(network: LandmarkNetwork, pack: Pack) -> list[UInt8 | None]:
    """Return the mask of the person in every picture, None where it is not sure."""
    return [outline(network, image, points) for image, points in zip(pack.images, pack.keypoints, strict=True)]


def main() -> None:
    """Find the outlines of the people of a pack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", type=Path, help="pose_landmark_full.tflite; of an installed mediapipe if left out")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    cv2.setNumThreads(1)
    masks = outline_all(LandmarkNetwork(args.model or find_network()), read_pack(args.pack))
    write_outlines(args.out, masks)
    log.info("%d of %d people", sum(mask is not None for mask in masks), len(masks))


if __name__ == "__main__":
    main()
