"""SimpleBaseline from `Simple Baselines for Human Pose Estimation and Tracking`, Xiao, Wu and Wei, ECCV 2018,
https://arxiv.org/abs/1804.06208: what LPN and FasterPose are measured against.
"""

from __future__ import annotations

from torch import Tensor, nn

from poseapp.core.skeleton import Skeleton
from poseapp.nets.count import OUTPUT_PIXELS
from poseapp.nets.heads import INITIAL_STD, Heads, empty_output
from poseapp.nets.layers import Backbone
from poseapp.nets.registry import Builder, register
from poseapp.nets.resnet import DEPTHS, ResNet

UP_WIDTH = 256
UP_LAYERS = 3


class SimpleBaseline(nn.Module):
    """A backbone, upsampling to 1/4 of the image, a 1 x 1 convolution to heatmaps.

    Args:
        backbone: Features at low resolution.
        upsampling: From its channels to `UP_WIDTH` channels at 1/4.
        n_keypoints: K.
    """

    def __init__(self, backbone: Backbone, upsampling: nn.Sequential, n_keypoints: int) -> None:
        super().__init__()
        self.backbone = backbone
        self.upsampling = upsampling
        self.output = empty_output(UP_WIDTH, n_keypoints)

    def forward(self, image: Tensor) -> Tensor:
        """Return heatmaps (N, K, H / 4, W / 4) of normalised images (N, 3, H, W)."""
        heatmaps: Tensor = self.output(self.upsampling(self.backbone(image)))
        return heatmaps

    def heads(self, image: Tensor) -> Heads:
        """Return the one supervised output."""
        return Heads((self(image),))

    def reset_head(self, skeleton: Skeleton) -> None:
        """Replace the last convolution by a fresh one for another skeleton."""
        self.output = empty_output(UP_WIDTH, skeleton.n_keypoints).to(self.output.weight.device)


def build_upsampling(channels: int) -> nn.Sequential:
    """Return three transposed 4 x 4 convolutions of stride 2 with batch norm and ReLU."""
    layers: list[nn.Module] = []
    for _ in range(UP_LAYERS):
        transposed = nn.ConvTranspose2d(channels, UP_WIDTH, 4, 2, 1, bias=False)
        nn.init.normal_(transposed.weight, std=INITIAL_STD)
        layers += [transposed, nn.BatchNorm2d(UP_WIDTH), nn.ReLU(inplace=True)]
        channels = UP_WIDTH
    return nn.Sequential(*layers)


def _builder(depth: str) -> Builder:
    def build(skeleton: Skeleton) -> SimpleBaseline:
        backbone = ResNet(depth)
        return SimpleBaseline(backbone, build_upsampling(backbone.channels), skeleton.n_keypoints)

    return build


_PAPER = {"50": (34.0, 8.9), "101": (53.0, 12.4), "152": (68.6, 15.7)}  # LPN, Table 1
_NOTE = "the printed cost counts transposed convolutions four times; true multiply-accumulates are a good third less"

for _depth in DEPTHS:
    register(
        f"simplebaseline-resnet{_depth}",
        input_size=(256, 192),
        skeleton="coco17",
        paper=_PAPER[_depth],
        convention=OUTPUT_PIXELS,
        note=_NOTE,
    )(_builder(_depth))
