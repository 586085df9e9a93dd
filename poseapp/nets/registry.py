"""Every architecture by name: how to build it, and the figures its paper prints."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from poseapp.core.skeleton import Skeleton, load_skeleton
from poseapp.nets.count import MACS, Convention

Builder = Callable[[Skeleton], nn.Module]

_FAMILIES = ("efficientpose", "fasterpose", "litehrnet", "lpn", "repose", "simplebaseline", "softgated")  # modules here
_ANY_SIZE = frozenset({"fasterpose-slim"})  # nothing but convolutions: answer pictures of any size, everywhere alike
_ARCHITECTURES: dict[str, Architecture] = {}


@dataclass(frozen=True)
class Architecture:
    """A named network.

    Attributes:
        name: Such as `efficientpose-rt`.
        input_size: (h, w) px of the paper's figures.
        skeleton: Name of the shipped skeleton at which the paper counts.
        builder: Skeleton -> network with the verbs of `poseapp.nets.heads.PoseNetwork`.
        paper_params, paper_cost: As printed, plain numbers; None where the paper is silent.
        convention: How the paper counts.
        note: What a reader of the table must know; "" when nothing.
    """

    name: str
    input_size: tuple[int, int]
    skeleton: str
    builder: Builder
    paper_params: float | None = None
    paper_cost: float | None = None
    convention: Convention = MACS
    note: str = ""

    @property
    def n_keypoints(self) -> int:
        """K of the paper's figures."""
        return load_skeleton(self.skeleton).n_keypoints

    @property
    def any_size(self) -> bool:
        """Whether it may be exported for pictures of any size."""
        return self.name in _ANY_SIZE

    def build(self, skeleton: Skeleton | None = None) -> nn.Module:
        """Return the network with fresh weights for a skeleton; None is the one of the paper's figures."""
        return self.builder(load_skeleton(self.skeleton) if skeleton is None else skeleton)


def register(
    name: str,
    *,
    input_size: tuple[int, int],
    skeleton: str,
    paper: tuple[float | None, float | None] = (None, None),
    convention: Convention = MACS,
    note: str = "",
) -> Callable[[Builder], Builder]:
    """Return a decorator that enters a builder (skeleton -> network) under a name.

    `paper` holds the printed (parameters in M, cost in G), None where it prints none; the convention says what G
    means.

    Raises:
        ValueError: The name is taken.
    """
    if name in _ARCHITECTURES:
        raise ValueError(f"the architecture {name!r} is registered twice")
    params = None if paper[0] is None else paper[0] * 1e6
    cost = None if paper[1] is None else paper[1] * convention.giga

    def enter(builder: Builder) -> Builder:
        _ARCHITECTURES[name] = Architecture(
            name, input_size, skeleton, builder, params, cost, convention=convention, note=note
        )
        return builder

    return enter


def architectures() -> tuple[Architecture, ...]:
    """Return every architecture, by the first word of its name, then as its paper lists them."""
    for family in _FAMILIES:
        importlib.import_module(f"poseapp.nets.{family}")
    return tuple(sorted(_ARCHITECTURES.values(), key=lambda a: a.name.partition("-")[0]))


def find_architecture(name: str) -> Architecture:
    """Return the architecture of a name.

    Raises:
        KeyError: There is none; the message lists what there is.
    """
    known = {architecture.name: architecture for architecture in architectures()}
    if name not in known:
        raise KeyError(f"no architecture {name!r}; there are {', '.join(known)}")
    return known[name]
