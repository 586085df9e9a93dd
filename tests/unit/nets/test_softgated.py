"""Soft-gated hourglass: exact parameters, what the gates and the merges do, supervision of every stack."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from poseapp.nets.registry import find_architecture  # noqa: E402
from poseapp.nets.softgated import GatedBlock, Hourglass, SoftGated, SoftGatedConfig  # noqa: E402

EXACT = {
    "1": 485_064,
    "2-1.0m": 1_006_115,
    "2-1.4m": 1_360_608,
    "2-1.9m": 1_937_640,
    "2-2.4m": 2_432_295,
    "2-2.9m": 2_984_208,
    "4-3.4m": 3_484_429,
    "4x144": 8_402_576,
    "4x256": 26_286_456,
}


@pytest.mark.parametrize("name", EXACT)
def test_parameters_are_exact(name: str) -> None:
    with torch.device("meta"):
        network = find_architecture(f"softgated-{name}").build()
    assert sum(p.numel() for p in network.parameters()) == EXACT[name]


def _gates(module: torch.nn.Module) -> list[int]:
    return [p.numel() for name, p in module.named_parameters() if name.endswith("alpha")]


@pytest.mark.parametrize(("gate", "expected"), [("channel", [8]), ("scalar", [1]), ("none", [])])
def test_a_block_has_as_many_gates_as_it_should(gate: str, expected: list[int]) -> None:
    assert _gates(GatedBlock(8, 8, gate=gate)) == expected


def test_a_closed_gate_lets_only_the_residual_through() -> None:
    torch.manual_seed(0)
    block = GatedBlock(8, 8, gate="channel").eval()
    x = torch.randn(1, 8, 4, 4)
    with torch.no_grad():
        opened = block(x)
        block.gate.alpha[3:] = 0.0
        closed = block(x)
    torch.testing.assert_close(opened[:, :3], closed[:, :3])
    torch.testing.assert_close(opened[:, 3:] - closed[:, 3:], x[:, 3:])  # alpha begins at 1


def test_a_block_concatenates_a_half_and_two_quarters() -> None:
    block = GatedBlock(8, 16, gate="none")
    assert [layer[2].out_channels for layer in (block.first, block.second, block.third)] == [8, 4, 4]
    assert block(torch.randn(2, 8, 4, 4)).shape == (2, 16, 4, 4)


@pytest.mark.parametrize(("merge", "shape"), [("concat", (4, 16)), ("grouped", (4, 8)), ("add", (4, 8))])
def test_the_decoder_reads_the_long_skip_as_the_merge_says(merge: str, shape: tuple[int, int]) -> None:
    hourglass = Hourglass(SoftGatedConfig(8, 1, merge=merge))
    assert tuple(hourglass.decoders[0].first[2].weight.shape[:2]) == shape
    assert hourglass(torch.randn(2, 8, 16, 32)).shape == (2, 8, 16, 32)


@pytest.mark.parametrize("level", range(4))
def test_every_resolution_has_its_long_skip(level: int) -> None:
    torch.manual_seed(0)
    hourglass = Hourglass(SoftGatedConfig(8, 1)).eval()
    x = torch.randn(1, 8, 16, 16)
    with torch.no_grad():
        before = hourglass(x)
        hourglass.skips[level][2].weight.zero_()
        assert not torch.allclose(before, hourglass(x))


def test_every_stack_is_supervised() -> None:
    with torch.device("meta"):
        heads = SoftGated(SoftGatedConfig(16, 3), 16).eval().heads(torch.empty(1, 3, 256, 192))
    assert [tuple(maps.shape) for maps in heads.heatmaps] == [(1, 16, 64, 48)] * 3
