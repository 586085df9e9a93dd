"""What an exported network is proved on: noise, and pictures of the walker in the built-in sample."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from poseapp.core.geometry import Box
from poseapp.core.locations import resources_folder
from poseapp.core.types import Float32, ModelSpec
from poseapp.inference.crops import cut_crop, make_crop
from poseapp.video import open_clip

UInt8 = npt.NDArray[np.uint8]

_FRAMES = (60, 180)  # walking one way, and the other
_MARGIN = 1.25
_SEED = 20


@cache
def sample_pictures() -> tuple[tuple[UInt8, Box], ...]:
    """Return two frames (H, W, 3) of the sample, each with the box of the walker in it, image px.

    Raises:
        FileNotFoundError: The installation is incomplete.
    """
    folder = resources_folder() / "sample"
    with np.load(folder / "walk_truth.npz") as truth:
        keypoints = truth["keypoints"]  # (T, K, 2)
    with open_clip(folder / "walk.mp4") as clip:
        return tuple((clip.frame_at(i).rgb, Box.around(keypoints[i], factor=_MARGIN)) for i in _FRAMES)


def proof_images(spec: ModelSpec) -> Float32:
    """Return normalised images (3, 3, h, w) of the size of `spec`: one of noise, then two of the walker."""
    noise = np.random.default_rng(_SEED).normal(size=(1, 3, *spec.input_size))
    crops = np.stack([cut_crop(rgb, make_crop(box, spec.input_size)) for rgb, box in sample_pictures()])
    walker = (crops / 255.0 - spec.mean) / spec.std  # (2, h, w, 3)
    return np.concatenate([noise, walker.transpose(0, 3, 1, 2)]).astype(np.float32)
