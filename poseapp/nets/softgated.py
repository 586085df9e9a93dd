"""Soft-gated hourglass from `Toward fast and accurate human pose estimation via soft-gated skip connections`,
Bulat, Kossaifi, Tzimiropoulos and Pantic, FG 2020, https://arxiv.org/abs/2002.11098.

.. note::
    The paper gives neither the stem, nor the channels of most rows, nor the transform of the long skip connections
    in full. They are *reconstructed* so that every row of Tables I, III and V agrees: the usual stem of hourglasses
    alone would cost more than twice the whole one-stack network, so this one pools first and is narrow.
    The first value of the gates is lost in our copy of the text; it is 1 here, the plain residual. The text has
    weights start from a uniform distribution; those of the convolutions to heatmaps start from a Gaussian of 0.001.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from poseapp.core.skeleton import Skeleton
from poseapp.nets.heads import Heads, empty_output
from poseapp.nets.registry import Builder, register

Gate = Literal["channel", "scalar", "none"]
Merge = Literal["concat", "grouped", "add"]

DEPTH = 4  # levels of an hourglass: 64, 32, 16, 8 and then 4 px
STEM = (64, 80)  # channels of the strided convolution and of the first block
INITIAL_GATE = 1.0


@dataclass(frozen=True)
class SoftGatedConfig:
    """One row or ablation.

    Attributes:
        width: C, channels of every block.
        stacks: Hourglasses.
        gate: alpha of equation 1: one for each channel, one for each block, or 1 and not learned (Table II).
        merge: How the decoder takes the long skip connection: concatenated and processed jointly, concatenated and
            processed in two groups, or added as in the plain hourglass (Figure 2, Table IV).
    """

    width: int
    stacks: int
    gate: Gate = "channel"
    merge: Merge = "concat"


class SoftGate(nn.Module):
    """Scales a skip connection by a learned alpha (equation 1)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.full((channels, 1, 1), INITIAL_GATE))

    def forward(self, x: Tensor) -> Tensor:
        """Scale (N, C, h, w)."""
        return x * self.alpha


