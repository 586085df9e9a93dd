"""Losses against values worked out by hand."""

import math

import pytest

torch = pytest.importorskip("torch")

from poseapp.nets.heads import Heads  # noqa: E402
from poseapp.training.losses import heatmap_loss, mse_loss, partial_mse_loss, rce_loss, supervise  # noqa: E402
from poseapp.training.recipe import LossRecipe  # noqa: E402


def one_pixel(logit: float, target: float, **settings: float) -> float:
    loss = rce_loss(torch.full((1, 1, 1, 1), logit), torch.full((1, 1, 1, 1), target), torch.ones(1, 1), **settings)
    return float(loss)


def test_positive_pixel_by_hand() -> None:
    # sigmoid(0) = 0.5, y = 1: e = -0.5, 0.7 * 0.5 * -ln(0.5)
    assert one_pixel(0.0, 1.0) == pytest.approx(0.7 * 0.5 * math.log(2), rel=1e-6)


def test_background_pixel_by_hand() -> None:
    assert one_pixel(0.0, 0.0) == pytest.approx(0.3 * 0.5 * math.log(2), rel=1e-6)


def test_continuous_target_is_no_binary_cross_entropy() -> None:
    # sigmoid(ln 3) = 0.75, y = 0.25: |e| = 0.5; the loss is 0 at y = sigmoid(x)
    assert one_pixel(math.log(3), 0.25) == pytest.approx(0.7 * 0.5 * math.log(2), rel=1e-5)
    assert one_pixel(math.log(3), 0.75) == pytest.approx(0.0, abs=1e-6)


def test_gamma_zero_leaves_the_plain_regressive_cross_entropy() -> None:
    assert one_pixel(0.0, 1.0, alpha=0.5, gamma=0.0) == pytest.approx(0.5 * math.log(2), rel=1e-6)


def test_keypoints_without_label_neither_count_nor_pull() -> None:
    logits = torch.zeros(1, 2, 1, 1, requires_grad=True)
    target = torch.ones(1, 2, 1, 1)
    loss = rce_loss(logits, target, torch.tensor([[1.0, 0.0]]))
    loss.backward()
    assert float(loss.detach()) == pytest.approx(0.7 * 0.5 * math.log(2), rel=1e-6)
    assert logits.grad[0, 0].item() < 0
    assert logits.grad[0, 1].item() == 0


def test_nothing_labelled_costs_nothing() -> None:
    assert float(rce_loss(torch.zeros(1, 1, 2, 2), torch.zeros(1, 1, 2, 2), torch.zeros(1, 1))) == 0


def test_a_hopeless_pixel_stays_finite() -> None:
    assert math.isfinite(one_pixel(100.0, 0.0))


def test_mse_is_the_mean_over_pictures_keypoints_and_pixels() -> None:
    output = torch.zeros(2, 2, 1, 2)
    target = torch.zeros(2, 2, 1, 2)
    target[0, 0, 0, 0] = 2.0  # 4 over 2 pixels, over 2 x 2 maps
    target[1, 1] = 9.0  # not labelled
    assert float(mse_loss(output, target, torch.tensor([[1.0, 1.0], [1.0, 0.0]]))) == pytest.approx(4 / 2 / 4)


def test_partial_mse_is_equation_three() -> None:
    output = torch.zeros(2, 3, 2, 2)
    target = torch.zeros(2, 3, 2, 2)
    target[0, 0] = 1.0  # |H - O|^2 / n^2 = 1, of 2 labelled: 1 / 2
    target[0, 2] = 7.0  # not labelled
    target[1, 1, 0, 0] = 2.0  # 4 / 4 = 1, of 1 labelled: 1
    weight = torch.tensor([[1.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
    assert float(partial_mse_loss(output, target, weight)) == pytest.approx((0.5 + 1.0) / 2)


def test_partial_mse_without_labels_costs_nothing() -> None:
    assert float(partial_mse_loss(torch.ones(1, 1, 2, 2), torch.zeros(1, 1, 2, 2), torch.zeros(1, 1))) == 0


def test_every_output_is_supervised_and_links_by_their_own_weights() -> None:
    ones, zeros = torch.ones(1, 1, 2, 2), torch.zeros(1, 1, 2, 2)
    heads = Heads((ones, ones), (torch.ones(1, 4, 2, 2),))
    links = (torch.zeros(1, 4, 2, 2),)
    loss = supervise(
        heads, (zeros, ones), torch.ones(1, 1), links, torch.tensor([[1.0, 0.0]]), recipe=LossRecipe("mse")
    )
    assert float(loss) == pytest.approx(1 + 0 + 0.5)


@pytest.mark.parametrize("kind", ["rce", "mse", "partial-mse"])
def test_a_recipe_chooses_the_loss(kind: str) -> None:
    output, target, weight = torch.rand(2, 3, 4, 4), torch.rand(2, 3, 4, 4), torch.tensor([[1.0, 0, 1], [1, 1, 1]])
    expected = {"rce": rce_loss, "mse": mse_loss, "partial-mse": partial_mse_loss}[kind](output, target, weight)
    assert float(heatmap_loss(output, target, weight, LossRecipe(kind))) == pytest.approx(float(expected))
