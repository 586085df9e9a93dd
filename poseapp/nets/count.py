"""Parameters and cost of a network: true multiply-accumulates, and the figure in the convention of its paper.

Papers do not count alike. Some print multiply-accumulates as "FLOPs" and some twice that; some mean 2^30 by "G";
EfficientPose adds batch norm and Keras' fixed and running values. `Convention` holds the difference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from poseapp.nets.layers import BilinearUpscale, ESwish


@dataclass(frozen=True)
class Counts:
    """What hooks saw in one forward pass of one image.

    Attributes:
        trainable: Parameters.
        fixed: Batch-norm statistics and fixed upscaling kernels (dense, with bias), as Keras counts them.
        macs: Multiply-accumulates of convolutions and linear layers as they run.
        dense_macs: The same, fixed depthwise upscaling counted as the dense layer it replaces.
        output_macs: As `macs`, but transposed convolutions counted at their output pixels.
        norm_outputs: Elements that batch norm writes.
        bias_outputs: Elements that get a bias.
    """

    trainable: int
    fixed: int
    macs: int
    dense_macs: int
    output_macs: int
    norm_outputs: int
    bias_outputs: int


@dataclass(frozen=True)
class Convention:
    """How a paper arrives at its figures.

    Attributes:
        params, cost: From the counts to the paper's plain numbers.
        giga: What its "G" means.
        words: The convention in words, for the table.
    """

    params: Callable[[Counts], int]
    cost: Callable[[Counts], int]
    giga: float
    words: str


MACS = Convention(lambda c: c.trainable, lambda c: c.macs, 1e9, "cost = multiply-accumulates")
MACS_BINARY = Convention(lambda c: c.trainable, lambda c: c.macs, 2.0**30, "cost = multiply-accumulates, G = 2^30")
TWICE_MACS = Convention(lambda c: c.trainable, lambda c: 2 * c.macs, 1e9, "cost = 2 x multiply-accumulates")
OUTPUT_PIXELS = Convention(
    lambda c: c.trainable,
    lambda c: c.output_macs,
    2.0**30,
    "cost = kernel elements x output pixels (transposed convolutions too), G = 2^30",
)
EVERY_OUTPUT = Convention(
    lambda c: c.trainable,
    lambda c: c.macs + c.bias_outputs + c.norm_outputs,
    1e9,
    "cost = multiply-accumulates + 1 per output of a bias and of batch norm",
)
KERAS = Convention(
    lambda c: c.trainable + c.fixed,
    lambda c: 2 * c.dense_macs + 2 * c.norm_outputs,
    1e9,
    "parameters with batch-norm statistics and fixed upscaling kernels; cost = 2 x multiply-accumulates + 2 x "
    "batch-norm outputs, upscaling counted dense",
)


_SHAPE_KEEPERS = (nn.BatchNorm2d, nn.ReLU, nn.Sigmoid, ESwish)


class _Tally:
    """Sums what the hooks report."""

    def __init__(self) -> None:
        self.macs = self.dense_macs = self.output_macs = 0
        self.norm_outputs = self.bias_outputs = self.fixed = 0

    def convolution(self, module: Any, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        """Count a convolution, transposed convolution or linear layer."""
        pixels = prod(output.shape[2:])
        transposed = isinstance(module, nn.ConvTranspose2d)
        macs = module.weight.numel() * (prod(inputs[0].shape[2:]) if transposed else pixels)
        self.macs += macs
        self.dense_macs += macs
        self.output_macs += module.weight.numel() * pixels
        if module.bias is not None:
            self.bias_outputs += output.numel()

    def norm(self, module: Any, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
        """Count a batch norm."""
        self.norm_outputs += output.numel()
        self.fixed += 2 * module.num_features

    def upscaling(self, module: BilinearUpscale, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        """Count a fixed upscaling: the matrix products that run, and the dense convolutions they stand for."""
        channels, height, width = inputs[0].shape[1:]
        products = channels * height * output.shape[3] * (width + output.shape[2])
        self.macs += products
        self.output_macs += products
        dense = channels * channels * 16  # elements of a 4 x 4 kernel
        self.dense_macs += sum(dense * height * width * 4**i for i in range(module.doublings))
        self.fixed += (dense + channels) * module.doublings


def _unchanged(x: Tensor) -> Tensor:
    return x


def count(build: Callable[[], nn.Module], input_size: tuple[int, int]) -> Counts:
    """Build a network without memory (device meta), run one image of (h, w) through it and count."""
    tally = _Tally()
    hooks: tuple[tuple[Any, Callable[..., None]], ...] = (
        ((nn.Conv2d, nn.ConvTranspose2d, nn.Linear), tally.convolution),
        (nn.BatchNorm2d, tally.norm),
        (BilinearUpscale, tally.upscaling),
    )
    with torch.device("meta"), torch.no_grad():
        network = build().eval()
        for module in network.modules():
            for kind, hook in hooks:
                if isinstance(module, kind):
                    module.register_forward_hook(hook)
            if isinstance(module, _SHAPE_KEEPERS):
                # only shapes matter, and these would take most of the time
                module.forward = _unchanged  # type: ignore[method-assign]
        heads = getattr(network, "heads", network)
        heads(torch.empty(1, 3, *input_size))
    trainable = sum(parameter.numel() for parameter in network.parameters())
    return Counts(trainable=trainable, **vars(tally))
