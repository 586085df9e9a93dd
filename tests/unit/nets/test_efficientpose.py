"""What only EfficientPose promises."""

from __future__ import annotations

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from poseapp.core.skeleton import load_skeleton  # noqa: E402
from poseapp.nets.efficientpose import VARIANTS, EfficientPose, MobileDenseNet, build_efficientpose  # noqa: E402


@pytest.fixture(scope="module")
def images() -> object:
    return torch.zeros(1, 3, 64, 64)


def test_every_pass_is_supervised(images: object) -> None:
    heads = EfficientPose(VARIANTS["i"]).eval().heads(images)
    assert [tuple(maps.shape) for maps in heads.heatmaps] == [(1, 16, 8, 8), (1, 16, 8, 8), (1, 16, 64, 64)]
    assert [tuple(maps.shape) for maps in heads.links] == [(1, 28, 8, 8)]


def test_links_and_keypoints_are_arguments(images: object) -> None:
    heads = EfficientPose(replace(VARIANTS["rt"], n_keypoints=18, n_links=17)).eval().heads(images)
    assert heads.heatmaps[-1].shape[1] == 18
    assert heads.links[0].shape[1] == 34


def test_there_is_a_link_for_each_bone_but_as_many_as_published_on_mpii(images: object) -> None:
    body, mpii = load_skeleton("body18"), load_skeleton("mpii16")
    network = build_efficientpose(VARIANTS["rt"], body).eval()
    assert network.heads(images).links[0].shape[1] == 2 * len(body.bones)
    network.reset_head(mpii)
    heads = network.heads(images)
    assert (heads.heatmaps[-1].shape[1], heads.links[0].shape[1]) == (16, 28)


@pytest.mark.parametrize(
    ("change", "heatmaps", "links"),
    [({"skeleton": False}, 3, 0), ({"passes": 1}, 2, 1), ({"passes": 3}, 4, 1), ({"upscale": False}, 2, 1)],
)
def test_ablations_change_the_outputs(change: dict[str, object], heatmaps: int, links: int, images: object) -> None:
    heads = EfficientPose(replace(VARIANTS["i"], **change)).eval().heads(images)
    assert (len(heads.heatmaps), len(heads.links)) == (heatmaps, links)


def test_dense_blocks_put_the_newest_first() -> None:
    block = MobileDenseNet(4, 8).eval()
    x = torch.randn(1, 4, 6, 6)
    with torch.no_grad():
        first = block.first(x)
        assert torch.equal(block(x)[:, 16:], first)
        assert torch.equal(block(x)[:, 8:16], block.second(first))


def test_the_low_level_backbone_hands_over_before_its_last_addition() -> None:
    network = EfficientPose(VARIANTS["i"])
    assert network.low is not None
    assert network.low.layers[-1].residual is False
    assert network.high.layers[-1].residual is True
