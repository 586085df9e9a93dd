"""Counts of small networks, worked out by hand."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from poseapp.nets.count import KERAS, MACS, OUTPUT_PIXELS, TWICE_MACS, count  # noqa: E402
from poseapp.nets.layers import BilinearUpscale  # noqa: E402


def test_a_convolution_with_batch_norm() -> None:
    counts = count(lambda: nn.Sequential(nn.Conv2d(3, 4, 3, 2, 1), nn.BatchNorm2d(4)), (8, 8))
    # 4 x 4 output pixels, 4 x 3 x 9 = 108 kernel elements
    assert counts.trainable == 108 + 4 + 8
    assert counts.macs == counts.dense_macs == counts.output_macs == 108 * 16
    assert (counts.norm_outputs, counts.bias_outputs, counts.fixed) == (64, 64, 8)
    assert KERAS.params(counts) == 128
    assert KERAS.cost(counts) == 2 * 108 * 16 + 2 * 64
    assert TWICE_MACS.cost(counts) == 2 * MACS.cost(counts) == 2 * 108 * 16


def test_a_transposed_convolution_is_counted_at_its_input_unless_the_paper_does_otherwise() -> None:
    counts = count(lambda: nn.ConvTranspose2d(3, 5, 4, 2, 1, bias=False), (6, 4))
    assert counts.macs == 3 * 5 * 16 * 24
    assert OUTPUT_PIXELS.cost(counts) == 3 * 5 * 16 * 24 * 4


def test_a_fixed_upscaling_stands_for_dense_convolutions() -> None:
    counts = count(lambda: BilinearUpscale(2), (4, 6))  # 3 channels of 4 x 6 -> 16 x 24
    assert counts.trainable == 0
    assert counts.fixed == 2 * (3 * 3 * 16 + 3)
    assert counts.dense_macs == 9 * 16 * (24 + 96)
    assert counts.macs == 3 * 4 * 24 * 6 + 3 * 16 * 24 * 4


def test_nothing_is_allocated() -> None:
    counts = count(lambda: nn.Conv2d(3, 10**6, 1), (4096, 4096))
    assert counts.macs == 3 * 10**6 * 4096**2
