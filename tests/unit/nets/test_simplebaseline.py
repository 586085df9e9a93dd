"""SimpleBaseline: exact parameters, size of the heatmaps."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from poseapp.core.skeleton import load_skeleton  # noqa: E402
from poseapp.nets.registry import find_architecture  # noqa: E402


@pytest.mark.parametrize(("depth", "params"), [("50", 33_999_697), ("101", 52_991_825), ("152", 68_635_473)])
def test_parameters_are_exact(depth: str, params: int) -> None:
    with torch.device("meta"):
        network = find_architecture(f"simplebaseline-resnet{depth}").build()
    assert sum(p.numel() for p in network.parameters()) == params


def test_heatmaps_are_a_quarter_for_any_skeleton() -> None:
    with torch.device("meta"):
        network = find_architecture("simplebaseline-resnet50").build(load_skeleton("body18")).eval()
        assert network(torch.empty(1, 3, 256, 192)).shape == (1, 18, 64, 48)
