"""People who are not upright are looked at a second time."""

from __future__ import annotations

import av
import numpy as np
import pytest

from fixtures.turning import turn
from poseapp.core.geometry import Box
from poseapp.core.locations import resources_folder
from poseapp.core.skeleton import load_skeleton
from poseapp.inference.catalog import find_model
from poseapp.inference.crops import cut_crop, make_crop
from poseapp.inference.estimate import estimate
from poseapp.inference.network import load_network
from poseapp.inference.upright import estimate_upright, find_quarters


@pytest.mark.parametrize(
    ("trunk", "quarters"), [((0, -50), 0), ((50, 10), 1), ((5, 50), 2), ((-50, 0), 3), ((30, -40), 0)]
)
def test_the_quarter_that_brings_the_trunk_up(trunk: tuple[int, int], quarters: int) -> None:
    skeleton = load_skeleton("body21")
    xy = np.zeros((1, 21, 2), np.float32)
    xy[:, [skeleton.index(name) for name in ("neck", "right_shoulder", "left_shoulder")]] = trunk
    assert find_quarters(xy, skeleton).tolist() == [quarters]


def test_a_trunk_that_is_not_known_is_left_alone() -> None:
    assert find_quarters(np.full((2, 21, 2), np.nan, np.float32), load_skeleton("body21")).tolist() == [0, 0]


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("side", [90, 40])
def test_a_turned_crop_is_the_turned_picture(quarters: int, side: int) -> None:
    """Pixel on pixel, also where it is shrunk in blocks first; the way back is the same map."""
    rgb = np.random.default_rng(1).integers(0, 256, (120, 160, 3), np.uint8)
    box = Box(30.5, 14.5, 90, 90)
    plain, turned = make_crop(box, (side, side)), make_crop(box, (side, side), quarters=quarters)
    expected = np.rot90(cut_crop(rgb, plain), quarters).astype(int)
    assert np.abs(cut_crop(rgb, turned) - expected).max() <= 1
    middle = (side - 1) / 2
    assert np.allclose(turned.to_input(plain.to_input.inverse(np.array([middle, middle]))), middle)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_somebody_upside_down_is_read_better(quarters: int) -> None:
    folder, network = resources_folder() / "sample", load_network(find_model("default"), threads=1)
    with np.load(folder / "walk_truth.npz") as data:
        truth = data["keypoints"]
    errors: list[list[np.ndarray]] = [[], []]
    with av.open(str(folder / "walk.mp4")) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index % 24 == 0:
                rgb, xy = turn(frame.to_ndarray(format="rgb24"), truth[index], quarters)
                box = Box.around(xy).squared(network.spec.crop_factor)
                for kind, read in enumerate((estimate, estimate_upright)):
                    errors[kind].append(np.linalg.norm(read(network, rgb, [box]).xy[0, : len(xy)] - xy, axis=-1))
    once, twice = (float(np.median(found)) for found in errors)
    assert twice < once
    assert twice < 6.5  # px; upright 4.6
