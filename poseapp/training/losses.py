"""What a heatmap network is trained on."""

from __future__ import annotations

import torch
from torch import Tensor


def rce_loss(logits: Tensor, target: Tensor, weight: Tensor, *, alpha: float = 0.7, gamma: float = 1.0) -> Tensor:
    """Regressive cross-entropy (FasterPose, eq. 3): -a |e|^gamma log(1 - |e|), e = sigmoid(x) - y.

    Summed over the heatmap and averaged over the weighted keypoints, so that its size does not depend on how
    many keypoints are labelled.

    Args:
        logits: (N, K, h, w), before the sigmoid.
        target: (N, K, h, w) in 0..1.
        weight: (N, K); 0 leaves a keypoint out.
        alpha: Weight of the positives (y > 0.01); 1 - alpha of the background (section 4.1).
        gamma: Weight of hard pixels.

    Returns:
        A scalar; 0 when no keypoint has weight.
    """
    error = (torch.sigmoid(logits) - target).abs().clamp(max=1 - 1e-6)
    side = torch.where(target > 0.01, alpha, 1 - alpha)
    loss = -side * error**gamma * torch.log1p(-error)
    per_keypoint = loss.sum(dim=(2, 3))
    return (per_keypoint * weight).sum() / weight.sum().clamp(min=1.0)
