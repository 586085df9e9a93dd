"""Rewrites a trained network into one that answers the same with fewer operations."""

from __future__ import annotations

import copy
from typing import Protocol, runtime_checkable

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


@runtime_checkable
class Foldable(Protocol):
    """A module that can simplify itself for inference."""

    def fold(self) -> None:
        """Change the weights in place so that the output stays and operations go."""


def fold_batch_norm(network: nn.Module) -> nn.Module:
    """Return a copy for inference whose batch norms are part of the convolution before them.

    Only a batch norm that directly follows a convolution in the same `nn.Sequential` is folded; others stay.
    """
    folded = copy.deepcopy(network).cpu().eval()
    for module in list(folded.modules()):
        if not isinstance(module, nn.Sequential):
            continue
        for i in range(len(module) - 1):
            convolution, norm = module[i], module[i + 1]
            if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                module[i] = fuse_conv_bn_eval(convolution, norm)
                module[i + 1] = nn.Identity()
    return folded


def fuse_pair(module: nn.Module, convolution: str, norm: str) -> None:
    """Fold the batch norm of an attribute into the convolution of another, in place; no-op where it is done."""
    first, second = getattr(module, convolution), getattr(module, norm)
    if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
        setattr(module, convolution, fuse_conv_bn_eval(first, second))
        setattr(module, norm, nn.Identity())


def fold(network: nn.Module) -> nn.Module:
    """Return a copy for inference: batch norms folded, then whatever the modules themselves can fold."""
    folded = fold_batch_norm(network)
    for module in list(folded.modules()):
        if isinstance(module, Foldable):
            module.fold()
    return folded


@torch.no_grad()
def round_to_half(network: nn.Module) -> None:
    """Round every parameter to the nearest half-precision value; the type stays float32."""
    for parameter in network.parameters():
        parameter.copy_(parameter.half().float())
