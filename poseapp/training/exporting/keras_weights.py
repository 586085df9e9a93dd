"""Published EfficientPose weights: Keras HDF5 in, a PyTorch state dict out, without TensorFlow.

Layer names are translated by rule, never by order, and both sides must match exactly.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from poseapp.core.errors import BadInputError

Arrays = dict[str, npt.NDArray[np.float32]]

_NORM = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
_BACKBONE = {
    "expand": ("expand_conv", "expand_bn"),
    "depthwise": ("dwconv", "bn"),
    "project": ("project_conv", "project_bn"),
}
_BACKBONE_SQUEEZE = {"reduce": "se_reduce", "expand": "se_expand"}
_DETECTION = {"expand": "conv1", "depthwise": "dconv1", "project": "conv2"}
_DETECTION_SQUEEZE = {"reduce": "se_se_squeeze_conv", "expand": "se_se_excite_conv"}
_DENSE = {"first": 1, "second": 2, "third": 3}
_UPSCALING = ("upscaled_deconv1", "upscaled_deconv2", "upscaled_confs")


def read_keras_arrays(path: Path) -> Arrays:
    """Return every array of a Keras weight or model file as "layer/weight", such as "stem_conv_res1/kernel".

    Raises:
        BadInputError: Not a Keras HDF5 file.
    """
    arrays: Arrays = {}
    try:
        with h5py.File(path, "r") as file:
            root = file.get("model_weights", file)
            for layer in _names(root.attrs["layer_names"]):
                for weight in _names(root[layer].attrs["weight_names"]):
                    key = f"{layer}/{weight.rpartition('/')[2].partition(':')[0]}"
                    arrays[key] = np.asarray(root[layer][weight], dtype=np.float32)
    except FileNotFoundError as error:
        raise BadInputError("there is no such file", where=str(path)) from error
    except (OSError, KeyError, ValueError, TypeError) as error:
        remedy = "Use the .h5 file of the upstream repository"
        raise BadInputError("this is not a Keras weight file", where=str(path), remedy=remedy) from error
    return arrays


def _names(attribute: Any) -> list[str]:
    return [name.decode() if isinstance(name, bytes) else str(name) for name in attribute]


def load_keras_weights(network: nn.Module, arrays: Arrays, *, where: str = "") -> None:
    """Copy the arrays of `read_keras_arrays` into an EfficientPose network.

    Every parameter and batch-norm statistic must find its array, every array its parameter, all shapes equal;
    nothing is copied otherwise.

    Raises:
        BadInputError: Names or shapes differ, or the upscaling kernels are not the fixed bilinear ones.
    """
    rest = dict(arrays)
    _check_upscaling(rest, where)
    state: dict[str, Tensor] = {}
    wrong: list[str] = []
    for key, target in network.state_dict().items():
        if key.endswith("num_batches_tracked"):
            state[key] = target
            continue
        array = rest.pop(keras_name(key), None)
        value = None if array is None else _to_torch(array, key)
        if value is None or value.shape != target.shape:
            wrong.append(f"{key} {tuple(target.shape)}" + ("" if array is None else f" != {array.shape}"))
        else:
            state[key] = value
    if wrong or rest:
        first = ", ".join([*wrong, *(f"{name} left over" for name in rest)][:3])
        count = len(wrong) + len(rest)
        raise BadInputError(f"the weights are of another network ({count} differences: {first})", where=where)
    network.load_state_dict(state, strict=True)


def keras_name(key: str) -> str:
    """Return the upstream "layer/weight" of a state dict key of `EfficientPose`."""
    head, *rest = key.split(".")
    if head in ("high", "low"):
        return _backbone_name(rest, "res1" if head == "high" else "res2")
    if head == "skeleton":
        return _detection_name(rest, number=1, name="skeleton", output="pafs")
    number = int(rest[0]) + 1
    return _detection_name(rest[1:], number=number + 1, name=f"detection{number}", output="confs")


def _backbone_name(parts: list[str], resolution: str) -> str:
    if parts[0] == "stem":
        layer, weight = ("stem_conv", "kernel") if parts[1] == "0" else ("stem_bn", _NORM[parts[2]])
        return f"{layer}_{resolution}/{weight}"
    block, part, *rest = parts[1:]
    if part == "squeeze":
        return f"{block}_{_BACKBONE_SQUEEZE[rest[0]]}_{resolution}/{_plain(rest[1])}"
    conv, norm = _BACKBONE[part]
    if rest[0] == "1":
        return f"{block}_{norm}_{resolution}/{_NORM[rest[1]]}"
    return f"{block}_{conv}_{resolution}/{'depthwise_kernel' if part == 'depthwise' else 'kernel'}"


def _detection_name(parts: list[str], *, number: int, name: str, output: str) -> str:
    if parts[0] == "output":
        return f"pass{number}_{name}_{output}/{_plain(parts[1])}"
    block, dense, part, *rest = parts[1:]
    stem = f"pass{number}_block{int(block) + 1}_mbconv{_DENSE[dense]}_{name}"
    if part == "squeeze":
        return f"{stem}_{_DETECTION_SQUEEZE[rest[0]]}/{_plain(rest[1])}"
    layer = _DETECTION[part]
    if rest[0] == "1":
        return f"{stem}_{layer}_bn/{_NORM[rest[1]]}"
    return f"{stem}_{layer}/{'depthwise_kernel' if part == 'depthwise' else 'kernel'}"


def _plain(weight: str) -> str:
    return {"weight": "kernel", "bias": "bias"}[weight]


def _to_torch(array: npt.NDArray[np.float32], key: str) -> Tensor:
    if array.ndim == 4:  # Keras (h, w, in, out), depthwise (h, w, channels, 1)
        axes = (2, 3, 0, 1) if ".depthwise." in key else (3, 2, 0, 1)
        array = array.transpose(axes)
    return torch.from_numpy(np.array(array, order="C"))


def _check_upscaling(arrays: Arrays, where: str) -> None:
    taps = np.array([0.25, 0.75, 0.75, 0.25], dtype=np.float32)
    for layer in _UPSCALING:
        kernel, bias = arrays.pop(f"{layer}/kernel", None), arrays.pop(f"{layer}/bias", None)
        if kernel is None and bias is None:
            continue
        if kernel is None or bias is None or kernel.shape[:2] != (4, 4):
            raise BadInputError(f"the layer {layer} is not understood", where=where)
        expected = np.multiply.outer(np.outer(taps, taps), np.eye(*kernel.shape[2:], dtype=np.float32))
        if not np.allclose(kernel, expected, atol=1e-6) or np.abs(bias).max() > 0:
            raise BadInputError(f"the layer {layer} is not the fixed bilinear upscaling", where=where)
