"""What a heatmap network is trained on."""

from __future__ import annotations

import torch
from torch import Tensor

from poseapp.nets.heads import Heads
from poseapp.training.recipe import LossRecipe


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


def mse_loss(output: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Pixel-wise mean squared error over pictures, keypoints and pixels (soft-gated eq. 2; LPN after SimpleBaseline).

    A keypoint without weight counts as answered rightly.

    Args:
        output, target: (N, K, h, w).
        weight: (N, K), 0 or 1.
    """
    return ((output - target).square().mean(dim=(2, 3)) * weight).mean()


def partial_mse_loss(output: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Mean squared error over the labelled keypoints of each picture, then over the pictures (RePose, equation 3).

    Args:
        output, target: (N, K, h, w).
        weight: (N, K), 0 or 1; a picture without any label costs nothing.
    """
    per_keypoint = (output - target).square().mean(dim=(2, 3))
    return ((per_keypoint * weight).sum(1) / weight.sum(1).clamp(min=1.0)).mean()


def heatmap_loss(output: Tensor, target: Tensor, weight: Tensor, recipe: LossRecipe) -> Tensor:
    """Return the loss that a recipe names."""
    if recipe.kind == "rce":
        return rce_loss(output, target, weight, alpha=recipe.alpha, gamma=recipe.gamma)
    return (mse_loss if recipe.kind == "mse" else partial_mse_loss)(output, target, weight)


def supervise(
    heads: Heads, heatmaps: tuple[Tensor, ...], weight: Tensor, links: tuple[Tensor, ...], link_weight: Tensor,
    *, recipe: LossRecipe,
) -> Tensor:  # fmt: skip
    """Return the sum of the losses of every output: intermediate supervision (RePose 3.3; soft-gated III-C).

    Args:
        heads: What the network answers.
        heatmaps: The target of each heatmap output, (N, K, h, w).
        weight: (N, K) of the keypoints.
        links: The target of each part affinity field, (N, 2P, h, w); their error is squared whatever the recipe.
        link_weight: (N, P).
    """
    both = link_weight.repeat_interleave(2, dim=1)
    losses = [heatmap_loss(o.float(), t, weight, recipe) for o, t in zip(heads.heatmaps, heatmaps, strict=True)]
    losses += [mse_loss(o.float(), t, both) for o, t in zip(heads.links, links, strict=True)]
    return torch.stack(losses).sum()
