"""Layers against what they stand for."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch.nn import functional  # noqa: E402

from poseapp.nets.layers import BilinearUpscale, ESwish, SameConv2d, SqueezeExcite, upscaling_matrix  # noqa: E402


def test_upscaling_a_line_by_hand() -> None:
    # taps 1/4 3/4 3/4 1/4 at 2i - 1 .. 2i + 2; the first and last outputs see only one pixel
    line = upscaling_matrix(2, 1) @ [4.0, 8.0]
    assert line.tolist() == [3.0, 5.0, 7.0, 6.0]


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (8, 6)])
def test_upscaling_equals_the_chain_of_transposed_convolutions(size: tuple[int, int]) -> None:
    x = torch.randn(2, 3, *size, generator=torch.Generator().manual_seed(0))
    taps = torch.tensor([0.25, 0.75, 0.75, 0.25])
    kernel = torch.outer(taps, taps).repeat(3, 1, 1, 1)
    expected = x
    for _ in range(3):
        expected = functional.conv_transpose2d(expected, kernel, stride=2, padding=1, groups=3)
    torch.testing.assert_close(BilinearUpscale(3)(x), expected, atol=1e-6, rtol=0)


def test_upscaling_learns_after_it_was_used_for_inference() -> None:
    with torch.inference_mode():
        BilinearUpscale(1)(torch.ones(1, 1, 7, 7))
    x = torch.ones(1, 1, 7, 7, requires_grad=True)
    BilinearUpscale(1)(x).sum().backward()
    assert x.grad is not None


@pytest.mark.parametrize(("kernel", "size", "expected"), [(3, 8, 4), (3, 7, 4), (5, 8, 4), (5, 9, 5)])
def test_strided_same_convolution_halves_rounding_up(kernel: int, size: int, expected: int) -> None:
    assert SameConv2d(1, 1, kernel, stride=2)(torch.zeros(1, 1, size, size)).shape[-2:] == (expected, expected)


def test_strided_same_convolution_pads_right_and_below() -> None:
    layer = SameConv2d(1, 1, 3, stride=2)
    with torch.no_grad():
        layer.weight.zero_()
        layer.weight[0, 0, 0, 0] = 1.0  # reads the first pixel of its window
    x = torch.arange(16.0).reshape(1, 1, 4, 4)
    assert layer(x).flatten().tolist() == [0.0, 2.0, 8.0, 10.0]  # TensorFlow's windows start at the pixel itself


def test_e_swish_is_scaled_swish() -> None:
    x = torch.tensor([-1.0, 0.0, 2.0])
    torch.testing.assert_close(ESwish(1.25)(x), 1.25 * x * torch.sigmoid(x))
    torch.testing.assert_close(ESwish()(x), x * torch.sigmoid(x))


def test_squeeze_and_excitation_with_zero_weights_halves() -> None:
    layer = SqueezeExcite(4, 2, ESwish())
    for parameter in layer.parameters():
        torch.nn.init.zeros_(parameter)
    x = torch.randn(1, 4, 3, 3)
    torch.testing.assert_close(layer(x), x / 2)  # sigmoid(0)
