"""Run a network over labelled pictures and count what it gets right."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from poseapp.core.geometry import resize_map
from poseapp.core.types import Float32, Float64
from poseapp.training.augment import move_image, place
from poseapp.training.metrics import compute_pck, torso_length
from poseapp.training.pack import Pack


def predict(network: nn.Module, pack: Pack, size: int, *, crop_factor: float) -> Float32:
    """Return keypoints (N, K, 2), picture px, from crops about the labelled keypoints."""
    from poseapp.training.train import normalise

    network.eval()
    found = []
    for first in range(0, len(pack), 50):
        part = pack.subset(first, first + 50)
        placements = [place(xy, size, crop_factor=crop_factor) for xy in part.keypoints]
        crops = [move_image(m, p, size, (0, 0, 0)) for m, p in zip(part.images, placements, strict=True)]
        with torch.no_grad():
            maps = torch.sigmoid(network(normalise(np.stack(crops)))).numpy()
        points = resize_map(maps.shape[2:], (size, size))(local_peaks(maps))
        found.extend(p.to_input.inverse(xy) for p, xy in zip(placements, points, strict=True))
    return np.array(found, np.float32)


def local_peaks(maps: Float32, radius: int = 2) -> Float64:
    """Return the centroid (N, K, 2) about each heatmap's maximum, heatmap px."""
    n, k, h, w = maps.shape
    flat = maps.reshape(n * k, h * w).argmax(axis=1)
    xy = np.empty((n * k, 2))
    for i, (m, at) in enumerate(zip(maps.reshape(n * k, h, w), flat, strict=True)):
        y, x = divmod(int(at), w)
        top, left = max(y - radius, 0), max(x - radius, 0)
        window = m[top : y + radius + 1, left : x + radius + 1]
        rows, columns = np.mgrid[0 : window.shape[0], 0 : window.shape[1]]
        xy[i] = left + (columns * window).sum() / window.sum(), top + (rows * window).sum() / window.sum()
    return xy.reshape(n, k, 2)


def evaluate_pck(network: nn.Module, pack: Pack, size: int, *, crop_factor: float) -> Float64:
    """Return PCK@0.2 (K,) of the torso length on a labelled pack, 0..1."""
    predicted = predict(network, pack, size, crop_factor=crop_factor)
    return compute_pck(predicted, pack.keypoints, torso_length(pack.keypoints))
