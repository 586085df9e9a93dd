"""FasterPose (Dai et al., arXiv 2107.03215): low-resolution features and a low-to-high regressor.

The slim dense residual backbone is ours: the paper's design takes any backbone, and dense 3 x 3 convolutions
are what a desktop CPU runs nearest to its peak.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from poseapp.core.skeleton import Skeleton
from poseapp.nets.heads import Heads
from poseapp.nets.layers import Backbone
from poseapp.nets.registry import register

SLIM_WIDTHS = (48, 96, 192, 288)
SLIM_STRIDES = (1, 2, 2, 1)


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
        self.project = nn.Conv2d(channels, keypoints * factor * factor, 1)
        self.shuffle = nn.PixelShuffle(factor)
        nn.init.normal_(self.project.weight, std=0.001)
        if self.project.bias is not None:
            nn.init.constant_(self.project.bias, -4.0)

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
