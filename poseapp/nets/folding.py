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

    Only a batch norm that directly follows a convolution, transposed or not, in the same `nn.Sequential` is folded;
    others stay: before a convolution that pads with zeros, a batch norm has no place to go.
    """
    folded = copy.deepcopy(network).cpu().eval()
    for module in list(folded.modules()):
        if not isinstance(module, nn.Sequential):
            continue
        for i in range(len(module) - 1):
            convolution, norm = module[i], module[i + 1]
            if not isinstance(norm, nn.BatchNorm2d):
                continue
            if isinstance(convolution, nn.Conv2d):
                module[i], module[i + 1] = fuse_conv_bn_eval(convolution, norm), nn.Identity()
            elif isinstance(convolution, nn.ConvTranspose2d) and convolution.bias is None:
                module[i], module[i + 1] = _fuse_transposed(convolution, norm), nn.Identity()
    return folded


@torch.no_grad()
def _fuse_transposed(convolution: nn.ConvTranspose2d, norm: nn.BatchNorm2d) -> nn.ConvTranspose2d:
    """Fold into a transposed convolution without bias; torch's own function errs on groups."""
    fused = copy.deepcopy(convolution)
    mean, variance = (torch.as_tensor(value) for value in (norm.running_mean, norm.running_var))
    scale = norm.weight * torch.rsqrt(variance + norm.eps)  # (out,)
    inputs = convolution.in_channels // convolution.groups
    by_output = scale.reshape(convolution.groups, -1).repeat_interleave(inputs, 0)  # (in, out / groups)
    fused.weight.copy_(convolution.weight * by_output[:, :, None, None])
    fused.bias = nn.Parameter(norm.bias - mean * scale)
    return fused


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
