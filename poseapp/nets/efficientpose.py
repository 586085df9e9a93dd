"""EfficientPose from `EfficientPose: Scalable single-person pose estimation`, Groos, Ramampiaro and Ihlen,
Applied Intelligence 51 (2021), https://arxiv.org/abs/2004.12186.

.. note::
    Tables 1 and 2 and Figure 3 give the layers. Three things follow the published weight files instead, because
    the text is silent: dense blocks concatenate newest first; every detection pass reads the previous pass's
    feature maps (not its predicted maps) beside the cross-resolution features; and the low-level backbone hands
    over its last layer *before* the residual addition.
    Without skeleton estimation the first detection pass reads the features twice: only so do the parameters agree
    with Table 7 (*reconstructed*).
    The three upscaling convolutions are bilinear and fixed in the published files, so they hold no parameters
    here; the paper's figures count them as dense layers.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from string import ascii_lowercase
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from poseapp.core.skeleton import Skeleton
from poseapp.nets.count import KERAS
from poseapp.nets.heads import Heads, empty_output
from poseapp.nets.layers import BilinearUpscale, ESwish, SameConv2d, SqueezeExcite
from poseapp.nets.registry import register

E_SWISH_BETA = 1.25
EXPANSION = 6
BATCH_NORM_EPSILON = 1e-3  # as EfficientNet and the published weights
BATCH_NORM_MOMENTUM = 0.01  # Keras calls it 0.99
UPSCALINGS = 3
PAPER_SKELETON, PAPER_LINKS = "mpii16", 14


class Stage(NamedTuple):
    """A block of Table 1: `repeats` MBConv layers of one width; the first carries the stride."""

    width: int
    repeats: int
    kernel: int
    stride: int
    expansion: int


class BackboneShape(NamedTuple):
    """The first three blocks of an EfficientNet (Table 1)."""

    stem: int
    block1: tuple[int, int]  # width, repeats
    block2: tuple[int, int]
    block3: tuple[int, int]

    def stages(self, blocks: int) -> tuple[Stage, ...]:
        """Return the first `blocks` blocks."""
        fixed = ((3, 1, 1), (3, 2, EXPANSION), (5, 2, EXPANSION))  # kernel, stride, expansion
        sizes = (self.block1, self.block2, self.block3)
        return tuple(Stage(*size, *rest) for size, rest in zip(sizes[:blocks], fixed[:blocks], strict=True))


BACKBONES = {
    "b0": BackboneShape(32, (16, 1), (24, 2), (40, 2)),
    "b1": BackboneShape(32, (16, 2), (24, 3), (40, 3)),
    "b2": BackboneShape(32, (16, 2), (24, 3), (48, 3)),
    "b3": BackboneShape(40, (24, 2), (32, 3), (48, 3)),
    "b4": BackboneShape(48, (24, 2), (32, 4), (56, 4)),
    "b5": BackboneShape(48, (24, 3), (40, 5), (64, 5)),
    "b7": BackboneShape(64, (32, 4), (48, 7), (80, 7)),
}


@dataclass(frozen=True)
class EfficientPoseConfig:
    """One variant (Table 2) or ablation (Tables 6 to 9).

    Attributes:
        high, low: Backbones of the image and of the image at half size; low None: no cross-resolution features.
        depth: D, Mobile DenseNets in a detection block.
        skeleton: Estimate part affinity fields first.
        passes: Detection passes after it.
        upscale: Upscale the last heatmaps eightfold to the size of the image.
        n_keypoints: K, written Q in the paper.
        n_links: P, skeleton links; each has two part affinity maps.
    """

    high: str
    low: str | None
    depth: int
    skeleton: bool = True
    passes: int = 2
    upscale: bool = True
    n_keypoints: int = 16
    n_links: int = PAPER_LINKS


VARIANTS = {
    "rt": EfficientPoseConfig("b0", None, 1),
    "i": EfficientPoseConfig("b2", "b0", 1),
    "ii": EfficientPoseConfig("b4", "b0", 2),
    "iii": EfficientPoseConfig("b5", "b1", 3),
    "iv": EfficientPoseConfig("b7", "b3", 4),
}


def adapt(config: EfficientPoseConfig, skeleton: Skeleton) -> EfficientPoseConfig:
    """Return the configuration for the keypoints and links of a skeleton."""
    return replace(config, n_keypoints=skeleton.n_keypoints, n_links=len(skeleton.links))


class ConvNorm(nn.Sequential):
    """Convolution without bias, batch norm, and an activation unless it is None."""

    def __init__(
        self, channels: int, out: int, kernel: int, *, stride: int = 1, groups: int = 1, act: nn.Module | None = None
    ) -> None:
        layers = [
            SameConv2d(channels, out, kernel, stride=stride, groups=groups),
            nn.BatchNorm2d(out, eps=BATCH_NORM_EPSILON, momentum=BATCH_NORM_MOMENTUM),
        ]
        super().__init__(*layers, *([act] if act is not None else []))


class MBConv(nn.Module):
    """Mobile inverted bottleneck of EfficientNet (Figure 3a-d)."""

    def __init__(self, channels: int, stage: Stage, *, stride: int) -> None:
        super().__init__()
        wide = channels * stage.expansion
        widens = stage.expansion > 1
        self.expand = ConvNorm(channels, wide, 1, act=ESwish()) if widens else nn.Identity()
        self.depthwise = ConvNorm(wide, wide, stage.kernel, stride=stride, groups=wide, act=ESwish())
        self.squeeze = SqueezeExcite(wide, max(1, channels // 4), ESwish())
        self.project = ConvNorm(wide, stage.width, 1)
        self.residual = stride == 1 and channels == stage.width

    def branch(self, x: Tensor) -> Tensor:
        """Return (N, width, h, w) without the residual addition."""
        y: Tensor = self.project(self.squeeze(self.depthwise(self.expand(x))))
        return y

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W) to (N, width, h, w)."""
        y = self.branch(x)
        return x + y if self.residual else y


