"""Run a network over labelled pictures and count what it gets right."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from poseapp.core.codec import decode
from poseapp.core.geometry import resize_map
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Float32, Float64
from poseapp.training.augment import Size, move_image, place
from poseapp.training.measuring.metrics import LIMB_JOINTS, compute_pck, torso_length
from poseapp.training.pack import Pack, UInt8
from poseapp.training.recipe import Recipe

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
BETA = 160.0
CROP_FACTOR = 1.25  # crop side over the keypoints' box, as the baselines were measured
_AT_ONCE = 50


def normalise(images: UInt8, mean: tuple[float, float, float] = MEAN, std: tuple[float, float, float] = STD) -> Tensor:
    """Return RGB pictures (N, H, W, 3) as (N, 3, H, W) float32, channels last, zero mean and unit spread."""
    x = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    x = (x - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)
    return x.contiguous(memory_format=torch.channels_last)


def predict(network: nn.Module, pack: Pack, size: Size, *, crop_factor: float, activation: str = "sigmoid") -> Float32:
    """Return keypoints (N, K, 2), picture px, from crops about the labelled keypoints.

    Args:
        size: Input (height, width), px.
        activation: What makes a probability of the network's answer: "sigmoid" or "none".
    """
    mode = network.training
    device = next((weight.device for weight in network.parameters()), torch.device("cpu"))
    network.eval()
    found: list[Float64] = []
    for first in range(0, len(pack), _AT_ONCE):
        part = pack.subset(first, first + _AT_ONCE)
        placements = [place(xy, size, crop_factor=crop_factor) for xy in part.keypoints]
        crops = [move_image(m, p, size, (0, 0, 0)) for m, p in zip(part.images, placements, strict=True)]
        with torch.no_grad():
            maps = network(normalise(np.stack(crops)).to(device)).float().cpu().numpy()
        decoded = decode(maps, activation=activation, method="soft-argmax", beta=BETA)
        points = resize_map(maps.shape[2:], size)(decoded.points)
        found.extend(p.to_input.inverse(xy) for p, xy in zip(placements, points, strict=True))
    network.train(mode)
    return np.array(found, np.float32)


def mean_pck(network: nn.Module, pack: Pack, recipe: Recipe, size: Size) -> float:
    """Return PCK@0.2 over the limbs, 0..1, on pictures labelled in the recipe's skeleton; NaN when none counts."""
    skeleton = load_skeleton(recipe.skeleton)
    predicted = predict(network, pack, size, crop_factor=CROP_FACTOR, activation=recipe.activation)
    pck = compute_pck(predicted, pack.keypoints, torso_length(pack.keypoints, skeleton))
    limbs = pck[[k for k, name in enumerate(skeleton.keypoints) if name in LIMB_JOINTS]]
    return float(limbs[np.isfinite(limbs)].mean()) if np.isfinite(limbs).any() else float("nan")
