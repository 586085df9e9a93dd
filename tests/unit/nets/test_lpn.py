"""LPN: exact parameters, the global-context block, the resolution that the paper keeps."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from poseapp.nets.lpn import GlobalContext, LightResNet, build_upsampling  # noqa: E402
from poseapp.nets.registry import find_architecture  # noqa: E402

EXACT = {
    "50": 2_911_153,
    "50-nogc": 2_732_689,
    "101": 5_353_458,
    "101-nogc": 5_026_193,
    "152": 7_377_459,
    "152-nogc": 6_918_801,
}


@pytest.mark.parametrize("name", EXACT)
def test_parameters_are_those_of_the_published_code(name: str) -> None:
    with torch.device("meta"):
        network = find_architecture(f"lpn-{name}").build()
    assert sum(p.numel() for p in network.parameters()) == EXACT[name]


def test_layer_4_keeps_the_resolution() -> None:
    with torch.device("meta"):
        network = LightResNet("50").eval()
        assert network(torch.empty(1, 3, 256, 192)).shape == (1, 512, 16, 12)
    assert network.reduction == 16


def test_groups_are_the_greatest_common_divisor() -> None:
    upsampling = build_upsampling(512)
    assert (upsampling[0].groups, upsampling[6].groups) == (256, 256)
    assert upsampling[0].weight.shape == (512, 1, 4, 4)  # two inputs a group


def test_global_context_adds_the_transform_of_the_attended_mean() -> None:
    torch.manual_seed(0)
    block = GlobalContext(4)
    with torch.no_grad():
        block.attention.weight.zero_()  # even attention: the plain mean
        x = torch.randn(2, 4, 3, 5)
        expected = x + block.transform(x.mean((2, 3), keepdim=True))
        torch.testing.assert_close(block(x), expected)


def test_attention_follows_the_pixel_that_stands_out() -> None:
    block = GlobalContext(2)
    block.transform = torch.nn.Identity()
    with torch.no_grad():
        block.attention.weight.copy_(torch.tensor([50.0, 0.0]).reshape(1, 2, 1, 1))
        x = torch.zeros(1, 2, 2, 2)
        x[0, :, 1, 0] = torch.tensor([1.0, 7.0])
        assert (block(x) - x)[0, :, 0, 0].tolist() == pytest.approx([1.0, 7.0])
