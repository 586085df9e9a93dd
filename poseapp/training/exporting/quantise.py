"""An exported network in whole numbers of 8 bits: a third of the time on a processor, half the size of float16.

The weights of every convolution are 7-bit numbers times a scale for each output channel (with 8 bits, processors
without VNNI would overflow), what lies between the convolutions 8-bit numbers of a range that was measured on
pictures (Jacob et al., CVPR 2018; onnxruntime's static quantisation). The convolution that makes the heatmaps computes
in float32, so that peaks keep their place between pixels.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, create_calibrator, quantize_static
from onnxruntime.quantization.quant_utils import add_pre_process_metadata

from poseapp.core.types import Float32
from poseapp.training.exporting.onnx_graph import drop_unused, replace_all

Ranges = Mapping[str, tuple[float, float]]  # least and greatest value of what a node gives, by its name in the graph

QUANTISED_TOLERANCE = 0.15  # of the largest heatmap value, on noise and on a person
_KINDS = ["Conv", "Relu", "Add", "MaxPool"]
_LARGEST = 255  # of 8 bits
_AS_FLOAT = "_DequantizeLinear_Output"  # of onnxruntime, behind the name of a weight


def quantise(source: Path, target: Path, pictures: Iterable[Float32], *, known: Ranges = MappingProxyType({})) -> Path:
    """Write a copy of a network of plain convolutions that computes in 8 bits.

    Args:
        source: Of `export_onnx`, whole or halved.
        target: Receives it, with the same description.
        pictures: Normalised, each (N, 3, h, w), such as the network will be shown.
        known: Ranges that must fit, too, such as those of the network that this one was made from.
    """
    model = in_floats(onnx.load(source))
    properties = {prop.key: prop.value for prop in model.metadata_props}
    add_pre_process_metadata(model)
    shown = list(pictures)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        plain = Path(folder) / "plain.onnx"
        onnx.save(model, plain)
        ranges = _joined(_measure(plain, shown, Path(folder)), known)
        quantize_static(
            plain,
            Path(folder) / "quantised.onnx",
            _Pictures(shown[:1]),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=_KINDS,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=_last_convolutions(model.graph),
            extra_options={"TensorQuantOverrides": _as_overrides(ranges)},
        )
        quantised = onnx.load(Path(folder) / "quantised.onnx")
    quantised.producer_name = model.producer_name
    onnx.helper.set_model_props(quantised, properties)
    onnx.checker.check_model(quantised, full_check=True)
    onnx.save(quantised, target)
    return target


def in_floats(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the network with weights of float32, under the names of its parameters, and nothing rounded between.

    Numbers that are rounded to 0 and more are rectified by that, so a Relu stands there again.

    Args:
        model: Of `export_onnx`, `halve_weights` or `quantise`.
    """
    found = onnx.ModelProto()
    found.CopyFrom(model)
    graph = found.graph
    values = {tensor.name: tensor for tensor in graph.initializer}
    renamed: dict[str, str] = {}
    kept = []
    for node in graph.node:
        constant = all(name in values for name in node.input)
        if node.op_type in ("Cast", "DequantizeLinear") and constant:
            name = node.output[0].removesuffix(_AS_FLOAT)
            (value,) = ReferenceEvaluator(node).run(None, {i: numpy_helper.to_array(values[i]) for i in node.input})
            graph.initializer.append(numpy_helper.from_array(value, name))
            renamed[node.output[0]] = name
        elif node.op_type == "QuantizeLinear" and _rectifies(numpy_helper.to_array(values[node.input[2]])):
            kept.append(onnx.helper.make_node("Relu", node.input[:1], node.output))
        elif node.op_type in ("QuantizeLinear", "DequantizeLinear"):
            renamed[node.output[0]] = renamed.get(node.input[0], node.input[0])
        else:
            kept.append(node)
    for node in kept:
        node.input[:] = [renamed.get(name, name) for name in node.input]
    replace_all(graph.node, kept)
    drop_unused(graph)
    del graph.value_info[:]
    return found


def known_ranges(model: onnx.ModelProto) -> Ranges:
    """Return the ranges of what is rounded between the convolutions; nothing for a network that computes in floats."""
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    ranges = {}
    for node in model.graph.node:
        if node.op_type == "QuantizeLinear":
            scale, zero = float(values[node.input[1]]), float(values[node.input[2]])
            ranges[node.input[0]] = (-zero * scale, (_LARGEST - zero) * scale)
    return ranges


def _rectifies(zero: np.ndarray) -> bool:
    """Tell whether what is rounded to numbers with this zero point cannot be negative."""
    return zero.dtype == np.uint8 and not zero.any()


class _Pictures(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no annotations
    """Batches of pictures as onnxruntime asks for them."""

    def __init__(self, batches: Iterable[Float32]) -> None:
        self._left: Iterator[Float32] = iter(batches)

    def get_next(self) -> dict[str, Float32] | None:
        """Return the next batch, None after the last."""
        batch = next(self._left, None)
        return None if batch is None else {"image": batch}


def _measure(plain: Path, pictures: list[Float32], folder: Path) -> Ranges:
    calibrator = create_calibrator(plain, _KINDS, str(folder / "measured.onnx"))
    calibrator.collect_data(_Pictures(pictures))
    found = calibrator.compute_data().data
    return {name: (float(np.min(data.lowest)), float(np.max(data.highest))) for name, data in found.items()}


def _joined(ranges: Ranges, others: Ranges) -> Ranges:
    """Return ranges that hold both."""
    wider = dict(ranges)
    for name in ranges.keys() & others.keys():
        wider[name] = (min(ranges[name][0], others[name][0]), max(ranges[name][1], others[name][1]))
    return wider


def _as_overrides(ranges: Ranges) -> dict[str, list[dict[str, np.ndarray]]]:
    return {
        name: [{"rmin": np.array(low, np.float32), "rmax": np.array(high, np.float32)}]
        for name, (low, high) in ranges.items()
    }


def _last_convolutions(graph: onnx.GraphProto) -> list[str]:
    """Return the convolutions behind which there is no other."""
    makers = {name: node for node in graph.node for name in node.output}
    found, waiting = [], [output.name for output in graph.output]
    while waiting:
        node = makers.get(waiting.pop())
        if node is not None and node.op_type == "Conv":
            found.append(node.name)
        elif node is not None:
            waiting.extend(node.input)
    return found
