"""A trained network as an ONNX file that describes itself and is proved to answer as PyTorch did."""

from __future__ import annotations

import io
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import PoseappError
from poseapp.core.metadata import METADATA_KEY, spec_to_json
from poseapp.core.types import ModelSpec
from poseapp.nets.folding import fold
from poseapp.training.exporting.onnx_graph import fold_padding, keep_batch
from poseapp.training.exporting.proof import proof_images

INPUT, OUTPUT = "image", "heatmaps"
TOLERANCE = 1e-4
_OPSET = 17


def export_onnx(network: nn.Module, spec: ModelSpec, path: Path, *, any_size: bool = False) -> Path:
    """Write a network with its description; an existing file is replaced only by a proved one.

    The graph takes `image` (N, 3, h, w) float32, RGB normalised by the mean and standard deviation of `spec`, and
    gives `heatmaps` (N, K, h', w'), the final ones. N is free; h and w are those of `spec`, or with `any_size` any
    multiples of 32 px.

    Args:
        network: Answers heatmaps of `spec.skeleton`'s keypoints; left as it is.
        any_size: Only for a network that is nothing but convolutions, so that it answers everywhere alike.

    Raises:
        PoseappError: onnxruntime's answer differs from PyTorch's by more than 1e-4 (of the largest value, where
            that is above 1), or the number of heatmaps is not the skeleton's.
    """
    data = _to_onnx(network, spec, any_size)
    difference = compare(network, data, spec)
    if any_size:
        other = replace(spec, input_size=(spec.input_size[0] + 32, spec.input_size[1] + 96))
        difference = max(difference, compare(network, data, other))
    if not difference <= TOLERANCE:
        raise PoseappError(
            f"the exported network differs from the trained one by {difference:.1e}, more than {TOLERANCE:.0e}",
            where=spec.name,
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)
    return path


def compare(network: nn.Module, data: bytes, spec: ModelSpec) -> float:
    """Return the largest difference of onnxruntime to PyTorch on noise and on pictures of a person.

    Relative to the largest heatmap value of an image where that exceeds 1 (logits); NaN when either answers NaN.

    Raises:
        PoseappError: The number of heatmaps is not the skeleton's.
    """
    images = proof_images(spec)
    mode = network.training
    device = next(network.parameters()).device
    with torch.no_grad():
        expected = network.eval()(torch.from_numpy(images).to(device)).cpu().numpy()
    network.train(mode)
    if expected.shape[1] != spec.skeleton.n_keypoints:
        raise PoseappError(
            f"the network has {expected.shape[1]} heatmaps, its skeleton {spec.skeleton.n_keypoints} keypoints",
            where=spec.name,
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    (answer,) = session.run([OUTPUT], {INPUT: images})
    maps = (1, 2, 3)
    return float((np.abs(answer - expected).max(maps) / np.maximum(1.0, np.abs(expected).max(maps))).max())


def _to_onnx(network: nn.Module, spec: ModelSpec, any_size: bool) -> bytes:
    buffer: Any = io.BytesIO()  # accepted, though not in torch's annotation
    image = torch.zeros(1, 3, *spec.input_size)
    free = {0: "batch", 2: "height", 3: "width"} if any_size else {0: "batch"}
    free_maps = {0: "batch", 2: "map_height", 3: "map_width"} if any_size else {0: "batch"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # this exporter is marked as old; the new one needs a further package
        torch.onnx.export(
            fold(network),
            (image,),
            buffer,
            dynamo=False,
            opset_version=_OPSET,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_axes={INPUT: free, OUTPUT: free_maps},
        )
    model = onnx.load_from_string(buffer.getvalue())
    fold_padding(model)
    if not any_size:
        keep_batch(model)
    model.producer_name = "poseapp"
    onnx.helper.set_model_props(model, {METADATA_KEY: spec_to_json(spec)})
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())
