"""Passes over an exported ONNX graph that the exporter leaves undone."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import NodeProto, numpy_helper
from onnx.reference import ReferenceEvaluator

Constants = dict[str, npt.NDArray[np.generic]]

_PAD_AXES = 4  # N, C, H, W


def fold_padding(model: onnx.ModelProto) -> None:
    """Move zero padding into the convolution that reads it, in place.

    A Pad before a convolution copies the whole map and breaks the runtime's blocked layout; the `pads` of Conv
    may differ between the sides, which PyTorch's cannot.
    """
    graph = model.graph
    constants = _fold_constants(graph)
    pads = {node.output[0]: node for node in graph.node if node.op_type == "Pad"}
    for node in graph.node:
        if node.op_type == "Conv" and node.input[0] in pads:
            _absorb(node, pads[node.input[0]], constants)
    drop_unused(graph)


def keep_batch(model: onnx.ModelProto) -> None:
    """Say of every resized map that its first axis is still the batch, in place.

    Shape inference gives a free axis up at a Resize, even where it scales by 1. The runtime then cannot know that
    two maps have one shape, and adds them on their own instead of in the convolution before.

    Args:
        model: Its first input's first axis is free and named, and no other axis of any map is free.
    """
    graph = model.graph
    (batch, *_) = graph.input[0].type.tensor_type.shape.dim
    inferred = {value.name: value for value in onnx.shape_inference.infer_shapes(model).graph.value_info}
    scales = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type != "Resize" or len(node.input) < 3 or node.output[0] not in inferred:
            continue
        scale, value = scales.get(node.input[2]), inferred[node.output[0]]
        dims = value.type.tensor_type.shape.dim
        if scale is not None and scale.size and scale[0] == 1 and dims and not dims[0].HasField("dim_value"):
            dims[0].dim_param = batch.dim_param
            graph.value_info.append(value)


def _fold_constants(graph: onnx.GraphProto) -> Constants:
    """Evaluate nodes that read constants only and make their results initializers; return all constants."""
    constants: Constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    kept: list[NodeProto] = []
    for node in graph.node:
        if len(node.output) != 1 or not all(name in constants for name in node.input if name):
            kept.append(node)
            continue
        (value,) = ReferenceEvaluator(node).run(None, {name: constants[name] for name in node.input if name})
        constants[node.output[0]] = value
        graph.initializer.append(numpy_helper.from_array(value, node.output[0]))
    replace_all(graph.node, kept)
    return constants


def _absorb(convolution: NodeProto, pad: NodeProto, constants: Constants) -> None:
    mode = next((a.s for a in pad.attribute if a.name == "mode"), b"constant")
    fill = constants.get(pad.input[2]) if len(pad.input) > 2 and pad.input[2] else np.zeros(())
    amounts = constants.get(pad.input[1])
    if mode != b"constant" or fill is None or fill != 0 or amounts is None or amounts.size != 2 * _PAD_AXES:
        return
    begin, end = amounts[:_PAD_AXES].astype(int), amounts[_PAD_AXES:].astype(int)
    if begin[:2].any() or end[:2].any():
        return
    added = [*begin[2:], *end[2:]]  # top, left, bottom, right
    (own,) = (attribute for attribute in convolution.attribute if attribute.name == "pads")
    own.ints[:] = [int(a + b) for a, b in zip(own.ints, added, strict=True)]
    convolution.input[0] = pad.input[0]


def drop_unused(graph: onnx.GraphProto) -> None:
    """Remove nodes and initializers that nothing reads."""
    needed = {output.name for output in graph.output}
    kept: list[NodeProto] = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    replace_all(graph.node, kept[::-1])
    initializers = [tensor for tensor in graph.initializer if tensor.name in needed]
    replace_all(graph.initializer, initializers)


def replace_all(field: Any, values: list[Any]) -> None:
    """Put other messages into a repeated protobuf field, which has no assignment."""
    copies = [copy.deepcopy(value) for value in values]
    del field[:]
    field.extend(copies)
