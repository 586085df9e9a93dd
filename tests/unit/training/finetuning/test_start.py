"""A network comes back out of its file as it went in, and learns further keypoints without losing the old ones."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from poseapp.core.errors import BadInputError  # noqa: E402
from poseapp.core.skeleton import Skeleton, load_skeleton  # noqa: E402
from poseapp.core.types import ModelSpec  # noqa: E402
from poseapp.inference.catalog import find_model  # noqa: E402
from poseapp.nets.registry import find_architecture  # noqa: E402
from poseapp.training.exporting.export import export_onnx  # noqa: E402
from poseapp.training.exporting.halve import halve_weights  # noqa: E402
from poseapp.training.finetuning.start import extend_head, load_trainable  # noqa: E402
from poseapp.training.measuring.evaluate import MEAN, STD  # noqa: E402

# One small variant of each family, at the smallest pictures that it takes.
FAMILIES = [
    ("fasterpose-slim", (64, 64)),
    ("fasterpose-lpn50", (64, 64)),
    ("fasterpose-litehrnet18", (64, 64)),
    ("efficientpose-rt", (64, 64)),
    ("lpn-50", (64, 64)),
    ("repose-c8", (64, 64)),
    ("simplebaseline-resnet50", (64, 64)),
    ("softgated-1", (64, 64)),
]
QUICK = ("fasterpose-slim", "efficientpose-rt")
EACH_FAMILY = pytest.mark.parametrize(
    ("name", "size"),
    [pytest.param(*family, marks=() if family[0] in QUICK else pytest.mark.slow, id=family[0]) for family in FAMILIES],
)


def exported(name: str, size: tuple[int, int], folder: Path, *, half: bool = False) -> Path:
    """Write a network with random weights and lived-in batch norms."""
    torch.manual_seed(3)
    architecture = find_architecture(name)
    skeleton = load_skeleton(architecture.skeleton)
    network = architecture.build(skeleton)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.8, 1.2)
            torch.nn.init.normal_(module.bias, std=0.1)
            torch.nn.init.normal_(module.running_mean, std=0.1)
            torch.nn.init.uniform_(module.running_var, 0.8, 1.2)
    spec = ModelSpec(name, name, name, skeleton, size, MEAN, STD, crop_factor=1.3, confidence_gain=1.5)
    whole = export_onnx(network.eval(), spec, folder / f"{name}.onnx")
    return halve_weights(whole, folder / f"{name}-half.onnx") if half else whole


@EACH_FAMILY
def test_every_family_comes_back_and_can_learn(name: str, size: tuple[int, int], tmp_path: Path) -> None:
    network, spec, _ = load_trainable(exported(name, size, tmp_path))  # which proves that it answers as the file
    assert spec.architecture == name
    answer = network(torch.randn(2, 3, *size))
    answer.square().mean().backward()
    assert any(weight.grad is not None and bool(weight.grad.abs().max() > 0) for weight in network.parameters())


def test_halved_weights_come_back(tmp_path: Path) -> None:
    file = exported("fasterpose-slim", (64, 64), tmp_path, half=True)
    assert any(tensor.name.endswith(".half") for tensor in onnx.load(file).graph.initializer)
    assert load_trainable(file).spec.confidence_gain == 1.5


def test_the_built_in_network_comes_back() -> None:
    network, spec = load_trainable(find_model())[:2]
    assert spec.architecture == "fasterpose-slim"
    assert sum(weight.numel() for weight in network.parameters()) > 4_000_000
    still = {name for name, weight in network.named_parameters() if not weight.requires_grad}
    assert "backbone.stem.0.bias" in still  # what was a batch norm's shift
    assert not any(name.endswith("weight") for name in still)


def edited(file: Path, change: object) -> Path:
    model = onnx.load(file)
    change(model)  # type: ignore[operator]
    onnx.save(model, file)
    return file


def test_other_weights_than_the_graph_uses_are_refused(tmp_path: Path) -> None:
    def rename(model: object) -> None:  # as a graph of somebody else's making would
        for part in (model.graph.initializer, *(n.input for n in model.graph.node)):  # type: ignore[attr-defined]
            for i, item in enumerate(part):
                if isinstance(item, str):
                    part[i] = item.replace("regressor.project.weight", "w9")
                else:
                    item.name = item.name.replace("regressor.project.weight", "w9")

    file = edited(exported("fasterpose-slim", (64, 64), tmp_path), rename)
    with pytest.raises(BadInputError, match="cannot be fine-tuned: rebuilt from its file it answers otherwise"):
        load_trainable(file)


def test_numbers_rounded_in_another_way_are_refused(tmp_path: Path) -> None:
    def round_by_what_comes(model: object) -> None:
        graph = model.graph  # type: ignore[attr-defined]
        node = onnx.helper.make_node("DynamicQuantizeLinear", ["image"], ["q", "scale", "zero"])
        back = onnx.helper.make_node("DequantizeLinear", ["q", "scale", "zero"], ["image8"])
        for reader in graph.node:
            reader.input[:] = ["image8" if name == "image" else name for name in reader.input]
        again = onnx.helper.make_node("QuantizeLinear", ["image8", "scale"], ["q8"])
        for place, new in enumerate((node, back, again)):
            graph.node.insert(place, new)

    file = edited(exported("fasterpose-slim", (64, 64), tmp_path), round_by_what_comes)
    with pytest.raises(BadInputError, match="it is rounded in a way that is not ours"):
        load_trainable(file)


def test_an_unknown_architecture_is_refused(tmp_path: Path) -> None:
    from poseapp.inference.network import load_network
    from poseapp.training.describe import describe_again

    file = exported("fasterpose-slim", (64, 64), tmp_path)
    describe_again(file, replace(load_network(file).spec, architecture="resnext"), file)
    with pytest.raises(BadInputError, match="there is no architecture 'resnext' here"):
        load_trainable(file)


def test_a_pickle_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "evil.onnx"
    file.write_bytes(b"cos\nsystem\n(S'touch " + str(tmp_path / "pwned").encode() + b"'\ntR.")
    with pytest.raises(BadInputError):
        load_trainable(file)
    assert not (tmp_path / "pwned").exists()


def longer(skeleton: Skeleton) -> Skeleton:
    text = json.loads(skeleton.to_json())
    names = ("racket_tip", "left_heel_mark", "right_heel_mark")
    text["name"] = "custom"
    text["keypoints"] += [{"name": name, "sigma": 0.05} for name in names]
    text["order"] += names
    wider = Skeleton.from_json(json.dumps(text))
    assert wider.keypoints == (*skeleton.keypoints, *names)
    return wider


@EACH_FAMILY
def test_known_keypoints_stay_when_the_head_grows(name: str, size: tuple[int, int], tmp_path: Path) -> None:
    network, spec = load_trainable(exported(name, size, tmp_path))[:2]
    skeleton = longer(spec.skeleton)
    wider, described = extend_head(network, spec, skeleton)[:2]
    images = torch.from_numpy(np.random.default_rng(0).normal(size=(2, 3, *size)).astype(np.float32))
    with torch.no_grad():
        before, after = network.eval()(images), wider(images)
    assert after.shape[1] == spec.skeleton.n_keypoints + 3 == described.skeleton.n_keypoints
    torch.testing.assert_close(after[:, :-3], before, rtol=1e-3, atol=1e-4)


def test_keypoints_in_another_order_are_refused() -> None:
    network, spec = load_trainable(find_model())[:2]
    with pytest.raises(BadInputError, match="does not begin with the keypoints"):
        extend_head(network, spec, load_skeleton("mpii16"))
