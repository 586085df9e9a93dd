"""One contract for every registered network: shapes, gradients, figures, the verbs, the exported graph.

The figures of all are checked on every run, without memory; what needs weights runs for the small networks and, with
`-m slow`, for the rest.
"""

from __future__ import annotations

import json
from fnmatch import fnmatch
from functools import cache

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from poseapp.core.skeleton import Skeleton, load_skeleton  # noqa: E402
from poseapp.core.types import ModelSpec  # noqa: E402
from poseapp.nets.heads import PoseNetwork  # noqa: E402
from poseapp.nets.registry import Architecture, architectures, find_architecture  # noqa: E402
from poseapp.training.export import compare, export_onnx  # noqa: E402
from poseapp.training.table import ArchitectureRow, count_architecture  # noqa: E402

EVERY = architectures()
QUICK = {  # one small network of each kind
    *("efficientpose-rt", "efficientpose-i", "efficientpose-i-noskeleton", "efficientpose-i-noupscale"),
    *("fasterpose-slim", "lpn-50", "lpn-50-nogc", "fasterpose-lpn50", "fasterpose-litehrnet18"),
    *("softgated-1", "softgated-2-1.0m", "softgated-2x148-add", "repose"),
}
QUICK_EXPORT = {"efficientpose-rt", "fasterpose-slim", "lpn-50", "softgated-1", "repose"}


def _marked(quick: set[str]) -> list[object]:
    return [pytest.param(a, id=a.name, marks=[] if a.name in quick else [pytest.mark.slow]) for a in EVERY]


SIZE = (64, 128)  # px of the images where the size does not matter: what every network divides
TOLERANCE = 0.03
PRINTED_WITH_ONE_DIGIT = {"fasterpose-lpn50": (0.75, 0.85)}  # cost in G, either G
# What a softmax or batch norm takes away again: the paper's count holds them, but no gradient can reach them.
SHIFTS = (
    "*.context.attention.bias",
    *("stem.0.bias", "hourglasses.*.skips.*.bias", "remaps.*.bias", "returns.*.bias"),
)


@cache
def _row(name: str) -> ArchitectureRow:
    return count_architecture(find_architecture(name))


def _images(count: int) -> object:
    return torch.randn(count, 3, *SIZE, generator=torch.Generator().manual_seed(1))


def _spec(architecture: Architecture, size: tuple[int, int]) -> ModelSpec:
    mean, one = (0.5, 0.5, 0.5), (1.0, 1.0, 1.0)
    return ModelSpec(architecture.name, "t", "a", load_skeleton(architecture.skeleton), size, mean, one)


def _worn(architecture: Architecture) -> object:
    """Return the network with batch-norm statistics that would show where they are folded wrongly."""
    torch.manual_seed(0)
    network = architecture.build()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.8, 1.25)
    return network


@pytest.fixture(scope="module")
def triangle() -> Skeleton:
    """Return a skeleton with another number of keypoints, bones and neighbours than any shipped one."""
    points = [{"name": name, "sigma": 0.1} for name in ("a", "b", "c")]
    text = {"name": "t", "title": "t", "keypoints": points, "bones": [["a", "b"], ["b", "c"]]}
    return Skeleton.from_json(json.dumps(text))


@pytest.mark.parametrize("architecture", EVERY, ids=lambda a: a.name)
def test_figures_agree_with_the_paper_within_three_percent(architecture: Architecture) -> None:
    row = _row(architecture.name)
    assert row.params > 0
    assert row.macs > 0
    if row.params_deviation is not None:
        assert abs(row.params_deviation) < TOLERANCE
    if architecture.name in PRINTED_WITH_ONE_DIGIT:
        least, most = PRINTED_WITH_ONE_DIGIT[architecture.name]
        assert least < row.cost / 2**30 < row.cost / 1e9 < most
    elif row.cost_deviation is not None:
        assert abs(row.cost_deviation) < TOLERANCE


@pytest.mark.parametrize("architecture", _marked(QUICK))
def test_every_parameter_learns_and_nothing_is_nan(architecture: Architecture) -> None:
    torch.manual_seed(0)
    network = architecture.build().train()
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
        assert any(fnmatch(name, shift) for shift in SHIFTS) or parameter.grad.abs().max() > 0, name


@pytest.mark.parametrize("architecture", _marked(QUICK))
def test_forward_gives_the_last_heatmaps_in_the_shape_of_the_input(architecture: Architecture) -> None:
    network = architecture.build().eval()
    with torch.no_grad():
        assert torch.equal(network(_images(1)), network.heads(_images(1)).heatmaps[-1])
        height, width = architecture.input_size
        final = network.to("meta")(torch.empty(1, 3, height, width, device="meta"))
    assert final.shape[:2] == (1, architecture.n_keypoints)
    assert height % final.shape[2] == 0
    assert final.shape[2] * width == final.shape[3] * height


@pytest.mark.parametrize("architecture", _marked(QUICK))
def test_reset_head_changes_only_what_belongs_to_the_keypoints(architecture: Architecture, triangle: Skeleton) -> None:
    network = architecture.build().eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    network.reset_head(triangle)
    after = network.state_dict()
    changed = {name for name in before if name not in after or before[name].shape != after[name].shape}
    assert changed
    fresh = {name.rpartition(".")[0] for name in changed}  # layers
    kept = [name for name in before if name.rpartition(".")[0] not in fresh and ".kinematics." not in name]
    assert kept
    assert all(torch.equal(before[name], after[name]) for name in kept)
    with torch.no_grad():
        assert network(_images(1)).shape[1] == 3


@pytest.mark.parametrize("architecture", _marked(QUICK_EXPORT))
def test_the_exported_graph_answers_the_same_at_a_small_size(architecture: Architecture, tmp_path: object) -> None:
    network, spec = _worn(architecture), _spec(architecture, SIZE)
    path = export_onnx(network, spec, tmp_path / "network.onnx")
    assert compare(network, path.read_bytes(), spec) <= 1e-4


@pytest.mark.slow
@pytest.mark.parametrize("architecture", EVERY, ids=lambda a: a.name)
def test_the_exported_graph_answers_the_same(architecture: Architecture, tmp_path: object) -> None:
    network, spec = _worn(architecture), _spec(architecture, architecture.input_size)
    path = export_onnx(network, spec, tmp_path / "network.onnx")
    assert compare(network, path.read_bytes(), spec) <= 1e-4
