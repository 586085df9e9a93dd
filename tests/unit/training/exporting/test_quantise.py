"""A network in 8 bits answers nearly as before, never overflows, and comes back as the floats that it stands for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from onnx import numpy_helper  # noqa: E402

from poseapp.inference.catalog import find_model  # noqa: E402
from poseapp.inference.network import load_network  # noqa: E402
from poseapp.training.exporting.export import compare, export_onnx  # noqa: E402
from poseapp.training.exporting.halve import halve_weights  # noqa: E402
from poseapp.training.exporting.proof import proof_images  # noqa: E402
from poseapp.training.exporting.quantise import QUANTISED_TOLERANCE, in_floats, known_ranges, quantise  # noqa: E402
from poseapp.training.finetuning.start import Trainable, load_trainable  # noqa: E402
from poseapp.training.finetuning.writing import write_tuned  # noqa: E402


@pytest.fixture(scope="module")
def built_in() -> Trainable:
    return load_trainable(find_model())


@pytest.fixture(scope="module")
def whole(built_in, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "whole.onnx"
    return export_onnx(built_in.network, built_in.spec, path, any_size=True)


@pytest.fixture(scope="module")
def quantised(built_in, whole) -> Path:
    return quantise(whole, whole.with_name("quantised.onnx"), [proof_images(built_in.spec)])


def weights_of(model):
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}


def test_it_answers_nearly_as_before_and_says_what_it_is(built_in, whole, quantised):
    assert compare(built_in.network, quantised.read_bytes(), built_in.spec) < QUANTISED_TOLERANCE
    before, after = load_network(whole), load_network(quantised)
    assert after.any_size
    assert after.spec.skeleton == before.spec.skeleton
    assert after.spec.calibration == before.spec.calibration
    assert quantised.stat().st_size < 0.3 * whole.stat().st_size


def test_peaks_stay_where_they_were(built_in, whole, quantised):
    walker = proof_images(built_in.spec)[1:].transpose(0, 2, 3, 1) * built_in.spec.std + built_in.spec.mean
    crops = np.rint(walker * 255).clip(0, 255).astype(np.uint8)
    before, after = (load_network(file).heatmaps(crops) for file in (whole, quantised))
    p, q = (maps.reshape(*maps.shape[:2], -1).argmax(-1) for maps in (before, after))
    sure = before.reshape(*before.shape[:2], -1).max(-1) > 0  # logits: more likely there than not
    width = before.shape[-1]
    apart = np.abs(p // width - q // width) + np.abs(p % width - q % width)
    assert sure.mean() > 0.5
    assert apart[sure].max() <= 1


def test_heatmaps_are_not_in_steps(built_in, quantised):
    answer = load_network(quantised).heatmaps(np.full((1, *built_in.spec.input_size, 3), 90, np.uint8))
    assert len(np.unique(answer)) > 2000  # of 8 bits there would be 256


def test_sums_fit_into_16_bits_without_vnni(quantised):
    """vpmaddubsw adds two products of 8 unsigned and 8 signed bits in 16: 2 * 255 * 64 fits, with 127 it would not."""
    weights = [
        value for name, value in weights_of(onnx.load(quantised)).items() if value.dtype == np.int8 and value.any()
    ]
    assert len(weights) == 20
    assert max(int(np.abs(value.astype(int)).max()) for value in weights) <= 64


def test_it_comes_back_as_floats(tmp_path):
    network, spec, _ = load_trainable(find_model())
    with torch.no_grad():  # off the steps of 7 bits that its weights have in the file that ships
        for weight in (weight for weight in network.parameters() if weight.dim() == 4):
            weight *= 1 + 0.01 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(weight.numel()))
    whole = export_onnx(network, spec, tmp_path / "whole.onnx", any_size=True)
    # Which proves that the floats answer as the network that they are put into.
    found = load_trainable(quantise(whole, tmp_path / "quantised.onnx", [proof_images(spec)]))
    for name, weight in network.state_dict().items():
        other = found.network.state_dict()[name]
        if weight.dim() == 4:
            step = weight.abs().amax(dim=(1, 2, 3), keepdim=True) / 63
            assert bool(((other - weight).abs() <= 0.51 * step + 1e-6).all()), name
        else:
            assert other == pytest.approx(weight, abs=1e-3), name


def test_halved_weights_become_floats_and_plain_ones_stay(whole, tmp_path):
    plain, halved = onnx.load(whole), onnx.load(halve_weights(whole, tmp_path / "half.onnx"))
    for model in (plain, halved):
        found = in_floats(model)
        assert {node.op_type for node in found.graph.node} == {"Conv", "Relu", "Add", "MaxPool", "DepthToSpace"}
        onnx.checker.check_model(found, full_check=True)
    before, after = weights_of(plain), weights_of(in_floats(halved))
    assert before.keys() == after.keys()
    for name in before:
        assert after[name] == pytest.approx(before[name], rel=1e-3, abs=1e-6)


def test_known_ranges_fit_too(built_in, whole, quantised, tmp_path):
    pictures = proof_images(built_in.spec)
    assert known_ranges(onnx.load(whole)) == {}
    wide = known_ranges(onnx.load(quantised))
    dim = [0.1 * pictures[1:2]]
    narrow = known_ranges(onnx.load(quantise(whole, tmp_path / "dim.onnx", dim)))
    joined = known_ranges(onnx.load(quantise(whole, tmp_path / "both.onnx", dim, known=wide)))
    assert narrow["image"][1] < 0.2 * wide["image"][1]
    assert narrow.keys() == wide.keys() == joined.keys()
    for name, (low, high) in joined.items():
        assert high == pytest.approx(max(narrow[name][1], wide[name][1]), rel=0.02), name
        assert low == pytest.approx(min(narrow[name][0], wide[name][0]), rel=0.02, abs=0.02), name


@pytest.mark.parametrize("kind", ["whole", "quantised"])
def test_a_tuned_network_is_of_its_parents_kind(built_in, request, kind, tmp_path):
    parent, pictures = request.getfixturevalue(kind), [proof_images(built_in.spec)]
    file = write_tuned(built_in.network, built_in.spec, tmp_path / "tuned.onnx", parent=parent, pictures=pictures)
    assert (known_ranges(onnx.load(file)) != {}) == (kind == "quantised")
    assert compare(built_in.network, file.read_bytes(), built_in.spec) < QUANTISED_TOLERANCE
    assert [path.name for path in tmp_path.iterdir()] == ["tuned.onnx"]


def test_an_odd_network_is_left_halved(built_in, quantised, tmp_path):
    """Where 8 bits change the answers too much, they are not taken."""
    spoilt = load_trainable(quantised)
    with torch.no_grad():  # one channel a thousand times as large as the others: 8 bits cannot hold both
        layers = dict(spoilt.network.named_modules())
        layers["backbone.stages.2.0.body.0"].weight[0] *= 3000
        layers["backbone.stages.2.0.body.3"].weight[:, 0] /= 3000
    file = write_tuned(
        spoilt.network, spoilt.spec, tmp_path / "tuned.onnx", parent=quantised, pictures=[proof_images(spoilt.spec)]
    )
    assert known_ranges(onnx.load(file)) == {}
