"""The figures of a network's card: PCK on pictures it was not trained on, and errors where the truth is known.

python -m poseapp.training.measuring.report CHECKPOINT --data DATA
"""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path

import av
import numpy as np
from torch import nn

from poseapp.core.locations import resources_folder
from poseapp.core.skeleton import Skeleton, load_skeleton
from poseapp.core.types import Float32
from poseapp.training.augment import Size
from poseapp.training.exporting.ship import load_trained
from poseapp.training.measuring.evaluate import predict
from poseapp.training.measuring.metrics import compute_pck, torso_length
from poseapp.training.pack import Pack, UInt8, read_lspet

log = logging.getLogger(__name__)
LIMBS = 12  # the first keypoints of LSP order: ankles to wrists, without neck and head
FEET = slice(14, 18)
LSPET_FACTOR, CLIP_FACTOR = 1.25, 1.35  # crop side over the keypoints' box, as the baselines were measured
_POSE2SIM = {
    "right_ankle": "RAnkle", "right_knee": "RKnee", "right_hip": "RHip", "left_hip": "LHip", "left_knee": "LKnee",
    "left_ankle": "LAnkle", "right_wrist": "RWrist", "right_elbow": "RElbow", "right_shoulder": "RShoulder",
    "left_shoulder": "LShoulder", "left_elbow": "LElbow", "left_wrist": "LWrist", "neck": "Neck", "head_top": "Head",
    "right_heel": "RHeel", "left_heel": "LHeel", "right_big_toe": "RBigToe", "left_big_toe": "LBigToe",
    "nose": "Nose",
}  # fmt: skip


def read_frames(path: Path) -> tuple[UInt8, ...]:
    """Return every frame of a clip, (H, W, 3) RGB each."""
    with av.open(str(path)) as container:
        return tuple(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0))


def read_pose2sim_reference(clips: Path, skeleton: Skeleton) -> Float32:
    """Return the projected 3D reference of `pose2sim_cam01`, (T, K, 2) px; NaN where it lacks a keypoint."""
    with np.load(clips / "pose2sim_reference.npz") as data:
        names, xy = [str(name) for name in data["names"]], data["cam01"]
    keypoints = np.full((len(xy), skeleton.n_keypoints, 2), np.nan, np.float32)
    for k, name in enumerate(skeleton.keypoints):
        if name in _POSE2SIM:
            keypoints[:, k] = xy[:, names.index(_POSE2SIM[name])]
    return keypoints


def read_pose2sim(clips: Path, skeleton: Skeleton) -> Pack:
    """Read the athlete of `pose2sim_cam01` with the projected 3D reference."""
    return Pack(read_frames(clips / "pose2sim_cam01.mp4"), read_pose2sim_reference(clips, skeleton))


def read_sample() -> Pack:
    """Read the rendered sample clip with its truth."""
    folder = resources_folder() / "sample"
    with np.load(folder / "walk_truth.npz") as data:
        return Pack(read_frames(folder / "walk.mp4"), data["keypoints"])


def measure(network: nn.Module, pack: Pack, size: Size, *, crop_factor: float) -> dict[str, object]:
    """Return PCK@0.2 and @0.1 (percent) a keypoint and over the limbs, and median errors, px and torso shares."""
    predicted: Float32 = predict(network, pack, size, crop_factor=crop_factor)
    torso = torso_length(pack.keypoints)
    error = np.linalg.norm(predicted - pack.keypoints, axis=-1)
    found: dict[str, object] = {
        "median_px": round(float(np.nanmedian(error[:, :LIMBS])), 2),
        "median_torso": round(float(np.nanmedian((error / torso[:, None])[:, :LIMBS])), 3),
    }
    feet = (error / torso[:, None])[:, FEET]
    if np.isfinite(feet).any():
        found["feet_median_torso"] = round(float(np.nanmedian(feet)), 3)
    for threshold in (0.2, 0.1):
        pck = 100 * compute_pck(predicted, pack.keypoints, torso, threshold=threshold)
        found[f"limbs@{threshold}"] = round(float(np.nanmean(pck[:LIMBS])), 1)
        found[f"each@{threshold}"] = [round(float(value), 1) for value in pck]
    return found


def main() -> None:
    """Measure a checkpoint on LSPET 8001-8500, pose2sim_cam01 and the sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--size", type=int)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    network, recipe, step = load_trained(args.checkpoint)
    size, skeleton = (args.size, args.size) if args.size else recipe.stages[-1].size, load_skeleton(recipe.skeleton)
    log.info("%s after %d steps at %d x %d px", recipe.name, step, *size)
    sets = (
        ("lspet", read_lspet(args.data / "lspet", skeleton.n_keypoints).subset(8000, 8500), LSPET_FACTOR),
        ("pose2sim_cam01", read_pose2sim(args.data / "clips", skeleton), CLIP_FACTOR),
        ("sample", read_sample().widened(skeleton.n_keypoints), CLIP_FACTOR),
    )
    for name, pack, factor in sets:
        log.info("%s %s", name, json.dumps(measure(network, pack, size, crop_factor=factor)))


if __name__ == "__main__":
    main()