class Backbone(nn.Module):
    """The first blocks of an EfficientNet (Table 1)."""

    def __init__(self, shape: BackboneShape, *, blocks: int, last_residual: bool) -> None:
        super().__init__()
        self.stem = ConvNorm(3, shape.stem, 3, stride=2, act=ESwish())
        layers: OrderedDict[str, nn.Module] = OrderedDict()
        channels = shape.stem
        for number, stage in enumerate(shape.stages(blocks), start=1):
            for i in range(stage.repeats):
                layer = MBConv(channels, stage, stride=stage.stride if i == 0 else 1)
                layers[f"block{number}{ascii_lowercase[i]}"] = layer  # named as in the published weights
                channels = stage.width
        layer.residual = layer.residual and last_residual
        self.layers = nn.Sequential(layers)
        self.channels = channels

    def forward(self, image: Tensor) -> Tensor:
        """Return features (N, channels, h, w)."""
        features: Tensor = self.layers(self.stem(image))
        return features


class EMBConv(nn.Module):
    """E-MBConv6(5 x 5, C, 1) of Figure 3e: expansion relative to the output width, E-swish."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        wide = EXPANSION * width
        self.activation = ESwish(E_SWISH_BETA)  # one module, used three times
        self.expand = ConvNorm(channels, wide, 1, act=self.activation)
        self.depthwise = ConvNorm(wide, wide, 5, groups=wide, act=self.activation)
        self.squeeze = SqueezeExcite(wide, width // 4, self.activation)
        self.project = ConvNorm(wide, width, 1)

    @torch.no_grad()
    def fold(self) -> None:
        """Move the factor of each E-swish into the linear layers that read it; the output stays the same."""
        squeeze, beta = self.squeeze, self.activation.beta
        for layer in (self.depthwise[0], squeeze.reduce, squeeze.expand, self.project[0]):
            cast(nn.Conv2d, layer).weight.mul_(beta)
        self.activation.beta = 1.0

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, M, h, w) to (N, C, h, w)."""
        y: Tensor = self.project(self.squeeze(self.depthwise(self.expand(x))))
        return y


class MobileDenseNet(nn.Module):
    """MD(C) of Table 2: three E-MBConv6, each reading what came before."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.first = EMBConv(channels, width)
        self.second = EMBConv(width, width)
        self.third = EMBConv(2 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, M, h, w) to (N, 3C, h, w), newest first."""
        a = self.first(x)
        b = self.second(a)
        c = self.third(torch.cat([b, a], 1))
        return torch.cat([c, b, a], 1)


class DetectionPass(nn.Module):
    """A detection block and the 1 x 1 convolution that predicts its maps."""

    def __init__(self, channels: int, config: EfficientPoseConfig, *, maps: int) -> None:
        super().__init__()
        width = BACKBONES[config.high].block3[0]
        inputs = [channels] + [3 * width] * (config.depth - 1)
        self.blocks = nn.ModuleList(MobileDenseNet(n, width) for n in inputs)
        self.output = empty_output(3 * width, maps)

    def forward(self, x: Tensor) -> Tensor:
        """Return features (N, 3C, h, w); `output` turns them into maps."""
        y: Tensor = self.blocks[0](x)
        for block in self.blocks[1:]:
            y = y + block(y)  # the residual connections between Mobile DenseNets
        return y


