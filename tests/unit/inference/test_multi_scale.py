"""Several zooms of one crop: their heatmaps agree in the plain crop's frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from fixtures.dots import draw, place_body
from fixtures.tiny_networks import SIZE
from poseapp.core.geometry import Box
from poseapp.inference.crops import cut_crops, make_crop
from poseapp.inference.estimate import Estimate, estimate
from poseapp.inference.multi_scale import estimate_zooms, zoom_crop
from poseapp.inference.network import Network

BODY = place_body(203.3, 180.7, 170)
PICTURE = draw((400, 420), [BODY])
BOX = Box.around(BODY).squared(1.5)


def at_zooms(network: Network, zooms: Sequence[float], box: Box = BOX, *, flip: bool = False) -> Estimate:
    crops = [make_crop(box, network.spec.input_size)]
    pixels = [cut_crops(PICTURE, [zoom_crop(crop, zoom) for crop in crops]) for zoom in zooms]
    return estimate_zooms(network, pixels, zooms, crops, flip_test=flip)


def test_zoomed_crop_is_about_the_same_centre() -> None:
    crop = make_crop(Box(10, 20, 100, 100), (96, 96))
    closer = zoom_crop(crop, 1.25)
    assert closer.box.centre == crop.box.centre
    assert closer.box.width == pytest.approx(80)
    assert closer.to_input.scale == pytest.approx(1.25 * crop.to_input.scale)


def test_zoom_of_1_is_the_plain_estimate(dots_network: Network) -> None:
    plain = estimate(dots_network, PICTURE, [BOX])
    for array, other in zip(vars(at_zooms(dots_network, [1.0])).values(), vars(plain).values(), strict=True):
        np.testing.assert_allclose(array, other, atol=1e-3)


@pytest.mark.parametrize("zooms", [[0.8], [1.2], [0.8, 1.0, 1.2], [0.7, 1.3]])
@pytest.mark.parametrize("flip", [False, True])
def test_dots_are_read_where_they_were_drawn_at_every_zoom(
    dots_network: Network, zooms: list[float], flip: bool
) -> None:
    found = at_zooms(dots_network, zooms, flip=flip)
    input_px = np.linalg.norm(found.xy[0] - BODY, axis=1) * SIZE / BOX.width
    assert input_px.max() < 0.3
    assert (found.score > 0.3).all()


def test_what_a_close_look_cut_off_is_read_from_the_wide_one(dots_network: Network) -> None:
    """At 1.6 the feet lie outside; averaged with a full second map of nothing they would lose half their score."""
    wide, both = at_zooms(dots_network, [1.0]), at_zooms(dots_network, [1.0, 1.6])
    close = at_zooms(dots_network, [1.6])
    feet = [4, 5]
    assert (np.linalg.norm(close.xy[0, feet] - BODY[feet], axis=1) > 5).any() or np.isnan(close.xy[0, feet]).any()
    np.testing.assert_allclose(both.xy[0, feet], BODY[feet], atol=1.0)
    np.testing.assert_allclose(both.score[0, feet], wide.score[0, feet], atol=0.05)
