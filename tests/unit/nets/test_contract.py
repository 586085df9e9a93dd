"""One contract for every registered network: shapes, gradients, figures, the verbs, the exported graph.

The figures of all are checked on every run, without memory; what needs weights runs for the small networks and, with
`-m slow`, for the rest.
"""

from __future__ import annotations

import json
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from poseapp.core.geometry import Box  # noqa: E402
from poseapp.core.skeleton import Skeleton, load_skeleton  # noqa: E402
from poseapp.core.types import ModelSpec  # noqa: E402
from poseapp.inference.crops import cut_crops, make_crop  # noqa: E402
from poseapp.inference.estimate import estimate  # noqa: E402
from poseapp.inference.network import Network  # noqa: E402
from poseapp.nets.heads import PoseNetwork  # noqa: E402
from poseapp.nets.registry import Architecture, architectures, find_architecture  # noqa: E402
from poseapp.training.exporting.export import export_onnx  # noqa: E402
from poseapp.training.exporting.proof import sample_pictures  # noqa: E402
from poseapp.training.measuring.table import ArchitectureRow, count_architecture  # noqa: E402

EVERY = architectures()
QUICK = {  # one small network of each kind
    *("efficientpose-rt", "efficientpose-i", "efficientpose-i-noskeleton", "efficientpose-i-noupscale"),
    *("fasterpose-slim", "lpn-50", "lpn-50-nogc", "fasterpose-lpn50", "fasterpose-litehrnet18"),
    *("softgated-1", "softgated-2-1.0m", "softgated-2x148-add", "repose"),
}
QUICK_EXPORT = {
    *("efficientpose-rt", "fasterpose-slim", "fasterpose-lpn50", "fasterpose-litehrnet18", "lpn-50"),
    *("softgated-1", "softgated-2x148-add", "repose"),
}


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
    return ModelSpec(
        architecture.name, "t", "a", load_skeleton(architecture.skeleton), size, mean, one, activation="sigmoid"
    )


def _worn(architecture: Architecture) -> object:
    """Return the network with weights of ordinary size, and nothing at 0 or 1 that folding could lose unseen."""
    torch.manual_seed(0)
    network = architecture.build()
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, (torch.nn.Conv2d, torch.nn.ConvTranspose2d)):
                torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            elif isinstance(module, torch.nn.BatchNorm2d):
                # Statistics of its own would be chaos: untrained, each layer then multiplies rounding errors.
                module.running_mean.uniform_(-0.1, 0.1)
                module.running_var.uniform_(0.8, 1.25)
                module.weight.uniform_(0.7, 1.1)
                module.bias.uniform_(-0.2, 0.2)
        for name, parameter in network.named_parameters():
            if name.endswith(("alpha", "mixing")):
                parameter.uniform_(0.5, 1.5)
    return network.eval()


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


def _export(architecture: Architecture, size: tuple[int, int], folder: Path) -> Network:
    """Export a worn network, which proves it on noise and pictures, and load it as the application does."""
    spec = _spec(architecture, size)
    return Network(export_onnx(_worn(architecture), spec, folder / "network.onnx"), threads=1)


def _check_in_the_application(network: Network) -> None:
    """Estimate a walker's keypoints, which lie in the box of one who was cut out, image px."""
    (rgb, box), _ = sample_pictures()
    n_keypoints = network.spec.skeleton.n_keypoints
    pixels = make_crop(box, network.spec.input_size)
    result = estimate(network, rgb, [box, Box.of_picture(*rgb.shape[1::-1])])
    assert result.xy.shape == (2, n_keypoints, 2)
    assert result.score.shape == (2, n_keypoints)
    assert np.isfinite(result.xy).all()
    assert np.isfinite(result.cov).all()
    height, width = network.spec.input_size
    least, most = pixels.to_input.inverse([[-2.0, -2.0], [width + 1.0, height + 1.0]])
    assert (result.xy[0] >= least).all()
    assert (result.xy[0] <= most).all()
    assert np.ptp(network.heatmaps(cut_crops(rgb, [pixels]))) > 0.01  # it says something at all


@pytest.mark.parametrize("architecture", _marked(QUICK_EXPORT))
def test_the_exported_network_runs_in_the_application(architecture: Architecture, tmp_path: Path) -> None:
    network = _export(architecture, SIZE, tmp_path)
    _check_in_the_application(network)
    crops = np.random.default_rng(0).integers(0, 255, (5, *SIZE, 3), dtype=np.uint8)
    every = network.heatmaps(crops)
    for count in (1, 2):
        some = np.concatenate([network.heatmaps(crops[i : i + count]) for i in range(0, 5, count)])
        np.testing.assert_allclose(some, every, rtol=0, atol=1e-5 * np.abs(every).max())


@pytest.mark.slow
@pytest.mark.parametrize("architecture", EVERY, ids=lambda a: a.name)
def test_the_exported_network_runs_in_the_application_at_its_own_size(
    architecture: Architecture, tmp_path: Path
) -> None:
    _check_in_the_application(_export(architecture, architecture.input_size, tmp_path))
