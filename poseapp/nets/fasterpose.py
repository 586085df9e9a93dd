"""FasterPose from `FasterPose: A Faster Simple Baseline for Human Pose Estimation`, Dai et al., ACM TOMM 2021,
https://arxiv.org/abs/2107.03215: low-resolution features and a low-to-high regressor.

.. note::
    The slim dense residual backbone is ours: the paper's design takes any backbone, and dense 3 x 3 convolutions
    are what a desktop CPU runs nearest to its peak. On the 1/16 map of LPN the regressor unfolds by 4 (the text
    says 8, of ResNet's 1/32 map): only so do the parameters agree with Table 2 (*reconstructed*).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from poseapp.core.skeleton import Skeleton
from poseapp.nets.count import MACS_BINARY
from poseapp.nets.heads import Heads, empty_output
from poseapp.nets.layers import Backbone
from poseapp.nets.lpn import LightResNet
from poseapp.nets.registry import Builder, register
from poseapp.nets.resnet import DEPTHS, ResNet

SLIM_WIDTHS = (48, 96, 192, 288)
SLIM_STRIDES = (1, 2, 2, 1)
EMPTY_LOGIT = -4.0


class BasicBlock(nn.Module):
    """Two 3 x 3 convolutions with a skip (He et al., CVPR 2016); 1 x 1 projection where the shape changes."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.skip: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.skip = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.body(x) + self.skip(x))  # (N, outputs, h / stride, w / stride)


class SlimResidualBackbone(Backbone):
    """Stem 7 x 7 with stride 2, max pooling, four stages of two basic blocks; features at 1/16."""

    def __init__(self, widths: tuple[int, ...] = SLIM_WIDTHS, strides: tuple[int, ...] = SLIM_STRIDES) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, widths[0], 7, 2, 3, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2, 1),
        )
        stages: list[nn.Module] = []
        inputs, self.reduction = widths[0], 4
        for width, stride in zip(widths, strides, strict=True):
            stages.append(nn.Sequential(BasicBlock(inputs, width, stride), BasicBlock(width, width, 1)))
            inputs, self.reduction = width, self.reduction * stride
        self.stages = nn.Sequential(*stages)
        self.channels = inputs

    def forward(self, x: Tensor) -> Tensor:
        features: Tensor = self.stages(self.stem(x))  # (N, channels, H / reduction, W / reduction)
        return features


class LowToHighRegressor(nn.Module):
    """K L^2 kernels of 1 x 1 on the low-resolution features, each pixel unfolded to L x L (paper section 3.1).

    The bias starts at -4, so that the sigmoid of an untrained network is near the empty background.
    """

    def __init__(self, channels: int, keypoints: int, factor: int) -> None:
        super().__init__()
        self.project = empty_output(channels, keypoints * factor * factor, bias=EMPTY_LOGIT)
        self.shuffle = nn.PixelShuffle(factor)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.shuffle(self.project(x))  # (N, K, L h, L w)
        return logits


class FasterPose(nn.Module):
    """A backbone and a low-to-high regressor; returns heatmap logits (N, K, H / 4, W / 4).

    Args:
        backbone: Features at low resolution.
        keypoints: K.
    """

    def __init__(self, backbone: Backbone, keypoints: int) -> None:
        super().__init__()
        for module in backbone.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        self.backbone = backbone
        self.regressor = LowToHighRegressor(backbone.channels, keypoints, backbone.reduction // 4)

    def forward(self, image: Tensor) -> Tensor:
        """Return heatmap logits (N, K, H / 4, W / 4) of normalised images (N, 3, H, W)."""
        heatmaps: Tensor = self.regressor(self.backbone(image))
        return heatmaps

    def heads(self, image: Tensor) -> Heads:
        """Return the one supervised output."""
        return Heads((self(image),))

    def reset_head(self, skeleton: Skeleton) -> None:
        """Replace the regressor by a fresh one for another skeleton."""
        factor, device = self.backbone.reduction // 4, self.regressor.project.weight.device
        self.regressor = LowToHighRegressor(self.backbone.channels, skeleton.n_keypoints, factor).to(device)


@register("fasterpose-slim", input_size=(160, 160), skeleton="body18", note="ours: the paper's head on a slim backbone")
def fasterpose_slim(skeleton: Skeleton) -> FasterPose:
    """FasterPose on the slim residual backbone: 160 x 160 in, 40 x 40 heatmaps, L = 4."""
    return FasterPose(SlimResidualBackbone(), skeleton.n_keypoints)


def _resnet_builder(depth: str) -> Builder:
    return lambda skeleton: FasterPose(ResNet(depth), skeleton.n_keypoints)


# suffix: input px, skeleton, printed cost in G for each depth (Tables 2 and 4)
_COSTS: dict[str, tuple[tuple[int, int], str, tuple[float, ...]]] = {
    "": ((256, 192), "coco17", (3.8, 7.2, 10.6)),
    "-384": ((384, 288), "coco17", (8.6, 16.2, 23.9)),
    "-mpii256": ((256, 256), "mpii16", (5.1, 9.6, 14.1)),
}
_PARAMS = {"50": 25.7, "101": 44.7, "152": 60.4}  # Table 2, at 17 keypoints

for _suffix, (_size, _skeleton, _costs) in _COSTS.items():
    for _depth, _cost in zip(DEPTHS, _costs, strict=True):
        register(
            f"fasterpose-resnet{_depth}{_suffix}",
            input_size=_size,
            skeleton=_skeleton,
            paper=(_PARAMS[_depth] if _skeleton == "coco17" else None, _cost),
            convention=MACS_BINARY,
        )(_resnet_builder(_depth))


@register(
    "fasterpose-lpn50",
    input_size=(256, 192),
    skeleton="coco17",
    paper=(2.90, 0.8),
    convention=MACS_BINARY,
    note="cost printed with one digit; unfolds by 4 (reconstructed from the parameters)",
)
def fasterpose_lpn50(skeleton: Skeleton) -> FasterPose:
    """FasterPose on the backbone of LPN-50: 1/16 features, L = 4."""
    return FasterPose(LightResNet("50"), skeleton.n_keypoints)