class EfficientPose(nn.Module):
    """Cross-resolution features, one pass of part affinity fields, passes of heatmaps, upscaling (Figure 2)."""

    def __init__(self, config: EfficientPoseConfig) -> None:
        super().__init__()
        self.config = config
        high = BACKBONES[config.high]
        self.high = Backbone(high, blocks=3, last_residual=True)
        self.low = Backbone(BACKBONES[config.low], blocks=2, last_residual=False) if config.low else None
        features = self.high.channels + (self.low.channels if self.low is not None else 0)
        first = 3 * high.block3[0] if config.skeleton else features
        self.skeleton = DetectionPass(features, config, maps=2 * config.n_links) if config.skeleton else None
        self.detections = nn.ModuleList(
            DetectionPass((first if i == 0 else 3 * high.block3[0]) + features, config, maps=config.n_keypoints)
            for i in range(config.passes)
        )
        self.upscale = BilinearUpscale(UPSCALINGS) if config.upscale else None

    def features(self, image: Tensor) -> Tensor:
        """Return cross-resolution features (N, F, H/8, W/8)."""
        high: Tensor = self.high(image)
        if self.low is None:
            return high
        return torch.cat([high, self.low(functional.avg_pool2d(image, 2))], 1)

    def heads(self, image: Tensor) -> Heads:
        """Return every supervised output of (N, 3, H, W)."""
        features = self.features(image)
        links: tuple[Tensor, ...] = ()
        y, heatmaps = features, []
        if self.skeleton is not None:
            y = self.skeleton(features)
            links = (self.skeleton.output(y),)
        for detection in self._detections():
            y = detection(torch.cat([y, features], 1))
            heatmaps.append(detection.output(y))
        if self.upscale is not None:
            heatmaps.append(self.upscale(heatmaps[-1]))
        return Heads(tuple(heatmaps), links)

    def forward(self, image: Tensor) -> Tensor:
        """Return the final heatmaps (N, K, H, W), or (N, K, H/8, W/8) without upscaling."""
        return self.heads(image).heatmaps[-1]

    def reset_head(self, skeleton: Skeleton) -> None:
        """Replace the outputs, heatmaps and part affinity fields, by fresh ones for another skeleton."""
        self.config = adapt(self.config, skeleton)
        device, features = next(self.parameters()).device, 3 * BACKBONES[self.config.high].block3[0]
        for detection in self._detections():
            detection.output = empty_output(features, self.config.n_keypoints).to(device)
        if self.skeleton is not None:
            self.skeleton.output = empty_output(features, 2 * self.config.n_links).to(device)

    def _detections(self) -> Iterator[DetectionPass]:
        return (module for module in self.detections if isinstance(module, DetectionPass))


_DOUBLED = "the first detection pass reads the features twice (reconstructed from Table 7)"
_SINGLE = "no low-level backbone"

# name: configuration, input px, printed parameters in M and cost in G (Table 3, Tables 6 to 9), note
_TABLE: dict[str, tuple[EfficientPoseConfig, int, tuple[float, float], str]] = {
    "rt": (VARIANTS["rt"], 224, (0.46, 0.87), ""),
    "i": (VARIANTS["i"], 256, (0.72, 1.67), ""),
    "ii": (VARIANTS["ii"], 368, (1.73, 7.70), ""),
    "iii": (VARIANTS["iii"], 480, (3.23, 23.35), ""),
    "iv": (VARIANTS["iv"], 600, (6.56, 72.89), ""),
    "i-nocross": (replace(VARIANTS["i"], low=None), 256, (0.68, 1.58), _SINGLE),
    "ii-nocross": (replace(VARIANTS["ii"], low=None), 368, (1.69, 7.50), _SINGLE),
    "i-noskeleton": (replace(VARIANTS["i"], skeleton=False), 256, (0.54, 1.37), _DOUBLED),
    "ii-noskeleton": (replace(VARIANTS["ii"], skeleton=False), 368, (1.27, 6.03), _DOUBLED),
    "i-pass1": (replace(VARIANTS["i"], passes=1), 256, (0.52, 1.33), ""),
    "ii-pass1": (replace(VARIANTS["ii"], passes=1), 368, (1.24, 5.92), ""),
    "i-pass3": (replace(VARIANTS["i"], passes=3), 256, (0.92, 2.02), ""),
    "ii-pass3": (replace(VARIANTS["ii"], passes=3), 368, (2.22, 9.49), ""),
    "i-noupscale": (replace(VARIANTS["i"], upscale=False), 256, (0.71, 1.52), ""),
    "ii-noupscale": (replace(VARIANTS["ii"], upscale=False), 368, (1.73, 7.37), ""),
}


def build_efficientpose(config: EfficientPoseConfig, skeleton: Skeleton) -> EfficientPose:
    """Return a variant or ablation for the keypoints of a skeleton, with fresh weights."""
    return EfficientPose(adapt(config, skeleton))


for _name, (_config, _size, _paper, _note) in _TABLE.items():
    register(
        f"efficientpose-{_name}",
        input_size=(_size, _size),
        skeleton=PAPER_SKELETON,
        paper=_paper,
        convention=KERAS,
        note=_note,
    )(partial(build_efficientpose, _config))