def norm_conv(inputs: int, outputs: int, kernel: int, *, groups: int = 1, bias: bool = False) -> nn.Sequential:
    """Return batch norm, ReLU and a convolution."""
    convolution = nn.Conv2d(inputs, outputs, kernel, 1, kernel // 2, groups=groups, bias=bias)
    return nn.Sequential(nn.BatchNorm2d(inputs), nn.ReLU(), convolution)


class GatedBlock(nn.Module):
    """alpha x + F(x), F the hierarchical block of Bulat and Tzimiropoulos, ICCV 2017 (Figure 1).

    Args:
        groups: Of the first convolution.
    """

    def __init__(self, inputs: int, outputs: int, *, gate: Gate, groups: int = 1) -> None:
        super().__init__()
        self.first = norm_conv(inputs, outputs // 2, 3, groups=groups)
        self.second = norm_conv(outputs // 2, outputs // 4, 3)
        self.third = norm_conv(outputs // 4, outputs // 4, 3)
        self.skip: nn.Module = nn.Identity() if inputs == outputs else norm_conv(inputs, outputs, 1)
        self.gate: nn.Module = nn.Identity() if gate == "none" else SoftGate(outputs if gate == "channel" else 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, inputs, h, w) to (N, outputs, h, w)."""
        a = self.first(x)
        b = self.second(a)
        c = self.third(b)
        y: Tensor = torch.cat([a, b, c], 1) + self.gate(self.skip(x))
        return y


class Hourglass(nn.Module):
    """Four halvings and doublings whose long skip connections feed the decoder's blocks (Figure 2b)."""

    def __init__(self, config: SoftGatedConfig) -> None:
        super().__init__()
        width, gate, levels = config.width, config.gate, range(DEPTH)
        wide = width if config.merge == "add" else 2 * width
        groups = 2 if config.merge == "grouped" else 1
        self.merge = config.merge
        self.skips = nn.ModuleList(norm_conv(width, width, 1, bias=True) for _ in levels)
        self.encoders = nn.ModuleList(GatedBlock(width, width, gate=gate) for _ in levels)
        self.bottleneck = nn.Sequential(*(GatedBlock(width, width, gate=gate) for _ in range(2)))
        self.decoders = nn.ModuleList(GatedBlock(wide, width, gate=gate, groups=groups) for _ in levels)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, h, w) to the same shape; h and w divide by 16."""
        kept = []
        for skip, encoder in zip(self.skips, self.encoders, strict=True):
            kept.append(skip(x))
            x = encoder(functional.max_pool2d(x, 2))
        x = self.bottleneck(x)
        for decoder in self.decoders:
            up = functional.interpolate(x, scale_factor=2.0)
            x = decoder(up + kept.pop() if self.merge == "add" else torch.cat([up, kept.pop()], 1))
        return x


class SoftGated(nn.Module):
    """A stem, then hourglasses that each predict heatmaps and hand them on to the next."""

    def __init__(self, config: SoftGatedConfig, n_keypoints: int) -> None:
        super().__init__()
        self.config = config
        width, gate, stacks = config.width, config.gate, range(config.stacks)
        self.stem = nn.Sequential(
            nn.Conv2d(3, STEM[0], 3, 2, 1),
            nn.BatchNorm2d(STEM[0]),
            nn.ReLU(),
            nn.MaxPool2d(2),
            GatedBlock(STEM[0], STEM[1], gate=gate),
            GatedBlock(STEM[1], width, gate=gate),
        )
        self.hourglasses = nn.ModuleList(Hourglass(config) for _ in stacks)
        self.blocks = nn.ModuleList(GatedBlock(width, width, gate=gate) for _ in stacks)
        self.remaps = nn.ModuleList(nn.Conv2d(width, width, 1) for _ in stacks[1:])
        self._set_keypoints(n_keypoints)

    def _set_keypoints(self, n_keypoints: int) -> None:
        width, stacks = self.config.width, range(self.config.stacks)
        self.outputs = nn.ModuleList(empty_output(width, n_keypoints) for _ in stacks)
        self.returns = nn.ModuleList(nn.Conv2d(n_keypoints, width, 1) for _ in stacks[1:])

    def heads(self, image: Tensor) -> Heads:
        """Return the heatmaps (N, K, H / 4, W / 4) of every stack; H and W divide by 64."""
        x: Tensor = self.stem(image)
        heatmaps = []
        for i, (hourglass, block) in enumerate(zip(self.hourglasses, self.blocks, strict=True)):
            features = block(hourglass(x))
            heatmaps.append(self.outputs[i](features))
            if i < len(self.remaps):
                x = x + self.remaps[i](features) + self.returns[i](heatmaps[-1])
        return Heads(tuple(heatmaps))

    def forward(self, image: Tensor) -> Tensor:
        """Return the heatmaps of the last stack."""
        return self.heads(image).heatmaps[-1]

    def reset_head(self, skeleton: Skeleton) -> None:
        """Replace what reads or writes heatmaps by fresh convolutions for another skeleton."""
        device = next(self.parameters()).device
        self._set_keypoints(skeleton.n_keypoints)
        self.to(device)


def _builder(config: SoftGatedConfig) -> Builder:
    return lambda skeleton: SoftGated(config, skeleton.n_keypoints)


_STEM_NOTE = "stem and long skips reconstructed"
_WIDTH_NOTE = f"{_STEM_NOTE}, channels found from the cost"
_BUDGET_NOTE = f"{_STEM_NOTE}; at the 3.4 M in 2 stacks of section III-B"

# name: configuration, printed parameters in M and cost in G (Tables I to IV, section IV-B), note
_TABLE: dict[str, tuple[SoftGatedConfig, tuple[float | None, float | None], str]] = {
    "1": (SoftGatedConfig(64, 1), (0.5, 0.8), _WIDTH_NOTE),
    "2-1.0m": (SoftGatedConfig(68, 2), (1.0, 1.39), _WIDTH_NOTE),
    "2-1.4m": (SoftGatedConfig(80, 2), (1.4, 1.75), _WIDTH_NOTE),
    "2-1.9m": (SoftGatedConfig(96, 2), (1.9, 2.43), _WIDTH_NOTE),
    "2-2.4m": (SoftGatedConfig(108, 2), (2.4, 3.1), _WIDTH_NOTE),
    "2-2.9m": (SoftGatedConfig(120, 2), (2.9, 3.75), _WIDTH_NOTE),
    "4-3.4m": (SoftGatedConfig(92, 4), (3.4, 4.27), _WIDTH_NOTE),
    "4x144": (SoftGatedConfig(144, 4), (8.5, 9.9), _STEM_NOTE),
    "4x256": (SoftGatedConfig(256, 4), (26.0, None), _STEM_NOTE),
    "2x128": (SoftGatedConfig(128, 2), (3.4, None), _BUDGET_NOTE),
    "2x128-scalar": (SoftGatedConfig(128, 2, gate="scalar"), (3.4, None), _BUDGET_NOTE),
    "2x128-nogate": (SoftGatedConfig(128, 2, gate="none"), (3.4, None), _BUDGET_NOTE),
    "2x140-grouped": (SoftGatedConfig(140, 2, merge="grouped"), (3.4, None), _BUDGET_NOTE),
    "2x148-add": (SoftGatedConfig(148, 2, merge="add"), (3.4, None), _BUDGET_NOTE),
}

for _name, (_config, _paper, _note) in _TABLE.items():
    register(
        f"softgated-{_name}",
        input_size=(256, 256),
        skeleton="mpii16",
        paper=_paper,
        note=_note,
    )(_builder(_config))
