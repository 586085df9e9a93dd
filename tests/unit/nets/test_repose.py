"""RePose: exact parameters, the kinematic update worked by hand, heatmaps of every resolution."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from poseapp.core.skeleton import load_skeleton  # noqa: E402
from poseapp.nets.registry import find_architecture  # noqa: E402
from poseapp.nets.repose import KinematicPass, Kinematics, RePose, ReposeConfig, neighbours  # noqa: E402

LSP = load_skeleton("lsp14")
CHAIN = ((1,), (0, 2), (1,))  # a - b - c
EXACT = {  # of the reconstruction whose cost and parameters agree with Tables 3 to 7
    "": 4_022_626,
    "-2stack": 8_317_956,
    "-4stack": 16_908_616,
    "-256": 4_289_904,
    "-c8": 4_289_904,
    "-c32": 3_755_348,
    "-b1": 3_240_418,
    "-b2": 3_501_154,
    "-b3": 3_761_890,
    "-b4": 4_022_626,
    "-b5": 4_283_362,
    "-joint": 3_505_186,
}


@pytest.mark.parametrize("suffix", EXACT)
def test_parameters_are_exact(suffix: str) -> None:
    with torch.device("meta"):
        network = find_architecture(f"repose{suffix}").build()
    assert sum(p.numel() for p in network.parameters()) == EXACT[suffix]


def test_neighbours_are_the_bones() -> None:
    joined = neighbours(LSP)
    names = {LSP.keypoints[j] for j in joined[LSP.index("right_hip")]}
    assert names == {"left_hip", "right_knee", "right_shoulder"}
    assert sum(len(js) for js in joined) == 2 * 15


def test_the_order_of_leeds_is_that_of_the_paper() -> None:
    assert [LSP.keypoints[k] for k in LSP.order[:4]] == ["right_hip", "left_hip", "right_shoulder", "left_shoulder"]
    assert [LSP.keypoints[k] for k in LSP.order[-4:]] == ["right_wrist", "left_wrist", "neck", "head_top"]


class _Sum(nn.Module):
    def forward(self, x: object) -> object:
        return x.sum(1, keepdim=True)


def _updated(strategy: str, order: tuple[int, ...], mixing: float | None = None) -> list[float]:
    """Update the sets 1, 10 and 100 of the chain, each step the plain sum of what it reads."""
    update = KinematicPass(order, CHAIN, n_blocks=1, strategy=strategy)
    update.steps = nn.ModuleList(_Sum() for _ in order)
    with torch.no_grad():
        if mixing is not None:
            update.mixing.fill_(mixing)
        return [x.item() for x in update([torch.full((1, 1, 1, 1), v) for v in (1.0, 10.0, 100.0)])]


def test_a_step_reads_what_earlier_steps_wrote() -> None:
    # a = 1 + (1 + 10) = 12; b = 10 + (10 + 12 + 100) = 132; c = 100 + (100 + 132) = 332
    assert _updated("add", (0, 1, 2)) == [12.0, 132.0, 332.0]
    # backwards: c = 100 + 110 = 210; b = 10 + (10 + 1 + 210) = 231; a = 1 + (1 + 231) = 233
    assert _updated("add", (2, 1, 0)) == [233.0, 231.0, 210.0]


def test_strategies() -> None:
    assert _updated("trainable", (0, 1, 2)) == [12.0, 132.0, 332.0]  # begins as the plain addition
    assert _updated("trainable", (0, 1, 2), mixing=0.0) == [1.0, 10.0, 100.0]
    # a = 1 + 5.5; b = 10 + (10 + 6.5 + 100) / 2 = 68.25; c = 100 + (100 + 68.25) / 2
    assert _updated("trainable", (0, 1, 2), mixing=0.5) == [6.5, 68.25, 184.125]
    # a = 1 + 10; b = 10 + 11 + 100; c = 100 + 121
    assert _updated("replace", (0, 1, 2)) == [11.0, 121.0, 221.0]


def test_the_second_pass_goes_backwards_with_its_own_weights() -> None:
    kinematics = Kinematics(8, ReposeConfig(update_blocks=1), LSP)
    first, second = kinematics.passes
    assert first.order == LSP.order
    assert second.order == LSP.order[::-1]
    assert not {id(p) for p in first.parameters()} & {id(p) for p in second.parameters()}


def test_a_heatmap_before_the_update_reads_only_its_own_set() -> None:
    torch.manual_seed(0)
    before = Kinematics(8, ReposeConfig(update_blocks=1), LSP).eval().before
    sets = torch.randn(1, 14 * 32, 4, 4, requires_grad=True)
    before(sets)[0, 3].sum().backward()
    read = sets.grad.abs().sum((0, 2, 3)).reshape(14, 32).sum(1)
    assert torch.nonzero(read).flatten().tolist() == [3]


@pytest.mark.parametrize(
    ("config", "expected"),
    [(ReposeConfig(), 5), (ReposeConfig(joint=True), 5), (ReposeConfig(levels=2), 4), (ReposeConfig(stages=2), 10)],
)
def test_every_heatmap_is_supervised_at_full_size(config: ReposeConfig, expected: int) -> None:
    with torch.device("meta"):
        heads = RePose(config, load_skeleton("body18")).eval().heads(torch.empty(1, 3, 64, 32))
    assert [tuple(maps.shape) for maps in heads.heatmaps] == [(1, 18, 64, 32)] * expected


@pytest.mark.parametrize("config", [ReposeConfig(1, 1, joint=True), ReposeConfig(1, strategy="none")])
def test_every_parameter_of_the_ablations_learns(config: ReposeConfig) -> None:
    torch.manual_seed(0)
    network = RePose(config, LSP)
    sum(maps.square().mean() for maps in network.heads(torch.randn(2, 3, 16, 16)).heatmaps).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name
