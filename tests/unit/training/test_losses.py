"""RCE against values worked out by hand."""

import math

import pytest

torch = pytest.importorskip("torch")

from poseapp.training.losses import rce_loss  # noqa: E402


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
