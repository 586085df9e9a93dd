"""An exported file describes itself, is proved, and never replaces a good file by a bad one."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

import onnxruntime  # noqa: E402
from torch import nn  # noqa: E402

from poseapp.core.errors import PoseappError  # noqa: E402
from poseapp.core.metadata import METADATA_KEY, spec_from_json  # noqa: E402
from poseapp.core.skeleton import load_skeleton  # noqa: E402
from poseapp.core.types import ModelSpec  # noqa: E402
from poseapp.inference.network import load_network  # noqa: E402
from poseapp.nets.efficientpose import VARIANTS, EfficientPose  # noqa: E402
from poseapp.nets.registry import find_architecture  # noqa: E402
from poseapp.training.exporting.export import compare, export_onnx  # noqa: E402


class Tiny(nn.Module):
    """One strided convolution with batch norm."""

    def __init__(self, n_keypoints: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, n_keypoints, 3, 2, 1), nn.BatchNorm2d(n_keypoints))

    def forward(self, image: object) -> object:
        return self.body(image)


class TinyNoise(Tiny):
    """Answers otherwise each time, as dropout left on would."""

    def forward(self, image: object) -> object:
        return self.body(image) + torch.rand(1)


@pytest.fixture
def spec() -> ModelSpec:
    grey = (0.5, 0.5, 0.5)
    return ModelSpec("tiny", "Tiny", "tiny", load_skeleton("mpii16"), (16, 24), grey, grey, licence="CC0-1.0")


def test_the_file_carries_its_description_and_a_free_batch(spec: ModelSpec, tmp_path: Path) -> None:
    path = export_onnx(Tiny(16), spec, tmp_path / "new" / "tiny.onnx")
    assert path.stat().st_mode & 0o044 == 0o044 or os.name == "nt"  # others may read it
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    assert spec_from_json(session.get_modelmeta().custom_metadata_map[METADATA_KEY]) == spec
    (given,), (gives,) = session.get_inputs(), session.get_outputs()
    assert (given.name, given.shape[1:], given.type) == ("image", [3, 16, 24], "tensor(float)")
    assert gives.name == "heatmaps"
    for n in (1, 3):
        (maps,) = session.run(None, {"image": np.zeros((n, 3, 16, 24), dtype=np.float32)})
        assert maps.shape == (n, 16, 8, 12)


def test_the_network_keeps_its_mode_and_weights(spec: ModelSpec, tmp_path: Path) -> None:
    network = Tiny(16).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    export_onnx(network, spec, tmp_path / "tiny.onnx")
    assert network.training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_an_answer_that_differs_leaves_the_old_file_whole(spec: ModelSpec, tmp_path: Path) -> None:
    path = tmp_path / "tiny.onnx"
    path.write_bytes(b"old")
    with pytest.raises(PoseappError, match="differs from the trained one"):
        export_onnx(TinyNoise(16), spec, path)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["tiny.onnx"]


def test_a_nan_is_a_difference(spec: ModelSpec, tmp_path: Path) -> None:
    network = Tiny(16)
    nn.init.constant_(network.body[1].bias, float("nan"))
    with pytest.raises(PoseappError, match="differs"):
        export_onnx(network, spec, tmp_path / "tiny.onnx")


def test_a_network_of_another_skeleton_is_refused(spec: ModelSpec, tmp_path: Path) -> None:
    with pytest.raises(PoseappError, match="14 heatmaps, its skeleton 16 keypoints"):
        export_onnx(Tiny(14), spec, tmp_path / "tiny.onnx")
    assert not list(tmp_path.iterdir())


def test_the_graph_of_efficientpose_has_nothing_to_spare(spec: ModelSpec, tmp_path: Path) -> None:
    network = EfficientPose(VARIANTS["i"]).eval()
    spec = replace(spec, input_size=(64, 64))
    path = export_onnx(network, spec, tmp_path / "i.onnx")
    kinds = {node.op_type for node in onnx.load(path).graph.node}
    assert kinds == {"Conv", "Sigmoid", "Mul", "GlobalAveragePool", "Concat", "Add", "MatMul", "AveragePool"}
    assert compare(network, path.read_bytes(), spec) <= 1e-4


def test_the_runtime_makes_one_operator_of_each_swish(spec: ModelSpec, tmp_path: Path) -> None:
    spec = replace(spec, input_size=(64, 64))
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
    path = export_onnx(EfficientPose(VARIANTS["rt"]), spec, tmp_path / "rt.onnx")
    assert {domain.domain for domain in onnx.load(path).opset_import} == {""}  # the file itself is plain
    onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    fused = [node for node in onnx.load(tmp_path / "optimised.onnx").graph.node if node.op_type == "QuickGelu"]
    assert len(fused) == 1 + 2 + 4 * 3 + 9 * 3  # stem, block that does not widen, blocks that do, blocks of the passes


def test_a_network_of_convolutions_alone_keeps_its_sides_free(spec: ModelSpec, tmp_path: Path) -> None:
    """What it sees does not depend on where it is shown: in the whole picture as in a crop."""
    architecture = find_architecture("fasterpose-slim")
    assert architecture.any_size
    network = architecture.build(load_skeleton("body21")).eval()
    spec = replace(spec, skeleton=load_skeleton("body21"), input_size=(64, 64))
    exported = load_network(export_onnx(network, spec, tmp_path / "free.onnx", any_size=True), threads=1)
    assert exported.any_size
    picture = np.random.default_rng(0).integers(0, 256, (1, 96, 160, 3), np.uint8)
    maps = exported.heatmaps(picture)
    assert maps.shape == (1, 21, 24, 40)
    assert not load_network(export_onnx(network, spec, tmp_path / "fixed.onnx"), threads=1).any_size
