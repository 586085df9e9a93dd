"""Lite-HRNet from `Lite-HRNet: A Lightweight High-Resolution Network`, Yu et al., CVPR 2021,
https://arxiv.org/abs/2104.06403: the backbone of FasterPose's smallest row, trained there with its loss alone.

.. note::
    Layers and figures are those of the authors' published code, which adds the branch of the highest resolution
    twice to each fused map; here it is added once. Heatmap biases start at -4, as in FasterPose's regressor, so
    that the sigmoid of an untrained network is near the empty background.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from poseapp.core.skeleton import Skeleton
from poseapp.nets.count import EVERY_OUTPUT
from poseapp.nets.heads import Heads, empty_output
from poseapp.nets.registry import register

STEM = 32
WIDTHS = (40, 80, 160, 320)  # of the branches, from 1/4 to 1/32
MODULES = (2, 4, 2)  # in the stages of 2, 3 and 4 branches: Lite-HRNet-18
BLOCKS = 2  # in a module
CROSS_REDUCTION, SPATIAL_REDUCTION = 8, 4
EMPTY_LOGIT = -4.0


def conv_norm(inputs: int, outputs: int, kernel: int, *, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    """Return a convolution and its batch norm."""
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
    return [convolution, nn.BatchNorm2d(outputs)]


def separable(inputs: int, outputs: int, *, stride: int = 1) -> list[nn.Module]:
    """Return a depthwise 3 x 3 and a 1 x 1 convolution, each with batch norm, no activation."""
    return [*conv_norm(inputs, inputs, 3, stride=stride, groups=inputs), *conv_norm(inputs, outputs, 1)]


def shuffle(x: Tensor) -> Tensor:
    """Interleave the two halves of the channels (ShuffleNet)."""
    _, channels, height, width = (int(n) for n in x.shape)  # whole numbers: an exported graph has them too
    return x.reshape(-1, 2, channels // 2, height, width).transpose(1, 2).reshape(-1, channels, height, width)


def halves(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the first and the second half of the channels."""
    first, second = torch.split(x, int(x.shape[1]) // 2, 1)
    return first, second


class Stem(nn.Module):
    """Strided convolution and a strided shuffle block: 32 channels at 1/4."""

    def __init__(self) -> None:
        super().__init__()
        half = STEM // 2
        self.first = nn.Sequential(*conv_norm(3, STEM, 3, stride=2), nn.ReLU())
        self.left = nn.Sequential(*separable(half, half, stride=2), nn.ReLU())
        expand = (*conv_norm(half, STEM, 1), nn.ReLU())
        self.right = nn.Sequential(*expand, *conv_norm(STEM, STEM, 3, stride=2, groups=STEM))
        self.project = nn.Sequential(*conv_norm(STEM, half, 1), nn.ReLU())

    def forward(self, image: Tensor) -> Tensor:
        """Map (N, 3, H, W) to (N, 32, H / 4, W / 4)."""
        left, right = halves(self.first(image))
        return shuffle(torch.cat([self.left(left), self.project(self.right(right))], 1))


class CrossResolutionWeights(nn.Module):
    """Scales every branch by weights that are computed from all of them at the lowest resolution (section 3.2)."""

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        self.widths = tuple(widths)
        total = sum(widths)
        reduced = total // CROSS_REDUCTION
        squeeze = (*conv_norm(total, reduced, 1), nn.ReLU())
        self.weights = nn.Sequential(*squeeze, *conv_norm(reduced, total, 1), nn.Sigmoid())

    def forward(self, branches: list[Tensor]) -> list[Tensor]:
        """Scale (N, widths[i], h / 2^i, w / 2^i) each."""
        last = len(branches) - 1
        pooled = [functional.avg_pool2d(x, 2 ** (last - i)) if i < last else x for i, x in enumerate(branches)]
        weights = self.weights(torch.cat(pooled, 1)).split(self.widths, 1)
        scaled = [
            x * functional.interpolate(w, scale_factor=float(2 ** (last - i)))
            for i, (x, w) in enumerate(zip(branches[:-1], weights[:-1], strict=True))
        ]
        return [*scaled, branches[-1] * weights[-1]]


class SpatialWeights(nn.Module):
    """Scales each channel by what the whole map says; biases, no batch norm."""

    def __init__(self, width: int) -> None:
        super().__init__()
        reduced = width // SPATIAL_REDUCTION
        self.weights = nn.Sequential(
            nn.Conv2d(width, reduced, 1), nn.ReLU(), nn.Conv2d(reduced, width, 1), nn.Sigmoid()
        )

    def forward(self, x: Tensor) -> Tensor:
        """Scale (N, width, h, w)."""
        scaled: Tensor = x * self.weights(functional.adaptive_avg_pool2d(x, 1))
        return scaled


class WeightingBlock(nn.Module):
    """Conditional channel weighting: a shuffle block whose 1 x 1 convolutions are replaced by weights (Figure 2b)."""

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        halves = [width // 2 for width in widths]
        self.cross = CrossResolutionWeights(halves)
        self.local = nn.ModuleList(
            nn.Sequential(*conv_norm(half, half, 3, groups=half), SpatialWeights(half)) for half in halves
        )

    def forward(self, branches: list[Tensor]) -> list[Tensor]:
        """Map the branches to the same shapes."""
        kept, changed = zip(*(halves(x) for x in branches), strict=True)
        weighted = [layer(x) for layer, x in zip(self.local, self.cross(list(changed)), strict=True)]
        return [shuffle(torch.cat(pair, 1)) for pair in zip(kept, weighted, strict=True)]


def fuse_layer(source: int, target: int) -> nn.Module:
    """Return the way from one branch to another: upsampling, downsampling or nothing."""
    inputs, outputs = WIDTHS[source], WIDTHS[target]
    if source == target:
        return nn.Identity()
    if source > target:
        return nn.Sequential(*conv_norm(inputs, outputs, 1), nn.Upsample(scale_factor=2 ** (source - target)))
    layers: list[nn.Module] = []
    for _ in range(target - source - 1):
        layers += [*separable(inputs, inputs, stride=2), nn.ReLU()]
    return nn.Sequential(*layers, *separable(inputs, outputs, stride=2))


class FusionModule(nn.Module):
    """Weighting blocks, then every branch gets the sum of all."""

    def __init__(self, n_branches: int) -> None:
        super().__init__()
        branches = range(n_branches)
        self.blocks = nn.Sequential(*(WeightingBlock(WIDTHS[:n_branches]) for _ in range(BLOCKS)))
        self.fuse = nn.ModuleList(nn.ModuleList(fuse_layer(j, i) for j in branches) for i in branches)

    def forward(self, branches: list[Tensor]) -> list[Tensor]:
        """Map the branches to the same shapes."""
        changed = self.blocks(branches)
        rows = [[layer(x) for layer, x in zip(cast(nn.ModuleList, row), changed, strict=True)] for row in self.fuse]
        return [torch.relu(reduce(torch.add, row)) for row in rows]


class Stage(nn.Module):
    """Adds a branch of half the lowest resolution, then modules over all branches."""

    def __init__(self, n_branches: int, modules: int) -> None:
        super().__init__()
        source = WIDTHS[n_branches - 2] if n_branches > 2 else STEM
        self.grow = nn.Sequential(*separable(source, WIDTHS[n_branches - 1], stride=2), nn.ReLU())
        self.widen: nn.Module = nn.Identity()
        if n_branches == 2:
            self.widen = nn.Sequential(*separable(STEM, WIDTHS[0]), nn.ReLU())
        self.body = nn.Sequential(*(FusionModule(n_branches) for _ in range(modules)))

    def forward(self, branches: list[Tensor]) -> list[Tensor]:
        """Map n - 1 branches to n."""
        grown = self.grow(branches[-1])
        result: list[Tensor] = self.body([self.widen(branches[0]), *branches[1:], grown])
        return result


class IterativeHead(nn.Module):
    """From the lowest resolution up: add, project to the next branch's width, upsample."""

    def __init__(self) -> None:
        super().__init__()
        widths = WIDTHS[::-1]
        self.projects = nn.ModuleList(
            nn.Sequential(*separable(inputs, outputs), nn.ReLU())
            for inputs, outputs in zip(widths, (*widths[1:], widths[-1]), strict=True)
        )

    def forward(self, branches: list[Tensor]) -> Tensor:
        """Return features (N, 40, H / 4, W / 4)."""
        y: Tensor = self.projects[0](branches[-1])
        for project, x in zip(self.projects[1:], branches[-2::-1], strict=True):
            size = [int(n) for n in x.shape[-2:]]
            y = project(x + functional.interpolate(y, size=size, mode="bilinear", align_corners=True))
        return y


class LiteHRNet(nn.Module):
    """Lite-HRNet-18 with heatmap logits at 1/4; the image divides by 32."""

    def __init__(self, n_keypoints: int) -> None:
        super().__init__()
        self.stem = Stem()
        self.stages = nn.ModuleList(Stage(n, modules) for n, modules in enumerate(MODULES, start=2))
        self.head = IterativeHead()
        self.output = empty_output(WIDTHS[0], n_keypoints, bias=EMPTY_LOGIT)

    def forward(self, image: Tensor) -> Tensor:
        """Return heatmap logits (N, K, H / 4, W / 4) of normalised images (N, 3, H, W)."""
        branches = [self.stem(image)]
        for stage in self.stages:
            branches = stage(branches)
        heatmaps: Tensor = self.output(self.head(branches))
        return heatmaps

    def heads(self, image: Tensor) -> Heads:
        """Return the one supervised output."""
        return Heads((self(image),))

    def reset_head(self, skeleton: Skeleton) -> None:
        """Replace the last convolution by a fresh one for another skeleton."""
        device = self.output.weight.device
        self.output = empty_output(WIDTHS[0], skeleton.n_keypoints, bias=EMPTY_LOGIT).to(device)


@register(
    "fasterpose-litehrnet18",
    input_size=(256, 192),
    skeleton="coco17",
    paper=(1.13, 0.21),
    convention=EVERY_OUTPUT,
    note="no low-to-high regressor, only the loss of FasterPose",
)
def fasterpose_litehrnet18(skeleton: Skeleton) -> LiteHRNet:
    """Lite-HRNet-18 for a skeleton."""
    return LiteHRNet(skeleton.n_keypoints)
