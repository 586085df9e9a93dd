"""What every network answers: the verbs that training, export and the contract tests rely on."""

from __future__ import annotations

from typing import NamedTuple, Protocol, runtime_checkable

from torch import Tensor


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

    def reset_head(self, n_keypoints: int) -> None:
        """Replace the outputs by fresh ones for another number of keypoints."""
