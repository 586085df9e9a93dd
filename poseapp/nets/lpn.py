"""LPN from `Simple and Lightweight Human Pose Estimation`, Zhang, Tang and Wu, https://arxiv.org/abs/1911.10346.

.. note::
    The width of the global-context blocks, max(16, C / 16), follows the authors' published code; the paper is
    silent. As the paper says, every convolution starts from a Gaussian of 0.001.
"""

from __future__ import annotations

from math import gcd
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from poseapp.core.skeleton import Skeleton
from poseapp.nets.count import OUTPUT_PIXELS
from poseapp.nets.heads import INITIAL_STD
from poseapp.nets.layers import Backbone
from poseapp.nets.registry import Builder, register
from poseapp.nets.resnet import DEPTHS, WIDTHS
from poseapp.nets.simplebaseline import UP_WIDTH, SimpleBaseline

STRIDES = (1, 2, 2, 1)  # no downsampling in layer 4 (section 3.2)
UP_LAYERS = 2
SMALLEST_CONTEXT = 16
LAST = 6  # where the last convolution of a bottleneck is


class GlobalContext(nn.Module):
    """Adds to every pixel what an attention-weighted mean of the map says (Cao et al., GCNet; Figure 2d)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        width = max(SMALLEST_CONTEXT, channels // 16)
        self.attention = nn.Conv2d(channels, 1, 1)
        self.transform = nn.Sequential(
            nn.Conv2d(channels, width, 1),
            nn.LayerNorm([width, 1, 1]),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, channels, 1),
        )

    def added(self, x: Tensor) -> Tensor:
        """Return what every pixel of (N, C, h, w) gets: (N, C, 1, 1)."""
        _, channels, height, width = (int(n) for n in x.shape)  # whole numbers: an exported graph has them too
        weights = torch.softmax(self.attention(x).reshape(-1, height * width), dim=1)
        mean = torch.matmul(x.reshape(-1, channels, height * width), weights[:, :, None])  # (N, C, 1)
        result: Tensor = self.transform(mean[..., None])
        return result

    @torch.no_grad()
    def read_before(self, convolution: nn.Conv2d) -> None:
        """Let `added` read the input of a 1 x 1 convolution where it read the output; what it returns stays.

        Attention sums to one, so its mean of the output is the convolution of its mean of the input, and its
        softmax does not see a bias.
        """
        first, matrix = cast(nn.Conv2d, self.transform[0]), convolution.weight[:, :, 0, 0]
        cast(Tensor, first.bias).add_(first.weight[:, :, 0, 0] @ cast(Tensor, convolution.bias))
        for layer in (first, self.attention):
            layer.weight = nn.Parameter((layer.weight[:, :, 0, 0] @ matrix)[:, :, None, None])

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, h, w) to the same shape."""
        return x + self.added(x)


class LightBottleneck(nn.Module):
    """Bottleneck of expansion 1 with a depthwise 3 x 3 convolution (Figure 2b and c)."""

    def __init__(self, inputs: int, width: int, *, stride: int, context: bool) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, width, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 3, stride, 1, groups=width, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 1, bias=False),
            nn.BatchNorm2d(width),
        )
        self.context = GlobalContext(width) if context else None
        self.reads_before = False  # whether the context reads what the last convolution reads
        self.skip: nn.Module = nn.Identity()
        if stride != 1 or inputs != width:
            self.skip = nn.Sequential(nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def fold(self) -> None:
        """Take the context from before the last convolution, so that the runtime adds and rectifies in that one.

        No-op where batch norm still follows that convolution.
        """
        if self.context is None or self.reads_before or isinstance(self.body[-1], nn.BatchNorm2d):
            return
        self.context.read_before(cast(nn.Conv2d, self.body[LAST]))
        self.reads_before = True

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, inputs, h, w) to (N, width, h / stride, w / stride)."""
        if self.context is None:
            return torch.relu(self.body(x) + self.skip(x))
        inner = self.body[:LAST](x)
        y = self.body[LAST:](inner)
        added = self.context.added(inner if self.reads_before else y)
        if self.reads_before:  # the runtime adds in a convolution what has its shape, and nothing else
            added = functional.interpolate(added, scale_factor=[float(int(n)) for n in y.shape[-2:]])
        return torch.relu(y + (self.skip(x) + added))


class LightResNet(Backbone):
    """ResNet of lightweight bottlenecks; 512 features at 1/16.

    Args:
        depth: "50", "101" or "152".
        context: Whether every block has a global-context block.
    """

    def __init__(self, depth: str, *, context: bool = True) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, 7, 2, 3, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2, 1),
        )
        layers: list[nn.Module] = []
        inputs, self.reduction = 64, 4
        for width, stride, blocks in zip(WIDTHS, STRIDES, DEPTHS[depth], strict=True):
            first = LightBottleneck(inputs, width, stride=stride, context=context)
            rest = (LightBottleneck(width, width, stride=1, context=context) for _ in range(blocks - 1))
            layers.append(nn.Sequential(first, *rest))
            inputs, self.reduction = width, self.reduction * stride
        self.layers = nn.Sequential(*layers)
        self.channels = inputs

    def forward(self, image: Tensor) -> Tensor:
        """Return features (N, 512, H / 16, W / 16)."""
        features: Tensor = self.layers(self.stem(image))
        return features


def build_upsampling(channels: int) -> nn.Sequential:
    """Return two group deconvolutions, each followed by a 1 x 1 convolution (Figure 1: GD1, GD2)."""
    layers: list[nn.Module] = []
    for _ in range(UP_LAYERS):
        layers += [
            nn.ConvTranspose2d(channels, UP_WIDTH, 4, 2, 1, groups=gcd(channels, UP_WIDTH), bias=False),
            nn.BatchNorm2d(UP_WIDTH),
            nn.ReLU(inplace=True),
            nn.Conv2d(UP_WIDTH, UP_WIDTH, 1, bias=False),
            nn.BatchNorm2d(UP_WIDTH),
            nn.ReLU(inplace=True),
        ]
        channels = UP_WIDTH
    return nn.Sequential(*layers)


def build_lpn(depth: str, skeleton: Skeleton, *, context: bool = True) -> SimpleBaseline:
    """Return an LPN with fresh weights."""
    backbone = LightResNet(depth, context=context)
    network = SimpleBaseline(backbone, build_upsampling(backbone.channels), skeleton.n_keypoints)
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(module.weight, std=INITIAL_STD)
    return network


def _builder(depth: str, *, context: bool) -> Builder:
    return lambda skeleton: build_lpn(depth, skeleton, context=context)


# depth: with global context, without; printed parameters in M and cost in G (Tables 1 and 3)
_PAPER = {
    "50": ((2.9, 1.0079), (2.7, 1.0063)),
    "101": ((5.3, 1.4143), (5.0, 1.4118)),
    "152": ((7.4, 1.8224), (6.9, 1.8189)),
}

for _depth, _figures in _PAPER.items():
    for _suffix, _context, _paper in (("", True, _figures[0]), ("-nogc", False, _figures[1])):
        register(
            f"lpn-{_depth}{_suffix}",
            input_size=(256, 192),
            skeleton="coco17",
            paper=_paper,
            convention=OUTPUT_PIXELS,
            note="" if _context else "without global-context blocks",
        )(_builder(_depth, context=_context))
