"""From published EfficientPose weights to the ONNX file of this application."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from poseapp.core.skeleton import Skeleton
from poseapp.core.types import ModelSpec
from poseapp.nets.folding import fold_batch_norm, round_to_half
from poseapp.nets.registry import find_architecture
from poseapp.training.exporting.export import export_onnx
from poseapp.training.exporting.keras_weights import load_keras_weights, read_keras_arrays


def load_upstream(source: Path, architecture: str, skeleton: Skeleton | None = None) -> nn.Module:
    """Return an EfficientPose of the registry with upstream's Keras weights, in evaluation mode.

    Raises:
        BadInputError: Not a Keras file, or the weights of another network.
    """
    network = find_architecture(architecture).build(skeleton)
    load_keras_weights(network, read_keras_arrays(source), where=str(source))
    return network.eval()


def deployed(network: nn.Module) -> nn.Module:
    """Return a copy as upstream publishes it for use: batch norms folded, weights in half precision.

    So its heatmaps are those of upstream's TFLite file to 1e-5; with the unrounded weights they differ by up to
    3e-3.
    """
    folded = fold_batch_norm(network)
    round_to_half(folded)
    return folded


def convert_efficientpose(source: Path, spec: ModelSpec, path: Path) -> Path:
    """Write the ONNX file of upstream weights; see `export_onnx` for the errors."""
    network = load_upstream(source, spec.architecture, spec.skeleton)
    return export_onnx(deployed(network), spec, path)
