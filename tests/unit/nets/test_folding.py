"""Folding keeps the answer."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from poseapp.nets.efficientpose import EMBConv  # noqa: E402
from poseapp.nets.folding import fold, fold_batch_norm, round_to_half  # noqa: E402
from poseapp.nets.lpn import LightBottleneck  # noqa: E402
from poseapp.nets.repose import KinematicPass, Projection  # noqa: E402


def _worn(network: nn.Module) -> nn.Module:
    torch.manual_seed(3)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for value in (module.weight.data, module.running_var):
                value.uniform_(0.5, 2.0)
            for value in (module.bias.data, module.running_mean):
                value.uniform_(-0.5, 0.5)
    return network.eval()


def test_folding_removes_batch_norm_and_the_factor_of_e_swish() -> None:
    block = _worn(EMBConv(6, 8))
    x = torch.randn(2, 6, 9, 9)
    folded = fold(block)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in folded.modules())
    assert folded.activation.beta == 1.0
    with torch.no_grad():
        torch.testing.assert_close(folded(x), block(x), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("inputs", "stride"), [(8, 1), (6, 2)])
def test_a_context_block_reads_what_the_last_convolution_reads(inputs: int, stride: int) -> None:
    block = _worn(LightBottleneck(inputs, 8, stride=stride, context=True))
    x = torch.randn(2, inputs, 6, 10)
    folded = fold(fold(block))
    assert folded.reads_before
    with torch.no_grad():
        assert block.context.added(block.body(x)).abs().max() > 0.01
        torch.testing.assert_close(folded(x), block(x), atol=1e-5, rtol=1e-5)


def test_mixing_weights_move_into_batch_norm() -> None:
    update = _worn(KinematicPass((0, 1, 2), ((1,), (0, 2), (1,)), n_blocks=1, strategy="trainable"))
    update.mixing.data = torch.tensor([0.5, -2.0, 3.0])
    sets = list(torch.randn(3, 2, 32, 4, 5))
    folded = fold(fold(update))
    assert folded.mixing is None
    with torch.no_grad():
        for ours, expected in zip(folded(sets), update(sets), strict=True):
            torch.testing.assert_close(ours, expected, atol=1e-4, rtol=1e-4)


def test_a_projection_convolves_before_it_doubles() -> None:
    projection = _worn(Projection())
    coarse, fine = torch.randn(2, 64, 3, 5), torch.randn(2, 64, 6, 10)
    folded = fold(fold(projection))
    with torch.no_grad():
        assert folded[0].coarse(coarse).shape == coarse.shape
        torch.testing.assert_close(folded(coarse, fine), projection(coarse, fine), atol=1e-5, rtol=1e-5)


def test_folding_leaves_the_network_itself_alone_and_can_be_repeated() -> None:
    block = _worn(EMBConv(6, 8))
    before = {name: value.clone() for name, value in block.state_dict().items()}
    folded = fold(fold(block))
    assert all(torch.equal(value, before[name]) for name, value in block.state_dict().items())
    x = torch.randn(1, 6, 5, 5)
    with torch.no_grad():
        torch.testing.assert_close(folded(x), block(x), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_folding_into_transposed_convolutions(groups: int) -> None:
    network = nn.Sequential(nn.ConvTranspose2d(8, 12, 4, 2, 1, groups=groups, bias=False), nn.BatchNorm2d(12))
    _worn(network)
    x = torch.randn(2, 8, 5, 3)
    folded = fold_batch_norm(network)
    assert isinstance(folded[1], nn.Identity)
    with torch.no_grad():
        torch.testing.assert_close(folded(x), network(x), atol=1e-5, rtol=1e-5)


def test_a_batch_norm_without_its_convolution_stays() -> None:
    network = _worn(nn.Sequential(nn.BatchNorm2d(3), nn.ReLU(), nn.Conv2d(3, 2, 1)))
    assert isinstance(fold_batch_norm(network)[0], nn.BatchNorm2d)


def test_rounding_keeps_the_type_and_loses_at_most_half_a_unit() -> None:
    layer = nn.Linear(1, 1, bias=False)
    nn.init.constant_(layer.weight, 1.0 + 2.0**-12)
    round_to_half(layer)
    assert layer.weight.dtype == torch.float32
    assert layer.weight.item() == 1.0
