"""Lite-HRNet: exact parameters, the shuffle, the flow between branches."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from poseapp.nets.litehrnet import (  # noqa: E402
    WIDTHS,
    CrossResolutionWeights,
    FusionModule,
    LiteHRNet,
    Stage,
    shuffle,
)


def test_parameters_are_those_of_the_published_network() -> None:
    with torch.device("meta"):
        network = LiteHRNet(17)
    assert sum(p.numel() for p in network.parameters()) == 1_130_769


def test_shuffle_interleaves_the_halves() -> None:
    x = torch.arange(6.0).reshape(1, 6, 1, 1)
    assert shuffle(x).flatten().tolist() == [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]


def test_a_stage_adds_a_branch_of_half_the_size() -> None:
    with torch.device("meta"):
        stage = Stage(3, 1).eval()
        branches = [torch.empty(1, WIDTHS[0], 16, 12), torch.empty(1, WIDTHS[1], 8, 6)]
        assert [tuple(x.shape[1:]) for x in stage(branches)] == [(40, 16, 12), (80, 8, 6), (160, 4, 3)]


def test_every_branch_reaches_every_other() -> None:
    torch.manual_seed(0)
    module = FusionModule(3).eval()
    branches = [torch.randn(1, WIDTHS[i], 16 >> i, 16 >> i) for i in range(3)]
    with torch.no_grad():
        before = module(branches)
        for i in range(3):
            changed = [x + 1 if j == i else x for j, x in enumerate(branches)]
            assert all(not torch.equal(a, b) for a, b in zip(before, module(changed), strict=True))


def test_even_weights_scale_by_a_half() -> None:
    layer = CrossResolutionWeights((8, 16)).eval()
    torch.nn.init.zeros_(layer.weights[3].weight)  # the sigmoid sees 0
    branches = [torch.randn(1, 8, 4, 6), torch.randn(1, 16, 2, 3)]
    with torch.no_grad():
        for x, y in zip(branches, layer(branches), strict=True):
            torch.testing.assert_close(y, x / 2)


def test_untrained_heatmaps_are_near_the_empty_background() -> None:
    with torch.no_grad():
        heatmaps = torch.sigmoid(LiteHRNet(5).eval()(torch.randn(1, 3, 64, 96)))
    assert heatmaps.shape == (1, 5, 16, 24)
    assert 0.005 < float(heatmaps.mean()) < 0.06
