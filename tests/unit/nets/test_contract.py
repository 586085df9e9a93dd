"""One contract for every registered network: shapes, gradients, figures, the verbs, the exported graph."""

from __future__ import annotations

from functools import cache

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from poseapp.core.skeleton import load_skeleton  # noqa: E402
from poseapp.core.types import ModelSpec  # noqa: E402
from poseapp.nets.heads import PoseNetwork  # noqa: E402
from poseapp.nets.registry import Architecture, architectures, find_architecture  # noqa: E402
from poseapp.training.export import compare, export_onnx  # noqa: E402
from poseapp.training.table import ArchitectureRow, count_architecture  # noqa: E402

EVERY = architectures()
SMALL_COST = 3e9  # of what the default run exports at full size
SIDE = 64  # px of the images where the size does not matter


@cache
def _row(name: str) -> ArchitectureRow:
    return count_architecture(find_architecture(name))


def _is_quick(architecture: Architecture) -> bool:
    ablation = architecture.name.count("-") > 1
    return not ablation and (architecture.paper_cost is None or architecture.paper_cost < SMALL_COST)


def _full_size(networks: tuple[Architecture, ...]) -> list[object]:
    return [pytest.param(a, id=a.name, marks=[] if _is_quick(a) else [pytest.mark.slow]) for a in networks]


def _images(count: int) -> object:
    return torch.randn(count, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))


def _spec(architecture: Architecture) -> ModelSpec:
    skeleton = load_skeleton("mpii16" if architecture.n_keypoints == 16 else "body18")
    assert skeleton.n_keypoints == architecture.n_keypoints
    size, one = architecture.input_size, (1.0, 1.0, 1.0)
    return ModelSpec(architecture.name, "t", "a", skeleton, size, (0.5, 0.5, 0.5), one)


@pytest.mark.parametrize("architecture", EVERY, ids=lambda a: a.name)
def test_figures_agree_with_the_paper_within_three_percent(architecture: Architecture) -> None:
    row = _row(architecture.name)
    if row.params_deviation is None or row.cost_deviation is None:
        assert architecture.paper_params is None
        assert row.params > 0
        assert row.macs > 0
        return
    assert abs(row.params_deviation) < 0.03
    assert abs(row.cost_deviation) < 0.03


@pytest.mark.parametrize("architecture", EVERY, ids=lambda a: a.name)
def test_every_parameter_learns_and_nothing_is_nan(architecture: Architecture) -> None:
    torch.manual_seed(0)
    network = architecture.build(architecture.n_keypoints).train()
    assert isinstance(network, PoseNetwork)
    heads = network.heads(_images(2))
    for maps in (*heads.heatmaps, *heads.links):
        assert torch.isfinite(maps).all()
        assert maps.shape[0] == 2
    loss = sum((maps - 1.0).square().mean() for maps in (*heads.heatmaps, *heads.links))
    loss.backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name
        assert parameter.grad.abs().max() > 0, name


@pytest.mark.parametrize("architecture", EVERY, ids=lambda a: a.name)
def test_forward_gives_the_last_heatmaps_in_the_shape_of_the_input(architecture: Architecture) -> None:
    network = architecture.build(architecture.n_keypoints).eval()
    with torch.no_grad():
        assert torch.equal(network(_images(1)), network.heads(_images(1)).heatmaps[-1])
        height, width = architecture.input_size
        final = network.to("meta")(torch.empty(1, 3, height, width, device="meta"))
    assert final.shape[:2] == (1, architecture.n_keypoints)
    assert height % final.shape[2] == 0
    assert final.shape[2] * width == final.shape[3] * height


@pytest.mark.parametrize("architecture", EVERY, ids=lambda a: a.name)
def test_reset_head_changes_only_the_number_of_keypoints(architecture: Architecture) -> None:
    network = architecture.build(architecture.n_keypoints).eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    network.reset_head(5)
    after = network.state_dict()
    changed = {name for name in before if before[name].shape != after[name].shape}
    assert changed
    assert all(torch.equal(before[name], after[name]) for name in before if name not in changed)
    with torch.no_grad():
        assert network(_images(1)).shape[1] == 5


@pytest.mark.parametrize("architecture", _full_size(EVERY))
def test_the_exported_graph_answers_the_same(architecture: Architecture, tmp_path: object) -> None:
    torch.manual_seed(0)
    network = architecture.build(architecture.n_keypoints)
    for module in network.modules():  # fresh statistics (0, 1) would hide a batch norm that is folded wrongly
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.8, 1.25)
    spec = _spec(architecture)
    path = export_onnx(network, spec, tmp_path / "network.onnx")
    assert compare(network, path.read_bytes(), spec) <= 1e-4
