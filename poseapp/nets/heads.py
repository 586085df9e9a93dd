"""What every network answers: the verbs that training, export and the contract tests rely on."""

from __future__ import annotations

from typing import NamedTuple, Protocol, runtime_checkable

from torch import Tensor

from poseapp.core.skeleton import Skeleton


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
