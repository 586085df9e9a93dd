"""A fine-tuned network as an ONNX file of its parent's kind and size, proved to answer as the one that was taught."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import onnx
from torch import nn

from poseapp.core.errors import PoseappError
from poseapp.core.types import Float32, ModelSpec
from poseapp.nets.registry import find_architecture
from poseapp.training.exporting.export import compare, export_onnx
from poseapp.training.exporting.halve import HALF_TOLERANCE, halve_weights
from poseapp.training.exporting.quantise import QUANTISED_TOLERANCE, known_ranges, quantise


def write_tuned(network: nn.Module, spec: ModelSpec, path: Path, *, parent: Path, pictures: Iterable[Float32]) -> Path:
    """Write a network in 8 bits where its parent is, else with halved weights; where that changes its answers too much,
    with whole ones.

    Args:
        parent: The file that the fine-tuning began with.
        pictures: Batches (N, 3, h, w) such as the network was taught with, normalised; read for 8 bits only.

    Raises:
        PoseappError: The file answers otherwise than the network.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    known = known_ranges(onnx.load(parent, load_external_data=False))
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        any_size = find_architecture(spec.architecture).any_size
        whole = export_onnx(network, spec, Path(folder) / "whole.onnx", any_size=any_size)
        found = None
        if known:
            quantised = quantise(whole, Path(folder) / "quantised.onnx", pictures, known=known)
            found = quantised if _difference(network, quantised, spec) <= QUANTISED_TOLERANCE else None
        if found is None:
            half = halve_weights(whole, Path(folder) / "half.onnx")
            found = half if _difference(network, half, spec) <= HALF_TOLERANCE else whole
        found.replace(path)
    return path


def _difference(network: nn.Module, file: Path, spec: ModelSpec) -> float:
    try:
        return compare(network, file.read_bytes(), spec)
    except PoseappError:
        return float("nan")
