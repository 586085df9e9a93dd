"""What every network answers: the verbs that training, export and the contract tests rely on."""

from __future__ import annotations

from typing import NamedTuple, Protocol, runtime_checkable

from torch import Tensor, nn

from poseapp.core.skeleton import Skeleton

INITIAL_STD = 0.001  # of convolutions to heatmaps, as the code of SimpleBaseline's authors


class Heads(NamedTuple):
    """Every supervised output of a network.

    Attributes:
        heatmaps: (N, K, h, w) each, in the order of computation; the last is what `forward` returns.
        links: Part affinity fields (N, 2P, h, w) each; empty where a network has none.
    """

    heatmaps: tuple[Tensor, ...]
    links: tuple[Tensor, ...] = ()


@runtime_checkable
class PoseNetwork(Protocol):
    """A torch module with the verbs of this house."""

    def forward(self, image: Tensor) -> Tensor:
        """Return the final heatmaps (N, K, h, w) of normalised images (N, 3, H, W)."""

    def heads(self, image: Tensor) -> Heads:
        """Return every supervised output."""

    def reset_head(self, skeleton: Skeleton) -> None:
        """Replace what depends on the keypoints by fresh layers for another skeleton."""


def empty_output(channels: int, maps: int, kernel: int = 1, *, groups: int = 1, bias: float = 0.0) -> nn.Conv2d:
    """Return a fresh convolution whose maps are near the empty background, which most of a target is.

    With the library's own start, squared error first has to unlearn maps of random blobs: RePose's first loss is
    then 27 times as large, and after 60 steps still above where it begins with this one.
    """
    output = nn.Conv2d(channels, maps, kernel, 1, kernel // 2, groups=groups)
    nn.init.normal_(output.weight, std=INITIAL_STD)
    nn.init.constant_(output.bias, bias)  # type: ignore[arg-type]  # a bias is there by default
    return output
