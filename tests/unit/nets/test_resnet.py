"""ResNet: torchvision's layout, and what folding does to it."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from poseapp.nets.folding import fold  # noqa: E402
from poseapp.nets.resnet import Bottleneck, ResNet  # noqa: E402


@pytest.mark.parametrize(("depth", "params"), [("50", 25_557_032), ("101", 44_549_160), ("152", 60_192_808)])
def test_parameters_are_torchvisions_without_its_classifier(depth: str, params: int) -> None:
    with torch.device("meta"):
        network = ResNet(depth)
    assert sum(p.numel() for p in network.parameters()) == params - 2048 * 1000 - 1000


def test_names_are_torchvisions() -> None:
    with torch.device("meta"):
        names = set(ResNet("50").state_dict())
    assert {"conv1.weight", "bn1.running_var", "layer1.0.downsample.0.weight", "layer4.2.bn3.bias"} <= names
    assert "layer1.1.downsample.0.weight" not in names
    assert len(names) == 318  # 320 less the two of the classifier


def test_features_are_a_thirty_second() -> None:
    with torch.device("meta"):
        network = ResNet("50").eval()
        assert network(torch.empty(2, 3, 256, 192)).shape == (2, 2048, 8, 6)
    assert (network.channels, network.reduction) == (2048, 32)


def test_a_folded_bottleneck_has_no_batch_norm_and_answers_the_same() -> None:
    torch.manual_seed(0)
    block = Bottleneck(8, 4, stride=2)
    for module in block.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 2.0)
    block.eval()
    folded = fold(block)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in folded.modules())
    assert any(isinstance(module, torch.nn.BatchNorm2d) for module in block.modules())
    x = torch.randn(2, 8, 9, 7)
    with torch.no_grad():
        torch.testing.assert_close(folded(x), block(x), atol=1e-5, rtol=1e-5)
