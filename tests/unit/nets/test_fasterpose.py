"""FasterPose: shapes, the meaning of the low-to-high regressor, size of the slim network."""

import pytest

torch = pytest.importorskip("torch")

from poseapp.core.skeleton import load_skeleton  # noqa: E402
from poseapp.nets.fasterpose import LowToHighRegressor, fasterpose_slim  # noqa: E402
from poseapp.nets.registry import find_architecture  # noqa: E402

BODY = load_skeleton("body18")


def test_heatmaps_are_a_quarter_of_any_input_that_divides_by_16() -> None:
    network = fasterpose_slim(BODY).eval()
    with torch.no_grad():
        assert network(torch.zeros(2, 3, 160, 160)).shape == (2, 18, 40, 40)
        assert network(torch.zeros(1, 3, 128, 96)).shape == (1, 18, 32, 24)


def test_slim_network_is_registered_and_small() -> None:
    network = find_architecture("fasterpose-slim").build()
    assert sum(p.numel() for p in network.parameters()) == 4_446_480


def test_regressor_unfolds_the_kernels_of_one_keypoint_into_one_block() -> None:
    regressor = LowToHighRegressor(3, 2, 4)
    with torch.no_grad():
        regressor.project.weight.zero_()
        regressor.project.bias.copy_(torch.arange(32.0))
        out = regressor(torch.zeros(1, 3, 1, 1))
    # Keypoint 1 owns kernels 16 .. 31, row by row.
    assert out[0, 1].tolist() == [[16.0 + 4 * row + column for column in range(4)] for row in range(4)]


def test_untrained_heatmaps_are_near_the_empty_background() -> None:
    with torch.no_grad():
        heatmaps = torch.sigmoid(fasterpose_slim(BODY)(torch.randn(2, 3, 64, 64)))
    assert 0.005 < float(heatmaps.mean()) < 0.06


def test_reset_head_changes_the_number_of_keypoints() -> None:
    network = fasterpose_slim(BODY)
    network.reset_head(load_skeleton("lsp14"))
    assert network(torch.zeros(1, 3, 32, 32)).shape == (1, 14, 8, 8)


def test_every_parameter_learns() -> None:
    network = fasterpose_slim(BODY)
    network.heads(torch.randn(2, 3, 64, 64)).heatmaps[-1].square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("resnet50", 25_737_344),
        ("resnet101", 44_729_472),
        ("resnet152", 60_373_120),
        ("resnet50-mpii256", 25_606_208),
        ("resnet101-mpii256", 44_598_336),
        ("resnet152-mpii256", 60_241_984),
        ("lpn50", 2_900_912),
    ],
)
def test_parameters_are_exact(name: str, params: int) -> None:
    with torch.device("meta"):
        network = find_architecture(f"fasterpose-{name}").build()
    assert sum(p.numel() for p in network.parameters()) == params


@pytest.mark.parametrize(("name", "factor"), [("resnet50", 8), ("lpn50", 4)])
def test_the_regressor_unfolds_any_backbone_to_a_quarter(name: str, factor: int) -> None:
    with torch.device("meta"):
        network = find_architecture(f"fasterpose-{name}").build().eval()
        assert network.regressor.shuffle.upscale_factor == factor
        assert network(torch.empty(1, 3, 256, 192)).shape == (1, 17, 64, 48)
