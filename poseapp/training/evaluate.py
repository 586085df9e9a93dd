"""Run a network over labelled pictures and count what it gets right."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from poseapp.core.codec import decode
from poseapp.core.geometry import resize_map
from poseapp.core.types import Float32, Float64
from poseapp.training.augment import move_image, place
from poseapp.training.metrics import compute_pck, torso_length
from poseapp.training.pack import Pack, UInt8

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
BETA = 160.0


def normalise(images: UInt8) -> Tensor:
    """Return RGB pictures (N, H, W, 3) as (N, 3, H, W) float32, channels last, zero mean and unit spread."""
    x = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    x = (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)
    return x.contiguous(memory_format=torch.channels_last)


def predict(network: nn.Module, pack: Pack, size: int, *, crop_factor: float) -> Float32:
    """Return keypoints (N, K, 2), picture px, from crops about the labelled keypoints."""
    network.eval()
    found: list[Float64] = []
    for first in range(0, len(pack), 50):
        part = pack.subset(first, first + 50)
        placements = [place(xy, size, crop_factor=crop_factor) for xy in part.keypoints]
        crops = [move_image(m, p, size, (0, 0, 0)) for m, p in zip(part.images, placements, strict=True)]
        with torch.no_grad():
            maps = network(normalise(np.stack(crops))).numpy()
        decoded = decode(maps, activation="sigmoid", method="soft-argmax", beta=BETA)
        points = resize_map(maps.shape[2:], (size, size))(decoded.points)
        found.extend(p.to_input.inverse(xy) for p, xy in zip(placements, points, strict=True))
    return np.array(found, np.float32)


def evaluate_pck(network: nn.Module, pack: Pack, size: int, *, crop_factor: float) -> Float64:
    """Return PCK@0.2 (K,) of the torso length on a labelled pack, 0..1."""
    predicted = predict(network, pack, size, crop_factor=crop_factor)
    return compute_pck(predicted, pack.keypoints, torso_length(pack.keypoints))
