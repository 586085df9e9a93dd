"""Graph passes on graphs small enough to read."""

from __future__ import annotations

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

import onnxruntime  # noqa: E402
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from poseapp.training.exporting.onnx_graph import fold_padding, keep_batch  # noqa: E402


def _padded_convolution(amounts: list[int], *, fill: float = 0.0, mode: str = "constant") -> object:
    """A Pad whose amounts come out of a Concat of constants, then a 3 x 3 convolution of stride 2."""
    half = len(amounts) // 2
    constants = [
        numpy_helper.from_array(np.array(amounts[:half], dtype=np.int64), "begin"),
        numpy_helper.from_array(np.array(amounts[half:], dtype=np.int64), "end"),
        numpy_helper.from_array(np.array(fill, dtype=np.float32), "fill"),
        numpy_helper.from_array(np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3), "kernel"),
    ]
    nodes = [
        helper.make_node("Concat", ["begin", "end"], ["amounts"], axis=0),
        helper.make_node("Pad", ["image", "amounts", "fill"], ["padded"], mode=mode),
        helper.make_node("Conv", ["padded", "kernel"], ["heatmaps"], pads=[0, 0, 1, 0], strides=[2, 2]),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 1, 8, 8])
    heatmaps = helper.make_tensor_value_info("heatmaps", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "g", [image], [heatmaps], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _run(model: object) -> np.ndarray:
    image = np.random.default_rng(0).normal(size=(2, 1, 8, 8)).astype(np.float32)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"image": image})[0]


def test_padding_moves_into_the_convolution() -> None:
    model = _padded_convolution([0, 0, 0, 1, 0, 0, 1, 2])  # top 0, left 1, bottom 1, right 2
    expected = _run(model)
    fold_padding(model)
    assert [node.op_type for node in model.graph.node] == ["Conv"]
    (pads,) = (a.ints for a in model.graph.node[0].attribute if a.name == "pads")
    assert list(pads) == [0, 1, 2, 2]  # its own bottom pixel is kept
    assert [tensor.name for tensor in model.graph.initializer] == ["kernel"]
    np.testing.assert_allclose(_run(model), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("amounts", "options"),
    [
        ([0, 0, 0, 1, 0, 0, 1, 2], {"fill": 1.0}),
        ([0, 0, 0, 1, 0, 0, 1, 2], {"mode": "edge"}),
        ([1, 0, 0, 1, 0, 0, 1, 2], {}),
    ],
    ids=["not zero", "edge", "batch"],
)
def test_padding_that_a_convolution_cannot_do_stays(amounts: list[int], options: dict[str, object]) -> None:
    model = _padded_convolution(amounts, **options)
    expected = _run(model)
    fold_padding(model)
    assert [node.op_type for node in model.graph.node] == ["Pad", "Conv"]
    np.testing.assert_allclose(_run(model), expected, atol=1e-6)


def _doubled_and_added(scales: list[float]) -> object:
    """A map resized and added to another, in a graph whose batch is free."""
    nodes = [
        helper.make_node("Resize", ["image", "", "scales"], ["resized"], mode="nearest"),
        helper.make_node("Add", ["resized", "resized"], ["heatmaps"]),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 1, 8, 8])
    heatmaps = helper.make_tensor_value_info("heatmaps", TensorProto.FLOAT, None)
    constant = numpy_helper.from_array(np.array(scales, dtype=np.float32), "scales")
    graph = helper.make_graph(nodes, "g", [image], [heatmaps], [constant])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.mark.parametrize(("scales", "expected"), [([1, 1, 2, 2], [["n", 1, 16, 16]]), ([2, 1, 2, 2], [])])
def test_a_resized_map_keeps_the_batch_where_its_scale_is_one(scales: list[float], expected: list[object]) -> None:
    model = _doubled_and_added(scales)
    before = _run(model)
    keep_batch(model)
    known = [[d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim] for v in model.graph.value_info]
    assert known == expected
    np.testing.assert_array_equal(_run(model), before)
