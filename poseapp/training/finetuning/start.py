"""Where a fine-tuning begins: the network of an ONNX file as one that can be trained, and its head made wider.

An exported graph is a folded copy whose initializers carry the names of the network's parameters, so that the file
alone is enough: no checkpoint, no pickle. Batch norms are part of the convolutions before them, where their shifts do
not learn, and the others keep their statistics, which is what few pictures need.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from onnx.external_data_helper import uses_external_data
from torch import Tensor, nn

from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import ModelSpec
from poseapp.inference.network import load_network
from poseapp.nets.folding import fold
from poseapp.nets.registry import find_architecture
from poseapp.training.exporting.export import compare
from poseapp.training.exporting.proof import proof_images
from poseapp.training.exporting.quantise import in_floats

TOLERANCE = 1e-3  # of the largest heatmap value: the runtime and PyTorch sum in different orders

Parts = Mapping[str, tuple[slice, ...]]
_REMEDY = "Fine-tune a network that `poseapp models` lists, or one that poseapp exported"


class Trainable(NamedTuple):
    """A network (N, 3, H, W) -> heatmaps (N, K, h, w) with its batch norms folded, and its description.

    Attributes:
        known: Of weights that were made larger, which part is the old one; of all others everything is.
    """

    network: nn.Module
    spec: ModelSpec
    known: Parts = MappingProxyType({})


def load_trainable(path: Path) -> Trainable:
    """Return the network of an ONNX file of ours, proved to answer as the file does.

    A file of 8 bits is taken for what it stands for: its weights, and nothing rounded between the convolutions.
    Outputs that only training used, such as part affinity fields, are not in the file; they stay as they are made and
    nothing reads them.

    Raises:
        BadInputError: Not a network file of ours, of an architecture that is not known here, or with other weights.
    """
    spec = load_network(path, threads=1).spec
    try:
        network = fold(find_architecture(spec.architecture).build(spec.skeleton))
    except KeyError as error:
        raise _refusal(path, f"there is no architecture {spec.architecture!r} here") from error
    model = onnx.load(path, load_external_data=False)
    if any(uses_external_data(tensor) for tensor in model.graph.initializer):
        raise _refusal(path, "its weights lie in another file")
    try:
        model = in_floats(model)
    except (KeyError, IndexError) as error:
        raise _refusal(path, "it is rounded in a way that is not ours") from error
    _put_in(network, _weights(model.graph), path)
    difference = compare(network, model.SerializeToString(), spec)
    if not difference <= TOLERANCE:
        raise _refusal(path, f"rebuilt from its file it answers otherwise, by {difference:.1e}")
    return Trainable(network, spec)


def extend_head(network: nn.Module, spec: ModelSpec, skeleton: Skeleton, *, seed: int = 0) -> Trainable:
    """Return the network with heatmaps for the keypoints that a skeleton has more, in evaluation mode.

    What is known stays: rows of weights are in the order of the keypoints, so that the first
    are copied. The others begin fresh, near the empty background.

    Args:
        network: Of `spec.skeleton`, as `load_trainable` gives it; left as it is.
        skeleton: Begins with the keypoints of `spec.skeleton`, in their order.
        seed: Of the fresh weights.

    Raises:
        BadInputError: The skeleton does not begin so, or the known keypoints of this kind of network would answer
            otherwise.
    """
    own = spec.skeleton.keypoints
    if skeleton.keypoints[: len(own)] != own:
        raise BadInputError(
            f"the skeleton {skeleton.name!r} does not begin with the keypoints of the network",
            where=spec.name,
            remedy="Add keypoints at the end of the network's skeleton",
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        wider = fold(find_architecture(spec.architecture).build(skeleton))
    known = _widen(network, wider)
    extended = Trainable(wider.eval(), _with_skeleton(spec, skeleton), known)
    images = torch.from_numpy(proof_images(spec))
    with torch.no_grad():
        before, after = network.eval()(images), wider(images)[:, : len(own)]
    if not float((before - after).abs().max() / before.abs().max().clamp(min=1.0)) <= TOLERANCE:
        raise BadInputError(
            "this kind of network cannot learn further keypoints: the ones it knows would change",
            where=spec.name,
            remedy="Use the built-in network or an EfficientPose",
        )
    return extended


def _with_skeleton(spec: ModelSpec, skeleton: Skeleton) -> ModelSpec:
    """Return the description with another skeleton; a calibration is of the old keypoints, and falls."""
    return replace(spec, skeleton=skeleton, calibration=None)


@torch.no_grad()
def _widen(network: nn.Module, wider: nn.Module) -> Parts:
    """Copy what both networks have; where one is larger along an axis, into its beginning, and zeros as new inputs.

    Return which part of the larger ones was copied.
    """
    source, known = network.state_dict(), dict[str, tuple[slice, ...]]()
    for name, target in wider.state_dict().items():
        value = source.get(name)
        if value is None or value.dim() != target.dim():
            continue
        common = tuple(slice(0, min(a, b)) for a, b in zip(value.shape, target.shape, strict=True))
        if target.dim() > 1 and target.shape[1] > value.shape[1]:
            target[common[0], value.shape[1] :] = 0  # what is known does not listen to what is new
        target[common] = value[common]
        if target.shape != value.shape:
            known[name] = common
    return known


def _weights(graph: onnx.GraphProto) -> dict[str, npt.NDArray[np.generic]]:
    """Return the weights by the names of the network, shared ones under each of their names."""
    found = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Identity" and node.input[0] in found:
            found[node.output[0]] = found[node.input[0]]
    return found


@torch.no_grad()
def _put_in(network: nn.Module, weights: dict[str, npt.NDArray[np.generic]], path: Path) -> None:
    """Put weights into a network by name."""
    state: dict[str, Tensor] = network.state_dict()
    found = {name: weights[name] for name in state if name in weights}
    if not found:
        raise _refusal(path, "its weights have no names that are known")
    for name, value in found.items():
        if tuple(state[name].shape) != value.shape:
            raise _refusal(path, f"the shape {value.shape} of {name} is not that of its architecture")
        state[name].copy_(torch.from_numpy(np.array(value, np.float32)))


def _refusal(path: Path, why: str) -> BadInputError:
    return BadInputError(f"this network cannot be fine-tuned: {why}", where=path.name, remedy=_REMEDY)
