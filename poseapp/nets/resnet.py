"""ResNet from `Deep Residual Learning for Image Recognition`, He, Zhang, Ren and Sun, CVPR 2016,
https://arxiv.org/abs/1512.03385.

.. note::
    Layout and names are torchvision's, without its classifier, so that its published weights can be loaded. As
    there, the stride of a bottleneck sits on its 3 x 3 convolution; the paper puts it on the first 1 x 1.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from poseapp.nets.folding import fuse_pair
from poseapp.nets.layers import Backbone

EXPANSION = 4
WIDTHS = (64, 128, 256, 512)
STRIDES = (1, 2, 2, 2)
DEPTHS = {"50": (3, 4, 6, 3), "101": (3, 4, 23, 3), "152": (3, 8, 36, 3)}


class Bottleneck(nn.Module):
    """1 x 1, 3 x 3 and 1 x 1 convolution beside a skip (Figure 5, right)."""

    def __init__(self, inputs: int, width: int, *, stride: int = 1) -> None:
        super().__init__()
        outputs = EXPANSION * width
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def fold(self) -> None:
        """Move each batch norm into its convolution."""
        for i in (1, 2, 3):
            fuse_pair(self, f"conv{i}", f"bn{i}")

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, inputs, h, w) to (N, 4 width, h / stride, w / stride)."""
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        return torch.relu(self.bn3(self.conv3(y)) + self.downsample(x))


class ResNet(Backbone):
    """Stem and four layers of bottlenecks; 2048 features at 1/32.

    Args:
        depth: "50", "101" or "152".
    """

    def __init__(self, depth: str) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        layers: list[nn.Module] = []
        inputs, self.reduction = 64, 4
        for width, stride, blocks in zip(WIDTHS, STRIDES, DEPTHS[depth], strict=True):
            first = Bottleneck(inputs, width, stride=stride)
            inputs, self.reduction = EXPANSION * width, self.reduction * stride
            layers.append(nn.Sequential(first, *(Bottleneck(inputs, width) for _ in range(blocks - 1))))
        self.layer1, self.layer2, self.layer3, self.layer4 = layers
        self.channels = inputs
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def fold(self) -> None:
        """Move the batch norm of the stem into its convolution."""
        fuse_pair(self, "conv1", "bn1")

    def forward(self, image: Tensor) -> Tensor:
        """Return features (N, 2048, H / 32, W / 32)."""
        x = self.maxpool(torch.relu(self.bn1(self.conv1(image))))  # (N, 64, H / 4, W / 4)
        features: Tensor = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return features
