"""Layers that several networks share: TensorFlow-style padding, squeeze-and-excitation, bilinear upscaling."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional


class Backbone(nn.Module):
    """Whatever turns images (N, 3, H, W) into features (N, channels, H / reduction, W / reduction).

    Attributes:
        channels: Of the features.
        reduction: Input px per feature px.
    """

    channels: int
    reduction: int


class SameConv2d(nn.Conv2d):
    """Convolution with TensorFlow's "same" padding: output = ceil(input / stride), the odd pixel right and below.

    PyTorch can only pad both sides alike, which shifts a strided convolution by a pixel against TensorFlow.
    """

    def __init__(
        self, channels: int, out: int, kernel: int, *, stride: int = 1, groups: int = 1, bias: bool = False
    ) -> None:
        padding = kernel // 2 if stride == 1 else 0
        super().__init__(channels, out, kernel, stride, padding, groups=groups, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Convolve (N, C, H, W)."""
        stride, kernel = self.stride[0], self.kernel_size[0]
        if stride > 1:
            high, wide = (max((-(-int(n) // stride) - 1) * stride + kernel - int(n), 0) for n in x.shape[-2:])
            x = functional.pad(x, (wide // 2, wide - wide // 2, high // 2, high - high // 2))
        return super().forward(x)


class ESwish(nn.Module):
    """E-swish, beta x sigmoid(x) (Alcaide, arXiv:1801.07145); beta 1 is swish."""

    def __init__(self, beta: float = 1.0) -> None:
        super().__init__()
        self.beta = beta

    def forward(self, x: Tensor) -> Tensor:
        """Apply to each element."""
        y = functional.silu(x)
        return y if self.beta == 1.0 else y * self.beta


class SqueezeExcite(nn.Module):
    """Scales each channel by what the whole map says (Hu et al., CVPR 2018)."""

    def __init__(self, channels: int, squeezed: int, activation: nn.Module) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, squeezed, 1)
        self.activation = activation
        self.expand = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Scale (N, C, H, W)."""
        mean = functional.adaptive_avg_pool2d(x, 1)  # (N, C, 1, 1)
        return x * torch.sigmoid(self.expand(self.activation(self.reduce(mean))))


class BilinearUpscale(nn.Module):
    """Doubles maps `doublings` times, as transposed 4 x 4 convolutions of stride 2 with the bilinear kernel do.

    Such a chain is linear and the same along rows and columns, so it runs as two small matrix products, an
    eighth of the time of the convolutions. A pixel outside counts as zero: the outermost output row is 3/4 of the
    edge, where resizing would repeat it.
    """

    def __init__(self, doublings: int) -> None:
        super().__init__()
        self.doublings = doublings

    def forward(self, x: Tensor) -> Tensor:
        """Upscale (N, C, h, w) to (N, C, 2^d h, 2^d w)."""
        rows, columns = (
            torch.as_tensor(upscaling_matrix(int(n), self.doublings), dtype=x.dtype, device=x.device)
            for n in x.shape[-2:]
        )
        return torch.matmul(rows, torch.matmul(x, columns.T))


@cache
def upscaling_matrix(size: int, doublings: int) -> npt.NDArray[np.float32]:
    """Return (2^d size, size): what `doublings` transposed convolutions with taps 1/4 3/4 3/4 1/4 do to a line."""
    result = np.eye(size, dtype=np.float32)
    for _ in range(doublings):
        n = len(result)
        step = np.zeros((2 * n + 2, n), dtype=np.float32)  # a line more at each end, cut off below
        for offset, tap in enumerate((0.25, 0.75, 0.75, 0.25)):
            step[2 * np.arange(n) + offset, np.arange(n)] = tap
        result = step[1:-1] @ result
    return result
