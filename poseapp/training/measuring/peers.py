"""Other people's networks on the pictures that ours is measured on: the same crops, the same count.

python -m poseapp.training.measuring.peers --data DATA [--landmarks pose_landmark_full.tflite]

EfficientPose's TFLite files are taken from the data folder; the ONNX files of this project are measured by
`poseapp evaluate`, which crops and counts the same way. MediaPipe's landmark network (see `teachers/feet.py`) knows no
neck and no head top.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from poseapp.core.geometry import Affine, Box, letterbox
from poseapp.core.types import Float64
from poseapp.training.labelled import LabelledSet, UInt8
from poseapp.training.measuring.metrics import LIMB_JOINTS, compute_pck, torso_length
from poseapp.training.readers import lsp
from poseapp.training.teachers.answers import BODY, LANDMARK_OF_BODY
from poseapp.training.teachers.feet import SIZE, LandmarkNetwork
from poseapp.training.teachers.teacher import MPII_OF_BODY, Teacher

log = logging.getLogger(__name__)
LIMBS = len(LIMB_JOINTS)  # the first keypoints of LSP order
Look = Callable[[UInt8, Affine], Float64]  # picture (H, W, 3) and its map to the input to keypoints (14, 2), picture px


def look_with_teacher(teacher: Teacher) -> tuple[Look, int]:
    """Return how EfficientPose looks, a single time, and the side of its input, px."""

    def look(rgb: UInt8, to_input: Affine) -> Float64:
        xy, _ = teacher.look(rgb, to_input)
        return xy[list(MPII_OF_BODY)]

    return look, teacher.size


def look_with_landmarks(network: LandmarkNetwork) -> tuple[Look, int]:
    """Return how MediaPipe's landmark network looks, a single time; neck and head top are NaN."""
    columns = [(k, landmark) for k, landmark in enumerate(LANDMARK_OF_BODY[:BODY]) if landmark is not None]

    def look(rgb: UInt8, to_input: Affine) -> Float64:
        crop = np.asarray(cv2.warpAffine(rgb, to_input.matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR), np.uint8)
        seen, found = to_input.inverse(network.look(crop)[0]), np.full((BODY, 2), np.nan)
        for k, landmark in columns:
            found[k] = seen[landmark]
        return found

    return look, SIZE


def look_at_all(labelled: LabelledSet, look: Look, size: int, *, factor: float) -> Float64:
    """Return keypoints (N, 14, 2), px, from square crops of `factor` times the labelled extent."""
    found = np.full((len(labelled), BODY, 2), np.nan)
    for n, (picture, keypoints) in enumerate(zip(labelled.picture, labelled.keypoints, strict=True)):
        if np.isfinite(keypoints).all(axis=-1).sum() >= 2:
            rgb = labelled.read_picture(int(picture))
            found[n] = look(rgb, letterbox(Box.around(keypoints).squared(factor), size, size))
    return found


def main() -> None:
    """Print PCK@0.2, per cent, on LSPET 8001-8500: over 14 keypoints, over the limbs, and each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--landmarks", type=Path, help="MediaPipe's pose_landmark_full.tflite")
    parser.add_argument("--factors", type=float, nargs="+", default=[1.25, 1.5, 2.0])
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    labelled = lsp.read_lspet(args.data / "lspet").subset(8000, 8500)
    torso, upstream = torso_length(labelled.keypoints), args.data / "upstream"
    peers = {n: look_with_teacher(Teacher(upstream / f"EfficientPose{n}.tflite", 1)) for n in ("RT", "II")}
    if args.landmarks:
        peers["MediaPipe landmarks"] = look_with_landmarks(LandmarkNetwork(args.landmarks))
    for name, (look, size) in peers.items():
        for factor in args.factors:
            pck = 100 * compute_pck(look_at_all(labelled, look, size, factor=factor), labelled.keypoints, torso)
            line = {
                "network": name,
                "crop": factor,
                "mean14": pck.mean().round(1),
                "limbs": pck[:LIMBS].mean().round(1),
            }
            log.info("%s", json.dumps(line | {"each": pck.round().astype(int).tolist()}))


if __name__ == "__main__":
    main()
