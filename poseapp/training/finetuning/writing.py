"""A fine-tuned network as an ONNX file of its parent's size, proved to answer as the one that was taught."""

from __future__ import annotations

import tempfile
from pathlib import Path

from torch import nn

from poseapp.core.errors import PoseappError
from poseapp.core.types import ModelSpec
from poseapp.nets.registry import find_architecture
from poseapp.training.exporting.export import compare, export_onnx
from poseapp.training.exporting.halve import halve_weights

HALF_TOLERANCE = 1e-2


def write_tuned(network: nn.Module, spec: ModelSpec, path: Path) -> Path:
    """Write a network with halved weights; where those change its answers too much, with whole ones.

    Raises:
        PoseappError: The file answers otherwise than the network.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        any_size = find_architecture(spec.architecture).any_size
        whole = export_onnx(network, spec, Path(folder) / "whole.onnx", any_size=any_size)
        half = halve_weights(whole, Path(folder) / "half.onnx")
        try:
            difference = compare(network, half.read_bytes(), spec)
        except PoseappError:
            difference = float("nan")
        (half if difference <= HALF_TOLERANCE else whole).replace(path)
    return path
